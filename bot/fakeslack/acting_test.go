package fakeslack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

func TestCommand_payload(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	done := a.command(rita, security, `  /reset-passcode  user:alice@contoso.com reason: ask @anna, @on-call in #incidents & see https://x.example/?a=1&b=2 <now> `)
	envelope := l.frame()
	l.ack(envelope, "")
	if _, err := done(); err != nil {
		t.Fatal(err)
	}
	payload, _ := envelope["payload"].(map[string]any)
	for _, secret := range []string{"response_url", "trigger_id"} {
		if s, _ := payload[secret].(string); s == "" {
			t.Errorf("no %s", secret)
		}
		delete(payload, secret)
	}
	want := map[string]any{
		"envelope_id": envelope["envelope_id"], "type": "slash_commands", "accepts_response_payload": true,
		"payload": map[string]any{
			"token": "sandbox", "team_id": "T0CONTOSO", "team_domain": "contoso", "channel_id": security,
			"channel_name": "privategroup", "user_id": rita, "user_name": "rita", "command": "/reset-passcode",
			"api_app_id": "A0PASSCODE", "is_enterprise_install": "false",
			"text": "user:<mailto:alice@contoso.com|alice@contoso.com> reason: ask <@U0ANNA|anna>, <!subteam^S0ONCALL|@on-call> " +
				"in <#C0INCIDENTS|incidents> &amp; see <https://x.example/?a=1&amp;b=2> &lt;now&gt;",
		},
	}
	if diff := cmp.Diff(want, envelope); diff != "" {
		t.Errorf("envelope (-want +got):\n%s", diff)
	}
}

func TestCommand_withoutEscaping(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.App.Commands = []fakeslack.Command{{Name: "/plain"}}
		c.Team.EnterpriseID, c.App.OrgInstalled = "E0CONTOSO", true
	})
	l := a.dial()
	done := a.command(rita, incidents, "/plain @anna <b>")
	envelope := l.frame()
	l.ack(envelope, "")
	if _, err := done(); err != nil {
		t.Fatal(err)
	}
	payload, _ := envelope["payload"].(map[string]any)
	got := []any{payload["text"], payload["enterprise_id"], payload["is_enterprise_install"]}
	if diff := cmp.Diff([]any{"@anna <b>", "E0CONTOSO", "true"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCommand_whoCannot(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.People = append(c.People, fakeslack.Person{ID: "U0PAT", Name: "pat", Team: "T0OTHER", Stranger: true})
		c.Channels = append(c.Channels, fakeslack.Channel{ID: "C0PARTNER", Name: "partner", Shared: true, Members: []string{bot, "U0PAT"}})
	})
	a.dial().serve("null")
	fails := func(why, as, channel string) {
		t.Helper()
		if seen, err := a.Command(t.Context(), as, channel, "/reset-passcode help"); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s in %s: %+v, %v; want %q", as, channel, seen, err, why)
		}
	}
	a.EditPerson(ben, func(p *fakeslack.Person) { p.Deactivated = true })
	fails("is deactivated", ben, incidents)
	fails("can't see", nora, security)
	fails("can't see", gina, random)
	fails("no person", "U0NONE", incidents)
	fails("no channel", rita, "C0NONE")
	fails("is a bot", bot, incidents)
	a.EditChannel(random, func(c *fakeslack.Channel) { c.Archived = true })
	fails("is archived", rita, random)

	for as, text := range map[string]string{rita: "/unknown x", "U0PAT": "/reset-passcode help"} {
		channel := map[string]string{rita: incidents, "U0PAT": "C0PARTNER"}[as]
		if seen, err := a.Command(t.Context(), as, channel, text); err != nil || seen.Error != "not a command" {
			t.Errorf("%s: %+v, %v", text, seen, err)
		}
	}
	a.SetScopes("chat:write")
	if seen, err := a.Command(t.Context(), rita, incidents, "/reset-passcode help"); err != nil || seen.Error != "not a command" {
		t.Errorf("without the scope commands: %+v, %v", seen, err)
	}
	if got := len(a.Envelopes()); got != 0 {
		t.Errorf("%d envelopes were sent", got)
	}
}

func TestClick_payload(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	ts := a.must("chat.postMessage", "channel", incidents, "text", "card", "blocks", buttons).text("ts")
	done := acting(func() (fakeslack.Seen, error) { return a.Click(t.Context(), anna, incidents, ts, "approve") })
	envelope := l.frame()
	l.ack(envelope, "")
	if seen, err := done(); err != nil || seen.Error != "" {
		t.Fatalf("%+v, %v", seen, err)
	}
	payload, _ := envelope["payload"].(map[string]any)
	message, _ := payload["message"].(map[string]any)
	if message["ts"] != ts || message["text"] != "card" || message["blocks"] == nil || message["metadata"] != nil {
		t.Errorf("message = %v", message)
	}
	actions, _ := payload["actions"].([]any)
	action, _ := actions[0].(map[string]any)
	for from, keys := range map[*map[string]any][]string{&payload: {"message", "response_url", "trigger_id"}, &action: {"action_ts"}} {
		for _, k := range keys {
			if (*from)[k] == nil {
				t.Errorf("no %s", k)
			}
			delete(*from, k)
		}
	}
	want := map[string]any{
		"type":       "block_actions",
		"user":       map[string]any{"id": anna, "username": "anna", "name": "anna", "team_id": "T0CONTOSO"},
		"api_app_id": "A0PASSCODE", "token": "sandbox", "enterprise": nil, "is_enterprise_install": false,
		"container": map[string]any{"type": "message", "message_ts": ts, "channel_id": incidents, "is_ephemeral": false},
		"team":      map[string]any{"id": "T0CONTOSO", "domain": "contoso"},
		"channel":   map[string]any{"id": incidents, "name": "incidents"},
		"state":     map[string]any{"values": map[string]any{}},
		"actions": []any{map[string]any{
			"type": "button", "action_id": "approve", "block_id": "acts", "value": "R-1", "style": "primary",
			"text": map[string]any{"type": "plain_text", "text": "Approve", "emoji": true},
		}},
	}
	if diff := cmp.Diff(want, payload); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}

func TestClick_onAnEphemeralMessage(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.App.OrgInstalled, c.Team.EnterpriseID = true, "E0CONTOSO" })
	l := a.dial()
	ts := a.must("chat.postEphemeral", "channel", incidents, "user", rita, "text", "only you", "blocks", buttons).text("message_ts")
	if _, err := a.Click(t.Context(), anna, incidents, ts, "approve"); err == nil {
		t.Error("anna clicked what she does not see")
	}
	done := acting(func() (fakeslack.Seen, error) { return a.Click(t.Context(), rita, incidents, ts, "approve") })
	envelope := l.frame()
	l.ack(envelope, "")
	if _, err := done(); err != nil {
		t.Fatal(err)
	}
	payload, _ := envelope["payload"].(map[string]any)
	container, _ := payload["container"].(map[string]any)
	if _, sent := payload["message"]; sent || container["is_ephemeral"] != true {
		t.Errorf("payload = %v", payload)
	}
	if team, sent := payload["team"]; !sent || team != nil {
		t.Errorf("team of an installation on the organisation = %v", team)
	}
}

func TestClick_needsAVisibleButton(t *testing.T) {
	t.Parallel()
	a := start(t, quick)
	a.dial()
	ts := a.must("chat.postMessage", "channel", security, "text", "card", "blocks", buttons).text("ts")
	for _, c := range []struct{ as, channel, ts, action string }{
		{nora, security, ts, "approve"},
		{anna, security, ts, "deny"},
		{anna, security, "1.000001", "approve"},
		{anna, incidents, ts, "approve"},
	} {
		if seen, err := a.Click(t.Context(), c.as, c.channel, c.ts, c.action); err == nil {
			t.Errorf("%+v: %+v", c, seen)
		}
	}
	if seen, err := a.Click(t.Context(), anna, security, ts, "approve"); err != nil || seen.Error != "operation_timeout" {
		t.Errorf("not acknowledged: %+v, %v", seen, err)
	}
	if got := len(a.Messages(anna, security, "")); got != 1 {
		t.Errorf("%d messages: a click's warning stands at the button alone", got)
	}
	a.must("chat.update", "channel", security, "ts", ts, "text", "over", "blocks", "[]")
	if _, err := a.Click(t.Context(), anna, security, ts, "approve"); err == nil {
		t.Error("a button that is gone was clicked")
	}
}

func TestSay(t *testing.T) {
	t.Parallel()
	a := start(t)
	ts, err := a.Say(rita, incidents, "", "@anna see <this>")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Say(anna, incidents, ts, "on it"); err != nil {
		t.Fatal(err)
	}
	got := a.Messages(ben, incidents, "")
	if len(got) != 1 || got[0].Text != "<@U0ANNA|anna> see &lt;this&gt;" || got[0].Replies != 1 || got[0].User != rita {
		t.Errorf("%+v", got)
	}
	for _, c := range []struct{ as, channel, thread, text string }{
		{gina, random, "", "x"}, {rita, incidents, "1.0", "x"}, {rita, incidents, "", " "}, {nora, security, "", "x"},
	} {
		if _, err := a.Say(c.as, c.channel, c.thread, c.text); err == nil {
			t.Errorf("%+v was said", c)
		}
	}
}
