package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

// presses clicks on the button to try the failed devices again.
func (w *world) presses(who string, m fakeslack.Message) {
	w.t.Helper()
	if _, err := w.slack.Click(w.t.Context(), who, m.Channel, m.TS, "again"); err != nil {
		w.t.Fatal(err)
	}
}

// alone is all that somebody alone was told, wherever it was.
func (w *world) alone(who string, card fakeslack.Message) []string {
	all := append(w.said(who, incidents, ""), w.said(who, incidents, card.TS)...)
	return append(all, w.directs(who)...)
}

// reports has Intune tell that a device has done its reset, or failed.
func (w *world) reports(id string, state approvals.ActionState) {
	w.t.Helper()
	r, _ := w.stored(1)
	taken := r.Target(id).Result.TakenAt
	w.devices.mu.Lock()
	defer w.devices.mu.Unlock()
	d := w.devices.all[id]
	d.LastReset = approvals.Action{State: state, Started: taken.Add(time.Second), Updated: taken.Add(2 * time.Second)}
	w.devices.all[id] = d
}

// failing is the card of a done request of Rita's, of which one device was
// refused, and the results in its thread.
func (w *world) failing() (card, results fakeslack.Message) {
	w.t.Helper()
	w.devices.refuse(galaxy)
	if seen := w.types(rita, pixel+" "+galaxy+` verified:"I called her back" reason: forgotten`); seen.Error != "" {
		w.t.Fatal(seen.Error)
	}
	w.until("there is a card", func() bool { return len(w.cards()) == 1 })
	card = w.cards()[0]
	w.clicks(anna, card, "approve")
	w.finished(card)
	return card, w.saying(anna, incidents, card.TS, "is done:")
}

// Somebody else who tries the failed devices again does not say what the first
// requester has said: the card tells whose the reason is. While their request
// is open, others are told so; once it was denied, others can try.
func TestAgain_bySomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Requesters = approvals.Audience{People: []string{rita, ben}}
	w.start()
	w.connected()
	card, results := w.failing()
	w.presses(ben, results)
	w.until("there is a second card", func() bool { return len(w.cards()) == 2 })
	second := w.cards()[1]
	r, _ := w.stored(2)
	if r.Requester.ID != ben || r.Statement != (approvals.Statement{}) || r.Reason != "forgotten" {
		t.Errorf("%s says %+v for the reason %q; want Ben, nothing, and the first reason", r.Requester.ID, r.Statement, r.Reason)
	}
	if want := "The reason is that of <@U0RITA>, of R-1."; !strings.Contains(second.Text, want) {
		t.Errorf("the second card does not say %q:\n%s", want, second.Text)
	}
	w.presses(rita, results)
	w.until("Rita is told who has it", func() bool {
		return count(w.alone(rita, card), "What failed of R-1 is already asked for once more: by ben") == 1
	})
	w.denies(anna, second, "call him first")
	w.eventually("it is denied", func() bool { r, _ := w.stored(2); return r.State == approvals.Denied })
	w.presses(rita, results)
	w.until("there is a third card", func() bool { return len(w.cards()) == 3 })
	if r, _ := w.stored(3); r.Requester.ID != rita || r.Again != 1 || r.Statement.Verified != "I called her back" {
		t.Errorf("the third is by %s, again of %s, and says %+v", r.Requester.ID, r.Again, r.Statement)
	}
}

// What becomes of a second try is told to who asked for it, and not to who
// pressed the button after them.
func TestAgain_toldToItsRequester(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Requesters = approvals.Audience{People: []string{rita, ben}}
	w.start()
	w.connected()
	card, results := w.failing()
	hold := make(chan struct{})
	w.devices.meets(func(ctx context.Context, _ approvals.Selector) error {
		select {
		case <-hold:
		case <-ctx.Done():
		}
		return &approvals.Error{Kind: approvals.NotFound, Code: "device-not-found", Text: "Intune knows no such device."}
	})
	w.presses(ben, results)
	w.until("Ben is answered", func() bool { return count(w.alone(ben, card), "R-2 is stored") == 1 })
	w.presses(rita, results)
	w.until("Rita is answered", func() bool { return count(w.alone(rita, card), "with R-2") == 1 })
	close(hold)
	w.until("Ben is told how it ended", func() bool { return count(w.alone(ben, card), "R-2 was turned down") == 1 })
	w.eventually("everything is told", w.allTold)
	if n := count(w.alone(rita, card), "R-2 was turned down"); n > 0 {
		t.Errorf("Rita is told %d times how Ben's request ended", n)
	}
}

// A device that fails after the end can be tried again too.
func TestAgain_failedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(anna, card, "approve")
	w.finished(card)
	w.reports(pixel, approvals.ActionFailed)
	w.later(60)
	l.runner.Nudge()
	button := "This message has a button to try the failed ones again."
	w.until("the thread has a button", func() bool { return count(w.thread(card.TS), button) == 1 })
	w.presses(rita, w.saying(anna, incidents, card.TS, button))
	w.until("there is a second card", func() bool { return len(w.cards()) == 2 })
}

// Where the card is lost, the results are told directly, with the button that
// tries the failed devices again; and the question what became of the passcode
// is put all the same.
func TestAgain_cardLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	w.devices.refuse(galaxy)
	w.devices.hold = make(chan struct{})
	l := w.start()
	w.connected()
	card := w.asks(pixel + " " + galaxy)
	w.clicks(anna, card, "approve")
	w.until("the resets have begun", func() bool { return w.devices.sent() > 0 && count(w.thread(card.TS), "Approved by") > 0 })
	w.slack.DeleteMessage(card.Channel, card.TS)
	close(w.devices.hold)
	button := "This message has a button to try the failed ones again."
	w.until("Rita is told directly", func() bool { return count(w.directs(rita), button) > 0 })
	w.presses(rita, w.saying(rita, w.slack.DirectChannel(rita), "", button))
	w.eventually("there is a second request", func() bool { _, there := w.stored(2); return there })
	w.later(4*60 + 1)
	l.runner.Nudge()
	question := "Have the people set a passcode of their own by now?"
	w.until("Rita is asked", func() bool { return count(w.directs(rita), question) > 0 })
	w.eventually("everything is told", w.allTold)
	for _, once := range []string{question, "is done:"} {
		if n := count(w.directs(rita), once); n != 1 {
			t.Errorf("Rita is told %q %d times:\n%s", once, n, strings.Join(w.directs(rita), "\n--\n"))
		}
	}
}
