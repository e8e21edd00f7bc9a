package fakeslack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

func TestUsers_info(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.People = append(c.People,
			fakeslack.Person{ID: "U0PAT", Name: "pat", Team: "T0OTHER", Stranger: true},
			fakeslack.Person{ID: "U0FAR", Name: "far", Team: "T0OTHER", Stranger: true},
			fakeslack.Person{ID: "U0WF", Name: "flow", WorkflowBot: true},
			fakeslack.Person{ID: "U0ULTRA", Name: "ultra", UltraGuest: true})
		c.Channels = append(c.Channels, fakeslack.Channel{ID: "C0PARTNER", Name: "partner", Shared: true, Members: []string{bot, "U0PAT"}})
	})
	flags := func(id string, keys ...string) map[string]any {
		t.Helper()
		r := a.must("users.info", "user", id)
		out := map[string]any{}
		for _, k := range keys {
			out[k] = r.at("user", k)
		}
		return out
	}
	cases := []struct {
		id   string
		want map[string]any
	}{
		{rita, map[string]any{"team_id": "T0CONTOSO", "deleted": false, "is_bot": false, "is_restricted": false, "tz": "Europe/London"}},
		{gina, map[string]any{"is_restricted": true, "is_ultra_restricted": false}},
		{"U0ULTRA", map[string]any{"is_restricted": true, "is_ultra_restricted": true}},
		{"U0PAT", map[string]any{"is_stranger": true, "team_id": "T0OTHER"}},
		{"U0WF", map[string]any{"is_workflow_bot": true, "is_bot": true}},
		{bot, map[string]any{"is_bot": true, "name": "passcodebot"}},
		{"USLACKBOT", map[string]any{"is_bot": false}},
	}
	for _, c := range cases {
		var keys []string
		for k := range c.want {
			keys = append(keys, k)
		}
		if diff := cmp.Diff(c.want, flags(c.id, keys...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.id, diff)
		}
	}
	a.EditPerson(ben, func(p *fakeslack.Person) { p.Deactivated = true })
	if got := flags(ben, "deleted"); got["deleted"] != true {
		t.Errorf("a deactivated person: %v", got)
	}
	a.refused("user_not_visible", "users.info", "user", "U0FAR")
	a.refused("user_not_found", "users.info", "user", "U0NONE")
	a.refused("users_not_found", "users.lookupByEmail", "email", "ben@contoso.com")
	if got := a.must("users.lookupByEmail", "email", "RITA@contoso.com").text("user", "id"); got != rita {
		t.Errorf("lookupByEmail found %q", got)
	}
	if got := a.must("users.info", "user", rita).text("user", "profile", "email"); got != "rita@contoso.com" {
		t.Errorf("email = %q", got)
	}
	a.SetScopes("users:read")
	if got := a.must("users.info", "user", rita).text("user", "profile", "email"); got != "" {
		t.Errorf("email without its scope = %q", got)
	}
}

func TestUsers_listPages(t *testing.T) {
	t.Parallel()
	a := start(t)
	n, cursor := 0, ""
	for {
		r := a.must("users.list", "limit", "4", "cursor", cursor)
		members, _ := r.at("members").([]any)
		n += len(members)
		if cursor = r.text("response_metadata", "next_cursor"); cursor == "" {
			break
		}
	}
	if want := len(a.config.People) + 2; n != want { // the bot and Slackbot
		t.Errorf("%d members, want %d", n, want)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	a := start(t)
	if diff := cmp.Diff([]any{anna, ben, rita}, a.must("usergroups.users.list", "usergroup", "S0ONCALL").at("users")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	a.EditGroup("S0ONCALL", func(g *fakeslack.Group) { g.Members = nil })
	if diff := cmp.Diff([]any{}, a.must("usergroups.users.list", "usergroup", "S0ONCALL").at("users")); diff != "" {
		t.Errorf("nobody (-want +got):\n%s", diff)
	}
	a.refused("no_such_subteam", "usergroups.users.list", "usergroup", "S0NONE")
	groups, _ := a.must("usergroups.list", "include_users", "true").at("usergroups").([]any)
	var got []any
	for _, g := range groups {
		group, _ := g.(map[string]any)
		got = append(got, group["handle"], group["user_count"], group["users"])
	}
	if diff := cmp.Diff([]any{"help-desk", 2.0, []any{rita, anna}, "on-call", 0.0, nil}, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if got := a.must("bots.info", "bot", "B0PASSCODE").text("bot", "user_id"); got != bot {
		t.Errorf("bots.info: %q", got)
	}
	a.refused("bot_not_found", "bots.info", "bot", "B0NONE")
}

// Custom fields come with users.profile.get alone: as an object, or as an
// empty list.
func TestUsers_profile(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.App.Scopes = append(c.App.Scopes, "users.profile:read")
		c.People[1].Fields = map[string]string{"Xf1": "entra-anna"}
	})
	want := map[string]any{"Xf1": map[string]any{"value": "entra-anna", "alt": ""}}
	if diff := cmp.Diff(want, a.must("users.profile.get", "user", anna).at("profile", "fields")); diff != "" {
		t.Errorf("Anna's fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{}, a.must("users.profile.get", "user", ben).at("profile", "fields")); diff != "" {
		t.Errorf("Ben's fields (-want +got):\n%s", diff)
	}
	if got := a.must("users.info", "user", anna).at("user", "profile", "fields"); got != nil {
		t.Errorf("users.info has the fields %v", got)
	}
	a.refused("user_not_found", "users.profile.get", "user", "U0NONE")
	a.SetScopes("users:read")
	a.refused("missing_scope", "users.profile.get", "user", anna)
}

// A disabled group is there only for who asks for it.
func TestGroups_disabled(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.Groups[1].Disabled, c.Groups[0].IDP = true, true })
	ids := func(r reply) []string {
		var out []string
		for _, g := range r.at("usergroups").([]any) {
			out = append(out, g.(map[string]any)["id"].(string))
		}
		return out
	}
	if diff := cmp.Diff([]string{"S0HELPDESK"}, ids(a.must("usergroups.list"))); diff != "" {
		t.Errorf("the groups (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"S0HELPDESK", "S0ONCALL"}, ids(a.must("usergroups.list", "include_disabled", "true"))); diff != "" {
		t.Errorf("all groups (-want +got):\n%s", diff)
	}
	a.refused("no_such_subteam", "usergroups.users.list", "usergroup", "S0ONCALL")
	a.must("usergroups.users.list", "usergroup", "S0ONCALL", "include_disabled", "true")
}

// The language comes only where it is asked for; presence tells nothing else.
func TestUsers_localeAndPresence(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.EditPerson(anna, func(p *fakeslack.Person) { p.Locale, p.Away = "de-DE", true })
	a.EditPerson(ben, func(p *fakeslack.Person) { p.Locale = "" })
	if got := a.must("users.info", "user", anna).at("user", "locale"); got != nil {
		t.Errorf("a locale that was not asked for: %v", got)
	}
	got := []string{
		a.must("users.info", "user", anna, "include_locale", "true").text("user", "locale"),
		a.must("users.info", "user", ben, "include_locale", "true").text("user", "locale"),
		a.must("users.getPresence", "user", anna).text("presence"),
		a.must("users.getPresence", "user", ben).text("presence"),
		a.must("users.getPresence").text("presence"),
	}
	if diff := cmp.Diff([]string{"de-DE", "en-US", "away", "active", "active"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	a.refused("user_not_found", "users.getPresence", "user", "U0NONE")
	a.SetScopes("chat:write")
	a.refused("missing_scope", "users.getPresence", "user", anna)
}
