package fakeslack_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

func quick(c *fakeslack.Config) { c.AckWithin = 20 * time.Millisecond }

func TestAck_isShown(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	cases := []struct {
		payload string
		want    fakeslack.Seen
		shown   bool
		only    bool
	}{
		{"", fakeslack.Seen{}, false, false},
		{"{}", fakeslack.Seen{}, false, false},
		{`{"text":"only you"}`, fakeslack.Seen{Text: "only you"}, true, true},
		{`{"text":"all of you","response_type":"in_channel"}`, fakeslack.Seen{Text: "all of you"}, true, false},
		{`{"text":"x","blocks":[{"type":"section"}]}`, fakeslack.Seen{Error: "invalid_blocks"}, false, false},
		{`{"text":"x","response_type":"loud"}`, fakeslack.Seen{Error: "invalid_response_type"}, false, false},
		{`{"text":""}`, fakeslack.Seen{Error: "no_text"}, false, false},
		{`[]`, fakeslack.Seen{Error: "invalid_payload"}, false, false},
	}
	for _, c := range cases {
		before := len(a.Messages("", random, ""))
		done := a.command(rita, random, "/reset-passcode help") // works without the bot
		l.ack(l.frame(), c.payload)
		seen, err := done()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.payload, diff)
		}
		var fromApp []fakeslack.Message
		for _, m := range a.Messages("", random, "")[before:] {
			if m.Source == "ack" {
				fromApp = append(fromApp, m)
			}
		}
		if (len(fromApp) == 1) != c.shown || (c.shown && (fromApp[0].Ephemeral != c.only || fromApp[0].Text != c.want.Text)) {
			t.Errorf("%s shows %+v", c.payload, fromApp)
		}
	}
	if got := a.Messages(anna, random, ""); len(got) != 1 {
		t.Errorf("anna sees %+v", got)
	}
	for _, e := range a.Envelopes() {
		if !e.Acked || e.Dropped != "" || e.AckAfter <= 0 {
			t.Errorf("envelope %+v", e)
		}
	}
	if got := string(a.Envelopes()[2].AckPayload); got != `{"text":"only you"}` {
		t.Errorf("payload = %s", got)
	}
}

func TestAck_missingIsATimeout(t *testing.T) {
	t.Parallel()
	a := start(t, quick)
	l := a.dial()
	seen, err := a.Command(t.Context(), rita, incidents, "/reset-passcode help")
	if err != nil || seen.Error != "operation_timeout" {
		t.Fatalf("%+v, %v", seen, err)
	}
	want := `/reset-passcode failed with the error "operation_timeout"`
	got := a.Messages(rita, incidents, "")
	if len(got) != 1 || got[0].Text != want || got[0].User != "USLACKBOT" || !got[0].Ephemeral {
		t.Errorf("rita sees %+v", got)
	}
	// A late acknowledgement changes nothing.
	l.ack(l.frame(), `{"text":"sorry"}`)
	a.await("the late acknowledgement is in", func() bool { return a.Envelopes()[0].Dropped == "late" })
	if got := a.Messages(rita, incidents, ""); len(got) != 1 || a.Envelopes()[0].Acked {
		t.Errorf("rita sees %+v", got)
	}
}

func TestAck_of20KBIsDropped(t *testing.T) {
	t.Parallel()
	a := start(t, quick)
	l := a.dial()
	done := a.command(rita, incidents, "/reset-passcode help")
	l.ack(l.frame(), `{"text":"`+x(20_000)+`"}`)
	if seen, err := done(); err != nil || seen.Error != "operation_timeout" {
		t.Errorf("%+v, %v", seen, err)
	}
	a.await("the acknowledgement is in", func() bool { return a.Envelopes()[0].Dropped == "too big" })
	if got := a.Envelopes()[0]; got.Acked {
		t.Errorf("envelope %+v", got)
	}
}

func TestAck_countsOnItsSocketOnly(t *testing.T) {
	t.Parallel()
	a := start(t, quick)
	l := a.dial()
	done := a.command(rita, incidents, "/reset-passcode help")
	envelope := l.frame()
	m := a.dial()
	m.ack(envelope, "")
	if seen, err := done(); err != nil || seen.Error != "operation_timeout" {
		t.Errorf("%+v, %v", seen, err)
	}
	a.await("the acknowledgement is in", func() bool { return a.Envelopes()[0].Dropped == "wrong socket" })
	if got := a.Envelopes()[0]; got.Acked {
		t.Errorf("envelope %+v", got)
	}
}

func TestAck_ofNothingIsIgnored(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	l.write(`not JSON`)
	l.write(`{"envelope_id":"unknown"}`)
	done := a.command(rita, incidents, "/reset-passcode help")
	envelope := l.frame()
	l.ack(envelope, "")
	if seen, err := done(); err != nil || seen.Error != "" {
		t.Errorf("%+v, %v", seen, err)
	}
	l.ack(envelope, `{"text":"once more"}`) // the second one
	done = a.command(rita, incidents, "/reset-passcode help")
	l.ack(l.frame(), "")
	if _, err := done(); err != nil {
		t.Error(err)
	}
	if got := a.Messages("", incidents, ""); got != nil {
		t.Errorf("shown: %+v", got)
	}
}

func TestCommand_withoutASocketIsNotDispatched(t *testing.T) {
	t.Parallel()
	a := start(t)
	seen, err := a.Command(t.Context(), rita, incidents, "/reset-passcode help")
	if err != nil || seen.Error != "dispatch_failed" {
		t.Errorf("%+v, %v", seen, err)
	}
	if got := a.Messages(rita, incidents, ""); len(got) != 1 || got[0].Source != "slackbot" {
		t.Errorf("rita sees %+v", got)
	}
}

func TestCommand_endsWithItsContextAndWithTheServer(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.AckWithin = time.Hour })
	a.dial()
	ctx, cancel := context.WithCancel(t.Context())
	done := acting(func() (fakeslack.Seen, error) { return a.Command(ctx, rita, incidents, "/reset-passcode help") })
	a.await("the command is out", func() bool { return len(a.Envelopes()) == 1 })
	cancel()
	if _, err := done(); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	done = a.command(rita, incidents, "/reset-passcode help")
	a.await("the command is out", func() bool { return len(a.Envelopes()) == 2 })
	waiting := acting(func() (int, error) { return 0, a.Wait(t.Context(), func() bool { return false }) })
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if _, err := done(); err == nil {
		t.Error("the command outlived the server")
	}
	if _, err := waiting(); err == nil {
		t.Error("Wait outlived the server")
	}
}

func TestDeliver_sendsAnything(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	done := acting(func() (fakeslack.Seen, error) {
		return a.Deliver(t.Context(), "interactive", map[string]any{"type": "block_actions", "team": map[string]any{"id": "T0EVIL"}})
	})
	envelope := l.frame()
	want := map[string]any{
		"envelope_id": envelope["envelope_id"], "type": "interactive", "accepts_response_payload": false,
		"payload": map[string]any{"type": "block_actions", "team": map[string]any{"id": "T0EVIL"}},
	}
	if diff := cmp.Diff(want, envelope); diff != "" {
		t.Errorf("envelope (-want +got):\n%s", diff)
	}
	l.ack(envelope, `{"text":"no"}`)
	if seen, err := done(); err != nil || seen.Text != "no" {
		t.Errorf("%+v, %v", seen, err)
	}
	done = acting(func() (fakeslack.Seen, error) {
		return a.Deliver(t.Context(), "events_api", map[string]any{"type": "event_callback"})
	})
	event := l.frame()
	if event["retry_attempt"] != 0.0 || event["retry_reason"] != "" {
		t.Errorf("event = %v", event)
	}
	l.ack(event, "")
	if _, err := done(); err != nil {
		t.Error(err)
	}
}
