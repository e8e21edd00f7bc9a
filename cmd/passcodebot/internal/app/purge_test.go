package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/store"
)

// purgeable is a store with so many old requests.
type purgeable struct {
	store.Store
	old    int
	fails  error // at the second call
	stops  context.CancelFunc
	asked  []int // the limit of each call
	before time.Time
}

func (p *purgeable) Purge(_ context.Context, before time.Time, limit int) (int, error) {
	p.asked, p.before = append(p.asked, limit), before
	if len(p.asked) == 2 && p.fails != nil {
		return 0, p.fails
	}
	if p.stops != nil {
		p.stops()
	}
	n := min(p.old, limit)
	p.old -= n
	return n, nil
}

func TestPurge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		store purgeable
		stop  bool
		calls int
		left  int
	}{
		"all that is old":        {store: purgeable{old: 450}, calls: 4},
		"nothing":                {calls: 1},
		"until the store fails":  {store: purgeable{old: 450, fails: errors.New("disk")}, calls: 2, left: 250},
		"until the process ends": {store: purgeable{old: 450}, stop: true, calls: 1, left: 250},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			s := &tt.store
			if tt.stop {
				s.stops = stop
			}
			purger{s, 24 * time.Hour, func() time.Time { return now }, slog.New(slog.DiscardHandler)}.purge(ctx)
			if diff := cmp.Diff([]any{tt.calls, tt.left, now.Add(-24 * time.Hour)}, []any{len(s.asked), s.old, s.before}); diff != "" {
				t.Errorf("calls, left and before (-want +got):\n%s", diff)
			}
			for _, limit := range s.asked {
				if limit != purgeAtOnce {
					t.Errorf("asked for %d at once; want %d", limit, purgeAtOnce)
				}
			}
		})
	}
}
