package bolt

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// place is the stored form of a cursor.
type place struct {
	seq     approvals.Seq
	waiting approvals.Seq // the first event after seq; zero for none
	note    []byte
}

// placeFormat is the version of place.
const placeFormat = 1

func (p place) encode() []byte {
	return slices.Concat([]byte{placeFormat}, pair(p.seq, p.waiting), p.note)
}

// readPlace returns the place of a consumer in a request. Its note is
// bbolt's memory, which lasts as long as the transaction.
func readPlace(tx *bbolt.Tx, c approvals.Consumer, id approvals.ID) (place, error) {
	data := in(tx, bucketCursors(c)).Get(number(id))
	switch {
	case data == nil:
		return place{}, nil
	case data[0] > placeFormat:
		return place{}, newerRecord(fmt.Sprintf("The place of %s in %s", c, id), int(data[0]))
	case len(data) < 17:
		return place{}, damaged(fmt.Sprintf("The place of %s in %s is cut off in the database.", c, id), nil)
	}
	return place{approvals.Seq(first(data[1:])), approvals.Seq(second(data[1:])), data[17:]}, nil
}

// writePlace stores a place and keeps the index of those behind.
func writePlace(tx *bbolt.Tx, c approvals.Consumer, id approvals.ID, old, p place) error {
	behind := in(tx, bucketBehind(c))
	if old.waiting != p.waiting && old.waiting != 0 {
		if err := behind.Delete(pair(old.waiting, id)); err != nil {
			return err
		}
	}
	if p.waiting != 0 {
		if err := behind.Put(pair(p.waiting, id), nil); err != nil {
			return err
		}
	}
	return in(tx, bucketCursors(c)).Put(number(id), p.encode())
}

// awaken notes that a request has an event that the consumer has not seen.
func awaken(tx *bbolt.Tx, c approvals.Consumer, id approvals.ID, seq approvals.Seq) error {
	p, err := readPlace(tx, c, id)
	if err != nil || p.waiting != 0 {
		return err
	}
	old := p
	p.waiting, p.note = seq, bytes.Clone(p.note)
	return writePlace(tx, c, id, old, p)
}

// isBehind says whether any consumer has events of a request yet to see.
func isBehind(tx *bbolt.Tx, id approvals.ID) (bool, error) {
	for _, c := range approvals.Consumers() {
		if p, err := readPlace(tx, c, id); err != nil || p.waiting != 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// Behind returns the requests that have events after the consumer's cursor,
// the longest waiting first.
func (s *Store) Behind(ctx context.Context, c approvals.Consumer) ([]approvals.ID, error) {
	if !slices.Contains(approvals.Consumers(), c) {
		return nil, unknownConsumer(c)
	}
	var ids []approvals.ID
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		return in(tx, bucketBehind(c)).ForEach(func(key, _ []byte) error {
			ids = append(ids, approvals.ID(second(key)))
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// Cursor returns how far the consumer has come with a request.
func (s *Store) Cursor(ctx context.Context, c approvals.Consumer, id approvals.ID) (approvals.Cursor, error) {
	if !slices.Contains(approvals.Consumers(), c) {
		return approvals.Cursor{}, unknownConsumer(c)
	}
	var cur approvals.Cursor
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		p, err := readPlace(tx, c, id)
		cur.Seq = p.seq
		if len(p.note) > 0 {
			cur.Note = bytes.Clone(p.note)
		}
		return err
	})
	return cur, err
}

// Advance stores how far the consumer has come with a request, and appends
// events. A Note longer than MaxNote is Invalid.
func (s *Store) Advance(ctx context.Context, c approvals.Consumer, id approvals.ID, cur approvals.Cursor, events ...approvals.Event) error {
	switch {
	case !slices.Contains(approvals.Consumers(), c):
		return unknownConsumer(c)
	case len(cur.Note) > MaxNote:
		return failure(approvals.Invalid, "store-note-too-long",
			fmt.Sprintf("The note of a cursor has %d bytes, and may have %d at the most.", len(cur.Note), MaxNote), "", nil)
	}
	var old place
	check := func(tx *bbolt.Tx) error {
		err := known(tx, c, id)
		if err == nil {
			old, err = readPlace(tx, c, id)
		}
		if err != nil {
			return err
		}
		for _, e := range events {
			if of := cmp.Or(e.Request, id); of != 0 {
				if err := exists(tx, of); err != nil {
					return err
				}
			}
		}
		if cur.Seq < old.seq {
			return approvals.ErrConflict
		}
		if last := openLog(tx).last; cur.Seq > last {
			return failure(approvals.Invalid, "store-beyond-log",
				fmt.Sprintf("The cursor would be at event %d, and the log has %d.", cur.Seq, last), "", nil)
		}
		return nil
	}
	return s.write(ctx, check, func(tx *bbolt.Tx) error {
		p := place{seq: cur.Seq, note: cur.Note}
		var err error
		if p.waiting, err = nextTold(tx, c, id, cur.Seq); err != nil {
			return err
		}
		if err := writePlace(tx, c, id, old, p); err != nil || len(events) == 0 {
			return err
		}
		l := openLog(tx)
		for _, e := range events {
			e.Request = cmp.Or(e.Request, id)
			if err := l.add(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// nextTold returns the first event of a request after a place that a consumer
// may have to tell; zero for none.
func nextTold(tx *bbolt.Tx, c approvals.Consumer, id approvals.ID, after approvals.Seq) (approvals.Seq, error) {
	events, at := in(tx, bucketEvents), in(tx, bucketHistory).Cursor()
	for key, _ := at.Seek(pair(id, after+1)); key != nil && first(key) == uint64(id); key, _ = at.Next() {
		seq := approvals.Seq(second(key))
		_, _, e, err := decodeEntry(seq, events.Get(number(seq)))
		if err != nil || e.Kind.ToldBy(c) {
			return seq, err
		}
	}
	return 0, nil
}

// known returns ErrNotFound where a consumer has no such request. Notices
// alone has request zero.
func known(tx *bbolt.Tx, c approvals.Consumer, id approvals.ID) error {
	if id == 0 && c == approvals.Notices {
		return nil
	}
	return exists(tx, id)
}

// addConsumers gives each consumer that this file does not know its buckets.
// It has everything before it that has happened.
func (s *Store) addConsumers() error {
	var missing []approvals.Consumer
	look := func(tx *bbolt.Tx) error {
		for _, c := range approvals.Consumers() {
			if in(tx, bucketCursors(c)) == nil || in(tx, bucketBehind(c)) == nil {
				missing = append(missing, c)
			}
		}
		return nil
	}
	if err := s.within(false, look); err != nil || len(missing) == 0 {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error {
		for _, c := range missing {
			for _, name := range []string{bucketCursors(c), bucketBehind(c)} {
				if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
					return err
				}
			}
			at := in(tx, bucketHistory).Cursor()
			key, _ := at.First()
			if c != approvals.Notices {
				key, _ = at.Seek(pair(approvals.ID(1), approvals.Seq(0)))
			}
			for key != nil {
				id := approvals.ID(first(key))
				if err := awaken(tx, c, id, approvals.Seq(second(key))); err != nil {
					return err
				}
				key, _ = at.Seek(pair(id+1, approvals.Seq(0)))
			}
		}
		return nil
	})
}
