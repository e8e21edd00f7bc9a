package approvals_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// What Intune later says of the device's own report.
func TestFollowUp_reports(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		state approvals.ActionState
		code  int
		want  string
		event string // after run.ended; nothing for none
	}{
		{approvals.ActionDone, 0, "confirmed", "reset.confirmed Alice Pixel"},
		{approvals.ActionFailed, 0, "failed on device, the device reported that the reset failed", "reset.failed-on-device Alice Pixel: the device reported that the reset failed"},
		{approvals.ActionFailed, -2016341112, "failed on device, the device reported that the reset failed (error -2016341112)", "reset.failed-on-device Alice Pixel: the device reported that the reset failed (error -2016341112)"},
		{approvals.ActionNotSupported, 0, "failed on device, the device reported that it does not support the reset", "reset.failed-on-device Alice Pixel: the device reported that it does not support the reset"},
		{approvals.ActionCanceled, 0, "failed on device, the reset was cancelled in Intune", "reset.failed-on-device Alice Pixel: the reset was cancelled in Intune"},
		{approvals.ActionPending, 0, "accepted", ""},
		{approvals.ActionActive, 0, "accepted", ""},
		{approvals.ActionNone, 0, "accepted", ""},
		{"somethingNew", 0, "accepted", ""},
	} {
		t.Run(string(tt.state), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.approved(t, byID(pixel)...)
				w.fleet.report(pixel, tt.state, tt.code)
				told := len(w.story(id))
				pass(approvals.DefaultFollowUp()[0] + sweepEvery)
				if diff := cmp.Diff([]string{"Alice Pixel: " + tt.want}, w.results(id)); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				var want []string
				if tt.event != "" {
					want = []string{tt.event}
				}
				if diff := cmp.Diff(want, append([]string(nil), w.story(id)[told:]...)); diff != "" {
					t.Errorf("told (-want +got):\n%s", diff)
				}
				r := w.request(id)
				if waits := !r.WakeAt.IsZero(); waits != (tt.event == "") {
					t.Errorf("waits for the device: %v", waits)
				}
				if !r.Targets[0].Device.LastCheckIn.Equal(w.fleet.devices[pixel].LastCheckIn) {
					t.Error("the last check-in is not taken over")
				}
				if !r.Targets[0].Result.Phase.Taken() || r.Outcome() != approvals.Succeeded {
					t.Errorf("outcome is %s; Intune took the reset", r.Outcome())
				}
			})
		})
	}
}

// A reset that Intune knew of before the intent says nothing of this one.
func TestFollowUp_olderReset(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		before := approvals.Action{State: approvals.ActionDone, Started: approvals.Instant(time.Now().Add(-time.Hour))}
		w.fleet.edit(pixel, func(d *approvals.Device) { d.LastReset = before })
		w.fleet.answers[pixel] = answer{err: lost(nil)}
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		pass(30 * time.Hour)
		if diff := cmp.Diff([]string{"Alice Pixel: failed, Intune has not taken it, though it was sent 3 times; ask again once Intune is well"}, w.results(id)); diff != "" {
			t.Errorf("results (-want +got):\n%s", diff)
		}
	})
}

// An outcome that was unknown can show itself afterwards.
func TestFollowUp_unknownShowsItself(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		state approvals.ActionState
		want  approvals.Phase
		event approvals.EventKind
	}{
		{approvals.ActionPending, approvals.Accepted, approvals.ResetAccepted},
		{approvals.ActionActive, approvals.Accepted, approvals.ResetAccepted},
		{approvals.ActionDone, approvals.Confirmed, approvals.ResetConfirmed},
		{approvals.ActionFailed, approvals.FailedOnDevice, approvals.DeviceFailed},
	} {
		t.Run(string(tt.state), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.fleet.answers[pixel] = answer{err: lost(nil), lands: true}
				w.fleet.mute = unavailable("no record") // so that nobody can tell
				p := w.start(t)
				id := p.approved(t, byID(pixel)...)
				pass(approvals.DefaultSettleFor + sweepEvery)
				if got := w.request(id).Targets[0].Result.Phase; got != approvals.Unknown {
					t.Fatalf("phase is %s; want unknown at first", got)
				}
				w.fleet.with(func(f *fleet) { f.mute = nil })
				w.fleet.report(pixel, tt.state, 0)
				pass(10 * time.Minute)
				got := w.request(id).Targets[0].Result
				log := w.store.log()
				last := log[len(log)-1]
				if got.Phase != tt.want || last.Kind != tt.event || last.Device != pixel {
					t.Errorf("phase is %s and the last event %s; want %s and %s", got.Phase, last.Kind, tt.want, tt.event)
				}
				// The reason of what is settled well is no longer true.
				if bad := tt.want == approvals.FailedOnDevice; (got.Reason != "") != bad || (got.Code != "") != bad {
					t.Errorf("reason is %q, code %q", got.Reason, got.Code)
				}
			})
		})
	}
}

// The waits between looks grow as the policy says, the last one repeats, and
// the looks end with a word of their own.
func TestFollowUp_waits(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.policy.FollowUp = []time.Duration{time.Minute, 3 * time.Minute, 10 * time.Minute}
		w.policy.FollowUpFor = 30 * time.Minute
		p := w.start(t)
		id := p.approved(t, byID(pixel, galaxy)...)
		w.fleet.report(galaxy, approvals.ActionDone, 0)
		start := w.request(id).EndedAt
		var waits []time.Duration
		for range 10 {
			r := w.request(id)
			if r.WakeAt.IsZero() {
				break
			}
			waits = append(waits, r.WakeAt.Sub(start))
			pass(time.Until(r.WakeAt))
			p.runner.Nudge()
			pass(0)
		}
		want := []time.Duration{time.Minute, 4 * time.Minute, 14 * time.Minute, 24 * time.Minute, 30 * time.Minute}
		if diff := cmp.Diff(want, waits); diff != "" {
			t.Errorf("looks after the end (-want +got):\n%s", diff)
		}
		r := w.request(id)
		if !r.Targets[0].Result.Unconfirmed || r.Targets[1].Result.Unconfirmed || r.Looks != len(want) {
			t.Errorf("after %d looks: %+v", r.Looks, r.Targets)
		}
		story := w.story(id)
		if got := story[len(story)-1]; got != "reset.unconfirmed Alice Pixel" {
			t.Errorf("the last event is %q", got)
		}
		reads := len(w.fleet.reads)
		w.fleet.report(pixel, approvals.ActionDone, 0)
		pass(48 * time.Hour)
		if got := len(w.fleet.reads); got != reads {
			t.Errorf("%d reads after the end of the follow-up", got-reads)
		}
	})
}

// Only devices that are waited for are read.
func TestFollowUp_onlyTheAwaited(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fleet.answers[galaxy] = answer{err: refusedBy(approvals.Invalid)}
		p := w.start(t)
		p.approved(t, byID(pixel, galaxy)...)
		w.fleet.with(func(f *fleet) { f.reads = nil })
		pass(10 * time.Minute)
		for _, id := range w.fleet.reads {
			if id != pixel {
				t.Errorf("read %s, which failed", w.nameOf(id))
			}
		}
		if len(w.fleet.reads) < 3 {
			t.Errorf("%d reads in ten minutes", len(w.fleet.reads))
		}
	})
}

// A look that Intune does not answer, or that breaks, is made again.
func TestFollowUp_notAnswered(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*fleet){
		"unavailable": func(f *fleet) { f.silent = unavailable("Intune is away.") },
		"gone":        func(f *fleet) { f.readErr[pixel] = unknownDevice(pixel) },
		"panics":      func(f *fleet) { f.panics = "read" },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.approved(t, byID(pixel)...)
				w.fleet.with(spoil)
				pass(10 * time.Minute)
				if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				w.fleet.with(func(f *fleet) { f.silent, f.panics = nil, ""; delete(f.readErr, pixel) })
				w.fleet.report(pixel, approvals.ActionDone, 0)
				pass(20 * time.Minute)
				if diff := cmp.Diff([]string{"Alice Pixel: confirmed"}, w.results(id)); diff != "" {
					t.Errorf("results when Intune is back (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Nothing is followed up where nothing was taken.
func TestFollowUp_nothingToAwait(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fleet.answers[pixel] = answer{err: refusedBy(approvals.Invalid)}
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		if r := w.request(id); !r.WakeAt.IsZero() {
			t.Errorf("wakes at %v; want never", r.WakeAt)
		}
	})
}
