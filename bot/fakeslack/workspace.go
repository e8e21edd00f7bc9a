package fakeslack

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
)

// Config is the workspace that a Server plays, and how it plays it.
type Config struct {
	// Now is the clock of timestamps, rates and lifetimes. Nil means
	// time.Now. How long an acknowledgement takes, pings and warnings are
	// always measured in real time.
	Now func() time.Time

	Team     Team
	App      App
	People   []Person
	Channels []Channel
	Groups   []Group

	// PostEvery is the pause between two chat.postMessage in a channel.
	// Zero means one second, negative means none.
	PostEvery time.Duration
	// NoTiers switches the limits per minute and method off.
	NoTiers bool
	// AckWithin is how long an envelope may stay unacknowledged. Zero means
	// 3 seconds.
	AckWithin time.Duration
	// RetryEvents are the pauses before the second and each further sending
	// of an event that was not acknowledged, in real time. Nil means at
	// once, one minute and five minutes.
	RetryEvents []time.Duration
	// PingEvery is the pause between pings. Zero means 10 seconds.
	PingEvery time.Duration
	// WarnFor is how long a socket stays open after a disconnect frame with
	// the reason "warning". Zero means 10 seconds.
	WarnFor time.Duration

	Logger *slog.Logger
}

// Team is the workspace. EnterpriseID is empty outside Enterprise Grid.
type Team struct {
	ID, Name, Domain, EnterpriseID string
}

// App is the app that is installed in the workspace.
type App struct {
	ID, Name       string
	BotUser, BotID string // U… and B…
	BotToken       string // xoxb-…
	AppToken       string // xapp-…
	Scopes         []string
	AppScopes      []string
	Commands       []Command
	Shortcuts      []Shortcut
	// Home says that the app has an App Home, and Events are its event
	// subscriptions: app_mention, app_home_opened, message.im.
	Home              bool
	Events            []string
	OrgInstalled      bool // on a whole Enterprise Grid organisation: team is null in clicks
	VerificationToken string
}

// Command is a slash command of the app. Escape is Slack's should_escape:
// people, groups, channels and links in its text arrive as <@U…|name> and
// the like, and & < > as entities.
type Command struct {
	Name, Hint, Description string
	Escape                  bool
}

// Shortcut is a shortcut of the app: in the menu of every message, or
// global, in the search and beside every message field.
type Shortcut struct {
	Name, CallbackID, Description string

	Message bool
}

// Person is a user. Team and Enterprise are those of the workspace when they
// are empty. Fields are custom fields of the profile, by their ids (Xf…).
// Away is what users.getPresence tells.
type Person struct {
	ID, Name, RealName, Email, Title, TZ, Locale, Team, Enterprise string

	Away bool

	Deactivated, Bot, Guest, UltraGuest, Stranger, AppUser, WorkflowBot, ConnectorBot bool

	Fields map[string]string
}

// Channel is a channel with its members by user id, the bot's included where
// it was invited. Shared is with another organisation, OrgShared with other
// workspaces of its own.
type Channel struct {
	ID, Name, Topic                      string
	Private, Shared, OrgShared, Archived bool
	Members                              []string
}

// Group is a user group. IDP says that an identity provider keeps it, Locked
// that nobody edits its members by hand, and Restricted that few may.
type Group struct {
	ID, Handle, Name string // the handle without its @
	Members          []string

	Disabled, IDP, Locked, Restricted bool
}

// slackbot is who speaks for Slack itself.
const slackbot = "USLACKBOT"

// complete fills in defaults and refuses what can't work.
func (c *Config) complete() error {
	a := c.App
	switch {
	case c.Team.ID == "" || a.ID == "" || a.BotUser == "" || a.BotID == "":
		return errors.New("fakeslack: Team.ID, App.ID, App.BotUser and App.BotID are required")
	case !strings.HasPrefix(a.BotToken, "xoxb-") || !strings.HasPrefix(a.AppToken, "xapp-"):
		return errors.New("fakeslack: App.BotToken must start with xoxb- and App.AppToken with xapp-")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	zero := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	zero(&c.PostEvery, time.Second)
	zero(&c.AckWithin, 3*time.Second)
	zero(&c.PingEvery, 10*time.Second)
	if c.RetryEvents == nil {
		c.RetryEvents = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	zero(&c.WarnFor, 10*time.Second)
	return nil
}

// people returns the configured people, the bot and Slackbot.
func people(c Config) []Person {
	all := slices.Clone(c.People)
	has := func(id string) bool { return slices.ContainsFunc(all, func(p Person) bool { return p.ID == id }) }
	if !has(c.App.BotUser) {
		all = append(all, Person{ID: c.App.BotUser, Name: c.App.Name, RealName: c.App.Name, Bot: true})
	}
	if !has(slackbot) {
		all = append(all, Person{ID: slackbot, Name: "slackbot", RealName: "Slackbot"})
	}
	for i := range all {
		if all[i].Team == "" {
			all[i].Team = c.Team.ID
			if all[i].Enterprise == "" {
				all[i].Enterprise = c.Team.EnterpriseID
			}
		}
	}
	return all
}

func cloneChannels(in []Channel) []Channel {
	out := slices.Clone(in)
	for i := range out {
		out[i].Members = slices.Clone(out[i].Members)
	}
	return out
}

func cloneGroups(in []Group) []Group {
	out := slices.Clone(in)
	for i := range out {
		out[i].Members = slices.Clone(out[i].Members)
		out[i].Handle = strings.TrimPrefix(out[i].Handle, "@")
	}
	return out
}

// EditPerson changes a person. It does nothing where there is none. The
// function must not call the server.
func (s *Server) EditPerson(id string, edit func(*Person)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.person(id); p != nil {
		edit(p)
		s.changed()
	}
}

// EditGroup changes a user group. It does nothing where there is none. The
// function must not call the server.
func (s *Server) EditGroup(id string, edit func(*Group)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.group(id); g != nil {
		edit(g)
		s.changed()
	}
}

// EditChannel changes a channel. It does nothing where there is none. The
// function must not call the server.
func (s *Server) EditChannel(id string, edit func(*Channel)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.channels {
		if s.channels[i].ID == id {
			edit(&s.channels[i])
			s.changed()
		}
	}
}

func (s *Server) person(id string) *Person {
	for i := range s.people {
		if s.people[i].ID == id {
			return &s.people[i]
		}
	}
	return nil
}

func (s *Server) group(id string) *Group {
	for i := range s.groups {
		if s.groups[i].ID == id {
			return &s.groups[i]
		}
	}
	return nil
}
