package fakeslack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

func TestShortcut_payload(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	if seen, err := a.Shortcut(t.Context(), rita, "reset_passcode"); err != nil || seen.Error != "" {
		t.Fatalf("%+v, %v", seen, err)
	}
	want := map[string]any{
		"type": "shortcut", "token": "sandbox", "callback_id": "reset_passcode",
		"user": map[string]any{"id": rita, "username": "rita", "name": "rita", "team_id": "T0CONTOSO"},
		"team": map[string]any{"id": "T0CONTOSO", "domain": "contoso"}, "enterprise": nil, "is_enterprise_install": false,
	}
	if diff := cmp.Diff(want, without(t, a.payload(), "trigger_id", "action_ts")); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	a.must("views.open", "trigger_id", p.last().TriggerID, "view", modal(section("x"), ""))
}

// A message shortcut works in a thread, where commands do not, and its
// response_url answers the person.
func TestMessageShortcut_inAThread(t *testing.T) {
	t.Parallel()
	a := start(t)
	p := a.program()
	parent, err := a.Say(anna, incidents, "", "locked out")
	if err != nil {
		t.Fatal(err)
	}
	ts, err := a.Say(ben, incidents, parent, "me too")
	if err != nil {
		t.Fatal(err)
	}
	if seen, err := a.MessageShortcut(t.Context(), rita, incidents, ts, "reset_passcode_for_author"); err != nil || seen.Error != "" {
		t.Fatalf("%+v, %v", seen, err)
	}
	got := p.last()
	if got.Message.User != ben || got.Message.ThreadTimestamp != parent || got.MessageTs != ts || got.Channel.ID != incidents || got.User.ID != rita {
		t.Errorf("payload = %+v", got)
	}
	if _, sent := a.payload()["api_app_id"]; sent {
		t.Error("api_app_id is in no example of Slack's")
	}
	a.answered(a.post(got.ResponseURL, `{"text":"on it"}`), 200, "ok")
	if shown := a.Messages(rita, incidents, ""); len(shown) != 2 || !shown[1].Ephemeral {
		t.Errorf("rita sees %+v", shown)
	}
}

func TestShortcut_whoCannot(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.dial().serve("null")
	ts := a.must("chat.postMessage", "channel", security, "text", "x").text("ts")
	hidden := a.must("chat.postEphemeral", "channel", incidents, "user", rita, "text", "x").text("message_ts")
	a.EditPerson(ben, func(p *fakeslack.Person) { p.Deactivated = true })
	for name, do := range map[string]func() (fakeslack.Seen, error){
		"deactivated": func() (fakeslack.Seen, error) { return a.Shortcut(t.Context(), ben, "reset_passcode") },
		"unknown":     func() (fakeslack.Seen, error) { return a.Shortcut(t.Context(), rita, "other") },
		"of messages": func() (fakeslack.Seen, error) { return a.Shortcut(t.Context(), rita, "reset_passcode_for_author") },
		"global, on a message": func() (fakeslack.Seen, error) {
			return a.MessageShortcut(t.Context(), rita, security, ts, "reset_passcode")
		},
		"outside the channel": func() (fakeslack.Seen, error) {
			return a.MessageShortcut(t.Context(), nora, security, ts, "reset_passcode_for_author")
		},
		"on an ephemeral one": func() (fakeslack.Seen, error) {
			return a.MessageShortcut(t.Context(), rita, incidents, hidden, "reset_passcode_for_author")
		},
	} {
		if seen, err := do(); err == nil {
			t.Errorf("%s: %+v", name, seen)
		}
	}
	a.SetScopes("chat:write")
	if seen, err := a.Shortcut(t.Context(), rita, "reset_passcode"); err == nil {
		t.Errorf("without the scope commands: %+v", seen)
	}
	if got := len(a.Envelopes()); got != 0 {
		t.Errorf("%d envelopes were sent", got)
	}
}
