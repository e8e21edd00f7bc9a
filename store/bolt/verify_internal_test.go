package bolt

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// The log may be cut while it is being verified: what was missing by then and
// is gone with what said so is missing no more.
func TestVerify_whileTheLogIsCut(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	c := approvals.Change{Request: &approvals.Request{State: approvals.Done}}
	for range purgeAtOnce + verifyAtOnce {
		c.Events = append(c.Events, approvals.Event{Kind: approvals.WasRefused})
	}
	if _, err := s.Save(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.tell(t, 1)
	purge := func(want int) {
		t.Helper()
		if n, err := s.Purge(t.Context(), time.Now().AddDate(1, 0, 0), 1); n != want || err != nil {
			t.Fatalf("%d requests were purged, want %d: %v", n, want, err)
		}
	}
	v := verification{missing: map[approvals.ID]approvals.Seq{}}
	purge(1) // and only a part of its events
	if err := s.view(t.Context(), v.goOn); err != nil {
		t.Fatal(err)
	}
	if len(v.missing) != 1 {
		t.Fatalf("%d requests are missing, want 1", len(v.missing))
	}
	purge(0) // the rest, and the event that named the request
	for begin := approvals.Seq(0); v.last != begin; {
		begin = v.last
		if err := s.view(t.Context(), v.goOn); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.end(); err != nil {
		t.Error(err)
	}
}

// Every bit of every key, and every byte of every entry.
func TestVerify_findsEveryByte(t *testing.T) {
	t.Parallel()
	tamperings(t, func(a *tampering) {
		rnd := rand.New(rand.NewPCG(3, 5))
		if len(a.entries) < 15 {
			t.Fatalf("the log has %d entries only", len(a.entries))
		}
		for i, e := range a.entries {
			for bit := range 8 * len(e.key) {
				key := flipped(e.key, bit/8, 1<<(bit%8))
				// It is missing where it was, or it stands where another was.
				at := min(a.seq(i), approvals.Seq(first(key)))
				all := slices.DeleteFunc(a.changed(i, entry{key, e.data}), func(other entry) bool {
					return bytes.Equal(other.key, key) && !bytes.Equal(other.data, e.data)
				})
				a.names(fmt.Sprintf("bit %d of key %d", bit, a.seq(i)), a.with(all, a.mark), at)
			}
			for at := range e.data {
				err := a.with(a.changed(i, entry{e.key, flipped(e.data, at, byte(1+rnd.IntN(255)))}), a.mark)
				a.names(fmt.Sprintf("byte %d of entry %d", at, a.seq(i)), err, a.seq(i))
			}
			for n := range e.data {
				err := a.with(a.changed(i, entry{e.key, e.data[:n]}), a.mark)
				a.names(fmt.Sprintf("entry %d cut off after %d bytes", a.seq(i), n), err, a.seq(i))
			}
			for n := range e.key[1:] {
				if err := a.with(a.changed(i, entry{e.key[:n+1], e.data}), a.mark); approvals.KindOf(err) == "" {
					t.Errorf("key %d cut off after %d bytes was not found", a.seq(i), n+1)
				}
			}
			a.names(fmt.Sprintf("a byte after key %d", a.seq(i)), a.with(a.changed(i, entry{append(bytes.Clone(e.key), 0), e.data}), a.mark), a.seq(i))
			a.names(fmt.Sprintf("a byte after entry %d", a.seq(i)), a.with(a.changed(i, entry{e.key, append(bytes.Clone(e.data), ' ')}), a.mark), a.seq(i))
		}
	})
}

// The record of the cut is not in the chain, and the chain says what is in it.
func TestVerify_findsEveryBitOfTheCut(t *testing.T) {
	t.Parallel()
	tamperings(t, func(a *tampering) {
		begin, end := a.seq(0), a.seq(len(a.entries)-1)
		said := end - 1 // the last event but one says that it was cut
		if a.mark == nil {
			// One that is made up is found too.
			a.names("a record", a.with(a.entries, cut{through: begin, hash: link(a.entries[0].data)}.encode()), begin)
			return
		}
		for bit := range 8 * len(a.mark) {
			mark := flipped(a.mark, bit/8, 1<<(bit%8))
			want := begin // the chain does not go on from it
			switch through := approvals.Seq(first(mark)); {
			case bit >= 24*8: // its hash
			case bit >= 8*8: // its event and its number
				want = said
			case through < begin-1:
				want = through + 1
			}
			a.names(fmt.Sprintf("bit %d of the record", bit), a.with(a.entries, mark), want)
		}
		for n := range a.mark {
			if err := a.with(a.entries, a.mark[:n]); approvals.KindOf(err) == "" {
				t.Errorf("a record cut off after %d bytes was not found", n)
			}
		}
	})
}

func TestVerify_findsWhatWasMoved(t *testing.T) {
	t.Parallel()
	tamperings(t, func(a *tampering) {
		count := len(a.entries)
		key := func(i int) []byte { return number(a.seq(i)) }
		for i := range count {
			out := slices.Delete(slices.Clone(a.entries), i, i+1)
			if i < count-1 {
				a.names(fmt.Sprintf("entry %d taken out", a.seq(i)), a.with(out, a.mark), a.seq(i))

				two := a.changed(i, entry{key(i), a.entries[i+1].data})
				two[i+1].data = a.entries[i].data
				a.names(fmt.Sprintf("entry %d and the next exchanged", a.seq(i)), a.with(two, a.mark), a.seq(i))

				closed := slices.Clone(out)
				for n := i; n < len(closed); n++ {
					closed[n].key = key(n)
				}
				a.names(fmt.Sprintf("entry %d taken out, and the others moved up", a.seq(i)), a.with(closed, a.mark), a.seq(i))
			}
			for where := range count {
				if where == i {
					continue
				}
				a.names(fmt.Sprintf("entry %d written over %d", a.seq(i), a.seq(where)),
					a.with(a.changed(where, entry{key(where), a.entries[i].data}), a.mark), a.seq(where))
			}
			for where := range count + 1 { // what follows makes room
				all := slices.Insert(slices.Clone(a.entries), where, entry{nil, a.entries[i].data})
				for n := where; n < len(all); n++ {
					all[n].key = key(n)
				}
				want := a.seq(where)
				if where == i { // it stands there as before, and again after it
					want++
				}
				a.names(fmt.Sprintf("entry %d put in at %d", a.seq(i), a.seq(where)), a.with(all, a.mark), want)
			}
		}
		// Before the log begins, where it could be read as a part of it.
		for seq := range a.seq(0) {
			all := slices.Insert(slices.Clone(a.entries), 0, entry{number(seq), a.entries[0].data})
			a.names(fmt.Sprintf("an entry put in at %d", seq), a.with(all, a.mark), seq)
		}
	})
}

// known says that any of the entries from a place on is of a request, whose
// history knows of it.
func (a *tampering) known(t *testing.T, from int) bool {
	t.Helper()
	for i, e := range a.entries[from:] {
		_, _, event, err := decodeEntry(a.seq(from+i), e.data)
		if err != nil {
			t.Fatal(err)
		}
		if event.Request != 0 {
			return true
		}
	}
	return false
}

// What the log alone can't show: it needs a head that was kept elsewhere.
func TestVerify_findsWithHeads(t *testing.T) {
	t.Parallel()
	tamperings(t, func(a *tampering) {
		count := len(a.entries)
		for kept := range count {
			for anchored := 1; anchored <= count; anchored++ {
				err, what := a.with(a.entries[:kept], a.mark, a.head(anchored)), fmt.Sprintf("%d entries left, and a head of %d", kept, anchored)
				switch {
				case anchored > kept:
					a.names(what, err, a.seq(kept))
				case a.mark == nil && a.known(t, kept):
					a.names(what, err, a.seq(kept)) // the histories know of what is gone
				case a.mark == nil && err != nil:
					t.Errorf("%s: got %v", what, err)
				case a.mark != nil && kept < count-1: // what said that it was cut is gone
					a.names(what, err, a.seq(count-2))
				}
			}
		}

		for from := range count {
			anew := a.rewritten(from)
			if a.mark == nil || from < count-2 { // or it is LogCut that was altered
				if err := a.with(anew, a.mark); err != nil {
					t.Errorf("written anew from %d on: got %v, want that it takes a head to see it", a.seq(from), err)
				}
			}
			for anchored := 1; anchored <= count; anchored++ {
				err, what := a.with(anew, a.mark, a.head(anchored)), fmt.Sprintf("written anew from %d on, and a head of %d", a.seq(from), anchored)
				if anchored > from {
					a.names(what, err, a.seq(anchored-1))
				}
			}
			// The first of many names the place.
			a.names("all heads", a.with(anew, a.mark, a.heads()...), a.seq(from))
		}
	})
}

// What is put into the history of a request and is not of it is found, and is
// not taken for its events.
func TestVerify_findsBorrowedHistory(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	for range 2 {
		c := approvals.Change{Request: &approvals.Request{State: approvals.Pending}, Events: []approvals.Event{{Kind: approvals.Asked}, {Kind: approvals.BecameReady}}}
		if _, err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for name, seq := range map[string]approvals.Seq{"an event of another": 1, "an event that is not there": 0} {
		if err := s.update(func(tx *bbolt.Tx) error { return in(tx, bucketHistory).Put(pair(approvals.ID(2), seq), nil) }); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(t.Context()); approvals.AsError(err).Code != "log-broken" {
			t.Errorf("%s: verify says %v", name, err)
		}
		if events, err := s.History(t.Context(), 2, 0, 10); seq > 0 && approvals.AsError(err).Code != "store-damaged" {
			t.Errorf("%s: the history is %v, %v", name, events, err)
		}
		if err := s.update(func(tx *bbolt.Tx) error { return in(tx, bucketHistory).Delete(pair(approvals.ID(2), seq)) }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
