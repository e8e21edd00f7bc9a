package fakeslack_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack/slackevents"

	"passcodebot/bot/fakeslack"
)

// events is what slack-go reads of the events that were sent.
func (a *app) events() []slackevents.EventsAPIEvent {
	a.t.Helper()
	var out []slackevents.EventsAPIEvent
	for _, e := range a.Envelopes() {
		if e.Type != "events_api" {
			continue
		}
		event, err := slackevents.ParseEvent(e.Payload, slackevents.OptionNoVerifyToken())
		if err != nil {
			a.t.Fatal(err)
		}
		out = append(out, event)
	}
	return out
}

func TestEvents_mention(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.program()
	parent, err := a.Say(anna, incidents, "", "no mention of passcodebot")
	if err != nil {
		t.Fatal(err)
	}
	ts, err := a.Say(rita, incidents, parent, "@passcodebot help @anna")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Say(rita, random, "", "@passcodebot is not here"); err != nil {
		t.Fatal(err)
	}
	a.must("chat.postMessage", "channel", incidents, "text", "<@U0PASSBOT> speaks of itself")
	a.await("the mention is acknowledged", func() bool { all := a.Envelopes(); return len(all) == 1 && all[0].Acked })
	got, ok := a.events()[0].InnerEvent.Data.(*slackevents.AppMentionEvent)
	if !ok {
		t.Fatalf("slack-go read %+v", a.events()[0])
	}
	read := []string{got.User, got.Text, got.Channel, got.TimeStamp, got.ThreadTimeStamp, got.EventTimeStamp}
	if diff := cmp.Diff([]string{rita, "<@U0PASSBOT> help <@U0ANNA>", incidents, ts, parent, ts}, read); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	outer := without(t, a.payload(), "event", "event_id", "event_time")
	want := map[string]any{
		"type": "event_callback", "token": "sandbox", "team_id": "T0CONTOSO", "api_app_id": "A0PASSCODE", "is_ext_shared_channel": false,
		"authorizations": []any{map[string]any{
			"enterprise_id": nil, "team_id": "T0CONTOSO", "user_id": bot, "is_bot": true, "is_enterprise_install": false,
		}},
	}
	if diff := cmp.Diff(want, outer); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	if got := len(a.Envelopes()); got != 1 {
		t.Errorf("%d events, want that of the one mention", got)
	}
	a.SetScopes("chat:write")
	if _, err := a.Say(rita, incidents, "", "@passcodebot help"); err != nil {
		t.Fatal(err)
	}
	if got := len(a.Envelopes()); got != 1 {
		t.Errorf("%d events without the scope app_mentions:read", got)
	}
}

// The app gets its own direct messages too: it has to know them.
func TestEvents_directMessages(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.program()
	a.must("chat.postMessage", "channel", rita, "text", "hello")
	a.await("the app is told of its own message", func() bool { return len(a.Envelopes()) == 1 })
	if _, err := a.Say(rita, a.DirectChannel(rita), "", "@passcodebot help"); err != nil {
		t.Fatal(err)
	}
	a.await("the app is told of an answer", func() bool { return len(a.Envelopes()) == 2 })
	var got [][]string
	for _, e := range a.events() {
		m, _ := e.InnerEvent.Data.(*slackevents.MessageEvent)
		got = append(got, []string{m.User, m.BotID, m.Text, m.ChannelType})
	}
	want := [][]string{{bot, "B0PASSCODE", "hello", "im"}, {rita, "", "<@U0PASSBOT> help", "im"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestOpenHome(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.program()
	open := func() *slackevents.AppHomeOpenedEvent {
		t.Helper()
		if seen, err := a.OpenHome(t.Context(), rita); err != nil || seen.Error != "" {
			t.Fatalf("%+v, %v", seen, err)
		}
		all := a.events()
		got, _ := all[len(all)-1].InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
		return got
	}
	first := open()
	if first.User != rita || first.Tab != "home" || first.Channel != a.DirectChannel(rita) || first.View != nil {
		t.Errorf("the first event = %+v", first)
	}
	hash := a.must("views.publish", "user_id", rita, "view", `{"type":"home","blocks":[]}`).text("view", "hash")
	if again := open(); again.View == nil || again.View.Hash != hash {
		t.Errorf("with a view: %+v", again)
	}
	silent := start(t, func(c *fakeslack.Config) { c.App.Events = nil })
	if seen, err := silent.OpenHome(t.Context(), rita); err != nil || seen.Error != "" || len(silent.Envelopes()) != 0 {
		t.Errorf("without a subscription: %+v, %v", seen, err)
	}
}

// An event that is not acknowledged comes again with the same event_id, in a
// new envelope each time, and no oftener than Slack sends it.
func TestEvents_retries(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) {
		c.AckWithin, c.RetryEvents = 20*time.Millisecond, []time.Duration{0, time.Millisecond, time.Millisecond}
	})
	l := a.dial()
	if _, err := a.Say(rita, incidents, "", "@passcodebot help"); err != nil {
		t.Fatal(err)
	}
	envelopes, events := map[any]bool{}, map[any]bool{}
	var got []any
	for range 4 {
		e := l.frame()
		payload, _ := e["payload"].(map[string]any)
		envelopes[e["envelope_id"]], events[payload["event_id"]] = true, true
		got = append(got, e["retry_attempt"], e["retry_reason"])
	}
	if diff := cmp.Diff([]any{0.0, "", 1.0, "timeout", 2.0, "timeout", 3.0, "timeout"}, got); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	if len(envelopes) != 4 || len(events) != 1 {
		t.Errorf("%d envelopes of %d events", len(envelopes), len(events))
	}
	// The next frame is another event's: the first one is given up.
	if _, err := a.Say(rita, incidents, "", "@passcodebot list"); err != nil {
		t.Fatal(err)
	}
	next := l.frame()
	payload, _ := next["payload"].(map[string]any)
	if events[payload["event_id"]] || next["retry_attempt"] != 0.0 {
		t.Errorf("a fifth time: %v", next)
	}
	if next["accepts_response_payload"] != false {
		t.Errorf("accepts_response_payload = %v", next["accepts_response_payload"])
	}
}
