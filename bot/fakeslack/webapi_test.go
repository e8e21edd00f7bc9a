package fakeslack_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

func TestMethod_tokens(t *testing.T) {
	t.Parallel()
	a := start(t)
	bad := func(token, want, method string) {
		t.Helper()
		a.with(token).refused(want, method)
	}
	bad("", "not_authed", "auth.test")
	bad("xoxb-other", "invalid_auth", "auth.test")
	bad(a.config.App.AppToken, "not_allowed_token_type", "auth.test")
	bad(a.config.App.AppToken, "not_allowed_token_type", "users.info")
	bad(a.config.App.BotToken, "not_allowed_token_type", "apps.connections.open")
	bad(a.config.App.BotToken, "unknown_method", "chat.shout")

	r := a.must("auth.test")
	want := map[string]any{
		"ok": true, "url": "https://contoso.slack.com/", "team": "Contoso", "team_id": "T0CONTOSO",
		"user": "passcodebot", "user_id": bot, "bot_id": "B0PASSCODE", "is_enterprise_install": false,
	}
	if diff := cmp.Diff(want, r.body); diff != "" {
		t.Errorf("auth.test (-want +got):\n%s", diff)
	}
	if got := r.header.Get("X-Oauth-Scopes"); got != strings.Join(a.config.App.Scopes, ",") {
		t.Errorf("x-oauth-scopes = %q", got)
	}
	if r.header.Get("X-Slack-Req-Id") == "" {
		t.Error("no x-slack-req-id")
	}

	a.RevokeTokens()
	bad(a.config.App.BotToken, "token_revoked", "auth.test")
	bad(a.config.App.AppToken, "token_revoked", "apps.connections.open")
}

func TestMethod_bodies(t *testing.T) {
	t.Parallel()
	a := start(t)
	token := a.config.App.BotToken
	send := func(kind, query, body, bearer string) reply {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL()+"users.info"+query, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		if bearer != "" {
			r.Header.Set("Authorization", "Bearer "+bearer)
		}
		return a.do(r)
	}
	cases := []struct {
		name, kind, query, body, bearer, want string
	}{
		{"form with its token", "application/x-www-form-urlencoded", "", "user=U0RITA&token=" + token, "", ""},
		{"form with a header", "application/x-www-form-urlencoded", "", "user=U0RITA", token, ""},
		{"JSON", "application/json; charset=utf-8", "", `{"user":"U0RITA"}`, token, ""},
		{"query", "", "?user=U0RITA", "", token, ""},
		{"the token in JSON is not taken", "application/json", "", `{"user":"U0RITA","token":"` + token + `"}`, "", "not_authed"},
		{"the token in the address is not taken", "", "?user=U0RITA&token=" + token, "", "", "not_authed"},
		{"broken JSON", "application/json", "", `{"user":`, token, "invalid_json"},
		{"broken form", "application/x-www-form-urlencoded", "", "user=%zz", token, "invalid_form_data"},
		{"another type", "text/csv", "", "user,U0RITA", token, "invalid_post_type"},
		{"no type", "", "", "user=U0RITA", token, "missing_post_type"},
	}
	for _, c := range cases {
		if got := send(c.kind, c.query, c.body, c.bearer).code(); got != c.want {
			t.Errorf("%s: error %q, want %q", c.name, got, c.want)
		}
	}
	if got := send("application/json", "", `{"user":"U0RITA"}`, token).text("warning"); got != "missing_charset" {
		t.Errorf("JSON without a charset: warning %q", got)
	}
	for _, call := range a.Calls() {
		if _, kept := call.Args["token"]; kept {
			t.Errorf("call %d keeps its token", call.Seq)
		}
	}
}

func TestMethod_scopes(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.Channels = append(c.Channels, fakeslack.Channel{ID: "C0SHUT", Name: "shut", Private: true, Members: []string{bot}})
	})
	dm := a.must("conversations.open", "users", rita).text("channel", "id")
	cases := []struct {
		needed, method string
		args           []string
	}{
		{"chat:write", "chat.postMessage", nil},
		{"chat:write", "chat.postEphemeral", nil},
		{"chat:write", "chat.update", nil},
		{"chat:write", "chat.delete", nil},
		{"im:write", "conversations.open", []string{"users", rita}},
		{"mpim:write", "conversations.open", []string{"users", rita + "," + anna}},
		{"channels:read", "conversations.info", []string{"channel", incidents}},
		{"groups:read", "conversations.info", []string{"channel", security}},
		{"im:read", "conversations.info", []string{"channel", dm}},
		{"channels:history", "conversations.history", []string{"channel", incidents}},
		{"groups:history", "conversations.replies", []string{"channel", security, "ts", "1.0"}},
		{"im:history", "conversations.history", []string{"channel", dm}},
		{"users:read", "users.info", []string{"user", rita}},
		{"users:read", "users.list", nil},
		{"users:read", "bots.info", nil},
		{"users:read.email", "users.lookupByEmail", nil},
		{"usergroups:read", "usergroups.list", nil},
		{"usergroups:read", "usergroups.users.list", nil},
	}
	other := map[string]string{ // a scope of the same kind, for another sort of place
		"conversations.info": "mpim:read", "conversations.history": "mpim:history", "conversations.replies": "mpim:history",
	}
	for _, c := range cases {
		a.SetScopes("commands")
		if s := other[c.method]; s != "" {
			a.SetScopes("commands", s)
		}
		r := a.refused("missing_scope", c.method, c.args...)
		if got := r.text("needed"); got != c.needed {
			t.Errorf("%s %v: needed %q, want %q", c.method, c.args, got, c.needed)
		}
		if got := r.text("provided"); !strings.HasPrefix(got, "commands") {
			t.Errorf("%s: provided %q", c.method, got)
		}
		a.SetScopes("commands", c.needed)
		if got := a.call(c.method, c.args...).code(); got == "missing_scope" {
			t.Errorf("%s %v with %s: still %s", c.method, c.args, c.needed, got)
		}
	}
	a.SetScopes("commands")
	want := "channels:history,groups:history,mpim:history,im:history"
	if got := a.refused("missing_scope", "conversations.history", "channel", incidents).text("needed"); got != want {
		t.Errorf("without any: needed %q, want %q", got, want)
	}
}

func TestServer_answersLoopbackNamesOnly(t *testing.T) {
	t.Parallel()
	a := start(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL()+"auth.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "slack.example"
	if got := a.do(r).status; got != http.StatusMisdirectedRequest {
		t.Errorf("status = %d, want 421", got)
	}
}

func TestStart_refusesIncompleteConfig(t *testing.T) {
	t.Parallel()
	for _, c := range []fakeslack.Config{{}, {
		Team: fakeslack.Team{ID: "T1"},
		App:  fakeslack.App{ID: "A1", BotUser: "U1", BotID: "B1", BotToken: "secret", AppToken: "xapp-1"},
	}} {
		if s, err := fakeslack.Start(c); err == nil {
			_ = s.Close()
			t.Errorf("Start(%+v) succeeded", c)
		}
	}
}
