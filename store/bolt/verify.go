package bolt

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// verifyAtOnce is how many events Verify reads in one moment: a long look at
// the file would hold up a commit that has to make it larger.
const verifyAtOnce = 1000

// Verify reads the whole log, from where it was cut, and returns an error
// that names the first event that is not as it was stored, or not what one of
// the heads says of it; or that the file had lost its newest commit when it was
// opened.
func (s *Store) Verify(ctx context.Context, heads ...approvals.Head) error {
	v := verification{missing: map[approvals.ID]approvals.Seq{}, heads: map[approvals.Seq]string{}}
	for _, h := range heads {
		if was, twice := v.heads[h.Seq]; twice && was != h.Hash {
			return failure(approvals.Invalid, "heads-disagree",
				fmt.Sprintf("Two of the anchors say different things of event %d.", h.Seq), "One of them is not of this log, or was forged.", nil)
		}
		v.heads[h.Seq] = h.Hash
		v.beyond = max(v.beyond, h.Seq)
	}
	for done := false; !done; {
		begin := v.last
		if err := s.view(ctx, v.goOn); err != nil {
			return err
		}
		done = v.last == begin
	}
	if err := v.end(); err != nil {
		return err
	}
	if s.torn {
		return torn()
	}
	for done := false; !done; done = v.history == nil {
		if err := s.view(ctx, v.histories); err != nil {
			return err
		}
	}
	return nil
}

// verification is how far Verify has come.
type verification struct {
	last approvals.Seq
	hash link

	cut     cut
	said    approvals.Event                // the last LogCut
	heads   map[approvals.Seq]string       // what the hash of the chain must be, at places of it
	beyond  approvals.Seq                  // the last of these places
	history []byte                         // the key in the histories to go on from; nil at the beginning and the end
	missing map[approvals.ID]approvals.Seq // requests that are not stored, and no LogCut said why yet, with an event of each
}

// goOn looks at the next events.
func (v *verification) goOn(tx *bbolt.Tx) error {
	var err error
	if v.cut, err = readCut(tx); err != nil {
		return err
	}
	// Either it begins there, or the log was cut meanwhile.
	if v.cut.through > v.last {
		v.last, v.hash = v.cut.through, v.cut.hash
		clear(v.missing)
		if err := v.anchored(); err != nil {
			return err
		}
	}
	if err := v.begins(tx); err != nil {
		return err
	}
	return entries(tx, v.last, verifyAtOnce, func(key, data []byte) error { return v.event(tx, key, data) })
}

// begins says what is in the log before it begins: whoever reads it from its
// first key on would take that for events.
func (v *verification) begins(tx *bbolt.Tx) error {
	key, _ := in(tx, bucketEvents).Cursor().First()
	switch {
	case key == nil:
		return nil
	case len(key) < 8:
		return tampered(v.cut.through+1, strangeKey, nil)
	case first(key) <= uint64(v.cut.through):
		return tampered(approvals.Seq(first(key)), fmt.Sprintf("the log begins after event %d", v.cut.through), nil)
	}
	return nil
}

func (v *verification) event(tx *bbolt.Tx, key, data []byte) error {
	seq := v.last + 1
	switch {
	case len(key) != 8:
		return tampered(seq, strangeKey, nil)
	case first(key) != uint64(seq):
		return tampered(seq, "it is missing", nil)
	}
	hash, body, e, err := decodeEntry(seq, data)
	switch {
	case body != nil && chain(v.hash, body) != hash:
		return tampered(seq, "its hash is not that of its content and of the events before it", nil)
	case err != nil:
		return tampered(seq, "it cannot be read", err)
	case e.Seq != seq:
		return tampered(seq, fmt.Sprintf("it says that it is event %d", e.Seq), nil)
	case e.Kind == approvals.LogCut:
		v.said = e
		for _, id := range purgedBy(e) {
			delete(v.missing, id)
		}
	case e.Request == 0:
	case exists(tx, e.Request) != nil:
		v.missing[e.Request] = seq
	case !has(in(tx, bucketHistory), pair(e.Request, seq)):
		return tampered(seq, "it is missing in the history of "+e.Request.String(), nil)
	}
	v.last, v.hash = seq, hash
	return v.anchored()
}

// anchored compares the chain with the head that is given for this place.
func (v *verification) anchored() error {
	want, given := v.heads[v.last]
	if !given || want == hex.EncodeToString(v.hash[:]) {
		return nil
	}
	return tampered(v.last, "an anchor has another hash for it, so that the log was written anew at or before it", nil)
}

// histories looks whether the next requests know of events that the log has
// not: its end was cut off, and they were left as they were. What came since
// the last look at the log is no sign of that. And each event must be of the
// request in whose history it stands.
func (v *verification) histories(tx *bbolt.Tx) error {
	last := openLog(tx).last
	events, at := in(tx, bucketEvents), in(tx, bucketHistory).Cursor()
	key, _ := at.Seek(v.history)
	for n := 0; key != nil && n < verifyAtOnce; n++ {
		id, seq := approvals.ID(first(key)), approvals.Seq(second(key))
		data := events.Get(number(seq))
		switch _, _, e, err := decodeEntry(seq, data); {
		case seq > last:
			return tampered(v.last+1, fmt.Sprintf("it is missing, and %s knows of event %d", id, seq), nil)
		case data == nil && id != 0:
			return tampered(seq, "it is missing, and "+id.String()+" knows of it", nil)
		case err == nil && e.Request != id:
			return tampered(seq, "it stands in the history of "+id.String()+", and is not of it", nil)
		}
		key, _ = at.Next()
	}
	v.history = bytes.Clone(key)
	return nil
}

// end returns what can only be said when all was read.
func (v *verification) end() error {
	if v.beyond > v.last {
		return tampered(v.last+1, fmt.Sprintf("it is missing, and an anchor says that the log went on to event %d, so that its end was cut off", v.beyond), nil)
	}
	for _, id := range slices.Sorted(maps.Keys(v.missing)) {
		return tampered(v.missing[id], "its request "+id.String()+" is missing, and was not purged", nil)
	}
	switch {
	case v.said.Seq == 0 && v.cut.event == 0, v.cut.saidBy(v.said):
		return nil
	case v.cut.event == 0:
		return tampered(v.said.Seq, "it says that the log was cut, and there is no record of it", nil)
	case v.said.Seq == 0:
		return tampered(v.cut.event, "it is missing, and should say that the log was cut", nil)
	}
	return tampered(v.said.Seq, "it does not say that the log was cut as it is", nil)
}

// torn is the error of a file of which bbolt could read the commit before the
// last one only.
func torn() error {
	return failure(approvals.Invalid, "log-torn",
		"The newest commit of the database can't be read, so that the last events of the log may be missing: that is what a machine leaves that lost its power while it wrote, or somebody who has changed the file.",
		"Look into what happened to the machine, and check the end of the log with --anchors.", nil)
}

// strangeKey says why an entry is not the one that should be at its place.
const strangeKey = "what stands there has a key that no event has"

func tampered(seq approvals.Seq, why string, err error) error {
	return failure(approvals.Invalid, "log-broken",
		fmt.Sprintf("Event %d of the log is not as it was stored: %s.", seq, why), restore, err)
}
