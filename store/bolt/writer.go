package bolt

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// maxTogether bounds how many changes one commit takes.
const maxTogether = 256

// write is one change on its way. check returns why it can't be and changes
// nothing; apply does it, and where it fails nothing of it may stay.
type write struct {
	check, apply func(*bbolt.Tx) error
	stopped      func() error // why its caller no longer wants it, or nil
	last         bool         // nothing may come after it in its transaction

	err  error
	done chan struct{}
}

// errNothing ends a transaction that has nothing to commit.
var errNothing = errors.New("nothing to commit")

// write commits a change, together with what else comes meanwhile. A context
// that ends while it waits for its turn ends it; once it is being committed,
// its end is waited for, so that the caller knows what is stored.
func (s *Store) write(ctx context.Context, check, apply func(*bbolt.Tx) error) error {
	return s.queue(ctx, &write{check: check, apply: apply})
}

// writeLast is write for a change after which nothing else may be in its
// transaction: one that deletes much. Within the transaction that empties
// pages, bbolt's cursors stop at them on the way back, or go round in a
// circle for ever where no page holds anything.
func (s *Store) writeLast(ctx context.Context, check, apply func(*bbolt.Tx) error) error {
	return s.queue(ctx, &write{check: check, apply: apply, last: true})
}

func (s *Store) queue(ctx context.Context, w *write) error {
	if err := ctx.Err(); err != nil {
		return failed(err)
	}
	w.stopped, w.done = ctx.Err, make(chan struct{})
	select {
	case <-s.closing: // before all else: a closing writer may still take one
		return errClosed()
	default:
	}
	select {
	case <-ctx.Done():
		return failed(ctx.Err())
	case <-s.closing:
		return errClosed()
	case s.writes <- w:
		<-w.done
		return w.err
	}
}

// run commits what comes until the store closes.
func (s *Store) run() {
	defer close(s.ended)
	for {
		select {
		case <-s.closing:
			return
		case w := <-s.writes:
			together := s.gather(w)
			s.commit(together)
			for _, w := range together {
				close(w.done)
			}
		}
	}
}

// gather returns w and what else is waiting.
func (s *Store) gather(w *write) []*write {
	together := []*write{w}
	for len(together) < maxTogether && !together[len(together)-1].last {
		select {
		case w := <-s.writes:
			together = append(together, w)
		default:
			return together
		}
	}
	return together
}

// commit applies changes in one transaction. One that can't be leaves the
// others alone.
func (s *Store) commit(together []*write) {
	applied, spoiled := 0, false
	err := s.update(func(tx *bbolt.Tx) error {
		for _, w := range together {
			if w.err = w.stopped(); w.err == nil {
				w.err = w.check(tx)
			}
			if w.err != nil {
				continue
			}
			// Until it has ended well, by an error or a panic, the
			// transaction may hold a part of it.
			spoiled = true
			if err := w.apply(tx); err != nil {
				return err
			}
			spoiled = false
			applied++
		}
		if applied == 0 {
			return errNothing
		}
		return nil
	})
	switch {
	case errors.Is(err, errNothing), err == nil:
		for _, w := range together {
			w.err = failed(w.err)
		}
	case spoiled && len(together) > 1:
		for _, w := range together {
			s.commit([]*write{w})
		}
	default:
		// Those that were refused are told of the failure too: what they
		// were refused for may not have been stored.
		for _, w := range together {
			w.err = failed(err)
		}
	}
}

// exists is the check that a request is stored.
func exists(tx *bbolt.Tx, id approvals.ID) error {
	if id == 0 || in(tx, bucketRequests).Get(number(id)) == nil {
		return approvals.ErrNotFound
	}
	return nil
}
