package sandbox_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
)

// What only a person can mend ends the start at once, with a sentence that
// says which and what to do.
func TestStart_refused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		world sandbox.World
		want  string
	}{
		"wrong bot token": {
			sandbox.World{EditConfig: func(c *config.Config) { c.Slack.BotToken = config.NewSecret("xoxb-wrong") }},
			"Slack does not know the token in SLACK_BOT_TOKEN. Copy it again",
		},
		"no such group": {
			sandbox.World{EditConfig: func(c *config.Config) { c.Approvers.Groups = []string{"S0NOBODY"} }},
			"approvers.groups in the config: Slack has no user group S0NOBODY.",
		},
		"missing scope": {
			sandbox.World{EditSlack: func(c *fakeslack.Config) { c.App.Scopes = []string{"commands", "chat:write"} }},
			"lacks a scope for bots.info: it needs users:read and has commands,chat:write",
		},
		"wrong client secret": {
			sandbox.World{EditConfig: func(c *config.Config) { c.Azure.ClientSecret = config.NewSecret("wrong") }},
			"AZURE_CLIENT_SECRET",
		},
		"expired client secret": {
			sandbox.World{EditIntune: func(c *fakeintune.Config) { c.Apps[0].SecretExpires = time.Now().Add(-time.Hour) }},
			"AZURE_CLIENT_SECRET",
		},
		"unknown tenant": {
			sandbox.World{EditConfig: func(c *config.Config) { c.Azure.TenantID = "c0ffee00-0000-4000-8000-0000000000ff" }},
			"AZURE_TENANT_ID",
		},
		"unknown app": {
			sandbox.World{EditConfig: func(c *config.Config) { c.Azure.ClientID = "c0ffee00-0000-4000-8000-0000000000ff" }},
			"AZURE_CLIENT_ID",
		},
		"no permission to reset": {
			sandbox.World{EditIntune: func(c *fakeintune.Config) { c.Apps[0].Roles = []string{fakeintune.RoleRead} }},
			"DeviceManagementManagedDevices.PrivilegedOperations.All",
		},
		"no permission to read": {
			sandbox.World{EditIntune: func(c *fakeintune.Config) { c.Apps[0].Roles = []string{fakeintune.RolePrivileged} }},
			"DeviceManagementManagedDevices.Read.All",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.world.Dir = t.TempDir()
			w, err := sandbox.Open(context.WithoutCancel(t.Context()), tc.world)
			if err == nil {
				w.Close()
				t.Fatal("it starts")
			}
			e := approvals.AsError(err)
			if !strings.Contains(e.Sentence(), tc.want) || e.Hint == "" || e.Kind == approvals.Internal {
				t.Errorf("it says %q (%s), want %q and a hint", e.Sentence(), e.Kind, tc.want)
			}
		})
	}
}

// A token that Slack takes back while the bot runs ends it.
func TestRun_appTokenWrong(t *testing.T) {
	t.Parallel()
	w, err := sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{
		Dir:        t.TempDir(),
		EditConfig: func(c *config.Config) { c.Slack.AppToken = config.NewSecret("xapp-wrong") },
	})
	if err != nil {
		t.Fatal(err)
	}
	e := approvals.AsError(w.App.Wait())
	if e.Kind != approvals.Forbidden || !strings.Contains(e.Sentence(), "SLACK_APP_TOKEN") {
		t.Errorf("it ends with %q", e.Sentence())
	}
	w.Close()
}

// A database that can't be used is refused with what to do, and not touched.
func TestStart_database(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "passcodebot.db"), []byte("somebody's letter"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ dir, want string }{
		"in use by another process": {dir, "in use"},
		"another program's file":    {foreign, "not a"},
	} {
		_, err := sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{Dir: tc.dir})
		if e := approvals.AsError(err); err == nil || !strings.Contains(e.Sentence(), tc.want) || e.Hint == "" {
			t.Errorf("%s: it says %q, want %q and a hint", name, e.Sentence(), tc.want)
		}
	}
	if raw, err := os.ReadFile(filepath.Join(foreign, "passcodebot.db")); err != nil || string(raw) != "somebody's letter" {
		t.Errorf("the file now holds %q (%v)", raw, err)
	}
}
