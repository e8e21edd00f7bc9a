package approvals_test

import (
	"errors"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// A device can't be got past its rule by asking for another one beside it:
// the strictest of the rules of all devices holds.
func TestJudge_severalRules(t *testing.T) {
	t.Parallel()
	ops := approvals.Audience{Groups: []string{"SOPS"}}
	rule := func(name, enrolment string, change func(*approvals.Rule)) approvals.Rule {
		r := approvals.Rule{Name: name, When: approvals.Conditions{Enrolments: []string{enrolment}}, Terms: approvals.Terms{Quorum: 1}}
		change(&r)
		return r
	}
	lax := rule("kiosks", "dedicated", func(r *approvals.Rule) { r.Terms.TimeToLive = time.Hour })
	for name, tt := range map[string]struct {
		second approvals.Rule
		want   approvals.Ruling
	}{
		"one refuses": {
			rule("phones", "fully-managed", func(r *approvals.Rule) { r.Refuse = "No phones." }),
			approvals.Ruling{Rule: "phones", Refuse: "No phones.", Terms: approvals.Terms{Quorum: 1, TimeToLive: time.Minute}},
		},
		"one wants more": {
			rule("phones", "fully-managed", func(r *approvals.Rule) {
				r.Terms = approvals.Terms{Quorum: 3, Groups: 2, Verified: true, SecondReason: true}
			}),
			approvals.Ruling{Rule: "kiosks + phones", Terms: approvals.Terms{Quorum: 3, Groups: 2, TimeToLive: time.Minute, Verified: true, SecondReason: true}},
		},
		"one holds for one alone": {
			rule("tablets", "aosp-user", func(r *approvals.Rule) {}),
			approvals.Ruling{Rule: "kiosks", Terms: approvals.Terms{Quorum: 2, TimeToLive: time.Minute}},
		},
		"other approvers": {
			rule("phones", "fully-managed", func(r *approvals.Rule) { r.Terms.Approvers = ops }),
			approvals.Ruling{Rule: "kiosks + phones", Mixed: true, Terms: approvals.Terms{Quorum: 1, TimeToLive: time.Minute}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := approvals.Policy{Quorum: 2, TimeToLive: time.Minute, Rules: []approvals.Rule{lax, tt.second}}
			c := approvals.Case{Targets: []approvals.Target{{Enrollment: "dedicated"}, {Enrollment: "fully managed"}, {Enrollment: "dedicated"}}}
			if diff := cmp.Diff(tt.want, p.Judge(c), cmp.Comparer(func(a, b *regexp.Regexp) bool { return a == b })); diff != "" {
				t.Errorf("ruling (-want +got):\n%s", diff)
			}
		})
	}
}

// Rules that name different approvers can't hold together.
func TestRules_mixed(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{{Name: "kiosks", When: approvals.Conditions{Enrolments: []string{"dedicated"}}, Terms: approvals.Terms{Approvers: approvals.Audience{People: []string{carl}}}}}
		p := w.start(t)
		if got := w.rejectedAs(p.asks(t, byID(pixel, kiosk)...)); got != "mixed-rules" {
			t.Errorf("turned down as %q", got)
		}
		if got := w.rejectedAs(p.asks(t, byID(kiosk)...)); got != "" {
			t.Errorf("turned down as %q", got)
		}
	})
}

// Requests for the same device that wait at the same time are judged again
// right before each starts.
func TestRecount_resetSince(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{{
			Name: "again", When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameDevice, Times: 2, Within: 24 * time.Hour}}}, Refuse: "Not twice a day.",
		}}
		p := w.start(t)
		var ids []approvals.ID
		for range 3 {
			ids = append(ids, p.asks(t, byID(pixel)...))
			pass(time.Second)
		}
		p.approves(t, ids[0], anna)
		var codes []string
		for _, id := range ids[1:] {
			_, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
			codes = append(codes, codeOf(err))
		}
		if diff := cmp.Diff([]string{"reset-since", "reset-since"}, codes); diff != "" || len(w.fleet.sent()) != 1 {
			t.Errorf("%d resets were sent; refusals (-want +got):\n%s", len(w.fleet.sent()), diff)
		}
	})
}

// Whoever may not ask any more gets nothing approved, whether at the click or
// before the start.
func TestRecount_requesterGone(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]func(*world){
		"deactivated":    func(w *world) { w.people.edit(rita, func(p *approvals.Person) { p.Deactivated = true }) },
		"left the group": func(w *world) { w.people.with(func(p *people) { p.groups[requestersGroup] = []string{hugo} }) },
	} {
		t.Run(name+", at the click", func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				gone(w)
				_, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
				if codeOf(err) != "requester-gone" || len(w.fleet.sent()) != 0 {
					t.Errorf("error is %v, sent %v", err, w.fleet.sent())
				}
				if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, false, ""); err != nil {
					t.Errorf("it can't be denied: %v", err)
				}
			})
		})
		t.Run(name+", before the start", func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				id := w.approvedUnstarted(t)
				gone(w)
				w.start(t)
				pass(time.Second)
				if r := w.request(id); r.State != approvals.Rejected || len(w.fleet.sent()) != 0 {
					t.Errorf("it is %s, sent %v", r.State, w.fleet.sent())
				}
			})
		})
	}
}

// A user group that is not there any more is named, and nobody waits for it.
func TestRights_groupGone(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.people.with(func(p *people) {
			p.gone = &approvals.Error{Kind: approvals.Invalid, Code: "unknown-group", Text: "Slack has no user group S1."}
		})
		_, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
		if codeOf(err) != "group-unread" || len(w.fleet.sent()) != 0 {
			t.Errorf("error is %v, sent %v", err, w.fleet.sent())
		}
		if got := w.rejectedAs(p.asks(t, byID(pixel)...)); got != "group-unread" {
			t.Errorf("a new request is turned down as %q", got)
		}
	})
}

// Limits hold however high they are.
func TestLimits_high(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.MaxRequests = 250
		p := w.start(t)
		over := 0
		for i := range 255 {
			if got := w.rejectedAs(p.request(t, approvals.Ask{Selectors: byID(pixel), Key: fmt.Sprint(i)})); got == "over-limit" {
				over++
			}
		}
		if over != 5 {
			t.Errorf("%d were turned down; want 5", over)
		}
	})
}

// A request that is approved and waits for its start can be taken back.
func TestCancel_beforeTheStart(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		id := w.approvedUnstarted(t)
		w.people.with(func(p *people) { p.silent = unavailable("Slack is away.") })
		p := w.start(t)
		pass(time.Minute)
		if _, err := p.Cancel(t.Context(), id, approvals.Actor{ID: rita}); err != nil {
			t.Fatal(err)
		}
		w.people.with(func(p *people) { p.silent = nil })
		pass(time.Hour)
		if r := w.request(id); r.State != approvals.Cancelled || len(w.fleet.sent()) != 0 {
			t.Errorf("it is %s, sent %v", r.State, w.fleet.sent())
		}
	})
}

// What says nothing is nothing.
func TestRules_saysNothing(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"\u2800", "\u3164", " . ", "-"} {
		bubbleRun(t, fmt.Sprintf("%q", said), func(t *testing.T, w *world) {
			w.policy.Rules = []approvals.Rule{{Name: "strict", Terms: approvals.Terms{Verified: true}}}
			p := w.start(t)
			id := p.request(t, approvals.Ask{Selectors: byID(pixel), Statement: approvals.Statement{Verified: said}})
			if got := w.rejectedAs(id); got != "needs-verified" {
				t.Errorf("turned down as %q", got)
			}
		})
	}
}

func bubbleRun(t *testing.T, name string, f func(*testing.T, *world)) {
	t.Run(name, func(t *testing.T) { bubble(t, f) })
}

// A reset outside of another device of the owner counts for the owner.
func TestEarlier_ownersOtherDevice(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{{
			Name: "again", When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameOwner, Times: 2, Within: time.Hour}}}, Refuse: "Not twice an hour.",
		}}
		w.fleet.edit(kiosk, func(d *approvals.Device) { d.Owner = ownedBy("alice") })
		p := w.start(t)
		w.fleet.admin(kiosk, "admin@contoso.com")
		pass(time.Minute)
		if got := w.rejectedAs(p.asks(t, byID(pixel)...)); got != "rule-refused" {
			t.Errorf("turned down as %q", got)
		}
		if got := w.rejectedAs(p.asks(t, byID(galaxy)...)); got != "" {
			t.Errorf("another owner is turned down as %q", got)
		}
	})
}

// A record of Intune's that is too long holds nothing up, and the card says
// that it was not read; resets outside are looked for less far back.
func TestEarlier_recordTooLong(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{{
			Name: "again", When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameOwner, Times: 2, Within: time.Hour}}}, Refuse: "No.",
		}}
		w.fleet.with(func(f *fleet) {
			f.mute = &approvals.Error{Kind: approvals.Unavailable, Code: "record-too-long", Text: "It has no end.", Err: errors.New("50 pages")}
		})
		p := w.start(t)
		r := w.request(p.asks(t, byID(pixel)...))
		if r.State != approvals.Pending || !r.Unread {
			t.Errorf("it is %s, unread is %v", r.State, r.Unread)
		}
		if _, err := p.runner.LookOutside(t.Context(), time.Now().Add(-48*time.Hour)); codeOf(err) != "record-too-long" {
			t.Errorf("error is %v", err)
		}
	})
}
