package bolt

import (
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// Save saves a change in one transaction. A Key longer than MaxKey is
// Invalid. The Key of a change without a request is stored too: it is a
// duplicate the second time, and Keyed knows no request for it. An event of
// a request that is not stored is ErrNotFound: nobody could ever be told of
// it. So is a trace of none: no purge would ever take it away.
func (s *Store) Save(ctx context.Context, c approvals.Change) (approvals.Request, error) {
	if len(c.Key) > MaxKey {
		return approvals.Request{}, failure(approvals.Invalid, "store-key-too-long",
			fmt.Sprintf("The key of a change has %d bytes, and may have %d at the most.", len(c.Key), MaxKey), "", nil)
	}
	w := saving{Change: c, events: c.Events, traces: c.Traces}
	if c.Request != nil {
		// A request can be large, so its stored form is made before its
		// turn comes.
		r := *c.Request
		w.expected = r.Version
		r.Version++
		if r.Version == 1 {
			r.ID = 0
		}
		var err error
		if w.body, err = encodeRequest(r); err != nil {
			return approvals.Request{}, err
		}
		w.id, w.ended, w.wake = r.ID, r.State.Ended(), wakeNumber(stamp(r.WakeAt))
		recorded, traced := r.Recorded(), r.Traced()
		if w.expected == 0 {
			for i := range recorded {
				recorded[i].Request = 0
			}
			for i := range traced {
				traced[i].Request = 0
			}
		}
		w.events = append(recorded, c.Events...)
		w.traces = append(traced, c.Traces...)
	}
	if err := tracesFit(w.traces); err != nil {
		return approvals.Request{}, err
	}
	if err := preferencesFit(c.Preferences); err != nil {
		return approvals.Request{}, err
	}
	if c.Request == nil && len(w.events) == 0 && len(w.traces) == 0 && len(c.Preferences) == 0 && c.Key == "" {
		return approvals.Request{}, failed(ctx.Err())
	}
	if err := s.write(ctx, w.check, w.apply); err != nil || c.Request == nil {
		return approvals.Request{}, err
	}
	return decodeRequest(w.id, w.body)
}

// saving is a change that is being saved.
type saving struct {
	approvals.Change
	events   []approvals.Event // all of them
	traces   []approvals.Trace // all of them
	expected uint64            // the stored version; zero for none

	id    approvals.ID
	body  []byte
	ended bool
	wake  uint64
}

func (w *saving) check(tx *bbolt.Tx) error {
	if w.Key != "" && in(tx, bucketKeys).Get([]byte(w.Key)) != nil {
		return approvals.ErrDuplicate
	}
	if w.Request != nil && w.expected != 0 {
		stored := in(tx, bucketRequests).Get(number(w.id))
		switch {
		case stored == nil:
			return approvals.ErrNotFound
		case len(stored) < headSize:
			return damaged("The request "+w.id.String()+" is cut off in the database.", nil)
		case binary.BigEndian.Uint64(stored) != w.expected:
			return approvals.ErrConflict
		}
	}
	for _, e := range w.events {
		if e.Request != 0 {
			if err := exists(tx, e.Request); err != nil {
				return err
			}
		}
	}
	for _, t := range w.traces {
		if t.Request == 0 && w.Request != nil {
			continue // its own
		}
		if err := exists(tx, t.Request); err != nil {
			return err
		}
	}
	return nil
}

func (w *saving) apply(tx *bbolt.Tx) error {
	fresh := w.Request != nil && w.expected == 0
	if w.Request != nil {
		if err := w.put(tx, fresh); err != nil {
			return err
		}
	}
	l := openLog(tx)
	for _, e := range w.events {
		if e.Request == 0 && fresh {
			e.Request = w.id
		}
		if err := l.add(e); err != nil {
			return err
		}
	}
	if err := addTrace(tx, w.id, w.traces); err != nil {
		return err
	}
	if err := putPreferences(tx, w.Preferences); err != nil {
		return err
	}
	if w.Key != "" {
		// The bytes are copied by the conversion, as bbolt keeps them.
		if err := in(tx, bucketKeys).Put([]byte(w.Key), number(w.id)); err != nil {
			return err
		}
		if err := in(tx, bucketKeyed).Put(owned(w.id, l.last, w.Key), nil); err != nil {
			return err
		}
	}
	if w.Request != nil && w.ended && w.wake == 0 {
		return in(tx, bucketFinished).Put(pair(lastOf(tx, w.id), w.id), nil)
	}
	return nil
}

// put stores the request and brings the indexes to where it stands.
func (w *saving) put(tx *bbolt.Tx, fresh bool) error {
	requests, wake := in(tx, bucketRequests), in(tx, bucketWake)
	if fresh {
		// The number is given back where the transaction fails, so that
		// there are no gaps.
		n, err := requests.NextSequence()
		if err != nil {
			return err
		}
		w.id = approvals.ID(n)
	} else {
		if old := second(requests.Get(number(w.id))); old != 0 {
			if err := wake.Delete(pair(old, w.id)); err != nil {
				return err
			}
		}
		if err := in(tx, bucketFinished).Delete(pair(lastOf(tx, w.id), w.id)); err != nil {
			return err
		}
	}
	if err := requests.Put(number(w.id), w.body); err != nil {
		return err
	}
	if w.wake != 0 {
		if err := wake.Put(pair(w.wake, w.id), nil); err != nil {
			return err
		}
	}
	if w.ended {
		return in(tx, bucketOpen).Delete(number(w.id))
	}
	return in(tx, bucketOpen).Put(number(w.id), nil)
}
