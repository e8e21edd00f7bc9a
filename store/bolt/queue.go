package bolt

import (
	"context"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// lease is who may work on a request alone, and how long.
type lease struct {
	owner string
	until time.Time
}

// Claim returns requests whose WakeAt has come, the longest waiting first,
// and leases them to the owner. Those that are leased are passed over one by
// one, so that its cost depends on them too.
func (s *Store) Claim(ctx context.Context, c approvals.Claim) ([]approvals.Request, error) {
	s.leasing.Lock()
	defer s.leasing.Unlock()
	var due []approvals.Request
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		now, at := wakeNumber(c.Now), in(tx, bucketWake).Cursor()
		for key, _ := at.First(); key != nil && first(key) <= now && len(due) < c.Limit; key, _ = at.Next() {
			id := approvals.ID(second(key))
			if s.leases[id].until.After(c.Now) {
				continue
			}
			r, err := readRequest(tx, id)
			if err != nil {
				return err
			}
			due = append(due, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, r := range due {
		s.leases[r.ID] = lease{c.Owner, c.Until}
	}
	return due, nil
}

// Renew lengthens a lease. One that is over is still its owner's until
// somebody else has claimed the request. ErrConflict.
func (s *Store) Renew(ctx context.Context, owner string, id approvals.ID, until time.Time) error {
	return s.leased(ctx, owner, id, approvals.ErrConflict, func() { s.leases[id] = lease{owner, until} })
}

// Release gives a lease back. It does nothing where the owner has none.
func (s *Store) Release(ctx context.Context, owner string, id approvals.ID) error {
	return s.leased(ctx, owner, id, nil, func() { delete(s.leases, id) })
}

// leased calls do where the owner has the lease, and returns other where not.
func (s *Store) leased(ctx context.Context, owner string, id approvals.ID, other error, do func()) error {
	if err := ctx.Err(); err != nil {
		return failed(err)
	}
	s.leasing.Lock()
	defer s.leasing.Unlock()
	select {
	case <-s.closing:
		return errClosed()
	default:
	}
	if l, ok := s.leases[id]; !ok || l.owner != owner {
		return other
	}
	do()
	return nil
}
