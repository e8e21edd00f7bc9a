package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

// Acts is what people can do: the rules, as bot calls them. Errors are
// *approvals.Error, fit to be shown.
type Acts interface {
	Ask(context.Context, approvals.Ask) (approvals.Request, error)
	Try(context.Context, approvals.Ask) (approvals.Trial, error)
	Decide(ctx context.Context, id approvals.ID, by approvals.Actor, approve bool, comment string) (approvals.Request, error)
	Cancel(ctx context.Context, id approvals.ID, by approvals.Actor) (approvals.Request, error)
	// Sign takes the review of a request that went ahead with fewer approvals.
	Sign(ctx context.Context, id approvals.ID, by approvals.Actor, comment string) (approvals.Request, error)
	// Refuse stores that something was turned down before it came to the
	// rules, and returns err, or that it could not be stored.
	Refuse(ctx context.Context, id approvals.ID, by approvals.Actor, act string, err error) error
	Show(context.Context, approvals.ID, approvals.Actor) (approvals.Request, error)
	List(context.Context, approvals.Actor) ([]approvals.Request, error)
	// MayDeny says why somebody can't deny a request, before they are asked
	// for a reason.
	MayDeny(context.Context, approvals.ID, approvals.Actor) error
	// Again asks for the failed devices of a request once more; Answer takes
	// whether the person has set a passcode of their own.
	Again(ctx context.Context, id approvals.ID, by approvals.Actor) (approvals.Request, error)
	Answer(ctx context.Context, id approvals.ID, by approvals.Actor, own bool) (approvals.Request, error)
	// Able returns who could still approve a request.
	Able(context.Context, approvals.ID) ([]approvals.Person, error)
	Preferences(ctx context.Context, person string) (approvals.Preferences, error)
	SetPreferences(ctx context.Context, by approvals.Actor, p approvals.Preferences) error
	// Desk returns what somebody sees in App Home.
	Desk(ctx context.Context, by approvals.Actor, search string) (approvals.Desk, error)
	// Look and Terms are what the form shows of devices, and of who would be
	// asked for those that are chosen.
	Look(context.Context, approvals.Look) (approvals.Looked, error)
	Terms(context.Context, approvals.Ask) (approvals.Looked, error)
	// Note stores an event that belongs to no request.
	Note(context.Context, approvals.Event) error
}

// Notices are the channels for what is said outside of the requests' own
// threads, by their ids. Where one is empty, nothing of its kind is said.
type Notices struct {
	BreakGlass string // requests that go ahead with fewer approvals, and their reviews
	Outside    string // resets that were not asked for here
	Anchors    string // how long the log is, and its hash
}

// Config is what a Bot works with.
type Config struct {
	API        *slack.Client // made by NewAPI
	Acts       Acts
	Requests   Requests
	Outbox     Outbox
	Directory  *Directory // tells in which language people read; one of its own where it is nil
	Logger     *slog.Logger
	Now        func() time.Time
	DevicePage func(device string) string // the device's page in the Intune admin center
	Self       string                     // the bot's own user id; posts of others are never taken for its own
	App        string                     // the app's id, as Identity has it; where it is empty, what the hello of a socket says
	Home       approvals.Home             // where commands and clicks may come from; where it is zero, from anywhere
	Notices    Notices
	Space      Space                     // the workspace, whose messages have addresses
	Language   words.Language            // of cards, threads and notices, and of people whose own the catalogue lacks
	Languages  map[string]words.Language // of what is read in single channels, by their ids
	MaxReason  int                       // runes of a reason; zero means the default of package command
	// Health tells what of the Health only the process knows; nil for nothing.
	Health func(context.Context) Health
	// Transport carries what goes to response_urls; http.DefaultTransport
	// where it is nil.
	Transport http.RoundTripper
	// PostPause is the pause between two posts to a channel. Zero means one
	// second, which Slack asks for.
	PostPause time.Duration
	// RetryPause is the wait before something that could not be told is tried
	// again; the waits grow to thirty times as long. Zero means one second.
	RetryPause time.Duration
	// CheckPause is the pause between two looks whether the cards that wait for
	// decisions are still there. Zero means five minutes.
	CheckPause time.Duration
	// OpenPause is the shortest pause between two sockets; where sockets fail,
	// pauses grow to thirty times as long. Zero means one second.
	OpenPause time.Duration
	// SocketSilence is how long a socket may be silent before it is replaced.
	// Zero means 30 seconds.
	SocketSilence time.Duration
	// MaxActs is how many commands and clicks are worked on at a time. Zero
	// means 2048.
	MaxActs int
	// DryRuns bounds how long the answer to a dry run may take. Zero means
	// two minutes.
	DryRuns time.Duration
}

// Bot is passcodebot in Slack.
type Bot struct {
	Config
	view      view.Renderer // in the language of all channels that have none of their own
	presences *presences
	forms     forms  // that are open
	events    events // what was said to it
	whispers  *whispers
	publisher *publisher
	homes     *homes

	connection connection
}

// New returns a Bot.
func New(c Config) (*Bot, error) {
	if c.API == nil || c.Acts == nil || c.Requests == nil || c.Outbox == nil {
		return nil, errors.New("bot: API, Acts, Requests and Outbox are required")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Directory == nil {
		c.Directory = NewDirectory(c.API, c.Logger)
	}
	if c.DryRuns == 0 {
		c.DryRuns = 2 * time.Minute
	}
	if c.PostPause == 0 {
		c.PostPause = postPause
	}
	if c.RetryPause == 0 {
		c.RetryPause = retryPause
	}
	if c.CheckPause == 0 {
		c.CheckPause = checkPause
	}
	if c.OpenPause == 0 {
		c.OpenPause = openPause
	}
	if c.SocketSilence == 0 {
		c.SocketSilence = socketSilence
	}
	if c.MaxActs == 0 {
		c.MaxActs = maxActs
	}
	b := &Bot{Config: c, view: view.Renderer{Page: c.DevicePage}.In(c.Language), presences: newPresences(c)}
	b.forms.updates = newFormUpdates()
	b.whispers = newWhispers(c.API, c.Transport, c.Now, c.Logger)
	b.publisher = newPublisher(c, b.view, b.whispers)
	b.homes = b.newHomes()
	return b, nil
}

// Nudge says that there may be something to tell. It never blocks.
func (b *Bot) Nudge() {
	b.publisher.nudge()
	b.homes.changed()
}

// Receive takes commands and clicks until ctx is done, or until Slack refuses
// the tokens: an *approvals.Error of kind Forbidden that says what to do. It
// returns when what was received is finished and acknowledged.
func (b *Bot) Receive(ctx context.Context) error { return b.receive(ctx) }

// Publish tells people what has come of their requests until ctx is done,
// and then for at most grace more. What it could not tell stays in the
// outbox. It ends with an error only where Slack refuses the token.
func (b *Bot) Publish(ctx context.Context, grace time.Duration) error {
	looking, end := context.WithCancel(ctx)
	var homes sync.WaitGroup
	homes.Go(func() { b.homes.run(looking) })
	defer homes.Wait()
	defer end()
	return b.publisher.run(ctx, grace)
}

// NewAPI returns Slack's Web API client as passcodebot uses it: with sockets
// that it opens one at a time, bounded calls and no debug log, which would write
// tokens. The url is for tests and the sandbox; empty means Slack's own.
func NewAPI(botToken, appToken, url string, transport http.RoundTripper) (*slack.Client, error) {
	if transport == nil {
		transport = http.DefaultTransport
	}
	client := &http.Client{
		Timeout:   30 * time.Second,
		Transport: lineTransport{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	options := []slack.Option{slack.OptionAppLevelToken(appToken), slack.OptionHTTPClient(client)}
	if url != "" {
		options = append(options, slack.OptionAPIURL(url))
	}
	return slack.New(botToken, options...), nil
}

// Identity is who the bot token signs in as.
type Identity struct {
	Home  approvals.Home
	App   string // the app's id; empty where Slack does not tell
	User  string // the bot's own user id
	Name  string
	Space string // the workspace's name
	At    Space  // its address
}

// SignIn asks Slack who the bot token is. The error is an *approvals.Error:
// Forbidden where the token is wrong, revoked or lacks a scope, Unavailable
// where Slack does not answer.
func SignIn(ctx context.Context, api *slack.Client) (Identity, error) {
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		return Identity{}, fmt.Errorf("sign in to Slack: %w", explain(err, "auth.test", botToken))
	}
	app, err := appOf(ctx, api, who)
	if err != nil {
		return Identity{}, fmt.Errorf("sign in to Slack: %w", explain(err, "bots.info", botToken))
	}
	return Identity{
		Home: approvals.Home{Team: who.TeamID, Enterprise: who.EnterpriseID},
		App:  app, User: who.UserID, Name: who.User, Space: who.Team, At: Space(who.URL),
	}, nil
}

// appOf returns the app that a bot belongs to, which auth.test does not
// tell. It is empty where the bot is not one that Slack shows.
func appOf(ctx context.Context, api *slack.Client, who *slack.AuthTestResponse) (string, error) {
	if who.BotID == "" {
		return "", nil
	}
	b, err := api.GetBotInfoContext(ctx, slack.GetBotInfoParameters{Bot: who.BotID, TeamID: who.TeamID})
	switch {
	case slackCode(err) == "bot_not_found":
		return "", nil
	case err != nil:
		return "", err
	}
	return b.AppID, nil
}
