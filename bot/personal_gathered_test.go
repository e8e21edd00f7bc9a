package bot_test

import (
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

// What has gathered while Slack took no message is told in one, and the
// question what became of the passcode in one of its own, with its buttons.
func TestHandover_gathered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	l := w.start()
	w.connected()
	card := w.asks(pixel)
	w.until("Rita is told that it waits", func() bool { return len(w.directs(rita)) == 1 })
	heal := w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Channel: w.slack.DirectChannel(rita), Error: "internal_error"})
	w.clicks(anna, card, "approve")
	w.finished(card)
	w.later(4*60 + 1)
	l.runner.Nudge()
	w.eventually("the question is due", func() bool {
		r, _ := w.stored(1)
		return r.Handover.Times == 1
	})
	heal()
	w.until("Rita knows the end", func() bool { return count(w.directs(rita), "is done") == 1 })
	question := "Have the people set a passcode of their own by now?"
	w.until("Rita is asked", func() bool { return count(w.directs(rita), question) == 1 })
	ask := w.saying(rita, w.slack.DirectChannel(rita), "", question)
	if _, err := w.slack.Click(t.Context(), rita, ask.Channel, ask.TS, "own_passcode"); err != nil {
		t.Fatal(err)
	}
	w.until("the answer is shown", func() bool { return count(w.directs(rita), "I do not ask again.") == 1 })
}

// Where a device confirms its reset at the look at which the question is due,
// both are told, each in its own message.
func TestHandover_confirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	l := w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(anna, card, "approve")
	w.finished(card)
	w.until("Rita knows the end", func() bool { return count(w.directs(rita), "is done") == 1 })
	w.reports(pixel, approvals.ActionDone)
	w.later(4*60 + 1)
	l.runner.Nudge()
	w.until("Rita is told that it is confirmed", func() bool { return count(w.directs(rita), "confirmed: the device has reset it") == 1 })
	question := "Have the people set a passcode of their own by now?"
	w.until("Rita is asked", func() bool { return count(w.directs(rita), question) == 1 })
	ask := w.saying(rita, w.slack.DirectChannel(rita), "", question)
	if _, err := w.slack.Click(t.Context(), rita, ask.Channel, ask.TS, "own_passcode"); err != nil {
		t.Fatal(err)
	}
	w.until("the answer is shown", func() bool { return count(w.directs(rita), "I do not ask again.") == 1 })
}
