package bot

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"passcodebot/approvals"
)

// After an hour away, every request is told within half a minute of Slack's
// return, and not all at the same instant.
func TestFollower_hourAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const lanes = 20
		began := time.Now()
		back := began.Add(time.Hour)
		var mu sync.Mutex
		tries := map[approvals.ID][]time.Time{}
		f := &follower{
			publisher: &publisher{Config: Config{RetryPause: retryPause}, log: slog.New(slog.DiscardHandler)},
			lanes:     map[approvals.ID]bool{},
			step: func(_ context.Context, l *lane) (bool, error) {
				mu.Lock()
				defer mu.Unlock()
				tries[l.id] = append(tries[l.id], time.Now())
				if time.Now().Before(back) {
					return false, errors.New("nobody answers")
				}
				return false, nil
			},
		}
		var working sync.WaitGroup
		for id := range approvals.ID(lanes) {
			f.open(t.Context(), id+1, &working)
		}
		working.Wait()
		var told []time.Time
		for id, at := range tries {
			for i := range at[1:] {
				if pause := at[i+1].Sub(at[i]); pause > 30*time.Second || pause < retryPause/2 {
					t.Errorf("%s waits for %v", id, pause)
				}
			}
			if len(at) > 300 {
				t.Errorf("%s is tried %d times in an hour", id, len(at))
			}
			told = append(told, at[len(at)-1])
		}
		slices.SortFunc(told, time.Time.Compare)
		if last := told[lanes-1].Sub(back); last > 30*time.Second {
			t.Errorf("the last one is told %v after Slack's return", last)
		}
		if spread := told[lanes-1].Sub(told[0]); spread < 5*time.Second {
			t.Errorf("all come within %v", spread)
		}
	})
}
