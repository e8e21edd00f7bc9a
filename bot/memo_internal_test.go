package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// atOnce gathers nobody.
func atOnce(context.Context) error { return nil }

// Callers that come while one reads share the next read, and none gets an
// answer from before it asked.
func TestMemo_sharesFreshReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		m := newMemo(atOnce, func(context.Context, string) (time.Time, error) {
			reads++
			began := time.Now()
			pass(time.Second)
			return began, nil
		})
		var asking sync.WaitGroup
		for range 100 {
			asking.Go(func() {
				asked := time.Now()
				began, err := m.get(t.Context(), "S1", asked)
				if err != nil || began.Before(asked) {
					t.Errorf("asked at %v, read at %v (%v)", asked, began, err)
				}
			})
		}
		asking.Wait()
		if reads > 2 {
			t.Errorf("%d reads for 100 callers at one instant", reads)
		}
	})
}

func TestMemo_keepsForAWhileAndNoErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		broken := true
		m := newMemo(atOnce, func(context.Context, string) (int, error) {
			reads++
			if broken {
				return 0, errors.New("away")
			}
			return reads, nil
		})
		recent := func() (int, error) { return m.get(t.Context(), "S1", time.Now().Add(-recentTime)) }
		if _, err := recent(); err == nil {
			t.Error("no error")
		}
		broken = false
		first, err := recent()
		if err != nil || first != 2 {
			t.Errorf("%d (%v); want the second read", first, err)
		}
		pass(recentTime)
		if again, _ := recent(); again != first {
			t.Errorf("read again within %v", recentTime)
		}
		pass(time.Second)
		if later, _ := recent(); later != 3 {
			t.Errorf("%d; want a third read", later)
		}
	})
}

// Where reads were frequent, what comes within a second shares one, and
// nobody waits longer than an act has time; one who asks alone waits not.
func TestMemo_gathersInAStorm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const free, callers = 10, 1000
		reads := 0
		q := quota{free: free}
		m := newMemo(q.gather, func(ctx context.Context, _ string) (began time.Time, _ error) {
			err := q.call(ctx, func() error {
				reads++
				began = time.Now()
				pass(time.Millisecond)
				return nil
			})
			return began, err
		})
		ask := func() (waited time.Duration) {
			asked := time.Now()
			ctx, cancel := context.WithDeadline(t.Context(), asked.Add(actTime))
			defer cancel()
			began, err := m.get(ctx, "S1", asked)
			if err != nil || began.Before(asked) {
				t.Errorf("asked at %v, read at %v (%v)", asked, began, err)
			}
			return time.Since(asked)
		}
		if waited := ask(); waited > time.Millisecond {
			t.Errorf("who asks alone waits %v", waited)
		}
		var asking sync.WaitGroup
		for range callers {
			asking.Go(func() {
				if waited := ask(); waited > gatherTime+2*time.Millisecond {
					t.Errorf("somebody waits %v", waited)
				}
			})
			pass(time.Second / callers)
		}
		asking.Wait()
		if most := free + int(time.Second/gatherTime) + 1; reads > most {
			t.Errorf("%d reads for %d callers within a second; want %d at the most", reads, callers, most)
		}
		pass(time.Minute)
		if waited := ask(); waited > time.Millisecond {
			t.Errorf("who asks alone after the storm waits %v", waited)
		}
	})
}

// Holding back leaves who waits the time for the call itself, and is the
// longer the more calls there were.
func TestQuota_leavesTimeToCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			calls      int
			left, want time.Duration
		}{
			{9, actTime, 0},
			{10, actTime, gatherTime},
			{14, actTime, 2 * gatherTime},
			{40, actTime, maxGatherTime},
			{10, askTime + gatherTime/4, gatherTime / 4},
			{40, askTime + gatherTime/4, gatherTime / 4},
			{40, askTime / 2, 0},
		} {
			q := quota{free: 10}
			for range tt.calls {
				q.calls = append(q.calls, time.Now())
			}
			asked := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), tt.left)
			err := q.gather(ctx)
			cancel()
			if waited := time.Since(asked); err != nil || waited != tt.want {
				t.Errorf("after %d calls, with %v left, somebody waits %v (%v), want %v", tt.calls, tt.left, waited, err, tt.want)
			}
		}
	})
}

// Where Slack asks to wait for longer than somebody has, nobody is held back.
func TestQuota_gathersNobodyInVain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := quota{free: 1, until: time.Now().Add(30 * time.Second)}
		asked := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), actTime)
		defer cancel()
		if err := q.gather(ctx); err == nil || time.Since(asked) > 0 {
			t.Errorf("held back for %v (%v)", time.Since(asked), err)
		}
	})
}

// Who waited for a read that failed shares its error; who comes later, or
// has more time than the one who read, reads anew.
func TestMemo_sharesErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		m := newMemo(atOnce, func(ctx context.Context, _ string) (int, error) {
			reads++
			return 0, errors.Join(sleep(ctx, time.Second), errors.New("away"))
		})
		var asking sync.WaitGroup
		ask := func(within time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			if _, err := m.get(ctx, "S1", time.Now()); err == nil {
				t.Error("no error")
			}
		}
		for range 100 {
			asking.Go(func() { ask(time.Minute) })
		}
		asking.Wait()
		if reads != 2 {
			t.Errorf("%d reads for 100 callers at one instant, want 2", reads)
		}
		// The first to come has no time left when its read has begun.
		m.gather = func(ctx context.Context) error { return sleep(ctx, time.Second) }
		asking.Go(func() { ask(1500 * time.Millisecond) })
		pass(time.Millisecond)
		asking.Go(func() { ask(time.Minute) })
		asking.Wait()
		if reads != 4 {
			t.Errorf("%d reads, want 4", reads)
		}
	})
}
