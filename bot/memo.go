package bot

import (
	"context"
	"sync"
	"time"
)

// maxEntries bounds how many answers are kept. When it is reached they are
// all forgotten, which costs reads and nothing else.
const maxEntries = 10_000

// memo reads something by its key and keeps the answers for a while. Callers
// that want the same at the same time share one read: each gets an answer
// whose read began no earlier than it allows.
type memo[V any] struct {
	read func(context.Context, string) (V, error)
	// gather is called before each read, for others to come that share it.
	gather func(context.Context) error

	mu      sync.Mutex
	entries map[string]*entry[V]
}

type entry[V any] struct {
	turn  chan struct{} // holds a token while nobody reads
	began time.Time     // when the read of value began; zero for none
	value V

	failed time.Time // when the read that ended with err began; zero for none
	err    error
}

func newMemo[V any](gather func(context.Context) error, read func(context.Context, string) (V, error)) *memo[V] {
	return &memo[V]{read: read, gather: gather, entries: map[string]*entry[V]{}}
}

// get returns an answer whose read began at or after since. An error is
// shared by those who were waiting when its read began, and not kept.
func (m *memo[V]) get(ctx context.Context, key string, since time.Time) (V, error) {
	came := time.Now()
	e := m.entry(key)
	var none V
	select {
	case <-e.turn:
	case <-ctx.Done():
		return none, ctx.Err()
	}
	defer func() { e.turn <- struct{}{} }()
	switch {
	case !e.began.IsZero() && !e.began.Before(since):
		return e.value, nil
	case e.failed.After(came):
		return none, e.err
	}
	if err := m.gather(ctx); err != nil {
		return none, err
	}
	began := time.Now()
	value, err := m.read(ctx, key)
	switch {
	case err == nil:
		e.began, e.value = began, value
	case ctx.Err() == nil: // others may have more time than this caller
		e.failed, e.err = began, err
	}
	return value, err
}

func (m *memo[V]) entry(key string) *entry[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.entries) >= maxEntries {
		clear(m.entries)
	}
	e := m.entries[key]
	if e == nil {
		e = &entry[V]{turn: make(chan struct{}, 1)}
		e.turn <- struct{}{}
		m.entries[key] = e
	}
	return e
}
