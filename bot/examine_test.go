package bot_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// examined are the findings about a workspace, as "level code".
func examined(t *testing.T, botToken, appToken string, edit func(*fakeslack.Config), change func(*bot.ExamineConfig)) ([]string, []bot.Finding, *fakeslack.Server) {
	t.Helper()
	c := fakeslack.SampleWorkspace()
	c.App.Scopes = bot.Scopes()
	if edit != nil {
		edit(&c)
	}
	s, err := fakeslack.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	api, err := bot.NewAPI(botToken, appToken, s.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	x := bot.ExamineConfig{
		AppTokenApp: bot.AppOf(appToken),
		Audiences: []bot.AudienceUse{
			{Use: "requesters", Audience: approvals.Audience{Groups: []string{"S0HELPDESK"}}, Least: 1},
			{Use: "approvers", Audience: approvals.Audience{Groups: []string{"S0ONCALL"}, People: []string{nora}}, Least: 2},
		},
		Channels: []bot.ChannelUse{{Use: "cards", ID: incidents}, {Use: "break glass", ID: security}},
	}
	if change != nil {
		change(&x)
	}
	found := bot.Examine(t.Context(), api, x)
	var codes []string
	for _, f := range found {
		codes = append(codes, string(f.Level)+" "+f.Code)
		if f.What == "" || (f.Level == bot.Fine) != (f.Remedy == "") {
			t.Errorf("%s %s: %q, remedy %q", f.Level, f.Code, f.What, f.Remedy)
		}
		if text := f.What + f.Remedy; strings.Contains(text, botToken) || strings.Contains(text, appToken) || strings.Contains(text, "ticket=") {
			t.Errorf("a secret in %q", text)
		}
	}
	return codes, found, s
}

const goodBot, goodApp = "xoxb-sandbox-bot", "xapp-1-A0PASSCODE-sandbox"

func locked(c *fakeslack.Config) {
	c.Groups[0].IDP, c.Groups[1].Locked = true, true
	c.App.Scopes = append(bot.Scopes(), "channels:read", "groups:read")
}

// A workspace in which all is well brings no warning, and nothing changes.
func TestExamine_fine(t *testing.T) {
	t.Parallel()
	got, _, s := examined(t, goodBot, goodApp, locked, func(c *bot.ExamineConfig) { c.Socket = true })
	want := []string{
		"ok bot-token", "ok same-app", "ok app-token", "ok other-sockets", "ok scopes",
		"ok group", "ok group-members", "ok group", "ok group-members", "ok person", "ok channel", "ok channel",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	for _, c := range s.Calls() {
		if strings.HasPrefix(c.Method, "chat.") || c.Method == "conversations.open" || c.Error != "" {
			t.Errorf("%s was called (%s)", c.Method, c.Error)
		}
	}
}

// Of a channel in which passcodebot has nothing to do, only whether it is
// there matters, whether or not the scopes tell more.
func TestExamine_passedChannel(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*fakeslack.Config){"all scopes": locked, "the fewest": func(*fakeslack.Config) {}} {
		got, _, _ := examined(t, goodBot, goodApp, func(c *fakeslack.Config) {
			edit(c)
			for i := range c.Channels {
				if !c.Channels[i].Private { // else it would not be seen
					c.Channels[i].Members = []string{anna}
				}
			}
		}, func(c *bot.ExamineConfig) {
			for i := range c.Channels {
				c.Channels[i].Passed = true
			}
		})
		for _, code := range got {
			if strings.Contains(code, "channel-") {
				t.Errorf("%s: %s", name, code)
			}
		}
		if !slices.Contains(got, "ok channel") {
			t.Errorf("%s: found %q", name, got)
		}
	}
}

// Each thing that is wrong is found by itself, with what to do.
func TestExamine_found(t *testing.T) {
	t.Parallel()
	person := func(id string, edit func(*fakeslack.Person)) func(*fakeslack.Config) {
		return func(c *fakeslack.Config) {
			for i := range c.People {
				if c.People[i].ID == id {
					edit(&c.People[i])
				}
			}
		}
	}
	channel := func(id string, edit func(*fakeslack.Channel)) func(*fakeslack.Config) {
		return func(c *fakeslack.Config) {
			for i := range c.Channels {
				if c.Channels[i].ID == id {
					edit(&c.Channels[i])
				}
			}
		}
	}
	for name, tc := range map[string]struct {
		bot, app string // tokens; empty for the good ones
		edit     func(*fakeslack.Config)
		change   func(*bot.ExamineConfig)
		want     string // level and code
		what     string // part of the sentence
	}{
		"wrong bot token":    {bot: "xoxb-wrong", want: "error bot-token", what: "does not know the token in SLACK_BOT_TOKEN"},
		"tokens swapped":     {bot: goodApp, app: goodBot, want: "error app-token", what: "SLACK_APP_TOKEN is of the wrong type"},
		"wrong app token":    {app: "xapp-1-A0PASSCODE-wrong", want: "error app-token", what: "does not know the token in SLACK_APP_TOKEN"},
		"no connections":     {edit: func(c *fakeslack.Config) { c.App.AppScopes = []string{"authorizations:read"} }, want: "error app-token", what: "connections:write"},
		"app scopes":         {edit: func(c *fakeslack.Config) { c.App.AppScopes = append(c.App.AppScopes, "authorizations:read") }, want: "warning app-scopes-extra", what: "authorizations:read"},
		"two apps":           {change: func(c *bot.ExamineConfig) { c.AppTokenApp = "A0OTHER" }, want: "error same-app", what: "A0OTHER"},
		"unknown app":        {change: func(c *bot.ExamineConfig) { c.AppTokenApp = "" }, want: "warning same-app", what: "not known"},
		"scope missing":      {edit: func(c *fakeslack.Config) { c.App.Scopes = c.App.Scopes[:len(c.App.Scopes)-1] }, want: "error scopes-missing", what: "app_mentions:read"},
		"scope too many":     {edit: func(c *fakeslack.Config) { c.App.Scopes = append(c.App.Scopes, "files:read") }, want: "warning scopes-extra", what: "files:read"},
		"profiles unread":    {change: func(c *bot.ExamineConfig) { c.EntraField = "Xf0ENTRA" }, want: "error entra-field", what: "users.profile:read"},
		"profiles empty":     {edit: func(c *fakeslack.Config) { c.App.Scopes = append(c.App.Scopes, "users.profile:read") }, change: func(c *bot.ExamineConfig) { c.EntraField = "Xf0ENTRA" }, want: "warning entra-field", what: "4 have nothing"},
		"group gone":         {edit: func(c *fakeslack.Config) { c.Groups = c.Groups[:1] }, want: "error group-unknown", what: "S0ONCALL"},
		"group disabled":     {edit: func(c *fakeslack.Config) { c.Groups[1].Disabled = true }, want: "error group-disabled", what: "@on-call"},
		"group empty":        {edit: func(c *fakeslack.Config) { c.Groups[1].Members = nil }, want: "error group-empty", what: "@on-call"},
		"group of guests":    {edit: func(c *fakeslack.Config) { c.Groups[0].Members = []string{gina} }, want: "error group", what: "1 person, of whom 0 people"},
		"group open":         {want: "warning group-open", what: "@help-desk"},
		"too few":            {change: func(c *bot.ExamineConfig) { c.Audiences[1].Least = 5 }, want: "error too-few", what: "4 people"},
		"person unknown":     {change: func(c *bot.ExamineConfig) { c.Audiences[1].Audience.People = []string{"U0NOBODY"} }, want: "error person-unknown", what: "U0NOBODY"},
		"person deactivated": {edit: person(nora, func(p *fakeslack.Person) { p.Deactivated = true }), want: "error person-refused", what: "deactivated"},
		"person a connector": {edit: person(nora, func(p *fakeslack.Person) { p.ConnectorBot = true }), want: "error person-refused", what: "bots"},
		"channel unknown":    {change: func(c *bot.ExamineConfig) { c.Channels[0].ID = "C0NOWHERE" }, want: "error channel-unknown", what: "C0NOWHERE"},
		"passed channel unknown": {change: func(c *bot.ExamineConfig) {
			c.Channels[0] = bot.ChannelUse{Use: "a rule", ID: "C0NOWHERE", Passed: true}
		}, want: "warning channel-unknown", what: "C0NOWHERE"},
		"channel not joined": {edit: channel(incidents, func(c *fakeslack.Channel) { c.Members = []string{anna} }), want: "error channel-not-joined", what: "C0INCIDENTS"},
		"not joined, read": {edit: func(c *fakeslack.Config) {
			locked(c)
			channel(incidents, func(c *fakeslack.Channel) { c.Members = []string{anna} })(c)
		}, want: "error channel-not-joined", what: "#incidents"},
		"channel archived": {edit: func(c *fakeslack.Config) {
			locked(c)
			channel(incidents, func(c *fakeslack.Channel) { c.Archived = true })(c)
		}, want: "error channel-archived", what: "#incidents"},
		"channel shared": {edit: func(c *fakeslack.Config) {
			locked(c)
			channel(incidents, func(c *fakeslack.Channel) { c.Shared = true })(c)
		}, want: "warning channel-shared", what: "#incidents"},
		"channel org-shared": {edit: func(c *fakeslack.Config) {
			locked(c)
			channel(incidents, func(c *fakeslack.Channel) { c.OrgShared = true })(c)
		}, want: "warning channel-org-shared", what: "#incidents"},
		"channels unread": {want: "warning channels-unread", what: "channels:read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			botToken, appToken := goodBot, goodApp
			if tc.bot != "" {
				botToken = tc.bot
			}
			if tc.app != "" {
				appToken = tc.app
			}
			got, found, _ := examined(t, botToken, appToken, tc.edit, tc.change)
			i := slices.Index(got, tc.want)
			if i < 0 {
				t.Fatalf("found %q, want %q", got, tc.want)
			}
			if !strings.Contains(found[i].What, tc.what) {
				t.Errorf("it says %q, want %q in it", found[i].What, tc.what)
			}
		})
	}
}

// A socket of another process is counted.
func TestExamine_otherSocket(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	api, err := bot.NewAPI(goodBot, goodApp, w.slack.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range bot.Examine(t.Context(), api, bot.ExamineConfig{Socket: true, AppTokenApp: "A0PASSCODE"}) {
		if f.Code == "other-sockets" {
			got = append(got, f.What)
		}
	}
	if diff := cmp.Diff([]string{"1 other socket of this app is open."}, got); diff != "" {
		t.Errorf("it says (-want +got):\n%s", diff)
	}
	w.until("it is closed again", func() bool { return w.slack.Sockets() == 1 })
}

// What passcodebot asks for when it is installed is what it needs.
func TestScopes_manifest(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, list, ok := strings.Cut(string(raw), "    bot:\n")
	if !ok {
		t.Fatal("manifest.yml has no bot scopes")
	}
	list, _, _ = strings.Cut(list, "\nsettings:")
	var asked []string
	for _, m := range regexp.MustCompile(`(?m)^ +- ([a-z:._]+)`).FindAllStringSubmatch(list, -1) {
		asked = append(asked, m[1])
	}
	known := slices.Concat(bot.Scopes(), bot.OptionalScopes())
	for _, s := range asked {
		if !slices.Contains(known, s) {
			t.Errorf("manifest.yml asks for %s, which nothing needs", s)
		}
	}
	for _, s := range bot.Scopes() {
		if !slices.Contains(asked, s) {
			t.Errorf("manifest.yml does not ask for %s", s)
		}
	}
}

// Who can change the members of a group is said once, however many rules name
// it.
func TestExamine_groupOfSeveral(t *testing.T) {
	t.Parallel()
	got, _, _ := examined(t, goodBot, goodApp, locked, func(c *bot.ExamineConfig) {
		c.Audiences = append(c.Audiences, bot.AudienceUse{Use: "approvers of a rule", Audience: approvals.Audience{Groups: []string{"S0ONCALL"}}, Least: 1})
	})
	count := func(code string) (n int) {
		for _, c := range got {
			if c == code {
				n++
			}
		}
		return n
	}
	if groups, members := count("ok group"), count("ok group-members"); groups != 3 || members != 2 {
		t.Errorf("%d groups and %d words on their members, want 3 and 2: %v", groups, members, got)
	}
}
