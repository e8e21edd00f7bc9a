package graph

import (
	"context"
	"errors"
	"sync"
	"time"

	"passcodebot/approvals"
)

// limiter lets calls go at the rate that Intune takes, the requests that they
// are made for in turn.
type limiter struct {
	mu            sync.Mutex
	writes, calls window // a write counts in both
	writing       queue
	reading       queue
	called        bool        // turns are about to be given
	timer         *time.Timer // for when there is room again; nil where nothing waits for that
}

func newLimiter(l Limits) *limiter {
	l = l.withDefaults()
	return &limiter{
		writes:  window{limit: l.Writes, tenant: l.TenantWrites, length: l.Window, of: map[approvals.ID]int{}},
		calls:   window{limit: l.Calls, tenant: l.TenantCalls, length: l.Window, of: map[approvals.ID]int{}},
		writing: queue{waiting: map[approvals.ID][]*turn{}},
		reading: queue{waiting: map[approvals.ID][]*turn{}},
	}
}

// turn is the leave to make one call. Its end must be told.
type turn struct {
	limiter *limiter
	write   bool
	id      approvals.ID  // the request that it is for
	given   chan struct{} // closed when it is given
}

// errFull says that there is no room before the caller's time is over.
var errFull = errors.New("intune takes no more calls within the time that there is")

// take waits for the turn of a call. Its error is the context's or errFull:
// nothing may be sent then.
func (l *limiter) take(ctx context.Context, write bool) (*turn, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	t := &turn{limiter: l, write: write, id: approvals.Behalf(ctx), given: make(chan struct{})}
	if !l.queue(ctx, t) {
		return nil, errFull
	}
	select {
	case <-t.given:
		return t, nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.lane(write).remove(t) {
		l.giveBack(t) // it was given in the same moment
	}
	l.dispatch()
	return nil, ctx.Err()
}

// queue lets a turn wait. It is false where that is in vain.
func (l *limiter) queue(ctx context.Context, t *turn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := l.calls.pausedUntil
	if t.write && l.writes.pausedUntil.After(until) {
		until = l.writes.pausedUntil
	}
	if end, bound := ctx.Deadline(); bound && until.After(end) {
		return false
	}
	l.lane(t.write).push(t)
	if !l.called {
		l.called = true
		go l.call()
	}
	return true
}

// call gives turns once all those who are about to ask have asked: how large a
// request is shows only then.
func (l *limiter) call() {
	gather(l.waiting)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.called = false
	l.dispatch()
}

func (l *limiter) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.writing.len + l.reading.len
}

func (l *limiter) lane(write bool) *queue {
	if write {
		return &l.writing
	}
	return &l.reading
}

// dispatch gives turns for as long as there is room, and sees to it that it
// is done again when there is some. The lock is held.
func (l *limiter) dispatch() {
	now := time.Now()
	l.writes.look(now)
	l.calls.look(now)
	for progress := true; progress; {
		progress = l.give(&l.writing, l.writeFits, now)
		progress = l.give(&l.reading, l.readFits, now) || progress
	}
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	if l.writing.len+l.reading.len == 0 {
		return
	}
	if next := sooner(l.writes.next(now), l.calls.next(now)); !next.IsZero() {
		l.timer = time.AfterFunc(next.Sub(now), func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.dispatch()
		})
	}
}

// give gives one turn to the request whose turn it is.
func (l *limiter) give(q *queue, fits func(approvals.ID, int, time.Time) bool, now time.Time) bool {
	for _, id := range q.order {
		if !fits(id, len(q.waiting[id]), now) {
			continue
		}
		t := q.pop(id)
		l.calls.send(id)
		if t.write {
			l.writes.send(id)
		}
		close(t.given)
		return true
	}
	return false
}

func (l *limiter) writeFits(id approvals.ID, waiting int, now time.Time) bool {
	return l.calls.room(now) && l.writes.roomFor(id, waiting, now)
}

func (l *limiter) readFits(id approvals.ID, waiting int, now time.Time) bool {
	return l.calls.roomFor(id, waiting, now)
}

func (l *limiter) giveBack(t *turn) {
	l.calls.unsent(t.id)
	if t.write {
		l.writes.unsent(t.id)
	}
}

// unsent ends a turn that was not used.
func (t *turn) unsent() {
	l := t.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	l.giveBack(t)
	l.dispatch()
}

// taken ends the turn of a call that Intune did not refuse with 429, be it
// answered or not.
func (t *turn) taken() {
	l := t.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	t.count(true, now)
	l.calls.accepts(now)
	if t.write {
		l.writes.accepts(now)
	}
	l.dispatch()
}

// refused ends the turn of a call that Intune refused with 429, with what its
// Retry-After says, or zero. Where one answer refuses several calls, shared is
// for all of them but one. It reports whether the limiter now holds such calls
// back; where not, this was one accident among calls that go well.
func (t *turn) refused(pause time.Duration, shared bool) bool {
	l := t.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	t.count(false, now)
	w := &l.calls
	if t.write {
		w = &l.writes // which of the limits it was is not said
	}
	if !shared {
		w.refuses(pause, now)
	}
	held := !w.room(now)
	l.dispatch()
	return held
}

func (t *turn) count(taken bool, now time.Time) {
	t.limiter.calls.answered(t.id, taken, now)
	if t.write {
		t.limiter.writes.answered(t.id, taken, now)
	}
}
