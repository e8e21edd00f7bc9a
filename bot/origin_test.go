package bot_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// at sets what stands at a path of a payload; nil removes it.
func at(path string, value any) func(map[string]any) {
	return func(p map[string]any) {
		keys := strings.Split(path, ".")
		for _, k := range keys[:len(keys)-1] {
			inner, _ := p[k].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				p[k] = inner
			}
			p = inner
		}
		if last := keys[len(keys)-1]; value == nil {
			delete(p, last)
		} else {
			p[last] = value
		}
	}
}

// both does one thing to a payload after the other.
func both(all ...func(map[string]any)) func(map[string]any) {
	return func(p map[string]any) {
		for _, f := range all {
			f(p)
		}
	}
}

// value sets the value of the button.
func value(v any) func(map[string]any) {
	return func(p map[string]any) { p["actions"].([]any)[0].(map[string]any)["value"] = v }
}

// home has payloads of elsewhere refused.
func home(h approvals.Home) func(*bot.Config) {
	return func(c *bot.Config) { c.Home = h }
}

// A click is believed only where its payload, its message and its value are
// those of the card: everything else changes nothing, is told and is logged.
func TestClick_altered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = home(w.policy.Home)
	w.start()
	w.connected()
	card, other := w.asks(pixel), w.asks(galaxy)
	w.placed(card)
	w.placed(other)
	copied, err := w.slack.Say(anna, incidents, "", "a copy of the card")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		alter func(map[string]any)
		want  string // what the log says: act and code
		told  string
	}{
		{"another app", at("api_app_id", "A0OTHER"), "approve foreign-app", "did not come from this app"},
		{"no app", at("api_app_id", nil), "approve foreign-app", "did not come from this app"},
		{"another workspace", at("team.id", "T0OTHER"), "approve foreign-team", "did not come from the workspace"},
		{"no workspace", at("team", nil), "approve foreign-team", "did not come from the workspace"},
		{"an organisation", at("enterprise", map[string]any{"id": "E0OTHER"}), "approve foreign-team", "did not come from the workspace"},
		{"a person of another workspace", at("user.team_id", "T0OTHER"), "approve other-workspace", "People of another workspace"},
		{"a person of an organisation", at("user.enterprise_user", map[string]any{"id": anna, "enterprise_id": "E0OTHER"}), "approve other-organisation", "People of another Slack organisation"},
		{"a stranger", at("user.is_stranger", true), "approve stranger", "People from outside"},
		{"a copied card", at("container.message_ts", copied), "approve wrong-card", "not the card of R-1"},
		{"a forwarded card", both(at("container.channel_id", random), at("channel.id", random)), "approve wrong-card", ""},
		{"the card of another request", at("container.message_ts", other.TS), "approve wrong-card", "not the card of R-1"},
		{"an ephemeral copy", at("container.is_ephemeral", true), "approve wrong-card", "not the card of R-1"},
		{"no container", at("container", nil), "approve wrong-card", "not the card of R-1"},
		{"a view", at("container", map[string]any{"type": "view", "view_id": "V1"}), "approve wrong-card", "not the card of R-1"},
		{"the value of another request", value("2"), "approve wrong-card", "not the card of R-2"},
		{"no request", value("99"), "approve unknown-request", "There is no request R-99"},
		{"a value that is no number", value("1; drop"), "approve unknown-button", "not one that I know"},
		{"a value with a sign", value("+1"), "approve unknown-button", "not one that I know"},
		{"a padded value", value("01"), "approve unknown-button", "not one that I know"},
		{"a huge value", value(strings.Repeat("9", 100_000)), "approve unknown-button", "not one that I know"},
		{"another action", func(p map[string]any) { p["actions"].([]any)[0].(map[string]any)["action_id"] = "explode" }, "click unknown-button", "not one that I know"},
		{"no action", at("actions", []any{}), "click unknown-button", "not one that I know"},
		{"two actions", func(p map[string]any) {
			one := p["actions"].([]any)[0]
			p["actions"] = []any{one, one}
		}, "approve several-actions", "several things at once"},
		{"an action of an attachment", func(p map[string]any) {
			p["actions"] = append(p["actions"].([]any), map[string]any{"type": "button", "name": "x", "value": "1"})
		}, "approve several-actions", "several things at once"},
		{"another interaction", at("type", "message_action"), "approve unknown-button", "not one that I know"},
	} {
		before, told := len(w.refused()), len(w.whispers(anna))
		if _, err := w.slack.AlteredClick(t.Context(), anna, incidents, card.TS, "approve", tc.alter); err != nil {
			t.Fatal(err)
		}
		w.eventually(tc.name+" is refused", func() bool { return len(w.refused()) > before })
		if got := w.refused()[before:]; len(got) != 1 || got[0] != tc.want {
			t.Errorf("%s: the log says %q, want %q", tc.name, got, tc.want)
		}
		w.until(tc.name+" is told", func() bool {
			return tc.told == "" || slices.ContainsFunc(w.whispers(anna)[told:], func(s string) bool { return strings.Contains(s, tc.told) })
		})
	}
	for id := range approvals.ID(2) {
		r, err := w.store.Request(t.Context(), id+1)
		if err != nil || r.State != approvals.Pending || len(r.Decisions) != 0 {
			t.Errorf("%s is %s with decisions %v (%v), want pending with none", r.ID, r.State, r.Decisions, err)
		}
	}
	if w.devices.sent() != 0 {
		t.Error("a device was reset")
	}
}

// The card that a request had before is no longer its card.
func TestClick_olderCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = func(c *bot.Config) { c.CheckPause = 1e8 }
	w.start()
	w.connected()
	first := w.asks(pixel)
	w.placed(first)
	w.slack.DeleteMessage(incidents, first.TS)
	w.until("the card is posted again", func() bool { return len(w.cards()) == 1 && w.cards()[0].TS != first.TS })
	second := w.cards()[0]
	w.eventually("its place is stored", func() bool { return len(w.events(approvals.CardPosted)) == 2 })
	if _, err := w.slack.AlteredClick(t.Context(), anna, incidents, second.TS, "approve", at("container.message_ts", first.TS)); err != nil {
		t.Fatal(err)
	}
	w.eventually("it is refused", func() bool { return len(w.refused()) == 1 })
	if diff := cmp.Diff([]string{"approve wrong-card"}, w.refused()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	w.clicks(anna, second, "approve")
	w.finished(second)
}

// Clicking twice has one effect.
func TestClick_twice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Quorum = 2
	w.start()
	w.connected()
	w.slack.EditGroup("S0ONCALL", func(g *fakeslack.Group) { g.Members = append(g.Members, nora) })
	card := w.asks(pixel)
	for range 3 {
		w.clicks(anna, card, "approve")
	}
	w.eventually("two are refused", func() bool { return len(w.refused()) == 2 })
	if diff := cmp.Diff([]string{"approve decided-by-you", "approve decided-by-you"}, w.refused()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if n := len(w.events(approvals.GotApproval)); n != 1 || w.devices.sent() != 0 {
		t.Errorf("%d approvals and %d resets, want one and none", n, w.devices.sent())
	}
}

// Commands of elsewhere, and those that are not understood, are refused and
// logged; a dry run and a look are too.
func TestCommand_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = home(w.policy.Home)
	w.start()
	w.connected()
	w.asks(pixel)
	for _, tc := range []struct {
		who, text  string
		alter      func(map[string]any)
		want, told string
	}{
		{rita, pixel + " reason: x", at("api_app_id", "A0OTHER"), "command foreign-app", "did not come from this app"},
		{rita, pixel + " reason: x", at("team_id", "T0OTHER"), "command foreign-team", "did not come from the workspace"},
		{rita, "list", at("enterprise_id", "E0OTHER"), "command foreign-team", "did not come from the workspace"},
		{rita, pixel, nil, "command no-reason", "The reason is missing"},
		{nora, "show R-1", nil, "show not-yours-to-see", "can be seen by"},
		{nora, "cancel R-1", nil, "cancel not-yours-to-cancel", "can cancel"},
		{rita, "show R-9", nil, "show unknown-request", "There is no request R-9"},
		{nora, "dry-run " + galaxy, nil, "dry-run not-requester", "Dry run"},
	} {
		before := len(w.refused())
		seen, err := w.slack.AlteredCommand(t.Context(), tc.who, incidents, "/reset-passcode "+tc.text, tc.alter)
		if err != nil || !strings.Contains(seen.Text, tc.told) {
			t.Errorf("%s types %q and sees %q %s (%v), want %q", tc.who, tc.text, seen.Text, seen.Error, err, tc.told)
		}
		w.eventually(tc.text+" is refused", func() bool { return len(w.refused()) > before })
		if got := w.refused()[before:]; len(got) != 1 || got[0] != tc.want {
			t.Errorf("%q: the log says %q, want %q", tc.text, got, tc.want)
		}
	}
	if open, err := w.store.Open(t.Context()); err != nil || len(open) != 1 {
		t.Errorf("%d requests (%v), want the one that was asked for", len(open), err)
	}
}

// On Enterprise Grid it is the organisation that counts: the app can be
// installed on all of it, and team is null then.
func TestClick_grid(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		org   bool
		alter func(map[string]any)
		want  string // empty where it counts
	}{
		"the workspace":          {false, nil, ""},
		"all of it":              {true, nil, ""},
		"another workspace":      {false, at("team.id", "T0OTHER"), ""},
		"another organisation":   {false, at("enterprise.id", "E0OTHER"), "approve foreign-team"},
		"another, all of it":     {true, at("enterprise.id", "E0OTHER"), "approve foreign-team"},
		"nothing is said":        {true, at("enterprise", nil), "approve foreign-team"},
		"a person of elsewhere":  {true, at("user.enterprise_user", map[string]any{"enterprise_id": "E0OTHER"}), "approve other-organisation"},
		"a person of it":         {true, at("user.enterprise_user", map[string]any{"enterprise_id": "E0CONTOSO"}), ""},
		"a stranger, by his own": {true, at("user.is_stranger", true), "approve stranger"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c *fakeslack.Config) { c.Team.EnterpriseID, c.App.OrgInstalled = "E0CONTOSO", tc.org })
			w.policy.Home.Enterprise = "E0CONTOSO"
			w.edit = home(w.policy.Home)
			w.start()
			w.connected()
			card := w.asks(pixel)
			w.placed(card)
			if _, err := w.slack.AlteredClick(t.Context(), anna, incidents, card.TS, "approve", tc.alter); err != nil {
				t.Fatal(err)
			}
			if tc.want == "" {
				w.finished(card)
				return
			}
			w.eventually("it is refused", func() bool { return len(w.refused()) > 0 })
			if diff := cmp.Diff([]string{tc.want}, w.refused()); diff != "" {
				t.Errorf("the log (-want +got):\n%s", diff)
			}
		})
	}
}

// Each act says through what it came, and each socket is in the log.
func TestReceive_sources(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(nora, card, "approve")
	w.eventually("it is refused", func() bool { return len(w.refused()) == 1 })
	w.slack.CutSockets()
	w.eventually("another socket is open", func() bool { return len(w.events(approvals.SocketConnected)) == 2 })
	w.until("another socket is open", func() bool { return w.slack.Sockets() == 1 })
	w.clicks(anna, card, "approve")
	w.finished(card)

	sockets := w.events(approvals.SocketConnected)
	names := [2]string{sockets[0].Data["connection"], sockets[1].Data["connection"]}
	if names[0] == "" || names[0] == names[1] {
		t.Errorf("the sockets are named %q", names)
	}
	for i, s := range sockets {
		want := map[string]string{"connection": names[i], "connections": "1", "app": "A0PASSCODE", "host": "applink-1"}
		if diff := cmp.Diff(want, s.Data); diff != "" || s.Request != 0 {
			t.Errorf("socket %d, of %s (-want +got):\n%s", i, s.Request, diff)
		}
	}
	envelopes := map[string]string{}
	for _, e := range w.slack.Envelopes() {
		envelopes[e.ID] = e.Type
	}
	for kind, want := range map[approvals.EventKind][3]string{
		approvals.Asked:       {"command", names[0], "slash_commands"},
		approvals.WasRefused:  {"button", names[0], "interactive"},
		approvals.GotApproval: {"button", names[1], "interactive"},
	} {
		e := w.events(kind)[0]
		if got := [3]string{e.Data["via"], e.Data["connection"], envelopes[e.Data["envelope"]]}; got != want {
			t.Errorf("%s came through %q, want %q", kind, got, want)
		}
	}
}

// Every message that is posted is in the log with its place, and nothing that
// is in the log was not posted.
func TestPublish_posted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(anna, card, "approve")
	w.finished(card)
	w.types(rita, "serial:NONE reason: forgotten")
	w.until("Rita is told", func() bool { return count(w.whispers(rita), "R-2 was turned down") == 1 })
	w.eventually("everything is told", w.allTold)
	posted := map[string]int{}
	for _, m := range w.slack.Messages(anna, incidents, card.TS)[1:] {
		posted["thread "+incidents+" "+m.TS]++
	}
	for _, e := range w.events(approvals.MessagePosted) {
		switch e.Data["as"] {
		case "thread":
			posted["thread "+e.Data["channel"]+" "+e.Data["ts"]]--
			if e.Request != 1 || e.Data["thread_ts"] != card.TS || e.Data["through"] == "" {
				t.Errorf("a post without its place: %+v", e)
			}
		case "whisper":
			posted["whisper"]++
			if want := map[string]string{"as": "whisper", "channel": incidents, "to": rita, "through": e.Data["through"]}; e.Request != 2 || !cmp.Equal(want, e.Data) {
				t.Errorf("a whisper without its place: %+v", e)
			}
		}
	}
	for what, n := range posted {
		if want := map[bool]int{true: 1}[what == "whisper"]; n != want {
			t.Errorf("%s is in the log %d times too seldom", what, n-want)
		}
	}
	if len(posted) < 3 {
		t.Errorf("only %v was posted", posted)
	}
}

// Where the tokens are of two apps, nothing is done, and the log says why.
func TestReceive_twoApps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = func(c *bot.Config) { c.App = "A0OTHER" }
	w.start()
	w.connected()
	if seen := w.types(rita, pixel+" reason: forgotten"); !strings.Contains(seen.Text, "did not come from this app") {
		t.Errorf("Rita sees %q", seen.Text)
	}
	if diff := cmp.Diff([]string{"command foreign-app"}, w.refused()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if got := w.logs.String(); !strings.Contains(got, "the tokens are of two apps") {
		t.Errorf("the log does not say why:\n%s", got)
	}
}

// Who signs in knows which app it is.
func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api, err := bot.NewAPI(goodBot, goodApp, w.slack.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := bot.SignIn(t.Context(), api)
	want := bot.Identity{Home: approvals.Home{Team: "T0CONTOSO"}, App: "A0PASSCODE", User: "U0PASSBOT", Name: "passcodebot", Space: "Contoso", At: "https://contoso.slack.com/"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("signed in as (-want +got), %v:\n%s", err, diff)
	}
	w.slack.Fail(fakeslack.Fault{Method: "bots.info", Error: "internal_error"})
	if _, err := bot.SignIn(t.Context(), api); approvals.KindOf(err) != approvals.Unavailable {
		t.Errorf("the error is %v, want one of kind Unavailable", err)
	}
}
