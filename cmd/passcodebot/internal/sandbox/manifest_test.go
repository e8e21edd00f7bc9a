package sandbox_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
)

// scopesOf is which scopes a method needs in public and in private channels.
// Slack: docs.slack.dev, "Required scopes" of each method.
var scopesOf = map[string][]string{
	"auth.test":             {},
	"bots.info":             {"users:read"},
	"apps.connections.open": {}, // the app token's connections:write
	"response_url":          {},
	"chat.postMessage":      {"chat:write"},
	"chat.postEphemeral":    {"chat:write"},
	"chat.update":           {"chat:write"},
	"conversations.open":    {"im:write"},
	"conversations.history": {"channels:history", "groups:history", "im:history"},
	"conversations.replies": {"channels:history", "groups:history"},
	"usergroups.list":       {"usergroups:read"},
	"conversations.info":    {"channels:read", "groups:read"},
	"users.info":            {"users:read", "users:read.email"}, // the address of a mention
	"usergroups.users.list": {"usergroups:read"},
	"users.getPresence":     {"users:read"},
	"views.open":            {},
	"views.update":          {},
	"views.publish":         {},

	"files.getUploadURLExternal":   {"files:write"},
	"files.completeUploadExternal": {"files:write"},
}

// The manifest asks for what a run of everything calls, and for no more.
func TestManifest_scopes(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../../../manifest.yml")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		OAuth struct {
			Scopes struct {
				Bot []string `yaml:"bot"`
			} `yaml:"scopes"`
		} `yaml:"oauth_config"`
	}
	if err := yaml.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	granted := manifest.OAuth.Scopes.Bot
	slices.Sort(granted)

	w, err := sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{
		Dir:        t.TempDir(),
		EditSlack:  func(c *fakeslack.Config) { c.App.Scopes = granted; c.PostEvery = 100 * time.Millisecond },
		EditIntune: func(c *fakeintune.Config) { c.Latency, c.CheckIn = 0, -1 },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
	defer cancel()
	if err := w.Connected(ctx); err != nil {
		t.Fatal(err)
	}
	called := func(method string) func() bool {
		return func() bool {
			return slices.ContainsFunc(w.Slack.Calls(), func(c fakeslack.Call) bool { return c.Method == method })
		}
	}
	until := func(what string, cond func() bool) {
		t.Helper()
		if err := w.Slack.Wait(ctx, cond); err != nil {
			t.Fatalf("never: %s; the calls were %+v", what, brief(w.Slack.Calls()))
		}
	}
	card := func() (m fakeslack.Message) {
		for _, each := range w.Slack.Messages("", "C0INCIDENTS", "") {
			if each.User == "U0PASSBOT" && !each.Ephemeral && !each.Deleted {
				m = each
			}
		}
		return m
	}
	// A mention, so that an address is read; a card whose answer is lost, so
	// that it is looked for, as a post in its thread and a direct message are;
	// a card that goes, so that a person is told directly.
	w.Slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Times: 1, LoseAnswer: true})
	if _, err := w.Slack.Command(ctx, "U0RITA", "C0INCIDENTS", "/reset-passcode @alice reason: forgot"); err != nil {
		t.Fatal(err)
	}
	until("the card is looked for", called("conversations.history"))
	until("the card is drawn", called("chat.update"))
	w.Slack.Fail(fakeslack.Fault{Method: "response_url", Times: 1, Error: "used_url", Status: 404})
	if _, err := w.Slack.Click(ctx, "U0NORA", "C0INCIDENTS", card().TS, "approve"); err != nil {
		t.Fatal(err)
	}
	until("a refusal is told without response_url", called("chat.postEphemeral"))
	w.Slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Times: 1, LoseAnswer: true})
	if _, err := w.Slack.Click(ctx, "U0ANNA", "C0INCIDENTS", card().TS, "approve"); err != nil {
		t.Fatal(err)
	}
	until("the thread is read", called("conversations.replies"))
	// A mention of passcodebot, and its form.
	if _, err := w.Slack.Say("U0RITA", "C0INCIDENTS", "", "@passcodebot help"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Slack.Shortcut(ctx, "U0RITA", "reset_passcode"); err != nil {
		t.Fatal(err)
	}
	until("the form says who is active", called("users.getPresence"))
	first := card().TS
	if _, err := w.Slack.Command(ctx, "U0RITA", "C0INCIDENTS", "/reset-passcode user:carla@contoso.com reason: forgot"); err != nil {
		t.Fatal(err)
	}
	until("a second card comes", func() bool { return card().TS != first })
	w.Slack.DeleteMessage("C0INCIDENTS", card().TS)
	// All answers are lost: the first thread may still have something to say.
	defer w.Slack.Fail(fakeslack.Fault{Method: "chat.postMessage", LoseAnswer: true})()
	if _, err := w.Slack.Command(ctx, "U0RITA", "C0INCIDENTS", "/reset-passcode cancel R-2"); err != nil {
		t.Fatal(err)
	}
	until("what Rita is told directly is looked for", func() bool {
		return slices.ContainsFunc(w.Slack.Calls(), func(c fakeslack.Call) bool {
			return c.Method == "conversations.history" && strings.HasPrefix(c.Args["channel"], "D")
		})
	})

	// Doctor asks a little more.
	app := fakeslack.SampleWorkspace().App
	api, err := bot.NewAPI(app.BotToken, app.AppToken, w.Slack.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range bot.Examine(ctx, api, bot.ExamineConfig{
		Audiences: []bot.AudienceUse{{Use: "approvers", Audience: approvals.Audience{Groups: []string{"S0ONCALL"}}, Least: 1}},
		Channels:  []bot.ChannelUse{{Use: "cards", ID: "C0INCIDENTS"}, {Use: "notices", ID: "C0SECURITY"}},
	}) {
		if f.Level == bot.Wrong {
			t.Errorf("doctor says %s", f.What)
		}
	}

	// The scopes of what Slack sends, and of what only many devices bring.
	used := []string{"commands", "app_mentions:read", "files:write"}
	for _, c := range w.Slack.Calls() {
		scopes, known := scopesOf[c.Method]
		if !known {
			t.Errorf("%s is called, and the table does not know its scopes", c.Method)
		}
		if c.Error == "missing_scope" {
			t.Errorf("%s lacks a scope", c.Method)
		}
		used = append(used, scopes...)
	}
	slices.Sort(used)
	if diff := cmp.Diff(slices.Compact(used), granted); diff != "" {
		t.Errorf("%s asks for other scopes than are used (-used +asked):\n%s", filepath.Base("manifest.yml"), diff)
	}
}

// brief is what was called, without what was said.
func brief(calls []fakeslack.Call) []string {
	var all []string
	for _, c := range calls {
		all = append(all, strings.TrimSpace(c.Method+" "+c.Args["ts"]+c.Args["thread_ts"]+" "+c.Error))
	}
	return all
}
