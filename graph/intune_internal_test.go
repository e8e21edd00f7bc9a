package graph

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
)

const (
	rtt  = 150 * time.Millisecond
	span = 20 * time.Second
)

// intune is how Intune counts: within a window that slides, the writes of
// this app, and those of the tenant, of which others use up a part.
type intune struct {
	limiter    *limiter
	app        int // what this app may
	tenant     int
	others     int
	retryAfter bool
	accident   float64              // the chance of a 429 that has no reason
	there      func() time.Duration // how much of rtt passes before the call is counted
	quick      bool                 // a refusal comes without the rest of rtt

	mu       sync.Mutex
	accepted []time.Time
	refused  []time.Time
	sent     map[approvals.ID][]time.Time
	most     int // how often the unluckiest write was sent
}

func newIntune(i *intune) *intune {
	if i.app == 0 {
		i.app = 200
	}
	if i.there == nil {
		i.there = func() time.Duration { return rand.N(rtt) }
	}
	i.tenant, i.limiter, i.sent = 400, newLimiter(Limits{}), map[approvals.ID][]time.Time{}
	return i
}

// arrive counts a call, or says how long the limit is used up.
func (i *intune) arrive(id approvals.ID) (ok bool, wait time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := time.Now()
	i.sent[id] = append(i.sent[id], now)
	in := i.accepted
	for len(in) > 0 && now.Sub(in[0]) >= span {
		in = in[1:]
	}
	allowed := min(i.app, i.tenant-i.others)
	switch {
	case rand.Float64() < i.accident:
	case len(in) < allowed:
		i.accepted = append(i.accepted, now)
		return true, 0
	case allowed > 0:
		wait = in[len(in)-allowed].Add(span).Sub(now)
	}
	i.refused = append(i.refused, now)
	if !i.retryAfter {
		wait = 0
	}
	return false, (wait + time.Second - 1).Truncate(time.Second)
}

// write makes one write as Client.do does.
func (i *intune) write(ctx context.Context) error {
	for tried := 1; ; tried++ {
		turn, err := i.limiter.take(ctx, true)
		if err != nil {
			return err
		}
		there := i.there()
		pass(there)
		ok, wait := i.arrive(approvals.Behalf(ctx))
		if ok || !i.quick {
			pass(rtt - there)
		}
		if ok {
			turn.taken()
			i.mu.Lock()
			i.most = max(i.most, tried)
			i.mu.Unlock()
			return nil
		}
		if !turn.refused(wait, false) {
			pass(delay(nil, tried, time.Now()))
		}
	}
}

// request makes the writes of a request all at once, and returns how long
// they took.
func (i *intune) request(t *testing.T, id approvals.ID, writes int) time.Duration {
	start := time.Now()
	var running sync.WaitGroup
	for range writes {
		running.Go(func() {
			if err := i.write(approvals.OnBehalf(t.Context(), id)); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	return time.Since(start)
}

func (i *intune) sentBy(id approvals.ID) []time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.sent[id])
}

func (i *intune) refusals() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.refused)
}

// pass lets time pass in a test's bubble, where it costs none. Outside of one
// it must not be used.
func pass(d time.Duration) { <-time.After(d) }
