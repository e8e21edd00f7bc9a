package approvals_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// An approved request starts at once, without a sweep.
func TestRun_startsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.approved(t, byID(pixel)...)
		r := w.request(id)
		if !r.EndedAt.Equal(r.CreatedAt) {
			t.Errorf("ended %v after it was asked", r.EndedAt.Sub(r.CreatedAt))
		}
	})
}

func TestExpire_bySweep(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		pass(approvals.DefaultTimeToLive - time.Microsecond)
		if got := w.request(id).State; got != approvals.Pending {
			t.Fatalf("state is %s before its time", got)
		}
		pass(sweepEvery)
		r := w.request(id)
		if r.State != approvals.Expired || !r.WakeAt.IsZero() || r.EndedAt.IsZero() {
			t.Errorf("state is %s, ended at %v, wakes at %v", r.State, r.EndedAt, r.WakeAt)
		}
		want := []string{"request.asked by URITA: forgotten", "request.ready", "request.reminded", "request.expired"}
		if diff := cmp.Diff(want, w.story(id)); diff != "" {
			t.Errorf("story (-want +got):\n%s", diff)
		}
		pass(time.Hour)
		if got := len(w.story(id)); got != len(want) {
			t.Errorf("%d events an hour later", got)
		}
	})
}

// What expired while nothing ran does so at the start, at once.
func TestExpire_atStart(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		pending := p.asks(t, byID(pixel)...)
		p.stop()
		r, err := w.service(t).Ask(t.Context(), approvals.Ask{Actor: approvals.Actor{ID: rita}, Channel: channel, Selectors: byID(galaxy)})
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		w.start(t)
		synctest.Wait()
		for _, id := range []approvals.ID{pending, r.ID} {
			if got := w.request(id); got.State != approvals.Expired || !got.EndedAt.Equal(time.Now()) {
				t.Errorf("%v is %s since %v", id, got.State, got.EndedAt)
			}
		}
	})
}

// A stop while resets are on the wire: those finish and are recorded, no
// further one is sent, and the next start goes on with the rest.
func TestStop_finishesWhatIsOnTheWire(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		sels := w.fillWith(40)
		p := w.start(t)
		early, late := p.asks(t, sels[:30]...), p.asks(t, sels[30:]...)
		w.fleet.with(func(f *fleet) { f.takes = 2 * time.Second })
		p.approves(t, early, anna)
		pass(1500 * time.Millisecond)
		p.approves(t, late, anna)
		pass(1500 * time.Millisecond) // the early ones are being sent, the late ones read
		began := time.Now()
		p.stop()
		if took := time.Since(began); took != time.Second {
			t.Errorf("the stop took %v; want the second that the resets take", took)
		}
		done, left := w.request(early), w.request(late)
		if done.Count(approvals.Accepted) != 30 || left.Count(approvals.Waiting) != 10 || left.State != approvals.Running {
			t.Errorf("%d accepted, and %s with %d waiting; want 30 and 10", done.Count(approvals.Accepted), left.State, left.Count(approvals.Waiting))
		}
		for _, id := range []approvals.ID{early, late} {
			if got := w.store.held(id); got != "" {
				t.Errorf("%s still has a lease after its stop", got)
			}
		}
		w.start(t)
		pass(time.Minute)
		for _, id := range []approvals.ID{early, late} {
			if r := w.request(id); r.Count(approvals.Accepted) != len(r.Targets) || r.State != approvals.Done {
				t.Errorf("%s with %d accepted", r.State, r.Count(approvals.Accepted))
			}
		}
		if n := len(w.fleet.sent()); n != 40 {
			t.Errorf("%d resets; want 40", n)
		}
	})
}

// A stop during a check leaves the request as it was.
func TestStop_duringTheCheck(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.people.takes = time.Second
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		p.stop()
		if r := w.request(id); r.State != approvals.Checking || r.Version != 1 {
			t.Errorf("state is %s, version %d", r.State, r.Version)
		}
		w.start(t)
		pass(time.Minute)
		if got := w.request(id).State; got != approvals.Pending {
			t.Errorf("state is %s after the next start; want pending", got)
		}
	})
}

// A crash at each effect of a run, before it happens and after: the next
// process settles what was in doubt, and Intune takes one reset.
func TestCrash_atEveryEffect(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		at      string
		effect  int
		happens bool
	}{
		{"start of the run", 1, false},
		{"start of the run", 1, true},
		{"intent", 2, false},
		{"intent", 2, true},
		{"reset", 3, false},
		{"reset", 3, true},
		{"outcome", 4, false},
		{"outcome", 4, true},
		{"end of the run", 5, false},
		{"end of the run", 5, true},
	} {
		t.Run(fmt.Sprintf("%s happens %v", tt.at, tt.happens), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				p.end() // the approval is another process's
				<-p.stopped
				if _, err := w.service(t).Decide(t.Context(), id, approvals.Actor{ID: anna}, true, ""); err != nil {
					t.Fatal(err)
				}
				first := w.launch()
				first.crashAfter(tt.effect, tt.happens)
				<-first.stopped
				synctest.Wait()
				w.start(t)
				synctest.Wait()
				if held := w.store.held(id); held != "life-2" {
					t.Errorf("the lease is %q's; want the crashed one's until it runs out", held)
				}
				pass(longerThanALease + approvals.DefaultResendAfter + 2*sweepEvery)
				if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				r := w.request(id)
				if got := w.fleet.taken(pixel); got != 1 || r.State != approvals.Done {
					t.Errorf("%s after %d resets; want done after one", r.State, got)
				}
				pass(30 * time.Hour)
				if got := w.fleet.taken(pixel); got != 1 || len(w.fleet.sent()) != 1 {
					t.Errorf("%d resets in the end, of %d sent; want one", got, len(w.fleet.sent()))
				}
			})
		})
	}
}

// A reset that Intune had carried out before says nothing of the one that was
// interrupted.
func TestCrash_earlierReset(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.fleet.edit(pixel, func(d *approvals.Device) {
			d.LastReset = approvals.Action{State: approvals.ActionDone, Started: approvals.Instant(time.Now().Add(-time.Hour))}
		})
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		p.crashAfter(4, false) // decision, start, intent, and no reset
		p.approves(t, id, anna)
		<-p.stopped
		w.start(t)
		pass(longerThanALease + sweepEvery)
		if got := w.request(id).Targets[0].Result.Phase; got != approvals.Sending || len(w.fleet.sent()) != 0 {
			t.Errorf("phase is %s after %d resets; want sending after none", got, len(w.fleet.sent()))
		}
		pass(approvals.DefaultResendAfter)
		if got := w.request(id).Targets[0].Result.Phase; got != approvals.Accepted || len(w.fleet.sent()) != 1 {
			t.Errorf("phase is %s after %d resets; want accepted after one", got, len(w.fleet.sent()))
		}
	})
}

// An interrupted reset that Intune can't tell of is unknown after the time for
// that, and is not sent again.
func TestCrash_intuneCannotTell(t *testing.T) {
	t.Parallel()
	const doubt = "Intune could not be asked what became of it: "
	for name, err := range map[string]error{
		doubt + "Intune is busy":                      unavailable("Intune is busy."),
		doubt + "Intune says forbidden":               refusedBy(approvals.Forbidden),
		"it has left Intune while it was being reset": unknownDevice(pixel),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				p := w.start(t)
				id := p.asks(t, byID(pixel)...)
				p.crashAfter(4, true) // decision, start, intent, reset
				p.approves(t, id, anna)
				<-p.stopped
				w.fleet.with(func(f *fleet) { f.readErr[pixel] = err })
				w.start(t)
				pass(longerThanALease + approvals.DefaultSettleFor + 2*sweepEvery)
				if diff := cmp.Diff([]string{"Alice Pixel: unknown, " + name}, w.results(id)); diff != "" {
					t.Errorf("results (-want +got):\n%s", diff)
				}
				// It shows when Intune can be asked again.
				w.fleet.with(func(f *fleet) { delete(f.readErr, pixel) })
				pass(time.Hour)
				if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
					t.Errorf("results later (-want +got):\n%s", diff)
				}
				if got := len(w.fleet.sent()); got != 1 {
					t.Errorf("%d resets; want one", got)
				}
			})
		})
	}
}

// A lease is renewed for as long as the work takes, so that another process
// does nothing meanwhile, and is given back at the end.
func TestLease_renewed(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		first := w.start(t)
		second := w.start(t)
		id := first.asks(t, byID(pixel)...)
		sels := w.fillWith(90)
		long := first.asks(t, sels...)
		w.fleet.with(func(f *fleet) { f.takes = 150 * time.Second })
		first.approves(t, long, anna)
		pass(time.Minute)
		w.fleet.with(func(f *fleet) { f.takes = time.Second }) // but for the reads under way
		pass(time.Minute)
		holder := w.store.held(long)
		if w.store.renewals < 4 || holder == "" {
			t.Errorf("%d renewals in two minutes; the lease is %q's", w.store.renewals, holder)
		}
		second.runner.Nudge()
		pass(time.Minute) // before the first look at the devices
		r := w.request(long)
		if got := len(w.fleet.sent()); got != 90 || r.Count(approvals.Accepted) != 90 {
			t.Errorf("%d resets for 90 devices, %d accepted", got, r.Count(approvals.Accepted))
		}
		for _, id := range []approvals.ID{id, long} {
			if got := w.store.held(id); got != "" {
				t.Errorf("%v is still leased to %s", id, got)
			}
		}
	})
}

// Work that fails is tried again, with a pause, and gives its lease back.
func TestRun_workFails(t *testing.T) {
	t.Parallel()
	for _, ops := range [][]string{{"save"}, {"request"}, {"claim"}, {"save", "request", "claim", "renew", "release"}} {
		t.Run(fmt.Sprint(ops), func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world) {
				first := w.start(t)
				id := first.asks(t, byID(pixel)...)
				first.stop()
				calls := 0
				w.store.setFault(func(op string) error {
					calls++
					for _, failing := range ops {
						if op == failing {
							return errPlain
						}
					}
					return nil
				})
				w.start(t)
				pass(time.Hour) // the request expires, and that can't be stored
				// A sweep every 15 s, and what the work itself needs.
				if calls > 2000 {
					t.Errorf("%d calls of the failing store in an hour", calls)
				}
				w.store.setFault(nil)
				pass(2 * time.Minute)
				if got := w.request(id).State; got != approvals.Expired {
					t.Errorf("state is %s; want expired once the store works", got)
				}
				if got := w.store.held(id); got != "" {
					t.Errorf("still leased to %s", got)
				}
			})
		})
	}
}

// A store that panics is one that fails: the process goes on.
func TestRun_storePanics(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		id := p.asks(t, byID(pixel)...)
		w.fleet.with(func(f *fleet) { f.takes = time.Second })
		p.approves(t, id, anna)
		calls := 0
		w.store.setFault(func(op string) error {
			if calls++; op == "save" {
				w.store.mu.Unlock()
				panic("page 7 is damaged")
			}
			return nil
		})
		pass(5 * time.Minute)
		w.store.setFault(nil)
		pass(2 * time.Minute)
		if diff := cmp.Diff([]string{"Alice Pixel: accepted"}, w.results(id)); diff != "" {
			t.Errorf("results (-want +got):\n%s", diff)
		}
		if calls > 2000 {
			t.Errorf("%d calls of the panicking store in five minutes", calls)
		}
	})
}

// Many requests at once: none starves, none is done twice.
func TestRun_manyRequests(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		p := w.start(t)
		sels := w.fillWith(200)
		var ids []approvals.ID
		for _, sel := range sels {
			ids = append(ids, p.asks(t, sel))
		}
		w.fleet.with(func(f *fleet) { f.takes = time.Second })
		for _, id := range ids {
			if _, err := p.Decide(t.Context(), id, approvals.Actor{ID: anna}, true, ""); err != nil {
				t.Fatal(err)
			}
		}
		pass(30 * time.Second)
		for _, id := range ids {
			if r := w.request(id); r.State != approvals.Done || r.Count(approvals.Accepted) != 1 {
				t.Fatalf("%v is %s: %q", id, r.State, w.results(id))
			}
		}
		if got := len(w.fleet.sent()); got != 200 {
			t.Errorf("%d resets for 200 devices", got)
		}
		if got := w.fleet.mostOnWire; got != 200 {
			t.Errorf("%d requests at a time; want all", got)
		}
	})
}

// Nudge never blocks, also when nothing runs.
func TestNudge_neverBlocks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	r, err := approvals.NewRunner(w.config(w.store, w.store, w.fleet, nil), "me")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		r.Nudge()
	}
}
