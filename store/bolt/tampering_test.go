package bolt_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// Whatever byte of the file is changed, it is refused when it is opened, or
// found by Verify with a head that was kept elsewhere, or the log is still
// what it was: free pages, and what can be found again from the log.
func TestVerify_findsBytesOfTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s := opened(t, path)
	for i := range 12 {
		c := approvals.Change{Request: request(), Key: fmt.Sprint(i), Events: []approvals.Event{{At: day(i), Kind: approvals.Asked, Text: "forgotten"}, {At: day(i), Kind: approvals.WasRefused}}}
		if c.Request.State = approvals.Pending; i < 5 {
			c.Request.State = approvals.Done
		}
		if _, err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	tell(t, s)
	if purged := purgeAll(t, s, day(3), 100); purged != 3 {
		t.Fatalf("%d requests were purged, want 3", purged)
	}
	want := events(t, s)
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	rnd := rand.New(rand.NewPCG(7, 11))
	dir := t.TempDir()
	var refused, found, outside int
	for i := range 1000 {
		data := append([]byte(nil), whole...)
		at := rnd.IntN(len(data))
		if i%2 == 0 { // where something stands
			for data[at] == 0 {
				at = rnd.IntN(len(data))
			}
		}
		data[at] ^= byte(1 + rnd.IntN(255))
		path := filepath.Join(dir, "test.db")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(t.Context(), path)
		if err != nil {
			refused++
			continue
		}
		if err := s.Verify(t.Context(), head); err != nil {
			found++
		} else if diff := cmp.Diff(want, events(t, s)); diff != "" {
			t.Errorf("byte %d of the file: nobody found that the log differs (-want +got):\n%s", at, diff)
		} else {
			outside++
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if refused == 0 || found == 0 || outside == 0 {
		t.Errorf("%d were refused, %d found, and %d were outside of the log: want some of each", refused, found, outside)
	}
	t.Logf("%d were refused, %d found, and %d were outside of the log", refused, found, outside)
}

func events(t *testing.T, s *bolt.Store) []approvals.Event {
	t.Helper()
	all, err := s.Events(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A file whose newest commit can't be read is opened as of the one before, and
// Verify says that events may be gone.
func TestVerify_findsEveryBitOfTheMetaPages(t *testing.T) {
	t.Parallel()
	path := filled(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head, meta = 16, 64 // bbolt: the page header, and what is behind it
	for _, page := range []int{0, os.Getpagesize()} {
		for bit := range 8 * meta {
			data := append([]byte(nil), whole...)
			data[page+head+bit/8] ^= 1 << (bit % 8)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := bolt.OpenToRead(t.Context(), path)
			if err != nil {
				continue // refused
			}
			if err := s.Verify(t.Context()); approvals.AsError(err).Code != "log-torn" {
				t.Errorf("bit %d of the meta page at %d: %v", bit, page, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
