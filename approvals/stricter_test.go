package approvals_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// onceADay refuses what would be the second reset of a device in a day.
func (w *world) onceADay() {
	w.policy.Rules = []approvals.Rule{{
		Name: "once a day", Refuse: "Once a day is enough.",
		When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameDevice, Times: 2, Within: 24 * time.Hour}}},
	}}
}

// A reset that was begun counts for the rules as soon as it was, whatever
// becomes of it.
func TestRepeated_countsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	t.Run("both are approved at once", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			w.onceADay()
			w.fleet.takes = 2 * time.Second
			p := w.start(t)
			one := p.asks(t, byID(pixel)...)
			pass(time.Minute)
			two := p.asks(t, byID(pixel)...)
			pass(time.Minute)
			w.people.with(func(p *people) { p.takes = 50 * time.Millisecond })
			for _, id := range []approvals.ID{one, two} {
				go func() {
					if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, ""); err != nil && codeOf(err) != "reset-since" {
						t.Error(err)
					}
				}()
			}
			pass(time.Hour)
			if sent := len(w.fleet.sent()); sent != 1 {
				t.Errorf("%d resets were sent, want 1: %v", sent, append(w.story(one), w.story(two)...))
			}
		})
	})
	t.Run("the first is in doubt when the second is asked for", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			w.onceADay()
			p := w.start(t)
			w.fleet.with(func(f *fleet) { f.answers[pixel] = answer{err: lost(nil), late: 90 * time.Second} })
			p.approves(t, p.asks(t, byID(pixel)...), anna)
			pass(5 * time.Second)
			two := p.asks(t, byID(pixel)...)
			pass(5 * time.Second)
			if got := w.rejectedAs(two); got != "rule-refused" {
				t.Errorf("the second is rejected as %q: %v", got, w.story(two))
			}
		})
	})
	t.Run("those of a requester", func(t *testing.T) {
		bubble(t, func(t *testing.T, w *world) {
			w.policy.Rules = []approvals.Rule{{
				Name: "no fifth", Refuse: "Too many.",
				When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameRequester, Times: 5, Within: time.Hour}}},
			}}
			p := w.start(t)
			var ids []approvals.ID
			for _, sel := range w.fillWith(8) {
				ids = append(ids, p.asks(t, sel))
			}
			w.fleet.with(func(f *fleet) { f.takes = 2 * time.Second })
			for _, id := range ids {
				_, _ = p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "") // some are refused
			}
			pass(10 * time.Minute)
			if sent := len(w.fleet.sent()); sent != 4 {
				t.Errorf("%d resets were sent, want 4", sent)
			}
		})
	})
}

// slowly is a store that takes its time to tell what is open.
type slowly struct{ *memory }

func (s slowly) Open(ctx context.Context) ([]approvals.Request, error) {
	<-time.After(time.Second) // of the bubble's time
	return s.memory.Open(ctx)
}

// A reset that ends while the rules look at what was reset before counts.
func TestRepeated_countsWhatEndsMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.onceADay()
		p := w.start(t)
		one, two := p.asks(t, byID(pixel)...), p.asks(t, byID(pixel)...)
		w.fleet.with(func(f *fleet) { f.takes = 2 * time.Second })
		p.approves(t, one, anna)
		pass(3500 * time.Millisecond)
		s, err := approvals.NewService(w.config(slowly{w.store}, nil, w.fleet, p.runner.Nudge))
		if err != nil {
			t.Fatal(err)
		}
		if state := w.request(one).State; state != approvals.Running {
			t.Fatalf("the first is %s already", state)
		}
		if _, err := s.Decide(t.Context(), two, approvals.Actor{ID: anna}, true, ""); codeOf(err) != "reset-since" {
			t.Errorf("the second approval was answered with %v", err)
		}
	})
}

// However long a start waits for others, it counts approvals and time as they
// are when it begins.
func TestRecount_afterAWait(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.onceADay()
		p := w.start(t)
		var ids []approvals.ID
		for _, sel := range w.fillWith(30) {
			ids = append(ids, p.asks(t, sel))
		}
		for _, id := range ids {
			if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, ""); err != nil {
				t.Fatal(err)
			}
		}
		w.people.with(func(p *people) { p.takes = 30 * time.Second }) // as Slack does that asks to wait
		pass(4 * time.Hour)
		for _, id := range ids {
			if r := w.request(id); r.Outcome() != approvals.Succeeded || r.EndedAt.Sub(r.StartedAt) > 2*time.Minute {
				t.Errorf("%s is %s, after %v: %v", id, r.Outcome(), r.EndedAt.Sub(r.StartedAt), w.story(id))
			}
		}
	})
}

// Somebody who may not ask any more gets nothing approved, also where it was
// only just heard that they might.
func TestDecide_requesterJustLeft(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.recent = w.people.asTheyAre()
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.people.edit(rita, func(p *approvals.Person) { p.Deactivated = true })
		_, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, "")
		if codeOf(err) != "requester-gone" {
			t.Errorf("the approval was answered with %v", err)
		}
	})
}

// What the rules begin to ask for while a request waits is told, and kept.
func TestDecide_tightened(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{{
			Name: "again", Terms: approvals.Terms{Quorum: 2},
			When: approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameDevice, Times: 2, Within: 24 * time.Hour}}},
		}}
		p := w.start(t)
		one, two := p.asks(t, byID(pixel)...), p.asks(t, byID(pixel)...)
		p.approves(t, one, anna)
		pass(time.Second)
		p.approves(t, two, anna)
		if r := w.request(two); r.Rule != "again" || r.Missing() != 1 {
			t.Errorf("the rule is %q and %d are missing", r.Rule, r.Missing())
		}
		var told []map[string]string
		for _, e := range w.store.log() {
			if e.Kind == approvals.Tightened && e.Request == two {
				told = append(told, e.Data)
			}
		}
		if diff := cmp.Diff([]map[string]string{{"quorum": "2", "rule": "again"}}, told); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

// Who is in several groups counts for each of them, also where different
// groups are asked for only since others have approved.
func TestDecide_groupsAskedForLater(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.people.with(func(p *people) { p.groups["SA"], p.groups["SB"] = []string{anna, ben}, []string{anna} })
		w.policy.Approvers, w.policy.Quorum, w.policy.Fingerprint = approvals.Audience{Groups: []string{"SA", "SB"}}, 2, "1"
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		p.approves(t, id, ben)
		p.stop()
		w.policy.Rules, w.policy.Fingerprint = []approvals.Rule{{Name: "two groups", Terms: approvals.Terms{Quorum: 2, Groups: 2}}}, "2"
		p = w.start(t)
		p.approves(t, id, anna)
		synctest.Wait()
		if r := w.request(id); r.Missing() != 0 || len(w.fleet.sent()) != 1 {
			t.Errorf("%d are missing, %d resets were sent: %v", r.Missing(), len(w.fleet.sent()), w.story(id))
		}
	})
}

// A rule that is for how devices are named looks at each device by itself.
func TestRule_namesEachDevice(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{
			{Name: "by serial", When: approvals.Conditions{Selectors: []approvals.SelectorKind{approvals.BySerial}}, Terms: approvals.Terms{Quorum: 1}},
			{Name: "else", Terms: approvals.Terms{Quorum: 3}},
		}
		w.people.with(func(p *people) { p.groups[approversGroup] = []string{anna, ben, otto, nora} })
		w.fleet.filters["f"] = approvals.Found{Devices: []approvals.Device{w.fleet.devices[pixel], w.fleet.devices[galaxy]}}
		p := w.start(t)
		filter := approvals.Selector{Kind: approvals.ByFilter, Value: "f"}
		serial := func(device string) approvals.Selector {
			return approvals.Selector{Kind: approvals.BySerial, Value: w.fleet.devices[device].Serial}
		}
		for name, tt := range map[string]struct {
			sels   []approvals.Selector
			quorum int
		}{
			"one by serial":                      {[]approvals.Selector{serial(kiosk)}, 1},
			"another beside those of a filter":   {[]approvals.Selector{filter, serial(kiosk)}, 3},
			"those of a filter by serial too":    {[]approvals.Selector{filter, serial(pixel), serial(galaxy)}, 1},
			"one of those of a filter by serial": {[]approvals.Selector{filter, serial(pixel)}, 3},
		} {
			if got := w.request(p.asks(t, tt.sels...)).Quorum; got != tt.quorum {
				t.Errorf("%s: quorum %d, want %d", name, got, tt.quorum)
			}
		}
	})
}

// The same approvers in another order are the same.
func TestJudge_sameApprovers(t *testing.T) {
	t.Parallel()
	rule := func(name, owned string, groups ...string) approvals.Rule {
		return approvals.Rule{Name: name, When: approvals.Conditions{Ownership: []string{owned}}, Terms: approvals.Terms{Approvers: approvals.Audience{Groups: groups}}}
	}
	p := approvals.Policy{Rules: []approvals.Rule{rule("ours", "company", "SA", "SB"), rule("theirs", "personal", "SB", "SA")}}.WithDefaults()
	c := approvals.Case{Targets: []approvals.Target{{Device: approvals.Device{Ownership: "company"}}, {Device: approvals.Device{Ownership: "personal"}}}}
	if u := p.Judge(c); u.Mixed {
		t.Error("they are taken for different ones")
	}
}

// An approval of somebody whom Slack no longer tells about is void for that
// reason.
func TestVoid_unidentified(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Quorum = 2
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		p.approves(t, id, anna)
		w.people.edit(anna, func(p *approvals.Person) { p.Email, p.EntraID = "", "" })
		p.approves(t, id, ben)
		if d := w.request(id).Decisions[0]; d.Void != "no-identity" {
			t.Errorf("it is void as %q", d.Void)
		}
	})
}

// A reviewer of whom it is not known whose devices theirs are is told so.
func TestSign_unidentified(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.glass()
		w.people.edit(carl, func(p *approvals.Person) { p.Email, p.EntraID = "", "" })
		w.policy.BreakGlass.Reviewers = approvals.Audience{People: []string{carl}}
		p := w.start(t)
		id := p.breaks(t, rita, w.policy.BreakGlass.Channels[0])
		p.approves(t, id, anna)
		pass(time.Minute)
		if _, err := p.Sign(t.Context(), id, approvals.Actor{ID: carl}, ""); codeOf(err) != "no-identity" {
			t.Errorf("the reviewer is told %v", err)
		}
	})
}

// Who clicks after an approved request was turned down reads that, not that
// its devices were at fault.
func TestDecide_withdrawn(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		id := w.approvedUnstarted(t)
		w.people.edit(rita, func(p *approvals.Person) { p.Deactivated = true })
		p := w.start(t)
		pass(time.Minute)
		if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: ben}, true, ""); codeOf(err) != "already-withdrawn" {
			t.Errorf("the click is answered with %v: %v", err, w.story(id))
		}
	})
}

// A dry run that is turned down is in the log, with why.
func TestTry_refusedIsLogged(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Rules = []approvals.Rule{{Name: "v", Terms: approvals.Terms{Verified: true}}}
		if _, err := w.service(t).Try(t.Context(), approvals.Ask{Actor: approvals.Actor{ID: rita}, Channel: channel, Selectors: byID(pixel)}); err != nil {
			t.Fatal(err)
		}
		log := w.store.log()
		if len(log) != 1 || log[0].Kind != approvals.WasTried || log[0].Data["code"] != "needs-verified" || log[0].Data["devices"] != "1" {
			t.Errorf("the log is %v", log)
		}
	})
}
