package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

const security = "C0SECURITY"

// noticed has everything said in #security-ops.
func noticed(c *bot.Config) {
	c.Notices = bot.Notices{BreakGlass: security, Outside: security, Anchors: security}
}

// noticing is a world with that, and a bot at work in it.
func noticing(t *testing.T) (*world, *life) {
	t.Helper()
	w := newWorld(t)
	w.edit = noticed
	l := w.start()
	w.connected()
	return w, l
}

// inSecurity is what the bot has said in #security-ops.
func (w *world) inSecurity() []fakeslack.Message {
	var all []fakeslack.Message
	for _, m := range w.slack.Messages(anna, security, "") {
		if m.User == "U0PASSBOT" && !m.Deleted {
			all = append(all, m)
		}
	}
	return all
}

func texts(messages []fakeslack.Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Text)
	}
	return all
}

// notes stores events without a request.
func (w *world) notes(l *life, events ...approvals.Event) {
	w.t.Helper()
	for i := range events {
		events[i].At = approvals.Instant(w.now())
	}
	if _, err := w.store.Save(w.t.Context(), approvals.Change{Events: events}); err != nil {
		w.t.Fatal(err)
	}
	l.bot.Nudge()
}

// breaks changes a request by hand: these are the events of break glass.
func (w *world) breaks(l *life, id approvals.ID, change func(*approvals.Request), kinds ...approvals.EventKind) {
	w.t.Helper()
	for {
		r, err := w.store.Request(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		change(&r)
		var events []approvals.Event
		for _, k := range kinds {
			events = append(events, approvals.Event{At: approvals.Instant(w.now()), Kind: k, Request: id, Text: "the plant stands still"})
		}
		if _, err = w.store.Save(w.t.Context(), approvals.Change{Request: &r, Events: events}); err == nil {
			l.bot.Nudge()
			return
		}
	}
}

func due(r *approvals.Request) {
	r.Statement.BreakGlass = "the plant stands still"
	r.Review = approvals.Review{Due: true, Asked: r.CreatedAt}
}

func outside(n int) approvals.Event {
	return approvals.Event{
		Kind: approvals.ResetOutside, Device: fmt.Sprintf("00000000-0000-4000-9000-%012d", n),
		Data: map[string]string{"by": "mallory@contoso.com", "device_name": fmt.Sprintf("Phone %d", n), "at": "2026-11-24T22:00:00Z"},
	}
}

func anchor(n int) approvals.Event {
	hash := strings.Repeat("ab", 32)
	return approvals.Event{
		Kind: approvals.LogAnchored, Text: fmt.Sprintf(`{"v":1,"through":%d,"hash":%q}`, n, hash),
		Data: map[string]string{"through": fmt.Sprint(n), "hash": hash},
	}
}

// Break glass is told at once, its review is asked for, reminded of and
// signed, and the log knows of every message.
func TestNotices_breakGlass(t *testing.T) {
	t.Parallel()
	w, l := noticing(t)
	card := w.asks(pixel)
	w.breaks(l, 1, due, approvals.BrokeGlass)
	w.until("it is told", func() bool { return len(w.inSecurity()) == 1 })
	w.breaks(l, 1, due, approvals.ReviewAsked)
	w.until("the review is asked for", func() bool { return len(w.inSecurity()) == 2 })
	review := w.inSecurity()[1]
	if !strings.Contains(string(review.Blocks), `"review"`) {
		t.Fatalf("the review has no button: %s", review.Blocks)
	}
	w.breaks(l, 1, due, approvals.ReviewReminded)
	w.until("it is reminded of", func() bool { return len(w.slack.Messages(anna, security, review.TS)) == 2 })
	w.breaks(l, 1, func(r *approvals.Request) {
		r.Review = approvals.Review{Signed: approvals.Actor{ID: ben, Name: "ben"}, At: r.CreatedAt}
	}, approvals.ReviewSigned)
	w.until("it is signed", func() bool {
		now := w.inSecurity()[1]
		return !strings.Contains(string(now.Blocks), `"actions"`) && strings.Contains(string(now.Blocks), ben)
	})
	w.eventually("everything is told", w.allTold)
	var got []string
	for _, e := range w.events(approvals.MessagePosted) {
		if e.Data["as"] == "notice" {
			got = append(got, strings.TrimSpace(e.Data["channel"]+" "+e.Data["thread_ts"]))
			if e.Request != 1 || e.Data["ts"] == "" || e.Data["through"] == "" {
				t.Errorf("a notice without its place: %+v", e)
			}
		}
	}
	if diff := cmp.Diff([]string{security, security, security + " " + review.TS}, got); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if n := len(w.cards()); n != 1 || w.cards()[0].TS != card.TS {
		t.Errorf("%d messages in the request's own channel, want its card", n)
	}
}

// What belongs to no request is told together, each in its own channel.
func TestNotices_log(t *testing.T) {
	t.Parallel()
	w, l := noticing(t)
	w.notes(l, outside(1), outside(2), anchor(7), outside(3))
	w.until("all is told", func() bool { return len(w.inSecurity()) == 3 })
	w.eventually("everything is told", w.allTold)
	var got []string
	for _, e := range w.events(approvals.MessagePosted) {
		got = append(got, e.Data["as"]+" "+e.Data["through"])
	}
	if len(got) != 3 {
		t.Errorf("the log has posts through %q, want three", got)
	}
	anchors := 0
	for _, m := range w.inSecurity() {
		anchors += strings.Count(m.Text+string(m.Blocks), strings.Repeat("ab", 32))
	}
	if anchors == 0 {
		t.Errorf("no anchor in %q", texts(w.inSecurity()))
	}
}

// Where no channel is named, nothing is said, and nothing is held up.
func TestNotices_noChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	w.asks(pixel)
	w.notes(l, outside(1), anchor(7))
	w.breaks(l, 1, due, approvals.BrokeGlass, approvals.ReviewAsked, approvals.ReviewReminded, approvals.ReviewSigned)
	w.eventually("everything is passed over", w.allTold)
	if got := w.inSecurity(); len(got) > 0 {
		t.Errorf("said in #security-ops: %q", texts(got))
	}
}

// A notice whose answer was lost is recognised, also by the next process.
func TestNotices_recognised(t *testing.T) {
	t.Parallel()
	w, first := noticing(t)
	w.asks(pixel)
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Channel: security, Times: 2, LoseAnswer: true})
	w.notes(first, outside(1), outside(2))
	w.until("it is told", func() bool { return len(w.inSecurity()) > 0 })
	w.eventually("its place is stored", w.allTold)
	w.breaks(first, 1, due, approvals.BrokeGlass)
	w.breaks(first, 1, due, approvals.ReviewAsked)
	w.breaks(first, 1, due, approvals.ReviewReminded)
	w.until("the review is asked for", func() bool { return len(w.inSecurity()) >= 3 })
	w.eventually("their places are stored", w.allTold)
	review := w.inSecurity()[len(w.inSecurity())-1]
	told := append(texts(w.inSecurity()), w.said(anna, security, review.TS)...)
	if len(w.inSecurity()) != 3 {
		t.Fatalf("told: %q", told)
	}
	first.stop()
	again := rewind(w.store, 0, 1)
	for _, c := range approvals.Consumers() {
		for id := range again.cursors[c] {
			if c != approvals.Notices {
				again.cursors[c][id], _ = w.store.Cursor(t.Context(), c, id)
			}
		}
	}
	var last [2]approvals.Seq
	for id := range last {
		all, err := w.store.History(t.Context(), approvals.ID(id), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		last[id] = all[len(all)-1].Seq
	}
	w.store = again
	w.start()
	w.eventually("everything is looked up", func() bool {
		for id := range last {
			if c, _ := again.Cursor(t.Context(), approvals.Notices, approvals.ID(id)); c.Seq < last[id] {
				return false
			}
		}
		return true
	})
	now := append(texts(w.inSecurity()), w.said(anna, security, review.TS)...)
	if diff := cmp.Diff(told, now); diff != "" {
		t.Errorf("told once more (-before +after):\n%s", diff)
	}
}

// A channel that is gone holds nothing up: the log says what was left out, and
// the thread that nobody knows of break glass.
func TestNotices_channelGone(t *testing.T) {
	t.Parallel()
	w, l := noticing(t)
	card := w.asks(pixel)
	heal := w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Channel: security, Status: 503})
	w.notes(l, outside(1))
	w.breaks(l, 1, due, approvals.BrokeGlass)
	w.eventually("the thread is told all that it is to know so far", func() bool {
		behind, err := w.store.Behind(t.Context(), approvals.Threads)
		return err == nil && len(behind) == 0 && count(w.thread(card.TS), "goes ahead") == 1
	})
	w.slack.EditChannel(security, archived(true))
	heal()
	w.eventually("both are passed over", func() bool { return len(w.events(approvals.MessageLost)) == 2 && w.allTold() })
	for _, e := range w.events(approvals.MessageLost) {
		as := map[approvals.ID]string{0: "notice", 1: "break-glass"}[e.Request]
		if e.Text != "the channel is archived" || e.Data["channel"] != security || e.Data["error"] != "is_archived" || e.Data["as"] != as {
			t.Errorf("the log says %q %v", e.Text, e.Data)
		}
	}
	if got := w.thread(card.TS); count(got, "could not be reached (is_archived), so nobody there knows of this: tell them yourselves.") != 1 {
		t.Errorf("the thread says %q", got)
	}
	if got := w.directs(rita); len(got) > 0 {
		t.Errorf("Rita, who can't help it, is told %q", got)
	}
}

// A review that was deleted comes back with its reminder.
func TestNotices_reviewDeleted(t *testing.T) {
	t.Parallel()
	w, l := noticing(t)
	w.asks(pixel)
	w.breaks(l, 1, due, approvals.ReviewAsked)
	w.until("the review is asked for", func() bool { return len(w.inSecurity()) == 1 })
	w.eventually("its place is stored", w.allTold)
	w.slack.DeleteMessage(security, w.inSecurity()[0].TS)
	w.breaks(l, 1, due, approvals.ReviewReminded)
	w.until("it is there again", func() bool {
		all := w.inSecurity()
		return len(all) == 1 && strings.Contains(string(all[0].Blocks), `"review"`)
	})
	w.eventually("its place is stored", w.allTold)
}

func archived(is bool) func(*fakeslack.Channel) {
	return func(c *fakeslack.Channel) { c.Archived = is }
}

// reviews are the reviews that are to be seen in a channel.
func (w *world) reviews(channel string) []fakeslack.Message {
	var all []fakeslack.Message
	for _, m := range w.slack.Messages(anna, channel, "") {
		if m.User == "U0PASSBOT" && !m.Deleted && strings.Contains(string(m.Blocks), `"action_id":"review"`) {
			all = append(all, m)
		}
	}
	return all
}

// signs has Ben sign a review.
func (w *world) signs(review fakeslack.Message) {
	w.t.Helper()
	if _, err := w.slack.Click(w.t.Context(), ben, review.Channel, review.TS, "review"); err != nil {
		w.t.Fatal(err)
	}
	w.until("it is signed", func() bool {
		r, err := w.store.Request(w.t.Context(), 1)
		return err == nil && r.Review.Signed.ID == ben
	})
}

// A review whose channel can't be reached, or is not the one for it any more,
// comes with its reminder in the one that is, and is signed there alone.
func TestNotices_reviewMoved(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*fakeslack.Channel){
		"archived": archived(true),
		"removed":  without("U0PASSBOT"),
		"alive":    func(*fakeslack.Channel) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, l := noticing(t)
			w.asks(pixel)
			w.breaks(l, 1, due, approvals.ReviewAsked)
			w.until("the review is asked for", func() bool { return len(w.reviews(security)) == 1 })
			w.eventually("its place is stored", w.allTold)
			old := w.reviews(security)[0]
			l.stop()
			w.slack.EditChannel(security, lose)
			w.edit = func(c *bot.Config) { c.Notices.BreakGlass = helpdesk }
			l = w.start()
			w.connected()
			w.breaks(l, 1, due, approvals.ReviewReminded)
			w.until("it is there anew", func() bool { return len(w.reviews(helpdesk)) == 1 })
			w.eventually("its place is stored", w.allTold)
			p := forge(ben, security, old.TS, "review", "1", nil)
			if _, err := w.slack.AlteredClick(t.Context(), ben, helpdesk, w.reviews(helpdesk)[0].TS, "review", func(now map[string]any) {
				now["channel"], now["container"], now["message"] = p["channel"], p["container"], p["message"]
			}); err != nil {
				t.Fatal(err)
			}
			w.eventually("the old one is refused", func() bool { return len(w.refused()) == 1 })
			if diff := cmp.Diff([]string{"review wrong-review"}, w.refused()); diff != "" {
				t.Errorf("the log (-want +got):\n%s", diff)
			}
			w.signs(w.reviews(helpdesk)[0])
			w.until("the new one says so", func() bool { return len(w.reviews(helpdesk)) == 0 })
			if lost := w.events(approvals.MessageLost); len(lost) > 0 {
				t.Errorf("left out: %+v", lost)
			}
		})
	}
}

// Where the only channel for a review is gone, the thread says so once, and
// each reminder tries again.
func TestNotices_reviewLost(t *testing.T) {
	t.Parallel()
	w, l := noticing(t)
	card := w.asks(pixel)
	w.breaks(l, 1, due, approvals.ReviewAsked)
	w.until("the review is asked for", func() bool { return len(w.reviews(security)) == 1 })
	w.eventually("its place is stored", w.allTold)
	lose := func(already int) {
		t.Helper()
		w.slack.EditChannel(security, archived(true))
		for i := range 2 {
			w.breaks(l, 1, due, approvals.ReviewReminded)
			w.eventually("it is left out", func() bool { return len(w.events(approvals.MessageLost)) == already+i+1 && w.allTold() })
		}
		w.slack.EditChannel(security, archived(false))
		w.breaks(l, 1, due, approvals.ReviewReminded)
		w.until("it is there anew", func() bool { return len(w.reviews(security)) == 2+already/2 })
		w.eventually("its place is stored", w.allTold)
	}
	lose(0)
	lose(2)
	var as []string
	for _, e := range w.events(approvals.MessageLost) {
		as = append(as, e.Data["as"])
	}
	if diff := cmp.Diff([]string{"review", "notice", "review", "notice"}, as); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if got := w.thread(card.TS); count(got, "(is_archived), so nobody there is asked for the review") != 2 {
		t.Errorf("the thread says %q, want it once for each time that the channel was gone", got)
	}
	all := w.reviews(security)
	w.signs(all[len(all)-1])
}

// A click on a review whose place is not known yet is asked for again.
func TestNotices_reviewClickedEarly(t *testing.T) {
	t.Parallel()
	w, l := noticing(t)
	w.placed(w.asks(pixel))
	heal := w.slack.Fail(fakeslack.Fault{Method: "conversations.history", Error: "internal_error"})
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Channel: security, Times: 1, LoseAnswer: true})
	w.breaks(l, 1, due, approvals.ReviewAsked)
	w.until("the review is asked for", func() bool { return len(w.reviews(security)) == 1 })
	review := w.reviews(security)[0]
	if _, err := w.slack.Click(t.Context(), ben, security, review.TS, "review"); err != nil {
		t.Fatal(err)
	}
	w.eventually("it is refused", func() bool { return len(w.refused()) == 1 })
	if diff := cmp.Diff([]string{"review review-not-ready"}, w.refused()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	heal()
	w.eventually("its place is stored", w.allTold)
	w.signs(review)
}

// A review can be signed on its own message alone.
func TestNotices_reviewClicked(t *testing.T) {
	t.Parallel()
	w, l := noticing(t)
	card := w.asks(pixel)
	w.placed(card)
	w.breaks(l, 1, due, approvals.BrokeGlass)
	w.breaks(l, 1, due, approvals.ReviewAsked)
	w.until("the review is asked for", func() bool { return len(w.inSecurity()) == 2 })
	w.eventually("its place is stored", w.allTold)
	notice, review := w.inSecurity()[0], w.inSecurity()[1]
	for _, at := range []fakeslack.Message{card, notice} {
		if _, err := w.slack.AlteredClick(t.Context(), ben, security, review.TS, "review", func(p map[string]any) {
			p["container"] = map[string]any{"type": "message", "message_ts": at.TS, "channel_id": at.Channel, "is_ephemeral": false}
		}); err != nil {
			t.Fatal(err)
		}
	}
	w.eventually("both are refused", func() bool { return len(w.refused()) == 2 })
	if diff := cmp.Diff([]string{"review wrong-review", "review wrong-review"}, w.refused()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
	if _, err := w.slack.Click(t.Context(), ben, security, review.TS, "review"); err != nil {
		t.Fatal(err)
	}
	w.until("it is signed", func() bool { return !strings.Contains(string(w.inSecurity()[1].Blocks), `"actions"`) })
	r, err := w.store.Request(t.Context(), 1)
	if err != nil || r.Review.Signed.ID != ben {
		t.Errorf("the review is %+v (%v), want Ben's signature", r.Review, err)
	}
}

// events are the events of a kind.
func (w *world) events(kind approvals.EventKind) []approvals.Event {
	w.t.Helper()
	all, err := w.store.Events(w.t.Context(), 0, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []approvals.Event
	for _, e := range all {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// refused are the acts and codes of what was refused, in order.
func (w *world) refused() []string {
	var out []string
	for _, e := range w.events(approvals.WasRefused) {
		out = append(out, e.Data["act"]+" "+e.Data["code"])
	}
	return out
}
