package bot_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"passcodebot/approvals"
	"passcodebot/store"
)

// rewound is a store whose cursors are those of an earlier time, as if the
// process had ended before it noted what it had posted.
type rewound struct {
	store.Store
	mu      sync.Mutex
	cursors map[approvals.Consumer]map[approvals.ID]approvals.Cursor
}

// rewind returns a store of which nothing is noted about some requests.
func rewind(s store.Store, ids ...approvals.ID) *rewound {
	r := &rewound{Store: s, cursors: map[approvals.Consumer]map[approvals.ID]approvals.Cursor{}}
	for _, c := range approvals.Consumers() {
		r.cursors[c] = map[approvals.ID]approvals.Cursor{}
		for _, id := range ids {
			r.cursors[c][id] = approvals.Cursor{}
		}
	}
	return r
}

func (r *rewound) Behind(_ context.Context, c approvals.Consumer) ([]approvals.ID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.cursors[c])), nil
}

func (r *rewound) Cursor(_ context.Context, c approvals.Consumer, id approvals.ID) (approvals.Cursor, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cursors[c][id], nil
}

func (r *rewound) Advance(_ context.Context, c approvals.Consumer, id approvals.ID, cur approvals.Cursor, _ ...approvals.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cursors[c][id] = cur
	return nil
}

// failing is a store that can't save while it is told to fail.
type failing struct {
	store.Store
	broken atomic.Bool
}

func (f *failing) fail(on bool) { f.broken.Store(on) }

func (f *failing) Save(ctx context.Context, c approvals.Change) (approvals.Request, error) {
	if f.broken.Load() {
		return approvals.Request{}, &approvals.Error{Kind: approvals.Unavailable, Code: "disk", Text: "The disk is full."}
	}
	return f.Store.Save(ctx, c)
}

// forgetful is a store that can't note what was told while it is broken.
type forgetful struct {
	store.Store
	broken atomic.Bool
}

func (f *forgetful) Advance(ctx context.Context, c approvals.Consumer, id approvals.ID, cur approvals.Cursor, events ...approvals.Event) error {
	if f.broken.Load() {
		return &approvals.Error{Kind: approvals.Unavailable, Code: "disk", Text: "The disk is full."}
	}
	return f.Store.Advance(ctx, c, id, cur, events...)
}

// explosive is a store that panics a few times when the history of one
// request is read.
type explosive struct {
	store.Store
	id   approvals.ID
	left atomic.Int64
}

func (e *explosive) History(ctx context.Context, id approvals.ID, after approvals.Seq, limit int) ([]approvals.Event, error) {
	if id == e.id && e.left.Add(-1) >= 0 {
		panic("boom")
	}
	return e.Store.History(ctx, id, after, limit)
}
