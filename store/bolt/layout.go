package bolt

import (
	"bytes"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// The versions of the buckets and keys. A file of an earlier one is brought
// to the latest when it is opened.
const (
	layout = "4"
	// thirdLayout had no preferences, and nobody who was told directly of
	// changes.
	thirdLayout = "3"
	// secondLayout had no traces, and no history of what belongs to no request.
	secondLayout = "2"
	// firstLayout had one consumer, whose place is that of all who came
	// after it, and no indexes for Purge.
	firstLayout   = "1"
	firstConsumer = approvals.Consumer("slack")
)

// upgrade brings a file of an earlier layout to this one, in one transaction.
func (s *Store) upgrade() error {
	version, err := s.version()
	if err != nil || version == layout {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error {
		var steps []func(*bbolt.Tx) error
		switch version {
		case firstLayout:
			steps = append(steps, shareFirstConsumer, indexKeys, indexFinished)
			fallthrough
		case secondLayout:
			steps = append(steps, addTraces, catchUp(approvals.Notices))
			fallthrough
		case thirdLayout:
			steps = append(steps, addPreferences, catchUp(approvals.Personal))
		}
		for _, step := range steps {
			if err := step(tx); err != nil {
				return err
			}
		}
		return in(tx, bucketMark).Put([]byte("version"), []byte(layout))
	})
}

// shareFirstConsumer lets every consumer go on where the only one was, with
// its notes, so that nothing is told twice.
func shareFirstConsumer(tx *bbolt.Tx) error {
	for _, name := range []func(approvals.Consumer) string{bucketCursors, bucketBehind} {
		old := in(tx, name(firstConsumer))
		if old == nil {
			continue // a file that was never opened after it was made
		}
		for _, c := range []approvals.Consumer{approvals.Cards, approvals.Threads, approvals.Direct} {
			heir, err := tx.CreateBucketIfNotExists([]byte(name(c)))
			if err != nil {
				return err
			}
			if err := old.ForEach(heir.Put); err != nil {
				return err
			}
		}
		if err := tx.DeleteBucket([]byte(name(firstConsumer))); err != nil {
			return err
		}
	}
	return nil
}

// addTraces makes the index of traces. Those of what happened before are not
// known.
func addTraces(tx *bbolt.Tx) error {
	for _, name := range []string{bucketTraces, bucketTraced} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}

// addPreferences makes room for what people want to be told directly.
func addPreferences(tx *bbolt.Tx) error {
	_, err := tx.CreateBucketIfNotExists([]byte(bucketPreferences))
	return err
}

// catchUp makes a consumer that came with a layout, with all that has happened
// behind it: what was nobody's to tell then is not told now.
func catchUp(c approvals.Consumer) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		for _, name := range []string{bucketCursors(c), bucketBehind(c)} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return in(tx, bucketRequests).ForEach(func(key, _ []byte) error {
			id := approvals.ID(first(key))
			return writePlace(tx, c, id, place{}, place{seq: lastOf(tx, id)})
		})
	}
}

// indexKeys makes the index of whose the keys are.
func indexKeys(tx *bbolt.Tx) error {
	index, err := tx.CreateBucketIfNotExists([]byte(bucketKeyed))
	if err != nil {
		return err
	}
	last := openLog(tx).last
	return in(tx, bucketKeys).ForEach(func(key, id []byte) error {
		return index.Put(owned(approvals.ID(first(id)), last, string(key)), nil)
	})
}

// indexFinished makes the index of the requests that may be purged one day.
func indexFinished(tx *bbolt.Tx) error {
	index, err := tx.CreateBucketIfNotExists([]byte(bucketFinished))
	if err != nil {
		return err
	}
	open := in(tx, bucketOpen)
	return in(tx, bucketRequests).ForEach(func(key, data []byte) error {
		id := approvals.ID(first(key))
		if has(open, key) || len(data) >= headSize && second(data) != 0 {
			return nil
		}
		return index.Put(pair(lastOf(tx, id), id), nil)
	})
}

// owned returns the key under which the index has a change's key: of which
// request it is, and how far the log had come.
func owned(id approvals.ID, seq approvals.Seq, key string) []byte {
	return append(pair(id, seq), key...)
}

// below returns the keys of a bucket that begin with prefix, for a change
// that is about to delete them.
func below(b *bbolt.Bucket, prefix []byte) [][]byte {
	var keys [][]byte
	at := b.Cursor()
	for key, _ := at.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = at.Next() {
		keys = append(keys, bytes.Clone(key))
	}
	return keys
}
