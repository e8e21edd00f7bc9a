package bot

import (
	"context"
	"sync"
	"time"
)

// memo reads something by its key and keeps the answers for a while. Callers
// that want the same at the same time share one read: each gets an answer
// whose read began no earlier than it allows.
type memo[V any] struct {
	read func(context.Context, string) (V, error)

	mu      sync.Mutex
	entries map[string]*entry[V]
}

type entry[V any] struct {
	turn  chan struct{} // holds a token while nobody reads
	began time.Time     // when the read of value began; zero for none
	value V
}

// maxEntries bounds how many answers are kept. When it is reached they are
// all forgotten, which costs reads and nothing else.
const maxEntries = 10_000

func newMemo[V any](read func(context.Context, string) (V, error)) *memo[V] {
	return &memo[V]{read: read, entries: map[string]*entry[V]{}}
}

// get returns an answer whose read began at or after since. Errors are not
// kept.
func (m *memo[V]) get(ctx context.Context, key string, since time.Time) (V, error) {
	m.mu.Lock()
	if len(m.entries) >= maxEntries {
		clear(m.entries)
	}
	e := m.entries[key]
	if e == nil {
		e = &entry[V]{turn: make(chan struct{}, 1)}
		e.turn <- struct{}{}
		m.entries[key] = e
	}
	m.mu.Unlock()

	var none V
	select {
	case <-e.turn:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	defer func() { e.turn <- struct{}{} }()
	if !e.began.IsZero() && !e.began.Before(since) {
		return e.value, nil
	}
	began := time.Now()
	value, err := m.read(ctx, key)
	if err != nil {
		return none, err
	}
	e.began, e.value = began, value
	return value, nil
}
