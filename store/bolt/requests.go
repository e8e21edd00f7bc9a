package bolt

import (
	"context"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// Request returns one request. ErrNotFound.
func (s *Store) Request(ctx context.Context, id approvals.ID) (approvals.Request, error) {
	var r approvals.Request
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		r, err = readRequest(tx, id)
		return err
	})
	return r, err
}

// Open returns the requests that have not ended, oldest first.
func (s *Store) Open(ctx context.Context) ([]approvals.Request, error) {
	var open []approvals.Request
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		at := in(tx, bucketOpen).Cursor()
		for key, _ := at.First(); key != nil; key, _ = at.Next() {
			r, err := readRequest(tx, approvals.ID(first(key)))
			if err != nil {
				return err
			}
			open = append(open, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return open, nil
}

// Latest returns up to limit requests, those with the highest ids first: of
// those below an id, or of all where that is zero.
func (s *Store) Latest(ctx context.Context, before approvals.ID, limit int) ([]approvals.Request, error) {
	var latest []approvals.Request
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		at := in(tx, bucketRequests).Cursor()
		key, data := at.Last()
		if before != 0 {
			if key, _ = at.Seek(number(before)); key == nil {
				key, data = at.Last()
			} else {
				key, data = at.Prev()
			}
		}
		for ; key != nil && len(latest) < limit; key, data = at.Prev() {
			r, err := decodeRequest(approvals.ID(first(key)), data)
			if err != nil {
				return err
			}
			latest = append(latest, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return latest, nil
}

// Keyed returns the request that was saved with a key. ErrNotFound.
func (s *Store) Keyed(ctx context.Context, key string) (approvals.Request, error) {
	var r approvals.Request
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		if key == "" || len(key) > MaxKey {
			return approvals.ErrNotFound
		}
		id := in(tx, bucketKeys).Get([]byte(key))
		if id == nil || first(id) == 0 {
			return approvals.ErrNotFound
		}
		var err error
		r, err = readRequest(tx, approvals.ID(first(id)))
		return err
	})
	return r, err
}

func readRequest(tx *bbolt.Tx, id approvals.ID) (approvals.Request, error) {
	data := in(tx, bucketRequests).Get(number(id))
	if data == nil {
		return approvals.Request{}, approvals.ErrNotFound
	}
	return decodeRequest(id, data)
}
