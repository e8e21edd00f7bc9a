package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// eventLog is the end of the log within a transaction that writes.
type eventLog struct {
	tx   *bbolt.Tx
	last approvals.Seq
	hash link
}

func openLog(tx *bbolt.Tx) *eventLog {
	l := &eventLog{tx: tx}
	if key, data := in(tx, bucketEvents).Cursor().Last(); key != nil {
		l.last, l.hash = approvals.Seq(first(key)), link(data[:sha256.Size])
	}
	return l
}

// add writes the next event, and makes every consumer see that there is one.
func (l *eventLog) add(e approvals.Event) error {
	e.Seq = l.last + 1
	body, err := encodeEvent(e)
	if err != nil {
		return err
	}
	hash := chain(l.hash, body)
	events := in(l.tx, bucketEvents)
	// Keys only ever grow here, so that pages need no room for later ones.
	events.FillPercent = 1
	if err := events.Put(number(e.Seq), append(hash[:], body...)); err != nil {
		return err
	}
	l.last, l.hash = e.Seq, hash
	history := in(l.tx, bucketHistory)
	if e.Request == 0 {
		if !e.Kind.ToldBy(approvals.Notices) {
			return nil
		}
		return errors.Join(history.Put(pair(e.Request, e.Seq), nil), awaken(l.tx, approvals.Notices, 0, e.Seq))
	}
	finished, old := in(l.tx, bucketFinished), pair(lastOf(l.tx, e.Request), e.Request)
	if has(finished, old) {
		if err := errors.Join(finished.Delete(old), finished.Put(pair(e.Seq, e.Request), nil)); err != nil {
			return err
		}
	}
	if err := history.Put(pair(e.Request, e.Seq), nil); err != nil {
		return err
	}
	for _, c := range approvals.Consumers() {
		if !e.Kind.ToldBy(c) {
			continue
		}
		if err := awaken(l.tx, c, e.Request, e.Seq); err != nil {
			return err
		}
	}
	return nil
}

// lastOf returns the last event of a request; zero where it has none.
func lastOf(tx *bbolt.Tx, id approvals.ID) approvals.Seq {
	at := in(tx, bucketHistory).Cursor()
	key, _ := at.Seek(pair(id+1, approvals.Seq(0)))
	if key == nil {
		key, _ = at.Last()
	} else {
		key, _ = at.Prev()
	}
	if key == nil || first(key) != uint64(id) {
		return 0
	}
	return approvals.Seq(second(key))
}

// History returns up to limit events of a request after a place in the log,
// oldest first.
func (s *Store) History(ctx context.Context, id approvals.ID, after approvals.Seq, limit int) ([]approvals.Event, error) {
	var found []approvals.Event
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		events, at := in(tx, bucketEvents), in(tx, bucketHistory).Cursor()
		key, _ := at.Seek(pair(id, after))
		if key != nil && first(key) == uint64(id) && second(key) == uint64(after) {
			key, _ = at.Next()
		}
		for ; key != nil && first(key) == uint64(id) && len(found) < limit; key, _ = at.Next() {
			seq := approvals.Seq(second(key))
			_, _, e, err := decodeEntry(seq, events.Get(number(seq)))
			if err == nil && e.Request != id {
				err = damaged(fmt.Sprintf("Event %d stands in the history of %s, and is not of it.", seq, id), nil)
			}
			if err != nil {
				return err
			}
			found = append(found, e)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Events returns up to limit events of the whole log after a place in it,
// oldest first.
func (s *Store) Events(ctx context.Context, after approvals.Seq, limit int) ([]approvals.Event, error) {
	var found []approvals.Event
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		return entries(tx, after, limit, func(key, data []byte) error {
			_, _, e, err := decodeEntry(approvals.Seq(first(key)), data)
			found = append(found, e)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// entries calls f with up to limit entries after a place in the log.
func entries(tx *bbolt.Tx, after approvals.Seq, limit int, f func(key, data []byte) error) error {
	at, begin := in(tx, bucketEvents).Cursor(), number(after)
	key, data := at.Seek(begin)
	if bytes.Equal(key, begin) {
		key, data = at.Next()
	}
	for n := 0; key != nil && n < limit; n++ {
		if err := f(key, data); err != nil {
			return err
		}
		key, data = at.Next()
	}
	return nil
}
