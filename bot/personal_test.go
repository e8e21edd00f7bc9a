package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// saying is the message with a text in it that somebody sees.
func (w *world) saying(who, channel, thread, text string) fakeslack.Message {
	w.t.Helper()
	for _, m := range w.slack.Messages(who, channel, thread) {
		if strings.Contains(m.Text, text) {
			return m
		}
	}
	w.t.Fatalf("%s sees nothing with %q", who, text)
	return fakeslack.Message{}
}

// Who asked is told directly of each change, in their own language, and who is
// asked by name that they are. Everybody can switch it off.
func TestPersonal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	w.wishes(ben, approvals.Preferences{NoNamed: true})
	w.slack.EditPerson(rita, func(p *fakeslack.Person) { p.Locale = "de-DE" })
	w.policy.Approvers = approvals.Audience{People: []string{anna, ben}}
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.until("Anna is asked by name", func() bool { return count(w.directs(anna), "You are asked by name") == 1 })
	w.clicks(anna, card, "approve")
	w.finished(card)
	w.until("Rita knows the end", func() bool { return count(w.directs(rita), "ist fertig: 1 von 1") == 1 })
	got := strings.Join(w.directs(rita), "\n")
	for _, want := range []string{"Freigegeben von <@U0ANNA>", "/archives/" + incidents + "/p" + strings.ReplaceAll(card.TS, ".", "")} {
		if !strings.Contains(got, want) {
			t.Errorf("Rita is not told %q:\n%s", want, got)
		}
	}
	if len(w.directs(ben)) > 0 {
		t.Errorf("Ben, who wants none of it, is told %q", w.directs(ben))
	}
}

// A direct message whose answer was lost is not sent again, also where the
// process is another one.
func TestPersonal_once(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	first := w.start()
	w.connected()
	card := w.asks(pixel)
	w.until("Rita is told that it waits", func() bool { return len(w.directs(rita)) == 1 })
	im := w.slack.DirectChannel(rita)
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Channel: im, LoseAnswer: true, Times: 1})
	w.denies(anna, card, "not hers")
	w.until("Rita is told why", func() bool { return count(w.directs(rita), "not hers") == 1 })
	first.stop()
	w.until("the first socket is closed", func() bool { return w.slack.Sockets() == 0 })
	w.start()
	w.connected()
	again := w.asks(galaxy)
	w.until("Rita is told of the next one", func() bool { return count(w.directs(rita), "R-2") == 1 })
	w.placed(again)
	if n := count(w.directs(rita), "not hers"); n != 1 {
		t.Errorf("Rita is told %d times why:\n%s", n, strings.Join(w.directs(rita), "\n"))
	}
}

// crashing is an outbox that does not take how far the direct messages are, as
// where the process ends in between.
type crashing struct{ bot.Outbox }

func (o crashing) Advance(ctx context.Context, c approvals.Consumer, id approvals.ID, to approvals.Cursor, e ...approvals.Event) error {
	if c == approvals.Personal {
		return errors.New("the process ends here")
	}
	return o.Outbox.Advance(ctx, c, id, to, e...)
}

// A direct message is not sent again where the process ended between it and
// its place in the store, also where it would be in another language now.
func TestPersonal_crash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	w.edit = func(c *bot.Config) { c.Outbox = crashing{c.Outbox} }
	// What is out can't be looked up by the first process.
	mend := w.slack.Fail(fakeslack.Fault{Method: "conversations.history", Error: "internal_error"})
	first := w.start()
	w.connected()
	card := w.asks(pixel)
	w.until("Rita is told that it waits", func() bool { return count(w.directs(rita), "It waits for") == 1 })
	w.placed(card)
	first.stop()
	w.until("the first socket is closed", func() bool { return w.slack.Sockets() == 0 })
	w.edit = nil
	mend()
	w.slack.EditPerson(rita, func(p *fakeslack.Person) { p.Locale = "de-DE" })
	w.start()
	w.connected()
	w.clicks(anna, card, "approve")
	w.until("Rita knows the end", func() bool { return count(w.directs(rita), "ist fertig: 1 von 1") == 1 })
	w.eventually("everything is told", w.allTold)
	if got := w.directs(rita); count(got, "It waits for") != 1 || count(got, "Es fehlt 1 Freigabe") != 0 {
		t.Errorf("Rita is told that it waits not once:\n%s", strings.Join(got, "\n--\n"))
	}
}

// Nobody is told directly of a request before it has a card to be led to, and
// everybody is as soon as it has.
func TestPersonal_cardLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	w.policy.Approvers = approvals.Audience{People: []string{anna}}
	heal := w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Channel: incidents, Error: "internal_error"})
	w.start()
	w.connected()
	if seen := w.types(rita, pixel+" reason: forgotten"); seen.Error != "" {
		t.Fatal(seen.Error)
	}
	w.eventually("the card is tried several times", func() bool { return w.refusals("chat.postMessage") >= 3 })
	for _, who := range []string{rita, anna} {
		if got := w.directs(who); len(got) > 0 {
			t.Errorf("%s is told before there is a card: %q", who, got)
		}
	}
	heal()
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
	to := "/p" + strings.ReplaceAll(w.cards()[0].TS, ".", "")
	for _, who := range []string{rita, anna} {
		w.until("both are told, with the way to the card", func() bool { return count(w.directs(who), to) == 1 })
	}
}

// Who is asked by name is reminded also where the card is lost: in App Home
// they can decide.
func TestPersonal_cardLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Approvers, w.policy.Quorum = approvals.Audience{People: []string{anna, ben}}, 2
	l := w.start()
	w.connected()
	card := w.asks(pixel)
	w.until("Anna is asked by name", func() bool { return count(w.directs(anna), "You are asked by name") == 1 })
	w.slack.Fail(fakeslack.Fault{Method: "chat.update", Channel: incidents, Error: "is_archived"})
	w.clicks(ben, card, "approve")
	w.until("the card is lost", func() bool { return count(w.directs(rita), "cannot be reached any more: the channel is archived") == 1 })
	r, _ := w.stored(1)
	w.later(int(r.ExpiresAt.Sub(r.ReadyAt)/time.Minute)/2 + 1)
	l.runner.Nudge()
	w.until("Anna is reminded", func() bool {
		return count(w.directs(anna), "its card cannot be reached any more: approve or deny it in App Home.") == 1
	})
}

// Some time after the resets who asked is asked whether the person has a
// passcode of their own, and answers with a button.
func TestHandover(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wishes(rita, approvals.Preferences{})
	l := w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(anna, card, "approve")
	w.finished(card)
	w.until("Rita knows the end", func() bool { return count(w.directs(rita), "is done") > 0 })
	w.later(4*60 + 1)
	l.runner.Nudge()
	question := "Have the people set a passcode of their own by now?"
	w.until("Rita is asked", func() bool { return count(w.directs(rita), question) == 1 })
	ask := w.saying(rita, w.slack.DirectChannel(rita), "", question)
	for _, answer := range []string{"no_own_passcode", "own_passcode"} {
		if _, err := w.slack.Click(t.Context(), rita, ask.Channel, ask.TS, answer); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"no_own_passcode": "I ask again in a day.", "own_passcode": "I do not ask again."}[answer]
		w.until("the answer is shown", func() bool { return count(w.directs(rita), want) == 1 })
		if answer == "own_passcode" {
			break
		}
		w.later(24*60 + 1)
		l.runner.Nudge()
		w.until("Rita is asked again", func() bool { return count(w.directs(rita), question) == 1 })
		ask = w.saying(rita, w.slack.DirectChannel(rita), "", question)
	}
	r, _ := w.stored(1)
	if got := r.Handover; !got.Own || got.Due || got.Times != 2 || got.Answered.ID != rita {
		t.Errorf("stored as %+v", got)
	}
}

// The failed devices are asked for again with a button on the results, once.
func TestAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.devices.refuse(galaxy)
	w.start()
	w.connected()
	card := w.asks(pixel + " " + galaxy)
	w.clicks(anna, card, "approve")
	w.finished(card)
	results := w.saying(anna, incidents, card.TS, "is done:")
	w.presses(rita, results)
	w.until("there is a card for the second try", func() bool { return len(w.cards()) == 2 })
	w.until("Rita is answered", func() bool { return count(w.whispers(rita), "R-2 is stored") == 1 })
	w.presses(rita, results)
	w.until("Rita is told that it is open", func() bool { return count(w.whispers(rita), "is already asked for once more: by rita") == 1 })
	r, _ := w.stored(2)
	var names []string
	for _, s := range r.Selectors {
		names = append(names, s.Value)
	}
	if diff := cmp.Diff([]string{galaxy}, names); diff != "" || r.Again != 1 {
		t.Errorf("R-2 is for (-want +got), again of %s:\n%s", r.Again, diff)
	}
	if !slices.ContainsFunc(w.cards(), func(m fakeslack.Message) bool {
		return strings.Contains(m.Text, "It asks once more for the devices of R-1")
	}) {
		t.Error("the card does not say of which request it is the second try")
	}
	if open, _ := w.store.Open(t.Context()); len(open) != 1 {
		t.Errorf("%d requests are open, want the second try alone", len(open))
	}
}
