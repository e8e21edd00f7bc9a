package graph

import (
	"context"
	"sync"
)

// flight is work that several wait for. It goes on for as long as one of them
// does, whoever began it.
type flight[T any] struct {
	ctx    context.Context // of the work; it has an end of its own
	cancel context.CancelFunc
	done   chan struct{}
	result T
	err    error

	mu      *sync.Mutex // of who keeps the flight
	waiting int
}

// newFlight prepares work for those who will wait, under the values of ctx
// but not its end.
func newFlight[T any](ctx context.Context, mu *sync.Mutex) *flight[T] {
	f := &flight[T]{done: make(chan struct{}), mu: mu}
	f.ctx, f.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return f
}

// open says that one more may wait for it. The lock is held.
func (f *flight[T]) open() bool { return f != nil && f.waiting > 0 }

// wait waits for the work, or returns the error of the caller's context. The
// caller has counted itself as waiting.
func (f *flight[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-f.done:
		return f.result, f.err
	case <-ctx.Done():
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.cancel()
	}
	var none T
	return none, ctx.Err()
}

// land ends the work.
func (f *flight[T]) land(result T, err error) {
	f.result, f.err = result, err
	f.cancel()
	close(f.done)
}
