package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"passcodebot/approvals"
)

const (
	// retryPause is the first wait after something that failed.
	retryPause = time.Second
	// retryGrowth is how many times as long the waits may become.
	retryGrowth = 30
)

// follower follows the event log for one consumer, each request in a lane of
// its own, so that one that fails or hangs holds up no other.
type follower struct {
	*publisher
	consumer approvals.Consumer
	// step tells one thing of a lane's request, and reports whether there may
	// be more.
	step func(context.Context, *lane) (more bool, err error)

	unsure idSet // requests of which posts may be out that the cursor does not know
	held   idSet // requests that wait for something: they are not looked at until they are dropped here

	mu    sync.Mutex
	lanes map[approvals.ID]bool // the lanes that run; true where they must look once more
}

// lane is one request on its way through a follower.
type lane struct {
	*follower
	id  approvals.ID
	log *slog.Logger
	// said is the last event of which this lane has told something that can't
	// be recognised in Slack, and out the event that says so.
	said approvals.Seq
	out  []approvals.Event
	// waited says that it has waited for more than it would pass over.
	waited bool
}

// open starts the lane of a request, or tells the one that runs to look
// once more.
func (f *follower) open(ctx context.Context, id approvals.ID, working *sync.WaitGroup) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, running := f.lanes[id]; running {
		f.lanes[id] = true
		return
	}
	f.lanes[id] = false
	l := &lane{follower: f, id: id, log: f.log.With("request", id.String(), "consumer", string(f.consumer))}
	working.Go(func() { f.follow(ctx, l) })
}

// follow tells what there is to tell. What fails is tried again, at longer
// and longer pauses that differ by chance: when Slack is back, not all lanes
// come at once.
func (f *follower) follow(ctx context.Context, l *lane) {
	for retry := f.RetryPause; ; {
		more, err := l.caught(ctx)
		switch {
		case ctx.Err() != nil:
			f.forget(l.id)
			return
		case errors.Is(err, approvals.ErrNotFound):
			f.forget(l.id) // it was purged meanwhile
			return
		case err != nil:
			if e, ok := errors.AsType[*approvals.Error](err); ok && e.Kind == approvals.Forbidden {
				f.fail(err)
				f.forget(l.id)
				return
			}
			pause := retry/2 + rand.N(retry/2+1)
			if longer, limited := wait(err); limited {
				pause += longer
			}
			l.log.Warn("not told; tried again", "in", pause.String(), "error", withoutURL(err))
			if sleep(ctx, pause) != nil {
				f.forget(l.id)
				return
			}
			retry = min(2*retry, retryGrowth*f.RetryPause)
		case more:
			retry = f.RetryPause
		case f.finished(l.id):
			return
		}
	}
}

// runs says that a request's lane is at work, or waits to try again.
func (f *follower) runs(id approvals.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, running := f.lanes[id]
	return running
}

// finished ends a lane, unless there may be more to tell.
func (f *follower) finished(id approvals.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lanes[id] {
		f.lanes[id] = false
		return false
	}
	delete(f.lanes, id)
	return true
}

func (f *follower) forget(id approvals.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.lanes, id)
}

// caught takes one step. A panic in it becomes an error, so that one request
// that breaks something leaves the others alone.
func (l *lane) caught(ctx context.Context) (more bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("lane panicked", "panic", p, "stack", string(debug.Stack()))
			more, err = false, fmt.Errorf("panic: %v", p)
		}
	}()
	return l.step(ctx, l)
}

// idSet is a set of requests, safe for concurrent use.
type idSet struct {
	mu  sync.Mutex
	ids map[approvals.ID]bool
}

func (s *idSet) add(id approvals.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[approvals.ID]bool{}
	}
	s.ids[id] = true
}

func (s *idSet) drop(id approvals.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ids, id)
}

func (s *idSet) has(id approvals.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[id]
}
