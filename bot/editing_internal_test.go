package bot

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// While edits fail in a channel, few are tried, however many wait, and other
// channels don't notice; when it is back, all of them go.
func TestEditing_rest(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]time.Duration{"fails": 0, "hangs": callTime} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const cards, away = 30, 10 * time.Minute
				e := newEditing(retryPause)
				began := time.Now()
				var mu sync.Mutex
				tried, edited := 0, 0
				edit := func() error {
					if time.Since(began) >= away {
						mu.Lock()
						defer mu.Unlock()
						edited++
						return nil
					}
					mu.Lock()
					tried++
					mu.Unlock()
					pass(call)
					return errors.New("away")
				}
				var lanes sync.WaitGroup
				for range cards {
					lanes.Go(func() {
						for e.use(t.Context(), "dead", edit) != nil {
							pass(retryPause)
						}
					})
				}
				synctest.Wait()
				if err := e.use(t.Context(), "good", func() error { return nil }); err != nil || time.Since(began) > 0 {
					t.Errorf("the other channel waits %v (%v)", time.Since(began), err)
				}
				lanes.Wait()
				// Rests of 1/2, 1, 2, 4 and 8 seconds, and then of 15.
				if most := 6 + int(away/(15*time.Second+call)); tried > most || edited != cards {
					t.Errorf("tried %d times, want at most %d; %d edited, want %d", tried, most, edited, cards)
				}
				if took := time.Since(began) - away; took > 15*time.Second+call+2*retryPause {
					t.Errorf("all are edited %v after the channel is back", took)
				}
			})
		})
	}
}

// A card that fails alone is tried as often as its lane tries it.
func TestEditing_alone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newEditing(retryPause)
		for retry, i := retryPause, 0; i < 10; i++ {
			err := e.use(t.Context(), "C1", func() error { return context.DeadlineExceeded })
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("try %d: %v", i+1, err)
			}
			pass(retry / 2)
			retry = min(2*retry, retryGrowth*retryPause)
		}
		if err := e.use(t.Context(), "C1", func() error { return nil }); err != nil {
			t.Error(err)
		}
		// The next one that fails begins anew.
		for range 2 {
			if err := e.use(t.Context(), "C1", func() error { return context.DeadlineExceeded }); errors.Is(err, errResting) {
				t.Errorf("after a success: %v", err)
			}
			pass(retryPause / 2)
		}
	})
}
