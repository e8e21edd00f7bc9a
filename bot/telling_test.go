package bot_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"passcodebot/bot/fakeslack"
)

// finished waits for the end of a request and returns its thread.
func (w *world) finished(card fakeslack.Message) []string {
	w.t.Helper()
	w.until("the summary is in the thread", func() bool { return count(w.thread(card.TS), "is done:") > 0 })
	return w.thread(card.TS)
}

func TestPublish_mainJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel + " " + galaxy)
	if got := count([]string{w.card(card.TS)}, "Approve"); got == 0 {
		t.Errorf("the card has no Approve: %s", w.card(card.TS))
	}
	w.clicks(anna, card, "approve")
	thread := w.finished(card)
	for part, want := range map[string]int{
		"Approved by <@U0ANNA>": 1, "accepted by Intune; the device does it": 4, "R-1 is done: 2 of 2 devices accepted by Intune": 1,
	} {
		if got := count(thread, part); got != want {
			t.Errorf("the thread says %q %d times, want %d:\n%s", part, got, want, strings.Join(thread, "\n"))
		}
	}
	w.until("the card has its outcome", func() bool { return strings.Contains(w.card(card.TS), "succeeded") })
	if strings.Contains(w.card(card.TS), `"actions"`) {
		t.Errorf("the card still has buttons: %s", w.card(card.TS))
	}
	if n := len(w.cards()); n != 1 {
		t.Errorf("%d messages in the channel, want the card alone", n)
	}
}

// What was posted and not answered is recognised by its mark.
func TestPublish_answerLost(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeslack.Fault{
		"answer lost":     {Method: "chat.postMessage", Times: 1, LoseAnswer: true},
		"call lost":       {Method: "chat.postMessage", Times: 1, Cut: true},
		"500":             {Method: "chat.postMessage", Times: 1, Status: 500},
		"429 with":        {Method: "chat.postMessage", Times: 1, Status: 429, RetryAfter: 1},
		"internal error":  {Method: "chat.postMessage", Times: 1, Error: "internal_error"},
		"update lost":     {Method: "chat.update", Times: 1, LoseAnswer: true},
		"update refused":  {Method: "chat.update", Times: 1, Error: "internal_error"},
		"history refused": {Method: "conversations.replies", Times: 1, Error: "internal_error"},
	} {
		for _, when := range []string{"card", "thread"} {
			t.Run(name+" at the "+when, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.start()
				w.connected()
				if when == "card" {
					w.slack.Fail(fault)
				}
				card := w.asks(pixel)
				if when == "thread" {
					w.slack.Fail(fault)
				}
				w.clicks(anna, card, "approve")
				thread := w.finished(card)
				for _, part := range []string{"Approved by", "is done:", "Pass it on in a call"} {
					if got := count(thread, part); got != 1 {
						t.Errorf("the thread says %q %d times, want once:\n%s", part, got, strings.Join(thread, "\n"))
					}
				}
				if n := len(w.cards()); n != 1 {
					t.Errorf("%d cards, want 1", n)
				}
			})
		}
	}
}

// What was posted is recognised also where our clock is ahead of Slack's.
func TestPublish_clockAhead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.Now = time.Now })
	w.later(50)
	w.start()
	w.connected()
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Times: 1, LoseAnswer: true})
	w.asks(pixel)
	w.eventually("everything is told", w.allTold)
	if n := len(w.cards()); n != 1 {
		t.Errorf("%d cards, want 1", n)
	}
}

// A process that ended between a post and its cursor posts nothing twice.
func TestPublish_restart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(anna, card, "approve")
	before := w.finished(card)
	first.stop()
	w.store = rewind(w.store, 1)
	drawn := w.calls("chat.update")
	w.start()
	w.connected()
	w.until("the channel and the thread were read", func() bool {
		return w.calls("conversations.history") > 0 && w.calls("conversations.replies") > 0
	})
	w.until("the card is drawn again", func() bool { return w.calls("chat.update") > drawn })
	if n := len(w.cards()); n != 1 {
		t.Errorf("%d cards, want 1", n)
	}
	if got := w.thread(card.TS); len(got) != len(before) {
		t.Errorf("the thread grew from %d lines to %d:\n%s", len(before), len(got), strings.Join(got, "\n"))
	}
}

// A hundred results come in few posts, and none is lost.
func TestPublish_hundredDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(strings.Join(w.devices.fill(100), " "))
	w.clicks(anna, card, "approve")
	w.until("the summary is complete", func() bool { return count(w.thread(card.TS), "Pass it on in a call") > 0 })
	thread := w.thread(card.TS)
	for i := range 100 {
		name := "Phone " + strconv.Itoa(1000 + i)[1:]
		// In the list of all devices, as a result, and in the summary.
		if got := count(thread, name); got != 3 {
			t.Errorf("%s stands %d times in the thread, want 3", name, got)
		}
	}
	for _, c := range w.slack.Calls() {
		if c.Error != "" && c.Error != "ratelimited" {
			t.Errorf("%s: %s", c.Method, c.Error)
		}
	}
}

func TestPublish_expired(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	card := w.asks(pixel)
	w.placed(card)
	// The deadline passes while the click is on its way: Slack has seen the
	// button, and whether a sweep or the click comes first is all one.
	late := func(map[string]any) { w.later(31) }
	if _, err := w.slack.AlteredClick(t.Context(), anna, card.Channel, card.TS, "approve", late); err != nil {
		t.Fatal(err)
	}
	w.until("Anna is told", func() bool { return count(w.whispers(anna), "R-1 has expired") == 1 })
	l.runner.Nudge()
	w.until("the thread says so", func() bool { return count(w.thread(card.TS), "<@U0RITA>: R-1 has expired") == 1 })
	w.until("the buttons are gone", func() bool { return !strings.Contains(w.card(card.TS), `"actions"`) })
	if w.devices.sent() != 0 {
		t.Error("a device of an expired request was reset")
	}
}

// Looking people up for checks leaves Slack's calls to those who decide.
func TestDirectory_leavesCallsToDecisions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.NoTiers = false })
	w.start()
	w.connected()
	card := w.asks(pixel)
	for range 30 {
		w.types(rita, "dry-run "+galaxy)
		w.types(rita, "list")
	}
	w.clicks(anna, card, "approve")
	w.finished(card)
	for _, c := range w.slack.Calls() {
		if c.Error == "ratelimited" && c.Method != "chat.postMessage" {
			t.Errorf("%s was limited", c.Method)
		}
	}
}
