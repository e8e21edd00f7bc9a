package bot_test

import (
	"context"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/store"
)

// broken is a store on a disk that fails.
type broken struct {
	store.Store
	reads, places, writes atomic.Bool
}

func (b *broken) failed(on *atomic.Bool) error {
	if !on.Load() {
		return nil
	}
	return &approvals.Error{Kind: approvals.Unavailable, Code: "store-full", Text: "The disk is full.", Err: syscall.ENOSPC}
}

func (b *broken) Request(ctx context.Context, id approvals.ID) (approvals.Request, error) {
	if err := b.failed(&b.reads); err != nil {
		return approvals.Request{}, err
	}
	return b.Store.Request(ctx, id)
}

func (b *broken) Cursor(ctx context.Context, c approvals.Consumer, id approvals.ID) (approvals.Cursor, error) {
	if err := b.failed(&b.places); err != nil {
		return approvals.Cursor{}, err
	}
	return b.Store.Cursor(ctx, c, id)
}

func (b *broken) Save(ctx context.Context, c approvals.Change) (approvals.Request, error) {
	if err := b.failed(&b.writes); err != nil {
		return approvals.Request{}, err
	}
	return b.Store.Save(ctx, c)
}

// What could not be stored, or not even read, is not acknowledged and has no
// effect; its person is told once, and the same click works when the disk
// does.
func TestReceive_diskFails(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]func(*broken) *atomic.Bool{
		"written":    func(b *broken) *atomic.Bool { return &b.writes },
		"read":       func(b *broken) *atomic.Bool { return &b.reads },
		"place read": func(b *broken) *atomic.Bool { return &b.places },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c *fakeslack.Config) { c.AckWithin = 500 * time.Millisecond })
			disk := &broken{Store: w.store}
			w.store = disk
			w.start()
			w.connected()
			card := w.asks(pixel)
			on := part(disk)
			on.Store(true)
			for i, action := range []string{"approve", "cancel"} {
				if seen := w.clicks(anna, card, action); seen.Error != "operation_timeout" {
					t.Errorf("%s shows %q; want no acknowledgement", action, seen.Error)
				}
				w.until("Anna is told", func() bool { return count(w.whispers(anna), "so nothing was changed") == i+1 })
			}
			if on == &disk.writes {
				for i, text := range []string{galaxy + " reason: forgotten", "cancel R-1"} {
					if seen := w.types(rita, text); seen.Error != "operation_timeout" {
						t.Errorf("%q shows %q %q; want no acknowledgement", text, seen.Text, seen.Error)
					}
					w.until("Rita is told", func() bool {
						return count(w.whispers(rita), "could not be written to the database, so nothing was changed") == i+1
					})
				}
			}
			on.Store(false)
			r, err := w.store.Request(t.Context(), 1)
			if err != nil || r.State != approvals.Pending || len(r.Decisions) != 0 {
				t.Errorf("the request is %s with %d decisions (%v), want pending with none", r.State, len(r.Decisions), err)
			}
			if seen := w.clicks(anna, card, "approve"); seen.Error != "" {
				t.Errorf("the same click shows %q once the disk works", seen.Error)
			}
			w.finished(card)
		})
	}
}
