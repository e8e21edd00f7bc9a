package bolt

import (
	"bytes"
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// purgeAtOnce is about how many events one transaction of a purge takes, so
// that others wait little for theirs.
const purgeAtOnce = 2000

// Purge takes away up to limit requests that ended, need the clock no more,
// are told in full and have their last event before a time, and cuts the log.
// It is one transaction for each call, and further ones only while there is
// more to look through or to cut and no request was found.
func (s *Store) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	p := purge{before: before, limit: limit}
	for {
		err := s.writeLast(ctx, p.look, p.apply)
		switch {
		case err != nil && !errors.Is(err, errNothing):
			return 0, err
		case len(p.ids) > 0 || p.next == nil && !p.full:
			return len(p.ids), nil
		}
		p.from = p.next
	}
}

// purge is what one transaction takes away.
type purge struct {
	before time.Time
	limit  int
	from   []byte // where in the finished ones it begins; nil for the first

	ids  []approvals.ID
	gone map[approvals.ID]approvals.Seq // these, with the last event of each
	cut  cut                            // where the log will begin
	full bool                           // there may be more to cut
	next []byte                         // where it is to go on; nil where all were looked at
}

// look finds what is to go. It returns errNothing where nothing is. It begins
// anew each time: a commit that another change spoils is made again.
func (p *purge) look(tx *bbolt.Tx) error {
	*p = purge{before: p.before, limit: p.limit, from: p.from, gone: map[approvals.ID]approvals.Seq{}}
	if err := p.findRequests(tx); err != nil {
		return err
	}
	cuts, err := p.findCut(tx)
	if err == nil && len(p.ids) == 0 && !cuts {
		return errNothing
	}
	return err
}

// findRequests passes over those that are not told in full. However many
// they are, what comes after them is found, by the transactions that follow.
func (p *purge) findRequests(tx *bbolt.Tx) error {
	events, at, work := in(tx, bucketEvents), in(tx, bucketFinished).Cursor(), 0
	for key, _ := at.Seek(p.from); key != nil && len(p.ids) < p.limit; key, _ = at.Next() {
		if work >= purgeAtOnce {
			p.next = bytes.Clone(key)
			break
		}
		last, id := approvals.Seq(first(key)), approvals.ID(second(key))
		var e approvals.Event // none in a request that has never had one
		if last != 0 {
			var err error
			if _, _, e, err = decodeEntry(last, events.Get(number(last))); err != nil {
				return err
			}
		}
		if !e.At.Before(p.before) {
			break
		}
		work++
		if waits, err := isBehind(tx, id); err != nil {
			return err
		} else if waits {
			continue
		}
		p.ids, p.gone[id] = append(p.ids, id), last
		work += len(below(in(tx, bucketHistory), number(id)))
	}
	return nil
}

// findCut finds the last of the events that can go: none after it is of a
// request that stays, or too young. A cut that would take away nothing but
// what was said of earlier ones is none, or each would call for the next.
func (p *purge) findCut(tx *bbolt.Tx) (cuts bool, err error) {
	if p.cut, err = readCut(tx); err != nil {
		return false, err
	}
	told, err := readPlace(tx, approvals.Notices, 0)
	if err != nil {
		return false, err
	}
	at, n := in(tx, bucketEvents).Cursor(), 0
	for key, data := at.First(); key != nil; key, data = at.Next() {
		if n++; n > purgeAtOnce {
			p.full = true
			return true, nil
		}
		seq := approvals.Seq(first(key))
		hash, _, e, err := decodeEntry(seq, data)
		if err != nil {
			return false, err
		}
		if !e.At.Before(p.before) || p.stays(tx, e.Request) || seq == told.waiting {
			return cuts, nil
		}
		cuts = cuts || e.Kind != approvals.LogCut
		p.cut.through, p.cut.hash = seq, hash
	}
	return cuts, nil
}

func (p *purge) stays(tx *bbolt.Tx, id approvals.ID) bool {
	_, gone := p.gone[id]
	return !gone && exists(tx, id) == nil
}

func (p *purge) apply(tx *bbolt.Tx) error {
	l := openLog(tx) // before its end may go
	var staying []approvals.ID
	for _, id := range p.ids {
		if err := remove(tx, id, p.gone[id]); err != nil {
			return err
		}
		if p.gone[id] > p.cut.through {
			staying = append(staying, id)
		}
	}
	if err := removeLog(tx, p.cut.through); err != nil {
		return err
	}
	p.cut.requests = len(p.ids)
	err := l.add(approvals.Event{At: approvals.Instant(time.Now()), Kind: approvals.LogCut, Data: p.cut.data(staying)})
	if err != nil {
		return err
	}
	p.cut.event = l.last
	return in(tx, bucketMark).Put([]byte(keyCut), p.cut.encode())
}

// remove takes away a finished request and all that belongs to it but its
// events. No consumer is behind with it.
func remove(tx *bbolt.Tx, id approvals.ID, last approvals.Seq) error {
	errs := []error{
		in(tx, bucketRequests).Delete(number(id)),
		in(tx, bucketFinished).Delete(pair(last, id)),
		removeKeys(tx, below(in(tx, bucketKeyed), number(id))),
		removeAll(in(tx, bucketHistory), below(in(tx, bucketHistory), number(id))),
		removeTraces(tx, id),
	}
	for _, c := range approvals.Consumers() {
		errs = append(errs, in(tx, bucketCursors(c)).Delete(number(id)))
	}
	return errors.Join(errs...)
}

// removeLog takes away the events through a place in the log, and the keys
// of changes without a request that were saved by then.
func removeLog(tx *bbolt.Tx, through approvals.Seq) error {
	events := in(tx, bucketEvents)
	var keys, ownerless [][]byte
	at := events.Cursor()
	for key, _ := at.First(); key != nil && first(key) <= uint64(through); key, _ = at.Next() {
		keys = append(keys, number(first(key)))
	}
	at = in(tx, bucketHistory).Cursor()
	for key, _ := at.First(); key != nil && first(key) == 0 && second(key) <= uint64(through); key, _ = at.Next() {
		ownerless = append(ownerless, bytes.Clone(key))
	}
	var owned [][]byte
	at = in(tx, bucketKeyed).Cursor()
	for key, _ := at.First(); key != nil && first(key) == 0 && second(key) <= uint64(through); key, _ = at.Next() {
		owned = append(owned, bytes.Clone(key))
	}
	return errors.Join(removeAll(events, keys), removeAll(in(tx, bucketHistory), ownerless), removeKeys(tx, owned))
}

// removeKeys takes away keys of changes by their places in the index.
func removeKeys(tx *bbolt.Tx, owned [][]byte) error {
	for _, key := range owned {
		if err := in(tx, bucketKeys).Delete(key[16:]); err != nil {
			return err
		}
	}
	return removeAll(in(tx, bucketKeyed), owned)
}

func removeAll(b *bbolt.Bucket, keys [][]byte) error {
	for _, key := range keys {
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	return nil
}
