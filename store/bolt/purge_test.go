package bolt_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// tell lets every consumer see all that there is.
func tell(t testing.TB, s *bolt.Store) {
	t.Helper()
	var end approvals.Seq
	for events, err := s.Events(t.Context(), end, 1000); len(events) > 0; events, err = s.Events(t.Context(), end, 1000) {
		if err != nil {
			t.Fatal(err)
		}
		end = events[len(events)-1].Seq
	}
	var telling sync.WaitGroup
	for _, c := range approvals.Consumers() {
		behind, err := s.Behind(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range behind {
			telling.Go(func() {
				if err := s.Advance(t.Context(), c, id, approvals.Cursor{Seq: end, Note: []byte("told")}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	telling.Wait()
}

// finish saves finished requests with some events each, at a time, and has
// them told.
func finish(t testing.TB, s *bolt.Store, n int, when time.Time) {
	t.Helper()
	var saving sync.WaitGroup
	for range n {
		saving.Go(func() {
			c := approvals.Change{Request: benchRequest(3)}
			c.Request.State = approvals.Done
			for range 10 {
				c.Events = append(c.Events, approvals.Event{At: when, Kind: approvals.ResetAccepted, Text: "accepted"})
			}
			if _, err := s.Save(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	saving.Wait()
	tell(t, s)
}

func purgeAll(t testing.TB, s *bolt.Store, before time.Time, limit int) (purged int) {
	t.Helper()
	for {
		n, err := s.Purge(t.Context(), before, limit)
		if err != nil {
			t.Fatal(err)
		}
		if purged += n; n == 0 {
			return purged
		}
	}
}

// day returns a day in the future: what a purge says of itself, it says at the
// time that it is, and that must not hold up the next one.
func day(n int) time.Time { return time.Date(2126, 1, n, 12, 0, 0, 0, time.UTC) }

// What a purge gives back is used for what is stored next: the file does not
// grow for ever.
func TestPurge_givesPagesBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s := opened(t, path)
	const requests = 300
	finish(t, s, requests, day(1))
	var sizes []int64
	for n := 2; n < 14; n++ {
		finish(t, s, requests, day(n))
		if purged := purgeAll(t, s, day(n), 50); purged != requests {
			t.Fatalf("%d requests were purged, want %d", purged, requests)
		}
		sizes = append(sizes, fileSize(t, path))
	}
	// bbolt doubles a small file, so that the first rounds may need more.
	if sizes[len(sizes)-1] > sizes[2] {
		t.Errorf("the file grew though as much was purged as stored: %d", sizes)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func fileSize(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// A purge takes all that belongs to a request: nothing is left in any bucket.
func TestPurge_leavesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s := opened(t, path)
	for i := range 20 {
		c := approvals.Change{Request: request(), Key: fmt.Sprint(i), Events: []approvals.Event{{At: day(1), Kind: approvals.Asked}}}
		c.Request.State = approvals.Done
		if _, err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	tell(t, s)
	if purged := purgeAll(t, s, day(2), 7); purged != 20 {
		t.Fatalf("%d requests were purged, want 20", purged)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, n := range snapshotBuckets(t, path) {
		if name != "passcodebot" && (name != "events" || n > 3) {
			t.Errorf("bucket %s has %d keys", name, n)
		}
	}
}

// Whoever shortens the log, or says that it was shortened elsewhere, is found.
func TestVerify_whenTheCutWasTamperedWith(t *testing.T) {
	t.Parallel()
	key := func(seq byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, seq} }
	// Events 1 to 20 of ten requests that go, 21 and 22 of one that stays,
	// 23 and 24 of one that goes, 25 says so.
	mark := func(tx *bbolt.Tx) *bbolt.Bucket { return tx.Bucket([]byte("passcodebot")) }
	record := func(change func([]byte)) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error {
			v := bytes.Clone(mark(tx).Get([]byte("cut")))
			change(v)
			return mark(tx).Put([]byte("cut"), v)
		}
	}
	for name, c := range map[string]struct {
		change func(tx *bbolt.Tx) error
		want   string
	}{
		"no record":                  {func(tx *bbolt.Tx) error { return mark(tx).Delete([]byte("cut")) }, "Event 1 of the log is not as it was stored: it is missing."},
		"the record's place later":   {record(func(v []byte) { v[7]++ }), "Event 21 of the log is not as it was stored: the log begins after event 21."},
		"the record's place earlier": {record(func(v []byte) { v[7]-- }), "Event 20 of the log is not as it was stored: it is missing."},
		"the record's event":         {record(func(v []byte) { v[15]++ }), "Event 25 of the log is not as it was stored: it does not say that the log was cut as it is."},
		"the record's number":        {record(func(v []byte) { v[23]++ }), "Event 25 of the log is not as it was stored: it does not say that the log was cut as it is."},
		"the record's hash":          {record(func(v []byte) { v[24]++ }), "Event 21 of the log is not as it was stored: its hash is not that of its content and of the events before it."},
		"a record cut off":           {func(tx *bbolt.Tx) error { return mark(tx).Put([]byte("cut"), []byte("x")) }, "The record of what was purged from the log is damaged in the database."},
		"cut further, with its record": {func(tx *bbolt.Tx) error {
			events := tx.Bucket([]byte("events"))
			hash := bytes.Clone(events.Get(key(22))[:32])
			for _, seq := range []byte{21, 22} {
				if err := events.Delete(key(seq)); err != nil {
					return err
				}
			}
			return record(func(v []byte) {
				v[7] = 22
				copy(v[24:], hash)
			})(tx)
		}, "Event 25 of the log is not as it was stored: it does not say that the log was cut as it is."},
		"a request taken out": {func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("requests")).Delete(key(11))
		}, "Event 22 of the log is not as it was stored: its request R-11 is missing, and was not purged."},
		"a request taken out with its history": {func(tx *bbolt.Tx) error {
			for _, seq := range []byte{21, 22} {
				if err := tx.Bucket([]byte("history")).Delete(append(key(11), key(seq)...)); err != nil {
					return err
				}
			}
			return tx.Bucket([]byte("requests")).Delete(key(11))
		}, "Event 22 of the log is not as it was stored: its request R-11 is missing, and was not purged."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "test.db")
			s := opened(t, path)
			for i := range 12 {
				c := approvals.Change{Request: request(), Events: []approvals.Event{{At: day(1), Kind: approvals.Asked}, {At: day(1), Kind: approvals.HasExpired}}}
				if i != 10 {
					c.Request.State = approvals.Expired
				}
				if _, err := s.Save(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			tell(t, s)
			if purged := purgeAll(t, s, day(2), 100); purged != 11 {
				t.Fatalf("%d requests were purged, want 11", purged)
			}
			if err := s.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			raw(t, path, nil, c.change)
			err := opened(t, path).Verify(t.Context())
			if got := approvals.AsError(err); err == nil || got.Text != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}
