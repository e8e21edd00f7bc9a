package approvals_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// forges writes into the store what the log knows nothing of.
func (w *world) forges(t *testing.T, r approvals.Request, change func(*approvals.Request)) {
	t.Helper()
	change(&r)
	if _, err := w.store.Save(t.Context(), approvals.Change{Request: &r}); err != nil {
		t.Fatal(err)
	}
}

// A request that somebody has written in as running resets nothing, whether
// its devices wait or are said to be on their way.
func TestRunning_forged(t *testing.T) {
	t.Parallel()
	for phase, want := range map[approvals.Phase]string{approvals.Waiting: "skipped", approvals.Sending: "unknown"} {
		t.Run(string(phase), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				p.stop()
				now := approvals.Instant(time.Now())
				w.forges(t, w.request(id), func(r *approvals.Request) {
					r.State, r.DecidedAt, r.StartedAt, r.WakeAt = approvals.Running, now, now, now
					r.Targets[0].Result = approvals.Result{Phase: phase, IntendedAt: now, ChangedAt: now, Sends: 1}
				})
				p = w.start(t)
				pass(time.Hour)
				r := w.request(id)
				if len(w.fleet.sent()) != 0 || r.State != approvals.Done || string(r.Targets[0].Result.Phase) != want || r.Targets[0].Result.Code != "log-disagrees" {
					t.Errorf("sent %v, it is %s: %v", w.fleet.sent(), r.State, w.story(id))
				}
				// Nobody else has to wait for the device.
				next := p.approved(t, byID(pixel)...)
				pass(time.Hour)
				if r = w.request(next); r.Outcome() != approvals.Succeeded {
					t.Errorf("the next request ended as %s: %v", r.Outcome(), w.story(next))
				}
			})
		})
	}
}

// A process that takes over a running request goes on with it: the log tells
// the same.
func TestRunning_takenOver(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel, galaxy)...)
		w.fleet.with(func(f *fleet) { f.takes = 10 * time.Second })
		p.approves(t, id, anna)
		pass(time.Second)
		p.stop()
		w.start(t)
		pass(time.Hour)
		if r := w.request(id); r.Outcome() != approvals.Succeeded {
			t.Errorf("it ended as %s: %v", r.Outcome(), w.story(id))
		}
	})
}

// What was changed in a stored request is found: each of the facts on which a
// reset rests.
func TestDisagrees(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*approvals.Request, []approvals.Event){
		"": func(*approvals.Request, []approvals.Event) {},
		"it is stored as running, and the log left it pending":                   func(r *approvals.Request, _ []approvals.Event) { r.State = approvals.Running },
		"it is stored as one of UOTTO, and the log says that URITA asked for it": func(r *approvals.Request, _ []approvals.Event) { r.Requester.ID = otto },
		"its reason is another than in the log":                                  func(r *approvals.Request, _ []approvals.Event) { r.Reason = "another" },
		"its devices are others than in the log":                                 func(r *approvals.Request, _ []approvals.Event) { r.Targets[0].Device.ID = kiosk },
		"it is stored as one that needs 1 approval, and the log says 2":          func(r *approvals.Request, _ []approvals.Event) { r.Quorum = 1 },
		"1 decision are stored, and the log has 0":                               func(r *approvals.Request, _ []approvals.Event) { r.Decisions = []approvals.Decision{{}} },
		"the thread where it was asked is another than in the log":               func(r *approvals.Request, _ []approvals.Event) { r.Thread = "2.000200" },
		"it asks for the devices of another request again than in the log":       func(r *approvals.Request, _ []approvals.Event) { r.Again = 7 },
		"its reason is that of somebody else than in the log":                    func(r *approvals.Request, _ []approvals.Event) { r.Borrowed.By.ID = hugo },
		"what is unusual of it is something else than in the log":                func(r *approvals.Request, _ []approvals.Event) { r.Unusual = nil },
		"event 1, which is given as one of its own, is of R-7":                   func(_ *approvals.Request, e []approvals.Event) { e[0].Request = 7 },
		"event 2, which is given as one of its own, is of R-7":                   func(_ *approvals.Request, e []approvals.Event) { e[1].Request = 7 },
	} {
		t.Run(want, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.policy.Quorum = 2
				p := w.start(t)
				r := w.request(p.request(t, approvals.Ask{Selectors: byID(pixel), Thread: "1.000100", ThreadLink: "https://slack.example/p1"}))
				events := w.store.log()
				change(&r, events)
				if diff := cmp.Diff(want, approvals.Disagrees(r, events)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
	if got, want := approvals.Disagrees(approvals.Request{ID: 1, State: approvals.Running}, nil), "it is stored as running, and the log has nothing of it"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// The intent of a reset is preceded by the approval and the start of its
// request.
func TestCourse(t *testing.T) {
	t.Parallel()
	const one, two = approvals.ID(1), approvals.ID(2)
	event := func(id approvals.ID, k approvals.EventKind) approvals.Event {
		return approvals.Event{Request: id, Kind: k}
	}
	for name, tt := range map[string]struct {
		events []approvals.Event
		fits   bool
	}{
		"as it should be":      {[]approvals.Event{event(one, approvals.ReachedQuorum), event(one, approvals.RunStarted), event(one, approvals.ResetIntended)}, true},
		"never approved":       {[]approvals.Event{event(one, approvals.RunStarted), event(one, approvals.ResetIntended)}, false},
		"never started":        {[]approvals.Event{event(one, approvals.ReachedQuorum), event(one, approvals.ResetIntended)}, false},
		"another was approved": {[]approvals.Event{event(two, approvals.ReachedQuorum), event(two, approvals.RunStarted), event(one, approvals.ResetIntended)}, false},
		"opened again":         {[]approvals.Event{event(one, approvals.ReachedQuorum), event(one, approvals.Reopened), event(one, approvals.RunStarted), event(one, approvals.ResetIntended)}, false},
		"ended before":         {[]approvals.Event{event(one, approvals.ReachedQuorum), event(one, approvals.RunStarted), event(one, approvals.RunEnded), event(one, approvals.ResetIntended)}, false},
	} {
		var c approvals.Course
		fits := true
		for _, e := range tt.events {
			fits = c.Next(e)
		}
		if fits != tt.fits {
			t.Errorf("%s: fits is %v", name, fits)
		}
	}
}
