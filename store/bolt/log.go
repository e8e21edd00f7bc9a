package bolt

import (
	"context"
	"crypto/sha256"
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
	if e.Request == 0 {
		return nil
	}
	if err := in(l.tx, bucketHistory).Put(pair(e.Request, e.Seq), nil); err != nil {
		return err
	}
	for _, c := range approvals.Consumers() {
		if err := awaken(l.tx, c, e.Request, e.Seq); err != nil {
			return err
		}
	}
	return nil
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
	err := s.entries(ctx, after, limit, func(_ *bbolt.Tx, seq approvals.Seq, data []byte) error {
		_, _, e, err := decodeEntry(seq, data)
		found = append(found, e)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// entries calls f with up to limit entries after a place in the log.
func (s *Store) entries(ctx context.Context, after approvals.Seq, limit int, f func(*bbolt.Tx, approvals.Seq, []byte) error) error {
	return s.view(ctx, func(tx *bbolt.Tx) error {
		at := in(tx, bucketEvents).Cursor()
		key, data := at.Seek(number(after))
		if key != nil && first(key) == uint64(after) {
			key, data = at.Next()
		}
		for n := 0; key != nil && n < limit; n++ {
			if err := f(tx, approvals.Seq(first(key)), data); err != nil {
				return err
			}
			key, data = at.Next()
		}
		return nil
	})
}

// verifyAtOnce is how many events Verify reads in one moment: a long look at
// the file would hold up a commit that has to make it larger.
const verifyAtOnce = 1000

// Verify reads the whole log and returns an error that names the first event
// that is not as it was stored.
func (s *Store) Verify(ctx context.Context) error {
	var last approvals.Seq
	var hash link
	for {
		begin := last
		err := s.entries(ctx, last, verifyAtOnce, func(tx *bbolt.Tx, seq approvals.Seq, data []byte) error {
			next, err := verify(tx, last+1, seq, hash, data)
			last, hash = seq, next
			return err
		})
		if err != nil || last == begin {
			return err
		}
	}
}

// verify looks at the entry that should be number want, and returns the hash
// up to it.
func verify(tx *bbolt.Tx, want, seq approvals.Seq, prev link, data []byte) (link, error) {
	if seq != want {
		return link{}, tampered(want, "it is missing", nil)
	}
	hash, body, e, err := decodeEntry(seq, data)
	switch {
	case body != nil && chain(prev, body) != hash:
		return link{}, tampered(seq, "its hash is not that of its content and of the events before it", nil)
	case err != nil:
		return link{}, tampered(seq, "it cannot be read", err)
	case e.Seq != seq:
		return link{}, tampered(seq, fmt.Sprintf("it says that it is event %d", e.Seq), nil)
	case e.Request != 0 && in(tx, bucketHistory).Get(pair(e.Request, seq)) == nil:
		return link{}, tampered(seq, "it is missing in the history of "+e.Request.String(), nil)
	}
	return hash, nil
}

func tampered(seq approvals.Seq, why string, err error) error {
	return failure(approvals.Invalid, "log-broken",
		fmt.Sprintf("Event %d of the log is not as it was stored: %s.", seq, why), restore, err)
}
