package bolt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// tampering is a store whose log somebody else changes, entry by entry.
type tampering struct {
	*testing.T
	store   *Store
	entries []entry // as they were stored
	mark    []byte  // the record of the cut, or nil
}

type entry struct{ key, data []byte }

// tamperings calls try with a log that was never cut, and with one that was.
func tamperings(t *testing.T, try func(*tampering)) {
	for _, cut := range []bool{false, true} {
		t.Run(fmt.Sprintf("cut %v", cut), func(t *testing.T) {
			t.Parallel()
			a := &tampering{T: t, store: openTest(t)}
			a.fill(cut)
			a.read()
			if err := a.store.Verify(t.Context(), a.head(len(a.entries))); err != nil {
				t.Fatal(err)
			}
			a.store.db.NoSync = true // from here on it is thrown away
			try(a)
		})
	}
}

// fill saves requests, what was decided on them, what belongs to none and
// what Notices tells of, and purges the first of them.
func (a *tampering) fill(cut bool) {
	a.Helper()
	ctx, when := a.Context(), time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	anna := approvals.Actor{ID: "UANNA", Name: "Anna", Team: "T1"}
	for i := range 8 {
		at := when.AddDate(0, 0, i)
		r := approvals.Request{
			State: approvals.Pending, Requester: approvals.Actor{ID: "URITA", Name: "Rita", Team: "T1"}, CreatedAt: at,
			Reason: "left the phone in a taxi", Quorum: 1, Approvers: approvals.Audience{People: []string{"UANNA"}}, ExpiresAt: at.Add(time.Hour),
		}
		saved, err := a.store.Save(ctx, approvals.Change{Request: &r, Events: []approvals.Event{{At: at, Kind: approvals.Asked, Actor: r.Requester, Text: r.Reason}}})
		if err == nil {
			saved.State = approvals.Denied
			saved, err = a.store.Save(ctx, approvals.Change{Request: &saved, Events: []approvals.Event{
				{At: at, Request: saved.ID, Kind: approvals.GotDenial, Actor: anna, Text: "call me first", Data: map[string]string{"groups": "SLEADS"}},
				{At: at, Kind: approvals.WasRefused, Actor: anna, Data: map[string]string{"code": "not-in-group"}},
			}})
		}
		if err == nil && i%3 == 0 {
			_, err = a.store.Save(ctx, approvals.Change{Events: []approvals.Event{{At: at, Kind: approvals.ResetOutside, Device: "device", Data: map[string]string{"by": "admin"}}}})
		}
		if err != nil {
			a.Fatal(err)
		}
		if i < 5 {
			a.store.tell(a.T, saved.ID)
		}
	}
	if cut {
		if err := a.store.Advance(ctx, approvals.Notices, 0, approvals.Cursor{Seq: 10}); err != nil {
			a.Fatal(err)
		}
		if n, err := a.store.Purge(ctx, when.AddDate(0, 0, 4), 100); n != 4 || err != nil {
			a.Fatalf("%d requests were purged, want 4: %v", n, err)
		}
		if _, err := a.store.Save(ctx, approvals.Change{Events: []approvals.Event{{At: when, Kind: approvals.ProcessStopped}}}); err != nil {
			a.Fatal(err)
		}
	}
}

func (a *tampering) read() {
	a.Helper()
	err := a.store.within(false, func(tx *bbolt.Tx) error {
		a.mark = bytes.Clone(in(tx, bucketMark).Get([]byte(keyCut)))
		return in(tx, bucketEvents).ForEach(func(key, data []byte) error {
			a.entries = append(a.entries, entry{bytes.Clone(key), bytes.Clone(data)})
			return nil
		})
	})
	if err != nil {
		a.Fatal(err)
	}
}

// seq returns the place of entry i in the log.
func (a *tampering) seq(i int) approvals.Seq {
	return approvals.Seq(first(a.entries[0].key)) + approvals.Seq(i)
}

// head returns what was the head of the first n entries.
func (a *tampering) head(n int) approvals.Head {
	return approvals.Head{Seq: a.seq(n - 1), Hash: hex.EncodeToString(a.entries[n-1].data[:sha256.Size])}
}

// with puts other entries, and another record, in the place of those that are
// there, verifies them, and puts all back.
func (a *tampering) with(entries []entry, mark []byte, heads ...approvals.Head) error {
	a.Helper()
	put := func(entries []entry, mark []byte) {
		a.Helper()
		err := a.store.within(true, func(tx *bbolt.Tx) error {
			events := in(tx, bucketEvents)
			var others [][]byte
			at := events.Cursor()
			for key, _ := at.First(); key != nil; key, _ = at.Next() {
				if !slices.ContainsFunc(entries, func(e entry) bool { return bytes.Equal(e.key, key) }) {
					others = append(others, bytes.Clone(key))
				}
			}
			if err := removeAll(events, others); err != nil {
				return err
			}
			for _, e := range entries {
				if was := events.Get(e.key); was != nil && bytes.Equal(was, e.data) {
					continue
				}
				if err := events.Put(e.key, e.data); err != nil {
					return err
				}
			}
			if mark == nil {
				return nil
			}
			return in(tx, bucketMark).Put([]byte(keyCut), mark)
		})
		if err != nil {
			a.Fatal(err)
		}
	}
	put(entries, mark)
	err := a.store.Verify(a.Context(), heads...)
	put(a.entries, a.mark)
	return err
}

// names says that an error names want as the first event that is not as it
// was stored.
func (a *tampering) names(what string, err error, want approvals.Seq) {
	a.Helper()
	e, ok := errors.AsType[*approvals.Error](err)
	var got approvals.Seq
	if !ok || e.Kind != approvals.Invalid || e.Code != "log-broken" {
		a.Errorf("%s: got %v, want event %d to be named", what, err, want)
	} else if _, err := fmt.Sscanf(e.Text, "Event %d of the log", &got); err != nil || got != want {
		a.Errorf("%s: got %q, want event %d to be named", what, e.Text, want)
	}
}

// changed returns the entries with entry i made another.
func (a *tampering) changed(i int, e entry) []entry {
	all := slices.Clone(a.entries)
	all[i] = e
	return all
}

// flipped returns data with a byte changed.
func flipped(data []byte, at int, mask byte) []byte {
	other := bytes.Clone(data)
	other[at] ^= mask
	return other
}

// heads returns those of every place, the last first.
func (a *tampering) heads() []approvals.Head {
	var all []approvals.Head
	for n := len(a.entries); n > 0; n-- {
		all = append(all, a.head(n))
	}
	return all
}

// rewritten returns the entries with another name in one, and the chain from
// there on as it should then be.
func (a *tampering) rewritten(from int) []entry {
	all, prev := slices.Clone(a.entries), link{}
	if a.mark != nil {
		prev = link(a.mark[24:])
	}
	for i, e := range all {
		body := e.data[sha256.Size:]
		if i == from {
			if bytes.Contains(body, []byte(`"kind":"log.cut"`)) {
				body = bytes.Replace(body, []byte(`"at":"20`), []byte(`"at":"10`), 1)
			} else {
				body = bytes.Replace(body, []byte(`"at":"2026-`), []byte(`"at":"2025-`), 1)
			}
		}
		prev = chain(prev, body)
		all[i].data = append(prev[:], body...)
	}
	return all
}
