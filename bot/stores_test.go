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
	cursors map[approvals.ID]approvals.Cursor
}

func (r *rewound) Behind(context.Context, approvals.Consumer) ([]approvals.ID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.cursors)), nil
}

func (r *rewound) Cursor(_ context.Context, _ approvals.Consumer, id approvals.ID) (approvals.Cursor, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cursors[id], nil
}

func (r *rewound) Advance(_ context.Context, _ approvals.Consumer, id approvals.ID, c approvals.Cursor) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cursors[id] = c
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
