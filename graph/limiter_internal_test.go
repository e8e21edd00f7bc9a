package graph

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passcodebot/approvals"
)

// Alone, it uses all of what is published and provokes nothing, also where
// Intune counts the calls of one window late and those of the next early.
func TestLimiter_alone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		i := newIntune(&intune{there: func() time.Duration {
			if time.Since(start) < span {
				return rtt
			}
			return 0
		}})
		took := i.request(t, 1, 400)
		if must := span + 2*rtt; took > must {
			t.Errorf("400 writes took %v; want %v, two windows' worth", took, must)
		}
		if n := i.refusals(); n != 0 {
			t.Errorf("%d writes were refused; want none", n)
		}
	})
}

// Where others use three quarters of what the tenant may, it finds out what is
// left within the window, and uses all of that.
func TestLimiter_besideOthers(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []bool{false, true} {
		t.Run(fmt.Sprintf("Retry-After %v", retryAfter), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				i := newIntune(&intune{others: 300, retryAfter: retryAfter})
				start := time.Now()
				took := i.request(t, 1, 400)
				t.Logf("400 writes took %v, %d were refused", took, i.refusals())
				if best := 3*span + rtt; took > best*13/10 {
					t.Errorf("400 writes took %v; want no more than 1.3 of %v", took, best)
				}
				first, later := 0, 0
				for _, at := range i.refused {
					if at.Sub(start) < span {
						first++
					} else {
						later++
					}
				}
				if first > 110 || later > 3*25 {
					t.Errorf("%d writes were refused in the first window and %d in those after it; want it to have learnt", first, later)
				}
			})
		})
	}
}

// Once the others are gone it finds its way back.
func TestLimiter_whenOthersStop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := newIntune(&intune{others: 300})
		i.request(t, 1, 150)
		i.mu.Lock()
		i.others = 0
		i.mu.Unlock()
		pass((steps + 2) * span)
		before := i.refusals()
		if took := i.request(t, 2, 200); took > 2*rtt {
			t.Errorf("200 writes took %v; want them at once", took)
		}
		if n := i.refusals() - before; n != 0 {
			t.Errorf("%d writes were refused; want none", n)
		}
	})
}

// A 429 now and then is no limit: it costs the call that met it a moment,
// also where refusals come before the answers to what was sent earlier.
func TestLimiter_accidents(t *testing.T) {
	t.Parallel()
	for n := range 40 {
		synctest.Test(t, func(t *testing.T) {
			i := newIntune(&intune{accident: 0.05, quick: n%2 == 0})
			if i.quick {
				i.there = func() time.Duration { return 0 }
			}
			took := i.request(t, 1, 100)
			must := rtt
			for retry := range i.most - 1 {
				must += firstDelay<<retry*5/4 + rtt
			}
			if took > must {
				t.Errorf("100 writes took %v with %d accidents; want no more than %v, what the unluckiest one of them cost itself", took, i.refusals(), must)
			}
		})
	}
}

// An Intune that refuses everything is not asked in vain for long, and is
// asked again.
func TestLimiter_whenAllIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := newIntune(&intune{others: 400})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var running sync.WaitGroup
		for range 200 {
			running.Go(func() { _ = i.write(ctx) })
		}
		pass(span + time.Second)
		before := i.refusals()
		pass(2*span - 2*time.Second)
		if n := i.refusals() - before; n < 1 || n > 50 {
			t.Errorf("%d writes were sent within two windows in which nothing was taken; want a few", n)
		}
		running.Wait()
	})
}

// A request that is too large for one window leaves room, and takes turns.
func TestLimiter_aSmallRequestFindsRoomBesideALargeOne(t *testing.T) {
	t.Parallel()
	for _, large := range []int{210, 300, 400, 1000} {
		t.Run(fmt.Sprint(large), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				i := newIntune(&intune{app: 1000}) // the app's limit is not sharp
				var running sync.WaitGroup
				running.Go(func() {
					took := i.request(t, 1, large)
					if windows := time.Duration(split(large+4, 200)); took > windows*(span+rtt)-span+rtt {
						t.Errorf("the large request took %v; want no more than %v windows", took, windows)
					}
				})
				for id := approvals.ID(2); id < 6; id++ {
					pass(5 * time.Second)
					asked := time.Now()
					i.request(t, id, 1)
					if waited := i.sentBy(id)[0].Sub(asked); waited > time.Second {
						t.Errorf("the small request %v began after %v; want less than a second", id, waited)
					}
				}
				running.Wait()
				if n := i.refusals(); n != 0 {
					t.Errorf("%d writes were refused; want none", n)
				}
			})
		})
	}
}

// A request that needs two windows anyway leaves what it does not need of the
// first, also where the limit is sharp.
func TestLimiter_aLargeRequestLeavesRoomOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := newIntune(&intune{})
		i.limiter.called = true // until all of them have asked
		var running sync.WaitGroup
		running.Go(func() {
			if took := i.request(t, 1, 300); took > span+2*rtt {
				t.Errorf("the large request took %v; want two windows", took)
			}
		})
		synctest.Wait()
		i.limiter.call()
		pass(time.Second)
		for id := approvals.ID(2); id < 52; id++ {
			running.Go(func() {
				if took := i.request(t, id, 1); took > rtt {
					t.Errorf("the small request %v took %v; want no wait", id, took)
				}
			})
		}
		running.Wait()
		if n := i.refusals(); n != 0 {
			t.Errorf("%d writes were refused; want none", n)
		}
	})
}

// Where the limit is sharp a newcomer is refused, and nobody else tries.
func TestLimiter_newcomersStopAtARefusal(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			i := newIntune(&intune{retryAfter: retryAfter})
			var running sync.WaitGroup
			running.Go(func() {
				// 395 and ten others are more than two windows' worth.
				if took := i.request(t, 1, 395); took > 2*span+3*rtt {
					t.Errorf("the large request took %v; want no more than three windows", took)
				}
			})
			pass(time.Second)
			for id := approvals.ID(2); id < 12; id++ {
				running.Go(func() { i.request(t, id, 1) })
				pass(time.Second / 2)
			}
			if n := i.refusals(); n != 1 {
				t.Errorf("Retry-After %v: %d writes were refused; want that of the first newcomer alone", retryAfter, n)
			}
			running.Wait()
		})
	}
}

// No request waits behind all of another one's calls.
func TestLimiter_requestsTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := newIntune(&intune{})
		i.limiter = newLimiter(Limits{Writes: 4, TenantWrites: 4})
		i.app = 4
		var running sync.WaitGroup
		for id := approvals.ID(1); id <= 4; id++ {
			running.Go(func() { i.request(t, id, 8) })
			synctest.Wait()
		}
		pass(span) // in which the first had all to itself
		for n := range 4 {
			pass(span + rtt)
			for id := approvals.ID(2); id <= 4; id++ {
				if sent := len(i.sentBy(id)); sent != n+1 {
					t.Errorf("request %v has sent %d writes in %d windows; want one in each", id, sent, n+1)
				}
			}
		}
		running.Wait()
	})
}

// Reads and writes have their own limits, and writes count as calls.
func TestLimiter_kinds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{Writes: 1, Calls: 3, TenantWrites: 1, TenantCalls: 3})
		take := func(write bool) bool {
			ctx, cancel := context.WithTimeout(approvals.OnBehalf(t.Context(), 1), time.Second)
			defer cancel()
			turn, err := l.take(ctx, write)
			if err != nil {
				return false
			}
			turn.taken()
			return true
		}
		for n, want := range []struct{ write, ok bool }{{true, true}, {true, false}, {false, true}, {false, true}, {false, false}} {
			if ok := take(want.write); ok != want.ok {
				t.Errorf("call %d, write %v: may be sent: %v; want %v", n, want.write, ok, want.ok)
			}
		}
		pass(span)
		if !take(true) {
			t.Error("a window later no write may be sent")
		}
		turn, err := l.take(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		turn.refused(time.Minute, false)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		start := time.Now()
		if _, err := l.take(ctx, true); !errors.Is(err, errFull) || time.Since(start) > 0 {
			t.Errorf("during a pause that is longer than there is time: %v after %v; want errFull at once", err, time.Since(start))
		}
		turn, err = l.take(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		turn.taken()
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("Retry-After of a minute held calls back for %v", waited)
		}
	})
}

// One answer that refuses many calls is one 429.
func TestLimiter_oneAnswerToSeveral(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{})
		for n := range 20 {
			turn, err := l.take(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}
			turn.refused(0, n > 0)
		}
		if n := l.calls.allowance(time.Now()); n != 2000 {
			t.Errorf("%d calls are allowed; want that one 429 teaches nothing", n)
		}
	})
}

// Who leaves in the moment in which the turn is given does not keep it.
func TestLimiter_whoLeavesWhenItIsGiven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{Writes: 1, TenantWrites: 1})
		for range 50 {
			first, err := l.take(t.Context(), true)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				if turn, err := l.take(ctx, true); err == nil {
					turn.unsent()
				}
			}()
			synctest.Wait()
			cancel()
			first.unsent()
			synctest.Wait()
			if n := l.writes.used(); n != 0 {
				t.Fatalf("%d writes are counted; want none", n)
			}
		}
	})
}

// Who no longer waits takes nothing away from the others.
func TestLimiter_whoLeavesTakesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{Writes: 1, TenantWrites: 1})
		first, err := l.take(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error)
		go func() {
			_, err := l.take(ctx, true)
			left <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("who leaves is told %v", err)
		}
		first.unsent()
		if _, err := l.take(t.Context(), true); err != nil {
			t.Error(err)
		}
		if l.writes.used() != 1 || len(l.writing.order) != 0 || len(l.writing.waiting) != 0 {
			t.Errorf("%d writes are counted, and %v wait", l.writes.used(), l.writing)
		}
	})
}

// Whatever happens at once, no more is on its way than may be, and nobody is
// forgotten.
func TestLimiter_underLoad(t *testing.T) {
	t.Parallel()
	l := newLimiter(Limits{Writes: 50, Calls: 120, TenantWrites: 50, TenantCalls: 120, Window: 10 * time.Millisecond})
	var running sync.WaitGroup
	for n := range 2000 {
		running.Go(func() {
			ctx, cancel := context.WithCancel(approvals.OnBehalf(t.Context(), approvals.ID(n%7)))
			defer cancel()
			if n%11 == 0 {
				go cancel()
			}
			turn, err := l.take(ctx, n%3 == 0)
			switch {
			case err != nil:
			case n%5 == 0:
				turn.unsent()
			case n%13 == 0:
				turn.refused(time.Duration(n%2)*time.Millisecond, false)
			default:
				turn.taken()
			}
		})
	}
	running.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writes.flying != 0 || l.calls.flying != 0 || len(l.writing.waiting)+len(l.reading.waiting) != 0 {
		t.Errorf("%d writes and %d calls fly, and %d requests wait", l.writes.flying, l.calls.flying, len(l.writing.waiting)+len(l.reading.waiting))
	}
}
