package bolt

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// tracesFit returns why traces can't be stored, or nil.
func tracesFit(traces []approvals.Trace) error {
	for _, t := range traces {
		switch {
		case len(t.Of.ID) > MaxSubject, len(t.Device) > MaxSubject:
			return failure(approvals.Invalid, "store-subject-too-long",
				fmt.Sprintf("A subject or device of a trace has more than %d bytes.", MaxSubject), "", nil)
		case hasZero(t.Of):
			return failure(approvals.Invalid, "store-subject", "The subject of a trace holds a zero byte.", "", nil)
		}
	}
	return nil
}

// hasZero says that a subject holds a byte that ends it in keys, so that no
// trace can be of it.
func hasZero(of approvals.Subject) bool {
	return strings.ContainsRune(of.ID, 0) || strings.ContainsRune(string(of.Kind), 0)
}

// traceKey returns where the traces of a subject begin.
func traceKey(of approvals.Subject) []byte {
	return slices.Concat([]byte(of.Kind), []byte{0}, []byte(of.ID), []byte{0})
}

// addTrace stores traces, those without a request as ones of id.
func addTrace(tx *bbolt.Tx, id approvals.ID, traces []approvals.Trace) error {
	for _, t := range traces {
		if t.Request == 0 {
			t.Request = id
		}
		key := slices.Concat(traceKey(t.Of), pair(wakeNumber(stamp(t.At)), t.Request), []byte(t.Device))
		err := errors.Join(
			in(tx, bucketTraces).Put(key, nil),
			in(tx, bucketTraced).Put(append(number(t.Request), key...), nil),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// removeTraces takes away the traces of a request.
func removeTraces(tx *bbolt.Tx, id approvals.ID) error {
	owned := below(in(tx, bucketTraced), number(id))
	for _, key := range owned {
		if err := in(tx, bucketTraces).Delete(key[8:]); err != nil {
			return err
		}
	}
	return removeAll(in(tx, bucketTraced), owned)
}

// Traces returns up to limit traces of a subject at or after a time, the
// latest first.
func (s *Store) Traces(ctx context.Context, of approvals.Subject, since time.Time, limit int) ([]approvals.Trace, error) {
	var found []approvals.Trace
	prefix := traceKey(of)
	from := wakeNumber(stamp(since))
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		if hasZero(of) {
			return nil
		}
		at := in(tx, bucketTraces).Cursor()
		// Beyond the last key of the subject, and one back.
		end := slices.Concat(prefix[:len(prefix)-1], []byte{1})
		key, _ := at.Seek(end)
		if key == nil {
			key, _ = at.Last()
		} else {
			key, _ = at.Prev()
		}
		for ; len(found) < limit && bytes.HasPrefix(key, prefix); key, _ = at.Prev() {
			rest := key[len(prefix):]
			if len(rest) < 16 {
				return damaged("A trace is cut off in the database.", nil)
			}
			if first(rest) < from {
				break
			}
			found = append(found, approvals.Trace{
				Of: of, At: instantOf(first(rest)), Request: approvals.ID(second(rest)), Device: string(rest[16:]),
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// instantOf reads an instant as it stands in keys.
func instantOf(n uint64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(n ^ 1<<63)).UTC()
}

// Head returns the end of the log.
func (s *Store) Head(ctx context.Context) (approvals.Head, error) {
	var head approvals.Head
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		l := openLog(tx)
		if l.last == 0 { // nothing is left of it
			return origin(tx, &head)
		}
		head = approvals.Head{Seq: l.last, Hash: hex.EncodeToString(l.hash[:])}
		return nil
	})
	return head, err
}

// Origin returns what the log begins after.
func (s *Store) Origin(ctx context.Context) (approvals.Head, error) {
	var head approvals.Head
	err := s.view(ctx, func(tx *bbolt.Tx) error { return origin(tx, &head) })
	return head, err
}

func origin(tx *bbolt.Tx, head *approvals.Head) error {
	c, err := readCut(tx)
	if err == nil && c.through != 0 {
		*head = approvals.Head{Seq: c.through, Hash: hex.EncodeToString(c.hash[:])}
	}
	return err
}
