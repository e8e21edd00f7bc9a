package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

// Whoever may not decide is told so, and nothing is reset.
func TestClick_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.slack.EditGroup("S0ONCALL", func(g *fakeslack.Group) { g.Members = append(g.Members, gina, "U0ALICE") })
	w.start()
	w.connected()
	card := w.asks(pixel)
	for _, tc := range []struct{ who, action, want string }{
		{rita, "approve", "You asked for R-1 yourself, so you cannot decide on it."},
		{rita, "deny", "You asked for R-1 yourself, so you cannot decide on it."},
		{nora, "approve", "You are not in the group of people who may decide on R-1."},
		{gina, "approve", "Guests cannot ask for or decide on passcode resets."},
		{"U0ALICE", "approve", "You are the user of Alice Pixel, one of the devices of R-1"},
		{anna, "cancel", "Only rita, who asked for it, can cancel R-1."},
	} {
		if seen := w.clicks(tc.who, card, tc.action); seen.Error != "" {
			t.Errorf("%s clicks %s: %s", tc.who, tc.action, seen.Error)
		}
		w.until(tc.who+" is told "+tc.want, func() bool { return count(w.whispers(tc.who), tc.want) > 0 })
	}
	if w.devices.sent() != 0 {
		t.Error("a device was reset")
	}
}

// A click is believed only where it comes from the card itself.
func TestClick_forged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	copied, err := w.slack.Say(anna, incidents, "", "a copy of the card")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		payload map[string]any
		want    string
	}{
		"a copied message":   {forge(anna, incidents, copied, "approve", "1", nil), "This message is not the card of R-1."},
		"another channel":    {forge(anna, random, card.TS, "approve", "1", nil), "This message is not the card of R-1."},
		"no such request":    {forge(anna, incidents, card.TS, "approve", "77", nil), "There is no request R-77."},
		"value is no number": {forge(anna, incidents, card.TS, "approve", "1; drop", nil), "This button is not one that I know."},
		"another action":     {forge(anna, incidents, card.TS, "explode", "1", nil), "This button is not one that I know."},
	} {
		if _, err := w.slack.Deliver(t.Context(), "interactive", tc.payload); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	// The answers are ephemeral posts: the forged clicks carry no response_url.
	for _, want := range []string{"This message is not the card of R-1.", "There is no request R-77.", "This button is not one that I know."} {
		w.until(want, func() bool { return count(w.whispers(anna), want) > 0 })
	}
	r, err := w.store.Request(t.Context(), 1)
	if err != nil || r.State != approvals.Pending || len(r.Decisions) != 0 {
		t.Errorf("the request is %s with decisions %v (%v), want pending with none", r.State, r.Decisions, err)
	}
}

// Two people at the same instant have one effect, and each is answered.
func TestClick_sameInstant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.placed(card)
	w.devices.hold = make(chan struct{}) // else the second may find it finished
	var clicking sync.WaitGroup
	for _, who := range []string{anna, ben} {
		clicking.Go(func() {
			if _, err := w.slack.Click(t.Context(), who, incidents, card.TS, "approve"); err != nil {
				t.Error(err)
			}
		})
	}
	clicking.Wait()
	w.until("the second is told", func() bool {
		return count(append(w.whispers(anna), w.whispers(ben)...), "was first: R-1 is already approved") == 1
	})
	close(w.devices.hold)
	w.finished(card)
	if w.devices.sent() != 1 {
		t.Errorf("%d resets, want 1", w.devices.sent())
	}
}

func TestCommand_answers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.asks(pixel)
	for _, tc := range []struct{ who, text, want string }{
		{rita, "help", "How to ask for a passcode reset"},
		{rita, "list", "R-1"},
		{nora, "list", "No open requests."},
		{rita, "show R-1", "Alice Pixel"},
		{nora, "show R-1", "R-1 can be seen by the person who asked for it and by approvers only."},
		{rita, "show R-9", "There is no request R-9."},
		{rita, "serial: reason: x", "serial"},
		{anna, "cancel R-1", "Only rita, who asked for it, can cancel R-1."},
		{rita, "dry-run " + galaxy, "Dry run: I look the devices up in Intune and change nothing."},
		{rita, "cancel R-1", "R-1 is cancelled. Nothing was reset."},
	} {
		seen := w.types(tc.who, tc.text)
		if seen.Error != "" || !strings.Contains(seen.Text, tc.want) {
			t.Errorf("%s types %q and sees %q %s, want %q", tc.who, tc.text, seen.Text, seen.Error, tc.want)
		}
	}
	w.until("the dry run is told", func() bool { return count(w.whispers(rita), "Could approve: ") == 1 })
}

// A reason that calls a whole channel is refused, and one that names a person
// notifies nobody.
func TestCommand_pings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	if seen := w.types(rita, pixel+" reason: <!channel> look at this"); !strings.Contains(seen.Text, "nobody is called here") {
		t.Errorf("Rita sees %q", seen.Text)
	}
	if n := len(w.refused()); n != 1 {
		t.Errorf("%d refusals in the log, want one", n)
	}
	if seen := w.types(rita, pixel+" reason: @nora look at this"); !strings.Contains(seen.Text, "nobody is notified by it") {
		t.Errorf("Rita sees %q", seen.Text)
	}
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
	for _, who := range w.cards()[0].Notifies {
		if who == nora {
			t.Error("Nora was notified")
		}
	}
}

// Envelopes that nobody can read are acknowledged all the same.
func TestReceive_malformed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.slack.SendFrame([]byte(`not json`))
	w.slack.SendFrame([]byte(`{"type":"interactive","envelope_id":"e-1","payload":"what?"}`))
	w.slack.SendFrame([]byte(`{"type":"never_heard_of","envelope_id":"e-2","payload":{}}`))
	w.asks(pixel) // it still works
}

// A token that only a person can mend ends the process, with what to do.
func TestReceive_tokenRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	w.slack.RevokeTokens()
	w.slack.CutSockets()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	select {
	case err := <-l.received:
		e := approvals.AsError(err)
		if e.Kind != approvals.Forbidden || !strings.Contains(e.Sentence(), "SLACK_APP_TOKEN is no longer valid (token_revoked). Install the app again") {
			t.Errorf("it ends with %q", e.Sentence())
		}
	case <-ctx.Done():
		t.Fatal("it does not end")
	}
}

// slack-go would try again for ever.
func TestReceive_missingScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.App.AppScopes = []string{"authorizations:read"} })
	l := w.start()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	select {
	case err := <-l.received:
		e := approvals.AsError(err)
		if e.Kind != approvals.Forbidden || !strings.Contains(e.Sentence(), "SLACK_APP_TOKEN lacks a scope for apps.connections.open: it needs connections:write") {
			t.Errorf("it ends with %q", e.Sentence())
		}
	case <-ctx.Done():
		t.Fatal("it does not end")
	}
}

func TestPublish_missingScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	w.slack.SetScopes("commands", "users:read", "users:read.email", "usergroups:read", "im:write")
	if seen := w.types(rita, pixel+" reason: forgotten"); seen.Error != "" {
		t.Fatal(seen.Error)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	select {
	case err := <-l.told:
		e := approvals.AsError(err)
		if e.Kind != approvals.Forbidden || !strings.Contains(e.Sentence(), "lacks a scope for chat.postMessage: it needs chat:write") {
			t.Errorf("it ends with %q", e.Sentence())
		}
	case <-ctx.Done():
		t.Fatal("it does not end")
	}
}

// What could not be stored is not acknowledged, and its sender is told.
func TestClick_notStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.AckWithin = 500 * time.Millisecond })
	broken := &failing{Store: w.store}
	w.store = broken
	w.start()
	w.connected()
	card := w.asks(pixel)
	broken.fail(true)
	if seen := w.clicks(anna, card, "approve"); seen.Error == "" {
		t.Error("a click that was not stored was acknowledged")
	}
	w.until("Anna is told", func() bool { return count(w.whispers(anna), "could not be written to the database") == 1 })
	broken.fail(false)
	w.clicks(anna, card, "approve")
	w.finished(card)
}
