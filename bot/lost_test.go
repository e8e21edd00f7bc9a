package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// audit is what the log says of cards, in order: the kind, and why.
func (w *world) audit() []string {
	w.t.Helper()
	all, err := w.store.Events(w.t.Context(), 0, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, e := range all {
		if e.Kind == approvals.CardPosted || e.Kind == approvals.CardLost {
			out = append(out, strings.TrimSpace(string(e.Kind)+" "+e.Text))
			if e.Data["channel"] == "" || e.At.IsZero() || (e.Kind == approvals.CardPosted) != (e.Data["error"] == "") {
				w.t.Errorf("%s has no place, time or cause: %+v", e.Kind, e)
			}
		}
	}
	return out
}

// directs is what somebody was told by direct message.
func (w *world) directs(who string) []string {
	if d := w.slack.DirectChannel(who); d != "" {
		return w.said(who, d, "")
	}
	return nil
}

// allDirectsLogged checks that the log has each direct message to some people
// once, with its place.
func (w *world) allDirectsLogged(who ...string) {
	w.t.Helper()
	w.eventually("everything is told", w.allTold)
	want, got := map[string]int{}, map[string]int{}
	for _, id := range who {
		d := w.slack.DirectChannel(id)
		for _, m := range w.slack.Messages(id, d, "") {
			want[id+" "+d+" "+m.TS]++
		}
	}
	for _, e := range w.events(approvals.MessagePosted) {
		if e.Data["as"] == "direct" {
			got[e.Data["to"]+" "+e.Data["channel"]+" "+e.Data["ts"]]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("direct messages in the log (-want +got):\n%s", diff)
	}
}

func without(who string) func(*fakeslack.Channel) {
	return func(c *fakeslack.Channel) {
		c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(id string) bool { return id == who })
	}
}

// Whatever becomes of the card of a request that runs, the request goes on,
// its people are told by direct message, and the log says why.
func TestPublish_cardLost(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lose func(*world, fakeslack.Message)
		why  string
	}{
		"deleted": {
			func(w *world, card fakeslack.Message) { w.slack.DeleteMessage(incidents, card.TS) }, "the card was deleted",
		},
		"archived": {
			func(w *world, _ fakeslack.Message) {
				w.slack.EditChannel(incidents, func(c *fakeslack.Channel) { c.Archived = true })
			}, "the channel is archived",
		},
		"removed": {
			func(w *world, _ fakeslack.Message) { w.slack.EditChannel(incidents, without("U0PASSBOT")) },
			"passcodebot was removed from the channel",
		},
		"removed from a private channel": {
			func(w *world, _ fakeslack.Message) {
				w.slack.EditChannel(incidents, func(c *fakeslack.Channel) { c.Private = true; without("U0PASSBOT")(c) })
			}, "passcodebot was removed from the channel",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.start()
			w.connected()
			w.devices.hold = make(chan struct{})
			card := w.asks(pixel)
			w.clicks(anna, card, "approve")
			w.until("the reset is on its way", func() bool { return count(w.thread(card.TS), "Approved by") == 1 && w.devices.sent() == 1 })
			tc.lose(w, card)
			close(w.devices.hold)
			for _, who := range []string{rita, anna} {
				w.until("the end is told directly", func() bool { return count(w.directs(who), "R-1 is done:") == 1 })
			}
			for _, who := range []string{rita, anna} {
				got := w.directs(who)
				if !strings.Contains(got[0], "cannot be reached any more: "+tc.why) {
					t.Errorf("%s is told first: %q", who, got[0])
				}
				for _, part := range []string{tc.why, "R-1 is done:", "Alice Pixel*: accepted by Intune"} {
					if n := count(got, part); n != 1 {
						t.Errorf("%s is told %q %d times:\n%s", who, part, n, strings.Join(got, "\n"))
					}
				}
			}
			if diff := cmp.Diff([]string{"card.posted", "card.lost " + tc.why}, w.audit()); diff != "" {
				t.Errorf("the log (-want +got):\n%s", diff)
			}
			w.allDirectsLogged(rita, anna)
			if w.devices.sent() != 1 || len(w.directs(ben)) > 0 {
				t.Errorf("%d resets, want 1; Ben, who has not decided, is told %q", w.devices.sent(), w.directs(ben))
			}
		})
	}
}

// Direct messages are recognised like posts: after a lost answer, and after
// the end of a process that had not noted them.
func TestPublish_directRecognised(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	w.devices.hold = make(chan struct{})
	card := w.asks(pixel)
	w.clicks(anna, card, "approve")
	w.until("the reset is on its way", func() bool { return count(w.thread(card.TS), "Approved by") == 1 && w.devices.sent() == 1 })
	w.slack.DeleteMessage(incidents, card.TS)
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Times: 2, LoseAnswer: true})
	close(w.devices.hold)
	for _, who := range []string{rita, anna} {
		w.until("the end is told directly", func() bool { return count(w.directs(who), "R-1 is done:") == 1 })
	}
	w.allDirectsLogged(rita, anna)
	before := map[string][]string{rita: w.directs(rita), anna: w.directs(anna)}
	for who, got := range before {
		if count(got, "cannot be reached any more: ") != 1 || count(got, "R-1 is done:") != 1 {
			t.Errorf("%s is told twice:\n%s", who, strings.Join(got, "\n"))
		}
	}
	first.stop()
	again := rewind(w.store, 1)
	lost, err := w.store.Cursor(t.Context(), approvals.Cards, 1)
	if err != nil {
		t.Fatal(err)
	}
	again.cursors[approvals.Cards][1] = lost
	all, err := w.store.History(t.Context(), 1, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	last := all[len(all)-1].Seq
	w.store = again
	read := w.calls("conversations.history")
	w.start()
	w.eventually("everything is looked up", func() bool {
		c, _ := again.Cursor(t.Context(), approvals.Threads, 1)
		return w.calls("conversations.history") > read && c.Seq == last
	})
	for who, want := range before {
		if diff := cmp.Diff(want, w.directs(who)); diff != "" {
			t.Errorf("%s is told once more (-before +after):\n%s", who, diff)
		}
	}
}

// A person to whom Slack takes no direct message keeps nobody else from
// being told.
func TestPublish_personGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.devices.hold = make(chan struct{})
	card := w.asks(pixel)
	w.clicks(anna, card, "approve")
	w.until("the reset is on its way", func() bool { return count(w.thread(card.TS), "Approved by") == 1 && w.devices.sent() == 1 })
	w.slack.EditPerson(rita, func(p *fakeslack.Person) { p.Deactivated = true })
	w.slack.DeleteMessage(incidents, card.TS)
	close(w.devices.hold)
	w.until("Anna is told", func() bool { return count(w.directs(anna), "R-1 is done:") == 1 })
}

// A card that somebody deleted while it waits comes back: without it nobody
// could decide.
func TestPublish_pendingCardDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Quorum = 2
	first := w.start()
	w.connected()
	card := w.asks(pixel)
	w.slack.DeleteMessage(incidents, card.TS)
	first.stop()
	w.start()
	w.connected()
	w.until("the card is posted again", func() bool { return len(w.cards()) == 1 })
	again := w.cards()[0]
	w.clicks(anna, again, "approve")
	w.until("Anna's approval is counted", func() bool { return count(w.thread(again.TS), "Approved by <@U0ANNA>") == 1 })
	if w.devices.sent() != 0 {
		t.Error("a device was reset with one approval of two")
	}
	// Now the process is there to see it.
	w.slack.DeleteMessage(incidents, again.TS)
	w.until("no card is left", func() bool { return len(w.cards()) == 0 })
	if seen := w.types(rita, "cancel R-1"); seen.Error != "" {
		t.Fatal(seen.Error)
	}
	w.until("Rita is told directly", func() bool { return count(w.directs(rita), "Cancelled by <@U0RITA>") == 1 })
	want := []string{"card.posted", "card.lost the card was deleted", "card.posted", "card.lost the card was deleted"}
	if diff := cmp.Diff(want, w.audit()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
}

// Nobody edits a card that waits for its only approval: it is looked at now
// and then, and is back before the request expires.
func TestPublish_pendingCardDeletedUnnoticed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.edit = func(c *bot.Config) { c.CheckPause = 50 * time.Millisecond }
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.placed(card)
	w.slack.DeleteMessage(incidents, card.TS)
	w.until("the card is posted again", func() bool { return len(w.cards()) == 1 })
	again := w.cards()[0]
	w.clicks(anna, again, "approve")
	w.finished(again)
	want := []string{"card.posted", "card.lost the card was deleted", "card.posted"}
	if diff := cmp.Diff(want, w.audit()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
}

func TestPublish_notInvited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.slack.EditChannel(incidents, without("U0PASSBOT"))
	if seen := w.types(rita, pixel+" reason: forgotten"); seen.Error != "" {
		t.Fatal(seen.Error)
	}
	w.until("Rita is told", func() bool { return count(w.whispers(rita), "Invite me there with `/invite @passcodebot`") == 1 })
	tried := len(w.slack.Calls())
	w.until("the card is tried again", func() bool { return len(w.slack.Calls()) > tried+2 })
	w.slack.EditChannel(incidents, func(c *fakeslack.Channel) { c.Members = append(c.Members, "U0PASSBOT") })
	w.until("the card comes", func() bool { return len(w.cards()) == 1 })
	if n := count(w.whispers(rita), "Invite me there"); n != 1 {
		t.Errorf("Rita is told %d times", n)
	}
	w.clicks(anna, w.cards()[0], "approve")
	w.finished(w.cards()[0])
	if diff := cmp.Diff([]string{"card.lost passcodebot is not in the channel", "card.posted"}, w.audit()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
}

// A request whose card could never be posted ends with a word to its
// requester.
func TestPublish_neverPosted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	w.slack.EditChannel(incidents, without("U0PASSBOT"))
	if seen := w.types(rita, pixel+" reason: forgotten"); seen.Error != "" {
		t.Fatal(seen.Error)
	}
	w.until("Rita is told", func() bool { return count(w.whispers(rita), "Invite me there") == 1 })
	w.later(31)
	l.runner.Nudge()
	w.until("Rita is told the end", func() bool { return count(w.directs(rita), "R-1 has expired") == 1 })
	if n := count(w.directs(rita), ""); len(w.directs(rita)) != 1 {
		t.Errorf("Rita is told %d things directly:\n%s", n, strings.Join(w.directs(rita), "\n"))
	}
}

// What could only be told by direct message, because the bot is no member
// where it was asked, is told once though the answer was lost.
func TestPublish_whisperRecognised(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.slack.Fail(fakeslack.Fault{Method: "response_url", Error: "used_url", Status: 404})
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Times: 1, LoseAnswer: true})
	if _, err := w.slack.Command(t.Context(), rita, random, "/reset-passcode serial:NONE reason: forgotten"); err != nil {
		t.Fatal(err)
	}
	w.until("it is looked for", func() bool { return w.calls("conversations.history") == 1 })
	w.eventually("its place is stored", w.allTold)
	if n := count(w.directs(rita), "R-1 was turned down"); n != 1 {
		t.Errorf("Rita is told %d times:\n%s", n, strings.Join(w.directs(rita), "\n"))
	}
}
