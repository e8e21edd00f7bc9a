package approvals_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

const incident = "CINCIDENT"

// glass is a world where two approvals are needed, and one in the incident
// channel for Rita.
func (w *world) glass() {
	w.policy.Quorum = 2
	w.policy.BreakGlass = approvals.BreakGlass{
		Who: approvals.Audience{People: []string{rita}}, Channels: []string{incident}, Quorum: 1,
		Reviewers: approvals.Audience{People: []string{carl, ben, anna, rita}},
	}
}

// breaks stores a request that breaks glass.
func (p *process) breaks(t *testing.T, who, where string) approvals.ID {
	t.Helper()
	r, err := p.Ask(t.Context(), approvals.Ask{
		Actor: approvals.Actor{ID: who}, Channel: where, Selectors: byID(pixel), Reason: "forgotten",
		Statement: approvals.Statement{BreakGlass: "the ward is locked out"},
	})
	if err != nil {
		t.Fatal(err)
	}
	pass(0)
	return r.ID
}

func TestBreakGlass_who(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		who, where string
		change     func(*approvals.Policy)
		want       string
		needs      int
	}{
		"in an incident channel":     {rita, incident, func(*approvals.Policy) {}, "", 1},
		"elsewhere":                  {rita, channel, func(*approvals.Policy) {}, "break-glass-channel", 0},
		"not in the group":           {hugo, incident, func(*approvals.Policy) {}, "break-glass-group", 0},
		"not set up":                 {rita, incident, func(p *approvals.Policy) { p.BreakGlass = approvals.BreakGlass{} }, "no-break-glass", 0},
		"never alone":                {rita, incident, func(p *approvals.Policy) { p.BreakGlass.Quorum = 0 }, "", 1},
		"a rule that refuses stands": {rita, incident, func(p *approvals.Policy) { p.Rules = []approvals.Rule{{Name: "no", Refuse: "No."}} }, "rule-refused", 0},
		"a rule of two groups needs 1": {rita, incident, func(p *approvals.Policy) {
			p.Rules = []approvals.Rule{{Name: "3", Terms: approvals.Terms{Quorum: 3, Groups: 1}}}
		}, "", 1},
		"not more than the rule itself": {rita, incident, func(p *approvals.Policy) { p.BreakGlass.Quorum = 5 }, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.glass()
				tt.change(&w.policy)
				p := w.start(t)
				id := p.breaks(t, tt.who, tt.where)
				r := w.request(id)
				if got := w.rejectedAs(id); got != tt.want || tt.want == "" && r.Quorum != tt.needs {
					t.Errorf("turned down as %q, needs %d; want %q and %d", got, r.Quorum, tt.want, tt.needs)
				}
				if n := count(w.story(id), "breakglass.invoked by Rita: the ward is locked out"); (n == 1) != (tt.want == "") {
					t.Errorf("%v", w.story(id))
				}
			})
		})
	}
}

// Whoever broke glass still can't do it alone, and a review stays open, with
// a reminder a day, until somebody signs who had no part in it.
func TestBreakGlass_review(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.glass()
		p := w.start(t)
		id := p.breaks(t, rita, incident)
		sign := func(who string) string {
			t.Helper()
			_, err := p.Sign(t.Context(), id, approvals.Actor{ID: who}, "as it should be")
			return codeOf(err)
		}
		var codes []string
		codes = append(codes, sign(carl)) // nothing to review yet
		if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: rita}, true, ""); codeOf(err) != "own-request" {
			t.Errorf("the requester approved: %v", err)
		}
		p.approves(t, id, anna)
		if r := w.request(id); !r.Review.Due || len(w.fleet.sent()) != 1 {
			t.Fatalf("after the run: %+v, sent %v", r.Review, w.fleet.sent())
		}
		codes = append(codes, sign(rita), sign(anna), sign(hugo))
		pass(73 * time.Hour) // the follow-up is over by then
		if got := count(w.story(id), "review.reminded"); got != 3 {
			t.Errorf("%d reminders in three days: %v", got, w.story(id))
		}
		w.people.edit(carl, func(p *approvals.Person) { p.Deactivated = true })
		codes = append(codes, sign(carl))
		w.people.edit(carl, func(p *approvals.Person) { p.Deactivated = false })
		codes = append(codes, sign(carl), sign(ben))
		want := []string{"no-review", "review-own", "review-own", "not-reviewer", "deactivated", "", "review-signed"}
		if diff := cmp.Diff(want, codes); diff != "" {
			t.Errorf("codes (-want +got):\n%s", diff)
		}
		r := w.request(id)
		if r.Review.Due || r.Review.Signed.ID != carl || !r.WakeAt.IsZero() {
			t.Errorf("signed: %+v, wakes at %v", r.Review, r.WakeAt)
		}
		pass(48 * time.Hour)
		if got := count(w.story(id), "review.reminded"); got != 3 {
			t.Errorf("%d reminders after the signature", got)
		}
	})
}

// What did not go ahead needs no review.
func TestBreakGlass_denied(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.glass()
		p := w.start(t)
		id := p.breaks(t, rita, incident)
		if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, false, ""); err != nil {
			t.Fatal(err)
		}
		pass(48 * time.Hour)
		if r := w.request(id); r.Review.Due || count(w.story(id), "review.") != 0 {
			t.Errorf("%+v: %v", r.Review, w.story(id))
		}
	})
}

// The log says through what somebody acted, also where it was refused.
func TestSource(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		via := func(s string) approvals.Source {
			return approvals.Source{Via: s, Envelope: "env-" + s, Connection: "socket-1"}
		}
		r, err := p.Ask(approvals.From(t.Context(), via("command")), approvals.Ask{Actor: approvals.Actor{ID: rita}, Channel: channel, Selectors: byID(pixel), Reason: "forgotten"})
		if err != nil {
			t.Fatal(err)
		}
		pass(0)
		_, _ = p.Decide(approvals.From(t.Context(), via("click")), r.ID, approvals.Actor{ID: rita}, true, "")
		_, _ = p.Decide(approvals.From(t.Context(), via("button")), r.ID, approvals.Actor{ID: anna}, true, "")
		if err := p.Note(t.Context(), approvals.Event{Kind: approvals.SocketConnected, Data: map[string]string{"connection": "socket-1"}}); err != nil {
			t.Fatal(err)
		}
		pass(0)
		got := map[approvals.EventKind]string{}
		for _, e := range w.store.log() {
			if e.Data["via"] != "" || e.Data["connection"] != "" {
				got[e.Kind] += e.Data["via"] + " " + e.Data["envelope"] + " " + e.Data["connection"]
			}
		}
		want := map[approvals.EventKind]string{
			approvals.Asked: "command env-command socket-1", approvals.WasRefused: "click env-click socket-1",
			approvals.GotApproval: "button env-button socket-1", approvals.SocketConnected: "  socket-1",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sources (-want +got):\n%s", diff)
		}
	})
}
