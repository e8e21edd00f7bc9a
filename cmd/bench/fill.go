package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"passcodebot/approvals"
	"passcodebot/store"
)

// original is a request that the bot has brought to its end, with all that
// the store has of it. A database is filled with copies of it.
type original struct {
	request approvals.Request
	events  []approvals.Event
	notes   map[approvals.Consumer][]byte
}

// original has the bot bring a request of so many devices to its end.
func (b *bench) original(ctx context.Context, devices int) (o original, err error) {
	s, err := b.open(ctx, scene{devices: devices})
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	k, err := s.request(ctx, 0, byID(0, devices))
	if err != nil {
		return o, err
	}
	if _, err := s.approve(ctx, decider(0), k); err != nil {
		return o, err
	}
	if err := errors.Join(s.told(ctx, k), s.stop()); err != nil {
		return o, err
	}
	db, err := store.Open(ctx, "bolt:"+s.database)
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if o.request, err = db.Request(ctx, k.id); err != nil {
		return o, err
	}
	if o.events, err = db.History(ctx, k.id, 0, 10_000); err != nil {
		return o, err
	}
	o.notes = map[approvals.Consumer][]byte{}
	for _, c := range approvals.Consumers() {
		at, err := db.Cursor(ctx, c, k.id)
		if err != nil {
			return o, err
		}
		o.notes[c] = at.Note
	}
	// As once the follow-up is over.
	o.request.ID, o.request.Version, o.request.WakeAt = 0, 0, time.Time{}
	return o, nil
}

// together is how many copies are stored at a time: more than one commit
// takes, so that commits are full.
const together = 600

// fill stores copies, and returns how far the log has come.
func fill(ctx context.Context, db store.Store, o original, count int, named string) (approvals.Seq, error) {
	var last atomic.Uint64
	var mu sync.Mutex
	var failed error
	var storing sync.WaitGroup
	copies := make(chan int)
	for range together {
		storing.Go(func() {
			for n := range copies {
				seq, err := o.store(ctx, db, fmt.Sprintf("%s:%d", named, n))
				mu.Lock()
				failed = errors.Join(failed, err)
				last.Store(max(last.Load(), uint64(seq)))
				mu.Unlock()
			}
		})
	}
	for n := range count {
		if ctx.Err() != nil {
			break
		}
		copies <- n
	}
	close(copies)
	storing.Wait()
	return approvals.Seq(last.Load()), errors.Join(failed, ctx.Err())
}

// store stores one copy, told to everybody, and returns its last event.
func (o original) store(ctx context.Context, db store.Store, key string) (approvals.Seq, error) {
	r, events := o.request, make([]approvals.Event, len(o.events))
	for i, e := range o.events {
		e.Seq, e.Request = 0, 0
		events[i] = e
	}
	saved, err := db.Save(ctx, approvals.Change{Request: &r, Events: events, Key: key})
	if err != nil {
		return 0, err
	}
	stored, err := db.History(ctx, saved.ID, 0, len(events))
	if err != nil {
		return 0, err
	}
	last := stored[len(stored)-1].Seq
	for c, note := range o.notes {
		if err := db.Advance(ctx, c, saved.ID, approvals.Cursor{Seq: last, Note: note}); err != nil {
			return 0, err
		}
	}
	return last, nil
}
