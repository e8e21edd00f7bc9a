package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// Link is an entry of the log as it stands in the file, whether or not it is
// as it was stored.
type Link struct {
	// Event is what the entry says; only its Seq is there where nobody can
	// read it.
	Event approvals.Event
	// Hash is the hash of the chain up to here, as it was stored, and Prev
	// that of the entry before.
	Hash, Prev [sha256.Size]byte
	// Body is the bytes that Hash is over, behind Prev. In the file they
	// stand behind Hash.
	Body []byte
}

// Links returns up to limit entries of the log after a place in it, oldest
// first. It is for whoever wants to show the chain, and checks nothing.
func (s *Store) Links(ctx context.Context, after approvals.Seq, limit int) ([]Link, error) {
	var found []Link
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		cut, err := readCut(tx)
		if err != nil {
			return err
		}
		prev := cut.hash
		if data := in(tx, bucketEvents).Get(number(after)); len(data) >= sha256.Size {
			prev = link(data[:sha256.Size])
		}
		return entries(tx, after, limit, func(key, data []byte) error {
			seq := approvals.Seq(first(key))
			hash, body, e, err := decodeEntry(seq, data)
			if err != nil {
				e = approvals.Event{Seq: seq}
			}
			found = append(found, Link{Event: e, Hash: hash, Prev: prev, Body: bytes.Clone(body)})
			prev = hash
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Waking returns up to limit requests that need the clock, the soonest first,
// and leases none of them.
func (s *Store) Waking(ctx context.Context, limit int) ([]approvals.Request, error) {
	var waking []approvals.Request
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		at := in(tx, bucketWake).Cursor()
		for key, _ := at.First(); key != nil && len(waking) < limit; key, _ = at.Next() {
			r, err := readRequest(tx, approvals.ID(second(key)))
			if err != nil {
				return err
			}
			waking = append(waking, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return waking, nil
}
