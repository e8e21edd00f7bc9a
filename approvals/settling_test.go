package approvals_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// A reset whose outcome is in doubt is settled by what Intune shows: it is
// sent again only where it was provably not taken, and never taken twice.
func TestSettle(t *testing.T) {
	t.Parallel()
	const admin = "bob@contoso.com"
	mute := func(w *world) { w.fleet.mute = unavailable("no record") }
	adminAfter := func(d time.Duration) func(*world) {
		return func(w *world) { time.AfterFunc(d, func() { w.fleet.admin(pixel, admin) }) }
	}
	heals := func(w *world) {
		w.fleet.arrives = func(string) {
			if len(w.fleet.sent()) == 2 {
				w.fleet.with(func(f *fleet) { delete(f.answers, pixel) })
			}
		}
	}
	for _, tt := range []struct {
		name   string
		answer answer
		world  func(*world)
		after  time.Duration // how long after the approval it is looked at
		want   string
		posts  int
		taken  int
		story  []string // after run.started
	}{
		{
			name: "Intune answered with an error, and had taken it", answer: answer{err: answered(lost(nil)), lands: true},
			want: "accepted", posts: 1, taken: 1,
			story: []string{"reset.intended Alice Pixel", "reset.doubted Alice Pixel: Intune's answer was lost", "reset.accepted Alice Pixel", "run.ended: succeeded"},
		},
		{
			name: "Intune answered with an error, and had not taken it", answer: answer{err: answered(lost(nil))}, world: heals,
			want: "accepted", posts: 2, taken: 1,
			story: []string{
				"reset.intended Alice Pixel", "reset.doubted Alice Pixel: Intune's answer was lost", "reset.unsent Alice Pixel",
				"reset.intended Alice Pixel", "reset.accepted Alice Pixel", "run.ended: succeeded",
			},
		},
		{
			name: "no answer, taken", answer: answer{err: lost(nil), lands: true},
			want: "accepted", posts: 1, taken: 1,
		},
		{
			name: "no answer, not taken, too early to tell", answer: answer{err: lost(nil)}, after: approvals.DefaultResendAfter - time.Second,
			want: "sending, Intune's answer was lost", posts: 1, taken: 0,
		},
		{
			name: "no answer, not taken", answer: answer{err: lost(nil)}, world: heals, after: approvals.DefaultResendAfter + time.Minute,
			want: "accepted", posts: 2, taken: 1,
		},
		{
			name: "no answer, taken late", answer: answer{err: lost(nil), late: 100 * time.Second}, after: 10 * time.Minute,
			want: "accepted", posts: 1, taken: 1,
		},
		{
			name: "never taken", answer: answer{err: lost(nil)}, after: 10 * time.Minute,
			want: "failed, Intune has not taken it, though it was sent 3 times; ask again once Intune is well", posts: 3, taken: 0,
		},
		{
			name: "somebody else resets it, and it was not taken", answer: answer{err: lost(nil)}, world: adminAfter(10 * time.Second), after: 10 * time.Minute,
			want:  "skipped, Intune has not taken it, and it was not sent again, because bob@contoso.com reset the device in Intune meanwhile, at 00:00:10 UTC on 1 Jan 2000; ask again if that is not enough",
			posts: 1, taken: 0,
		},
		{
			name: "somebody else resets it, and it may still be under way", answer: answer{err: lost(nil)}, world: adminAfter(10 * time.Second), after: time.Minute,
			want: "sending, Intune's answer was lost", posts: 1, taken: 0,
		},
		{
			name: "somebody else resets it, and it was taken late", answer: answer{err: lost(nil), late: 20 * time.Second}, world: adminAfter(10 * time.Second), after: time.Minute,
			want:  "accepted, bob@contoso.com reset it in Intune too, at 00:00:10 UTC on 1 Jan 2000; the passcode of the later reset is the one that holds",
			posts: 1, taken: 1,
		},
		{
			name: "somebody else resets it, and ours is not recorded yet", answer: answer{err: lost(nil), late: 20 * time.Second},
			world: func(w *world) {
				adminAfter(10 * time.Second)(w)
				// The device shows ours, and the record only theirs.
				time.AfterFunc(30*time.Second, func() {
					w.fleet.with(func(f *fleet) {
						f.record = slices.DeleteFunc(f.record, func(r approvals.Recorded) bool { return r.By == passcodebot })
					})
				})
			},
			after: 10 * time.Minute,
			want:  "unknown, Intune shows a reset by bob@contoso.com at 00:00:10 UTC on 1 Jan 2000, and none by passcodebot",
			posts: 1, taken: 0,
		},
		{
			name: "no record, taken", answer: answer{err: lost(nil), lands: true}, world: mute, after: 10 * time.Minute,
			want:  "unknown, Intune shows a reset that began at 00:00:00 UTC on 1 Jan 2000, and its record of who asked for it could not be read",
			posts: 1, taken: 1,
		},
		{
			name: "no record, not taken", answer: answer{err: lost(nil)}, world: mute, after: 10 * time.Minute,
			want:  "unknown, Intune shows no new reset, and its record of remote actions could not be read",
			posts: 1, taken: 0,
		},
		{
			name: "no record, and Intune had answered", answer: answer{err: answered(lost(nil))}, world: mute, after: 10 * time.Minute,
			want:  "unknown, Intune shows no new reset, and its record of remote actions could not be read",
			posts: 1, taken: 0,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				w.fleet.answers[pixel] = tt.answer
				if tt.world != nil {
					tt.world(w)
				}
				p := w.start(t)
				id := p.approved(t, byID(pixel)...)
				pass(tt.after)
				if diff := cmp.Diff([]string{"Alice Pixel: " + tt.want}, w.results(id)); diff != "" {
					t.Errorf("result (-want +got):\n%s", diff)
				}
				if got := len(w.fleet.sent()); got != tt.posts || w.fleet.taken(pixel) != tt.taken {
					t.Errorf("sent %d times and taken %d times; want %d and %d", got, w.fleet.taken(pixel), tt.posts, tt.taken)
				}
				if tt.story == nil {
					return
				}
				story := w.story(id)
				if diff := cmp.Diff(tt.story, story[len(story)-len(tt.story):]); diff != "" {
					t.Errorf("story (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Two requests reset the same device one after the other: while what came of
// the one's reset is not known, the other waits, and takes nothing for its own.
func TestSettle_twoRequests(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"one process": false, "across a restart": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				first, second := p.asks(t, byID(pixel)...), p.asks(t, byID(pixel)...)
				w.fleet.answers[pixel] = answer{err: lost(nil), late: 90 * time.Second}
				p.approves(t, first, anna)
				w.fleet.with(func(f *fleet) { delete(f.answers, pixel) })
				if restart {
					p.stop()
					p = w.start(t)
				}
				p.approves(t, second, anna)
				pass(time.Minute)
				if diff := cmp.Diff([]string{"Alice Pixel: waiting"}, w.results(second)); diff != "" || len(w.fleet.sent()) != 1 {
					t.Errorf("while the first is in doubt, %d are sent and the second (-want +got):\n%s", len(w.fleet.sent()), diff)
				}
				const behind = "run.delayed: Alice Pixel is also reset for R-1, of which Intune has not told yet what came of it"
				if n := count(w.story(second), behind); n != 1 {
					t.Errorf("told %d times that it waits; want once: %q", n, w.story(second))
				}
				pass(3 * time.Minute)
				for _, id := range []approvals.ID{first, second} {
					if got := w.request(id).Targets[0].Result.Phase; got != approvals.Accepted {
						t.Errorf("%v is %s; want accepted", id, got)
					}
				}
				if n := w.fleet.taken(pixel); n != 2 || len(w.fleet.sent()) != 2 {
					t.Errorf("sent %d times and taken %d times; want once for each request", len(w.fleet.sent()), n)
				}
			})
		})
	}
}

// Another program's reset at the instant of the baseline can't be told from
// ours, so that it is not sent again.
func TestSettle_sameInstant(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fleet.with(func(f *fleet) { f.land(pixel, "app of somebody else") })
		w.fleet.answers[pixel] = answer{err: lost(nil), lands: true}
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		pass(10 * time.Minute)
		want := []string{"Alice Pixel: unknown, Intune recorded a reset of it at 00:00:00 UTC on 1 Jan 2000, and whether that is this one cannot be told"}
		if diff := cmp.Diff(want, w.results(id)); diff != "" || len(w.fleet.sent()) != 1 {
			t.Errorf("sent %d times, result (-want +got):\n%s", len(w.fleet.sent()), diff)
		}
	})
}

// A crash in the middle of the doubt begins no new count, and forgets
// nothing.
func TestSettle_acrossACrash(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fleet.answers[pixel] = answer{err: lost(nil)}
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		pass(time.Minute)
		p.stop()
		w.fleet.with(func(f *fleet) { delete(f.answers, pixel) })
		w.start(t)
		pass(approvals.DefaultResendAfter - time.Minute + 2*sweepEvery)
		if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
			t.Errorf("result (-want +got):\n%s", diff)
		}
		if n := count(w.story(id), "reset.doubted"); n != 1 {
			t.Errorf("%d doubts; want one", n)
		}
	})
}

// A reset by somebody else after ours is not taken for ours.
func TestFollowUp_resetAgainByOthers(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		pass(10 * time.Second)
		w.fleet.admin(pixel, "bob@contoso.com")
		w.fleet.report(pixel, approvals.ActionDone, 0)
		pass(2 * time.Minute)
		want := []string{"Alice Pixel: accepted, another reset of it began at 00:00:10 UTC on 1 Jan 2000, so that Intune no longer shows what became of this one"}
		if diff := cmp.Diff(want, w.results(id)); diff != "" || !w.request(id).Targets[0].Result.Unconfirmed {
			t.Errorf("result (-want +got):\n%s", diff)
		}
	})
}

// By another of Intune's clocks, our own reset begins later than it was taken:
// as long as the record has no other, it is ours.
func TestFollowUp_clocksApart(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		w.fleet.edit(pixel, func(d *approvals.Device) { d.LastReset.Started = d.LastReset.Started.Add(30 * time.Second) })
		w.fleet.report(pixel, approvals.ActionDone, 0)
		pass(2 * time.Minute)
		if diff := cmp.Diff([]string{"Alice Pixel: confirmed"}, w.results(id)); diff != "" {
			t.Errorf("result (-want +got):\n%s", diff)
		}
	})
}
