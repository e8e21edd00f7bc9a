package approvals_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// What Intune answers to a reset decides what became of the device; nothing
// is ever sent twice.
func TestReset_answers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer answer
		want   approvals.Result
		kind   approvals.EventKind
	}{
		{"accepted", answer{}, approvals.Result{Phase: approvals.Accepted, GraphRequestID: "graph-204"}, approvals.ResetAccepted},
		{"invalid", answer{err: refusedBy(approvals.Invalid)}, approvals.Result{Phase: approvals.Failed, Reason: "Intune says invalid", Code: "intune-invalid", GraphRequestID: "graph-4xx"}, approvals.ResetFailed},
		{"forbidden", answer{err: refusedBy(approvals.Forbidden)}, approvals.Result{Phase: approvals.Failed, Reason: "Intune says forbidden", Code: "intune-forbidden", GraphRequestID: "graph-4xx"}, approvals.ResetFailed},
		{"not found", answer{err: refusedBy(approvals.NotFound)}, approvals.Result{Phase: approvals.Failed, Reason: "Intune says not found", Code: "intune-not found", GraphRequestID: "graph-4xx"}, approvals.ResetFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.fleet.answers[pixel] = tt.answer
				p := w.start(t)
				now := approvals.Instant(time.Now())
				id := p.approved(t, byID(pixel)...)
				tt.want.IntendedAt, tt.want.ChangedAt, tt.want.BaselineAt, tt.want.Sends = now, now, answeredAt(), 1
				if tt.answer.err == nil {
					tt.want.TakenAt = answeredAt()
				}
				r := w.request(id)
				if diff := cmp.Diff(tt.want, r.Targets[0].Result); diff != "" {
					t.Errorf("result (-want +got):\n%s", diff)
				}
				if r.State != approvals.Done || r.EndedAt.IsZero() {
					t.Errorf("state is %s", r.State)
				}
				log := w.store.log()
				settled := log[len(log)-2]
				wantEvent := approvals.Event{
					Seq: settled.Seq, At: now, Request: id, Kind: tt.kind, Device: pixel, Text: tt.want.Reason,
					Data: map[string]string{},
				}
				if tt.want.GraphRequestID != "" {
					wantEvent.Data["graph_request_id"] = tt.want.GraphRequestID
				}
				if tt.want.Code != "" {
					wantEvent.Data["code"], wantEvent.Data["kind"] = tt.want.Code, string(approvals.UnknownOutcome)
				}
				if tt.answer.err != nil && !errors.Is(tt.answer.err, errPlain) {
					wantEvent.Data["kind"] = string(approvals.KindOf(tt.answer.err))
				}
				if diff := cmp.Diff(wantEvent, settled); diff != "" {
					t.Errorf("event (-want +got):\n%s", diff)
				}
				pass(30 * time.Hour)
				if diff := cmp.Diff([]string{pixel}, w.fleet.sent()); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// The intent is stored before the reset is sent, and the reset is sent only
// then.
func TestReset_intentFirst(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fleet.edit(pixel, func(d *approvals.Device) {
			d.LastReset = approvals.Action{State: approvals.ActionDone, Started: approvals.Instant(time.Now().Add(-time.Hour))}
		})
		baseline := w.fleet.devices[pixel].LastReset
		w.fleet.arrives = func(device string) {
			r := w.request(1)
			target := r.Target(device)
			if target.Result.Phase != approvals.Sending || !cmp.Equal(target.Result.Baseline, baseline) || target.Result.IntendedAt.IsZero() {
				t.Errorf("a reset arrives while the store says %+v", target.Result)
			}
		}
		p := w.start(t)
		p.approved(t, byID(pixel)...)
		if len(w.fleet.sent()) != 1 {
			t.Errorf("sent %v; want one", w.fleet.sent())
		}
	})
}

// Right before its reset each device is read again; what no longer fits is
// skipped.
func TestReset_changedSinceTheCheck(t *testing.T) {
	t.Parallel()
	edit := func(change func(*approvals.Device)) func(*world) {
		return func(w *world) { w.fleet.edit(pixel, change) }
	}
	read := func(err error) func(*world) { return func(w *world) { w.fleet.readErr[pixel] = err } }
	for _, tt := range []struct {
		name, want, code string
		change           func(*world)
	}{
		{"other user", "skipped, it has another user since it was checked", "changed-hands", edit(func(d *approvals.Device) { d.Owner = ownedBy("bob") })},
		{"no user", "skipped, it has another user since it was checked", "changed-hands", edit(func(d *approvals.Device) { d.Owner = approvals.Owner{} })},
		{"same name, another person", "skipped, it has another user since it was checked", "changed-hands", edit(func(d *approvals.Device) { d.Owner.ID = "entra-other" })},
		{"other enrolment", "skipped, it has been enrolled in another way since it was checked: dedicated", "changed-enrolment", edit(func(d *approvals.Device) { d.Enrollment = "androidEnterpriseDedicatedDevice" })},
		{"other scope", "skipped, it has been enrolled in another way since it was checked: corporate-owned with work profile", "changed-enrolment", edit(func(d *approvals.Device) { d.Enrollment = "androidEnterpriseCorporateWorkProfile" })},
		{"retired", "skipped, it has changed since it was checked: it is being retired", "changed-not-managed", edit(func(d *approvals.Device) { d.State = "retirePending" })},
		{"gone", "skipped, it has left Intune since it was checked", "device-not-found", func(w *world) { delete(w.fleet.devices, pixel) }},
		{"forbidden", "failed, Intune says forbidden", "intune-forbidden", read(refusedBy(approvals.Forbidden))},
		{"our own mistake", "skipped, something went wrong on my side while it was worked on", "internal", read(errPlain)},
		{"only renamed", "accepted", "", edit(func(d *approvals.Device) { d.Name, d.OSVersion = "Alice's new name", "16" })},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel, galaxy)...)
				tt.change(w)
				p.approves(t, id, anna)
				want := []string{"Alice Pixel: " + tt.want, "Bob Galaxy: accepted"}
				if diff := cmp.Diff(want, w.results(id)); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				r := w.request(id)
				if r.Targets[0].Result.Code != tt.code {
					t.Errorf("code is %q; want %q", r.Targets[0].Result.Code, tt.code)
				}
				outcome, sent := approvals.Partial, 1
				if tt.code == "" {
					outcome, sent = approvals.Succeeded, 2
				}
				if r.Outcome() != outcome || len(w.fleet.sent()) != sent {
					t.Errorf("outcome is %s after %d resets; want %s after %d", r.Outcome(), len(w.fleet.sent()), outcome, sent)
				}
			})
		})
	}
}

func TestReset_outcomes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pixel, galaxy error
		want          approvals.Outcome
	}{
		{nil, nil, approvals.Succeeded},
		{nil, lost(nil), approvals.Partial},
		{refusedBy(approvals.Invalid), nil, approvals.Partial},
		{refusedBy(approvals.Invalid), lost(nil), approvals.AllFailed},
	} {
		t.Run(fmt.Sprintf("%v and %v", codeOf(tt.pixel), codeOf(tt.galaxy)), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.fleet.answers[pixel], w.fleet.answers[galaxy] = answer{err: tt.pixel}, answer{err: tt.galaxy}
				w.fleet.mute = unavailable("no record")
				p := w.start(t)
				id := p.approved(t, byID(pixel, galaxy)...)
				pass(approvals.DefaultSettleFor + sweepEvery)
				r := w.request(id)
				if got := r.Outcome(); got != tt.want {
					t.Errorf("outcome is %s; want %s", got, tt.want)
				}
				story := w.story(id)
				if got := story[len(story)-1]; got != "run.ended: "+string(tt.want) {
					t.Errorf("the last event is %q", got)
				}
			})
		})
	}
}

// What is not sent when the time of a request is over is skipped, as after a
// long pause of the process.
func TestReset_outOfTime(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.ExecutionTimeout = time.Minute
		p := w.start(t)
		id := p.asks(t, byID(pixel, galaxy)...)
		w.fleet.with(func(f *fleet) { f.takes = time.Second })
		p.approves(t, id, anna) // the devices are being read again
		p.stop()
		pass(2 * time.Minute)
		w.start(t)
		pass(time.Minute)
		const over = ": skipped, the time for this request was over before its turn came, and nothing was reset; ask again if it is still needed"
		if diff := cmp.Diff([]string{"Alice Pixel" + over, "Bob Galaxy" + over}, w.results(id)); diff != "" || len(w.fleet.sent()) != 0 {
			t.Errorf("sent %v, results (-want +got):\n%s", w.fleet.sent(), diff)
		}
	})
}

// While Intune is away nothing fails: the resets are sent when it is back.
func TestReset_intuneAway(t *testing.T) {
	t.Parallel()
	away := unavailable("Intune cannot be reached")
	for name, set := range map[string]func(*fleet, error){
		"reads":  func(f *fleet, err error) { f.silent = err },
		"resets": func(f *fleet, err error) { f.answers[pixel] = answer{err: err} },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				w.fleet.with(func(f *fleet) { set(f, away) })
				p.approves(t, id, anna)
				pass(5 * time.Minute)
				if diff := cmp.Diff([]string{"Alice Pixel: waiting"}, w.results(id)); diff != "" {
					t.Errorf("results while it is away (-want +got):\n%s", diff)
				}
				if n := count(w.story(id), "run.delayed: Intune cannot be reached"); n != 1 {
					t.Errorf("told %d times that it is away; want once:\n%q", n, w.story(id))
				}
				w.fleet.with(func(f *fleet) { set(f, nil) })
				pass(time.Minute)
				if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
					t.Errorf("results when it is back (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What Intune does not take until the time is over has failed, with its
// reason.
func TestReset_intuneAwayForTooLong(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.fleet.with(func(f *fleet) { f.silent = unavailable("Intune cannot be reached") })
		p.approves(t, id, anna)
		pass(approvals.DefaultExecutionTimeout)
		if diff := cmp.Diff([]string{"Alice Pixel: failed, Intune cannot be reached"}, w.results(id)); diff != "" || len(w.fleet.sent()) != 0 {
			t.Errorf("sent %v, results (-want +got):\n%s", w.fleet.sent(), diff)
		}
	})
}

// One device that breaks something leaves the others, the request and the
// process alone.
func TestReset_panics(t *testing.T) {
	t.Parallel()
	const broken = "something went wrong on my side while it was worked on"
	for call, want := range map[string]string{"read": "skipped, " + broken, "reset": "unknown, " + broken} {
		t.Run(call, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel, galaxy)...)
				w.fleet.with(func(f *fleet) { f.panics = call })
				p.approves(t, id, anna)
				if diff := cmp.Diff([]string{"Alice Pixel: " + want, "Bob Galaxy: " + want}, w.results(id)); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				if got := w.request(id).State; got != approvals.Done {
					t.Errorf("state is %s; want done", got)
				}
				w.fleet.with(func(f *fleet) { f.panics = "" })
				next := p.approved(t, byID(kiosk)...)
				if diff := cmp.Diff([]string{"Kiosk: accepted"}, w.results(next)); diff != "" {
					t.Errorf("results of the next request (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A store that fails while resets are on the wire loses none of their
// outcomes, however long it fails: also when the lease runs out meanwhile.
func TestReset_storeFailsMeanwhile(t *testing.T) {
	t.Parallel()
	for _, outage := range []time.Duration{time.Second, 30 * time.Second, 5 * time.Minute} {
		t.Run(outage.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.fleet.answers[galaxy] = answer{err: refusedBy(approvals.Invalid)}
				w.fleet.arrives = func(string) { w.store.setFault(func(string) error { return errPlain }) }
				p := w.start(t)
				id := p.asks(t, byID(pixel, galaxy)...)
				w.fleet.with(func(f *fleet) { f.takes = 100 * time.Millisecond })
				p.approves(t, id, anna)
				pass(outage)
				w.store.setFault(nil)
				w.fleet.with(func(f *fleet) { f.arrives = nil })
				pass(time.Minute)
				want := []string{"Alice Pixel: accepted", "Bob Galaxy: failed, Intune says invalid"}
				if diff := cmp.Diff(want, w.results(id)); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				sent := w.fleet.sent()
				slices.Sort(sent)
				if diff := cmp.Diff([]string{pixel, galaxy}, sent); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
				if got := w.store.held(id); got != "" {
					t.Errorf("%s still has a lease", got)
				}
			})
		})
	}
}

// No reset is sent whose intent could not be stored.
func TestReset_intentNotStored(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.fleet.with(func(f *fleet) { f.takes = time.Second })
		p.approves(t, id, anna) // the device is being read again
		w.store.setFault(func(op string) error {
			if op == "save" {
				return errPlain
			}
			return nil
		})
		pass(time.Minute)
		if got := w.fleet.sent(); len(got) != 0 {
			t.Errorf("sent %v without a stored intent", got)
		}
		p.end()
		<-p.stopped
		if got := w.fleet.sent(); len(got) != 0 {
			t.Errorf("sent %v at the stop", got)
		}
		w.store.setFault(nil)
		w.start(t)
		pass(2 * time.Minute)
		if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
			t.Errorf("results after the next start (-want +got):\n%s", diff)
		}
	})
}

// A reset whose intent can be stored only after the stop has begun is left to
// the next start.
func TestReset_intentAfterTheStop(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.fleet.with(func(f *fleet) { f.takes = time.Second })
		p.approves(t, id, anna)
		w.store.setFault(func(string) error { return errPlain })
		pass(time.Minute)
		p.end()
		pass(time.Second)
		w.store.setFault(nil)
		<-p.stopped
		if diff := cmp.Diff([]string{"Alice Pixel: waiting"}, w.results(id)); diff != "" || len(w.fleet.sent()) != 0 {
			t.Errorf("sent %v, results (-want +got):\n%s", w.fleet.sent(), diff)
		}
	})
}

// An outcome that a long outage has kept from being stored is stored when the
// store recovers during the stop.
func TestReset_outcomeDuringTheStop(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fleet.answers[pixel] = answer{err: refusedBy(approvals.Invalid)}
		w.fleet.arrives = func(string) { w.store.setFault(func(string) error { return errPlain }) }
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		pass(time.Minute)
		p.end()
		pass(time.Second)
		w.store.setFault(nil)
		healed := time.Now()
		<-p.stopped
		if took := time.Since(healed); took > 2*time.Second {
			t.Errorf("the stop took %v after the store was back", took)
		}
		if diff := cmp.Diff([]string{"Alice Pixel: failed, Intune says invalid"}, w.results(id)); diff != "" {
			t.Errorf("results (-want +got):\n%s", diff)
		}
	})
}

// An intent that was stored though the store said otherwise is not sent: who
// can't tell doesn't send. It is settled with Intune after a pause.
func TestReset_intentStoredUnheard(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.store.unsaid = func(c approvals.Change) error {
			if c.Request != nil && c.Request.Count(approvals.Sending) > 0 {
				w.store.unsaid = nil
				return errPlain
			}
			return nil
		}
		p.approves(t, id, anna)
		pass(50 * time.Millisecond)
		if diff := cmp.Diff([]string{"Alice Pixel: sending"}, w.results(id)); diff != "" {
			t.Errorf("results (-want +got):\n%s", diff)
		}
		pass(time.Minute)
		if got := w.fleet.sent(); len(got) != 0 {
			t.Errorf("sent %v while it is not known what became of the intent", got)
		}
		pass(approvals.DefaultResendAfter)
		if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
			t.Errorf("results later (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{pixel}, w.fleet.sent()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

// A hundred devices are reset at the same time, in a few commits.
func TestReset_hundred(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		sels := w.fillWith(100)
		p := w.start(t)
		id := p.asks(t, sels...)
		before := w.store.saves
		w.fleet.with(func(f *fleet) { f.takes = 100 * time.Millisecond })
		p.approves(t, id, anna)
		pass(time.Second)
		r := w.request(id)
		if got := r.Count(approvals.Accepted); got != 100 || r.State != approvals.Done {
			t.Errorf("%s with %d accepted; want all", r.State, got)
		}
		sent := w.fleet.sent()
		slices.Sort(sent)
		if n := len(slices.Compact(sent)); n != 100 || len(w.fleet.sent()) != 100 {
			t.Errorf("%d resets on %d devices; want 100 on 100", len(w.fleet.sent()), n)
		}
		if w.fleet.mostOnWire != 100 {
			t.Errorf("%d at a time; want all", w.fleet.mostOnWire)
		}
		// At the worst a commit for each intent and each outcome.
		if got := w.store.saves - before; got > 203 {
			t.Errorf("%d commits", got)
		}
		synctest.Wait()
	})
}
