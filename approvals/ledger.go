package approvals

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// ledger writes the many small steps of one running request. Steps that
// come while one is being committed are committed together next, so that a
// hundred devices cost a few commits and not hundreds.
type ledger struct {
	w   *Runner
	log *slog.Logger
	id  ID

	mu      sync.Mutex
	queued  []step
	writing bool
}

// The waits between two tries of a commit.
const (
	firstPause = 50 * time.Millisecond
	maxPause   = 5 * time.Second
)

type step struct {
	apply func(*Request)
	done  chan error
}

// write applies a step to the request and returns once it is committed. It
// waits for a store that fails to recover; only the end of ctx, and a little
// more, ends the wait with an error, and then nothing is known to be stored.
func (l *ledger) write(ctx context.Context, apply func(*Request)) error {
	s := step{apply, make(chan error, 1)}
	l.mu.Lock()
	l.queued = append(l.queued, s)
	if l.writing {
		l.mu.Unlock()
	} else {
		l.writing = true
		l.mu.Unlock()
		l.flush(ctx)
	}
	return <-s.done
}

// flush commits what is queued until nothing is.
func (l *ledger) flush(ctx context.Context) {
	for {
		l.mu.Lock()
		steps := l.queued
		l.queued = nil
		if len(steps) == 0 {
			l.writing = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		err := l.commit(ctx, steps)
		for _, s := range steps {
			own := err
			if hopeless(err) && len(steps) > 1 {
				own = l.commit(ctx, []step{s}) // only one of them may be to blame
			}
			s.done <- own
		}
	}
}

// hopeless says that a commit fails however often it is tried.
func hopeless(err error) bool {
	_, panicked := errors.AsType[*panicError](err)
	return panicked || KindOf(err) == Invalid
}

// commit saves steps as one change, again and again while the store fails.
// A process that stops still tries for storeTime: what came of a reset should
// not have to be asked of Intune again.
func (l *ledger) commit(ctx context.Context, steps []step) error {
	var last <-chan time.Time
	stopping := ctx.Done()
	pause := firstPause
	for {
		err := caught(func() error {
			_, err := l.w.change(context.WithoutCancel(ctx), l.id, func(r *Request) {
				for _, s := range steps {
					s.apply(r)
				}
			})
			return err
		})
		if err == nil || hopeless(err) {
			return err
		}
		l.log.Error("step of a running request not stored; tried again", "error", err)
		select {
		case <-last:
			return err
		case <-stopping:
			stopping, last, pause = nil, time.After(storeTime), firstPause
		case <-time.After(pause):
			pause = min(2*pause, maxPause)
		}
	}
}
