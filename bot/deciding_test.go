package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

// Who denies says why: the form stands open until they have, and who asked
// reads it.
func TestDeny_asksWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	if sent := w.denies(anna, card, " \u200b "); sent.Errors["why"] == "" {
		t.Fatalf("a blank reason is taken: %+v", sent)
	}
	if got := w.slack.Views(anna); len(got) != 1 {
		t.Fatalf("%d forms are open after the error, want the one", len(got))
	}
	open := w.slack.Views(anna)[0]
	sent, err := w.slack.Submit(t.Context(), anna, open.ID, fakeslack.State{"why": {"why": "call *her* first <!channel>"}})
	if err != nil || sent.Error != "" || len(sent.Errors) > 0 {
		t.Fatal(sent, err)
	}
	w.until("the thread has the reason", func() bool {
		return count(w.thread(card.TS), "Denied by <@U0ANNA>") == 1 && count(w.thread(card.TS), "her") == 1
	})
	if said := strings.Join(w.thread(card.TS), "\n"); strings.Contains(said, "<!channel>") {
		t.Errorf("the reason pings everybody: %s", said)
	}
	r, _ := w.stored(1)
	if r.State != approvals.Denied || len(r.Decisions) != 1 || r.Decisions[0].Comment != "call *her* first <!channel>" {
		t.Errorf("stored as %s with %+v", r.State, r.Decisions)
	}
	if len(w.slack.Views(anna)) != 0 {
		t.Error("the form is still open")
	}
}

// Of two forms that are open at the same time, the second one says at its
// field that the request is denied already.
func TestDeny_tooLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(ben, card, "deny")
	w.until("Ben's form is open", func() bool { return len(w.slack.Views(ben)) > 0 })
	if sent := w.denies(anna, card, "not hers"); sent.Error != "" || len(sent.Errors) > 0 {
		t.Fatal(sent)
	}
	sent, err := w.slack.Submit(t.Context(), ben, w.slack.Views(ben)[0].ID, fakeslack.State{"why": {"why": "nor his"}})
	if err != nil || !strings.Contains(sent.Errors["why"], "anna was first: R-1 is already denied.") {
		t.Errorf("Ben's form says %+v (%v)", sent, err)
	}
}

// Who may not deny is told before they write, and no form opens.
func TestDeny_refusedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.clicks(nora, card, "deny")
	w.until("Nora is told", func() bool {
		return count(w.whispers(nora), "You are not in the group of people who may decide on R-1.") == 1
	})
	if len(w.slack.Views(nora)) != 0 {
		t.Error("a form has opened")
	}
}

// Details show each device, and who could still approve.
func TestDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel + " " + galaxy)
	w.clicks(ben, card, "details")
	w.until("who could approve is shown", func() bool {
		open := w.slack.Views(ben)
		return len(open) == 1 && strings.Contains(unescaped(open[0].JSON), "Could still approve: <@U0ANNA>, <@U0BEN>.")
	})
	shown := string(w.slack.Views(ben)[0].JSON)
	for _, want := range []string{"Alice Pixel", "forgotten", "Asked by"} {
		if !strings.Contains(shown, want) {
			t.Errorf("Details lack %q: %s", want, shown)
		}
	}
	w.clicks(nora, card, "details")
	w.until("Nora is told", func() bool { return len(w.whispers(nora)) == 1 })
	if len(w.slack.Views(nora)) != 0 {
		t.Error("somebody who may not see the request sees its details")
	}
}

// A trigger that is too old opens nothing, and the person is told.
func TestDeny_slowSlack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.slack.Fail(fakeslack.Fault{Method: "views.open", Error: "expired_trigger_id", Times: 1})
	w.clicks(anna, card, "deny")
	w.until("Anna is told", func() bool { return count(w.whispers(anna), "Slack could not open the window in time") == 1 })
	if sent := w.denies(anna, card, "not hers"); sent.Error != "" || len(sent.Errors) > 0 {
		t.Error("the second try:", sent)
	}
}

// At half of the time the group is mentioned again, and near the end the
// escalation: once each, also when the process is started anew.
func TestReminders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Escalation = approvals.Audience{People: []string{ben}}
	first := w.start()
	w.connected()
	card := w.asks(pixel)
	half := func() int { return count(w.thread(card.TS), "half of its time is over") }
	late := func() int { return count(w.thread(card.TS), "most of its time") }
	w.later(16)
	first.runner.Nudge()
	w.until("the approvers are reminded", func() bool { return half() == 1 })
	first.stop()
	w.until("the first socket is closed", func() bool { return w.slack.Sockets() == 0 })
	second := w.start()
	w.connected()
	w.later(9)
	second.runner.Nudge()
	w.until("the escalation is called", func() bool { return late() == 1 })
	w.clicks(anna, card, "approve")
	w.finished(card)
	if diff := cmp.Diff([]int{1, 1}, []int{half(), late()}); diff != "" {
		t.Errorf("reminders (-want +got):\n%s", diff)
	}
	said := strings.Join(w.thread(card.TS), "\n")
	if !strings.Contains(said, "<!subteam^S0ONCALL>: R-1 still waits") || !strings.Contains(said, "<@U0BEN>: R-1 has waited") {
		t.Errorf("the thread reads:\n%s", said)
	}
}

// unescaped is JSON in which < and > stand as they are.
func unescaped(raw []byte) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(raw))
}
