package approvals_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"passcodebot/approvals"
)

// reminded is each reminder of a request: how long after it was ready, and
// what its event has.
func (w *world) reminded(id approvals.ID) []string {
	var lines []string
	for _, e := range w.store.log() {
		if e.Request != id || e.Kind != approvals.Reminded {
			continue
		}
		line := e.At.Sub(w.request(id).ReadyAt).String()
		for _, name := range slices.Sorted(maps.Keys(e.Data)) {
			line += " " + name + "=" + e.Data[name]
		}
		lines = append(lines, line)
	}
	return lines
}

// leads are whom these tests escalate to.
func leads() approvals.Audience {
	return approvals.Audience{Groups: []string{"SLEADS", "SBOSS"}, People: []string{hugo}}
}

const (
	halfTime  = "15m0s groups=SONCALL people=UCARL step=half"
	lateLeads = "24m0s groups=SLEADS,SBOSS people=UHUGO step=escalation"
)

// A request is called to mind at half of its time, and where there is an
// escalation once more at four fifths; it wakes for these and its expiry only.
func TestReminders(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		escalation approvals.Audience
		want       []string
	}{
		"to an escalation": {leads(), []string{halfTime, lateLeads}},
		"to nobody else":   {approvals.Audience{}, []string{halfTime}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Escalation = tt.escalation
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				var wakes []time.Duration
				for w.request(id).State == approvals.Pending {
					r := w.request(id)
					wakes = append(wakes, r.WakeAt.Sub(r.ReadyAt))
					pass(time.Until(r.WakeAt) + time.Microsecond)
					p.runner.Nudge()
					pass(0)
				}
				if diff := cmp.Diff([]time.Duration{15 * time.Minute, 24 * time.Minute, 30 * time.Minute}, wakes); diff != "" {
					t.Errorf("wakes (-want +got):\n%s", diff)
				}
				pass(time.Hour)
				if diff := cmp.Diff(tt.want, w.reminded(id)); diff != "" {
					t.Errorf("reminders (-want +got):\n%s", diff)
				}
				if r := w.request(id); r.State != approvals.Expired || r.Reminded != len(tt.want) {
					t.Errorf("it is %s, and %d reminders are counted", r.State, r.Reminded)
				}
			})
		})
	}
}

// Who comes late, as after a time in which nothing ran, gives the last
// reminder that is due and no other; what has expired gets none.
func TestReminders_late(t *testing.T) {
	t.Parallel()
	const early = "16m0s groups=SONCALL people=UCARL step=half"
	for name, tt := range map[string]struct {
		runs       []time.Duration // from and to, after it was asked
		escalation approvals.Audience
		want       []string
	}{
		"after half":                 {[]time.Duration{16 * time.Minute}, leads(), []string{early, lateLeads}},
		"after both":                 {[]time.Duration{25 * time.Minute}, leads(), []string{"25m0s groups=SLEADS,SBOSS people=UHUGO step=escalation"}},
		"after both, to nobody else": {[]time.Duration{25 * time.Minute}, approvals.Audience{}, []string{"25m0s groups=SONCALL people=UCARL step=half"}},
		"after the expiry":           {[]time.Duration{30 * time.Minute}, leads(), nil},
		"in several lives":           {[]time.Duration{16 * time.Minute, 17 * time.Minute, 18 * time.Minute, 19 * time.Minute, 27 * time.Minute}, leads(), []string{early, "27m0s groups=SLEADS,SBOSS people=UHUGO step=escalation"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Escalation = tt.escalation
				p := w.start(t)
				asked := time.Now()
				id := p.asks(t, byID(pixel)...)
				p.stop()
				for i, at := range tt.runs {
					pass(time.Until(asked.Add(at)))
					if i%2 == 0 {
						p = w.start(t)
						pass(0)
					} else {
						p.stop()
					}
				}
				if len(tt.runs)%2 == 0 {
					w.start(t)
				}
				pass(time.Hour)
				if diff := cmp.Diff(tt.want, w.reminded(id)); diff != "" {
					t.Errorf("reminders (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What waits no more is not called to mind.
func TestReminders_ofWhatIsDecided(t *testing.T) {
	t.Parallel()
	decide := func(yes bool) func(*process, approvals.ID) error {
		return func(p *process, id approvals.ID) error {
			_, err := p.Decide(bg, id, approvals.Actor{ID: anna}, yes, "")
			return err
		}
	}
	for name, act := range map[string]func(*process, approvals.ID) error{
		"approved": decide(true), "denied": decide(false),
		"cancelled": func(p *process, id approvals.ID) error {
			_, err := p.Cancel(bg, id, approvals.Actor{ID: rita})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Escalation = leads()
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				pass(15*time.Minute - time.Second)
				if err := act(p, id); err != nil {
					t.Fatal(err)
				}
				pass(time.Hour)
				if got := w.reminded(id); got != nil || w.request(id).Reminded != 0 {
					t.Errorf("reminders: %q", got)
				}
			})
		})
	}
}

// Nobody is mentioned who has approved already or asked for it.
func TestReminders_whom(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Quorum = 2
		w.policy.Approvers = approvals.Audience{People: []string{rita, anna, ben, carl}}
		w.policy.Escalation = approvals.Audience{People: []string{rita, anna}}
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		p.approves(t, id, anna)
		pass(time.Hour)
		want := []string{"15m0s people=UBEN,UCARL step=half", "24m0s step=escalation"}
		if diff := cmp.Diff(want, w.reminded(id)); diff != "" {
			t.Errorf("reminders (-want +got):\n%s", diff)
		}
	})
}

// A request that waits again, because approvals no longer count, goes on with
// what is left of its reminders.
func TestReminders_reopened(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.Escalation = leads()
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		pass(20 * time.Minute)
		w.people.with(func(p *people) { p.takes = time.Second }) // so that it can lose its approval before the start
		done := make(chan error, 1)
		go func() {
			_, err := p.Decide(bg, id, approvals.Actor{ID: anna}, true, "")
			w.people.edit(anna, func(p *approvals.Person) { p.Deactivated = true })
			done <- err
		}()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		if n := count(w.story(id), "request.reopened"); n != 1 {
			t.Fatalf("it was not reopened: %q", w.story(id))
		}
		if diff := cmp.Diff([]string{halfTime, lateLeads}, w.reminded(id)); diff != "" {
			t.Errorf("reminders (-want +got):\n%s", diff)
		}
	})
}

// remindersHold makes sure that each step is given once at the most, in its
// time and while the request waits, and that the question for the passcode is
// put when it should be.
func (m *machine) remindersHold(rt *rapid.T, log []approvals.Event) {
	given := map[string]int{}
	for _, e := range log {
		if e.Kind != approvals.Reminded && e.Kind != approvals.HandoverAsked {
			continue
		}
		r := m.request(e.Request)
		switch e.Kind {
		case approvals.Reminded:
			step := e.Data["step"]
			given[fmt.Sprint(e.Request, " ", step)]++
			due := r.ReadyAt.Add(r.ExpiresAt.Sub(r.ReadyAt) / 2)
			if step == "escalation" {
				due = r.ReadyAt.Add(r.ExpiresAt.Sub(r.ReadyAt) / 5 * 4)
				given[fmt.Sprint(e.Request, " half")]++ // none comes after it
			}
			if e.At.Before(due) || !e.At.Before(r.ExpiresAt) {
				rt.Errorf("%v: reminder %s %v after it was ready", e.Request, step, e.At.Sub(r.ReadyAt))
			}
		case approvals.HandoverAsked:
			given[fmt.Sprint(e.Request, " question ", e.Data["times"])]++
			if e.At.Before(r.EndedAt.Add(m.policy.HandoverAfter)) || m.policy.HandoverAfter < 0 {
				rt.Errorf("%v: asked for the passcode %v after its end", e.Request, e.At.Sub(r.EndedAt))
			}
		}
	}
	for what, n := range given {
		// A half before its escalation counts twice above.
		if n > 2 || n > 1 && !strings.HasSuffix(what, " half") {
			rt.Errorf("%s was given %d times", what, n)
		}
	}
}
