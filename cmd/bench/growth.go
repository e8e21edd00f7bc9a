package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"passcodebot/approvals"
	"passcodebot/store"
)

const (
	grown     = 2000 // requests
	ofDevices = 10   // in each
)

// growth measures what requests of ten devices take in the file, that what
// is purged is used again, and that compacting gives it back.
func (b *bench) growth(ctx context.Context) (_ []figure, err error) {
	o, err := b.original(ctx, ofDevices)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(b.dir, "growth.db")
	db, err := store.Open(ctx, "bolt:"+path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	once, err := grow(ctx, db, o, path, "first")
	if err != nil {
		return nil, err
	}
	if err := purge(ctx, db, grown); err != nil {
		return nil, err
	}
	twice, err := grow(ctx, db, o, path, "second")
	if err != nil {
		return nil, err
	}
	if err := purge(ctx, db, grown/2); err != nil {
		return nil, err
	}
	before, err := eventsAfter(ctx, db, 0)
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return nil, err
	}
	loose, tight, err := store.Compact(ctx, "bolt:"+path)
	if err != nil {
		return nil, err
	}
	if db, err = store.Open(ctx, "bolt:"+path); err != nil {
		return nil, err
	}
	after, err := eventsAfter(ctx, db, 0)
	if err := errors.Join(err, db.Verify(ctx)); err != nil {
		return nil, err
	}
	changed := 0.0
	if !reflect.DeepEqual(before, after) {
		changed = 1
	}
	return []figure{
		told("growth of the file, a request of 10 devices", float64(once)/grown/1e3, "kB").withLimit(float64(tight) / (grown / 2) / 1e3),
		timesPeer("the file after all was purged and as much stored again", megabytes(twice), "MB", megabytes(once), 1.1),
		timesPeer("the file after a purge of half and store compact", megabytes(tight), "MB", megabytes(loose), 0.6),
		atMost("store compact: audits that changed", changed, "audits", 0),
	}, nil
}

// grow stores requests, and returns the size of the file then.
func grow(ctx context.Context, db store.Store, o original, path, named string) (int64, error) {
	if _, err := fill(ctx, db, o, grown, named); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// purge takes away so many of the oldest requests.
func purge(ctx context.Context, db store.Store, count int) error {
	future := approvals.Instant(time.Now()).Add(time.Hour)
	for left := count; left > 0; {
		n, err := db.Purge(ctx, future, min(left, 100))
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%d requests could not be purged", left)
		}
		left -= n
	}
	return nil
}
