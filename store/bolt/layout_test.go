package bolt_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// ofLayout unpacks a database that a passcodebot of an earlier layout has
// made: six requests of two events each, R-1 to R-3 ended with a third; R-1
// and R-4 were told in full, R-2 and R-3 in part, R-5 has a note alone.
// All that are open wait, R-6 without needing the clock.
func ofLayout(t *testing.T, layout int) string {
	t.Helper()
	packed, err := os.Open(fmt.Sprintf("testdata/layout-%d.db.gz", layout))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func firstLayout(t *testing.T) string {
	t.Helper()
	return ofLayout(t, 1)
}

// Every consumer goes on where it was, or where the only one of the first
// layout was, so that nothing is told twice and nothing is left out. Notices
// and Personal, which came later, have all of it behind them.
func TestOpen_ofEarlierLayouts(t *testing.T) {
	t.Parallel()
	for _, layout := range []int{1, 2, 3} {
		t.Run(fmt.Sprint(layout), func(t *testing.T) {
			t.Parallel()
			path := ofLayout(t, layout)
			for range 2 { // the second time it is of this layout
				s := opened(t, path)
				if err := s.Verify(t.Context()); err != nil {
					t.Fatal(err)
				}
				for _, c := range []approvals.Consumer{approvals.Cards, approvals.Threads, approvals.Direct} {
					// In the order of what waits: R-3 has its second event, R-5
					// and R-6 all of theirs, R-2 its third.
					wantsBehind(t, s, c, 3, 5, 6, 2)
					for id, told := range map[approvals.ID]int{1: 3, 2: 2, 3: 1, 4: 2, 5: 0, 6: 0} {
						var note []byte
						if id != 6 {
							note = fmt.Appendf(nil, `{"channel":"CHELP","ts":"%d.000100","drawn":1}`, id)
						}
						wantsCursor(t, s, c, id, told, note)
					}
				}
				for _, c := range []approvals.Consumer{approvals.Notices, approvals.Personal} {
					wantsBehind(t, s, c)
					for id, events := range map[approvals.ID]int{0: 0, 1: 3, 2: 3, 3: 3, 4: 2, 5: 2, 6: 2} {
						wantsCursor(t, s, c, id, events, nil)
					}
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			for name := range snapshotBuckets(t, path) {
				if name == "cursors/slack" || name == "behind/slack" {
					t.Errorf("the bucket %s is still there", name)
				}
			}

			// It works as any other from there on.
			s := opened(t, path)
			subject := approvals.Subject{Kind: approvals.RequestsBy, ID: "URITA"}
			_, err := s.Save(t.Context(), approvals.Change{
				Events: []approvals.Event{{Request: 4, Kind: approvals.BrokeGlass}, {Kind: approvals.LogAnchored}},
				Traces: []approvals.Trace{{Of: subject, Request: 4}},

				Preferences: map[string]approvals.Preferences{"URITA": {NoNamed: true}},
			})
			if err != nil {
				t.Fatal(err)
			}
			wantsBehind(t, s, approvals.Notices, 4, 0)
			wantsBehind(t, s, approvals.Personal, 4)
			if p, err := s.Preferences(t.Context(), "URITA"); !p.NoNamed || p.NoRequests || err != nil {
				t.Errorf("preferences are %+v: %v", p, err)
			}
			if traces, err := s.Traces(t.Context(), subject, time.Time{}, 9); len(traces) != 1 || err != nil {
				t.Errorf("%d traces, want 1: %v", len(traces), err)
			}
		})
	}
}

func wantsBehind(t *testing.T, s *bolt.Store, c approvals.Consumer, want ...approvals.ID) {
	t.Helper()
	behind, err := s.Behind(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, behind); diff != "" {
		t.Errorf("%s: behind differs (-want +got):\n%s", c, diff)
	}
}

// wantsCursor says that a consumer has seen so many events of a request.
func wantsCursor(t *testing.T, s *bolt.Store, c approvals.Consumer, id approvals.ID, told int, note []byte) {
	t.Helper()
	want := approvals.Cursor{Note: note}
	if events, err := s.History(t.Context(), id, 0, told); err != nil {
		t.Fatal(err)
	} else if told > 0 {
		want.Seq = events[told-1].Seq
	}
	got, err := s.Cursor(t.Context(), c, id)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: the cursor of %s differs (-want +got):\n%s", c, id, diff)
	}
}

// What was ended and keyed before the indexes of Purge goes as anything else.
func TestPurge_ofEarlierLayouts(t *testing.T) {
	t.Parallel()
	for _, layout := range []int{1, 2, 3} {
		t.Run(fmt.Sprint(layout), func(t *testing.T) {
			t.Parallel()
			s := opened(t, ofLayout(t, layout))
			before := time.Date(2026, 3, 14, 13, 0, 0, 0, time.UTC)
			if purged := purgeAll(t, s, before, 100); purged != 1 {
				t.Fatalf("%d requests were purged, want the one that is told", purged)
			}
			tell(t, s)
			if purged := purgeAll(t, s, before, 100); purged != 2 {
				t.Fatalf("%d requests were purged, want the other 2", purged)
			}
			for id := approvals.ID(1); id <= 6; id++ {
				_, err := s.Save(t.Context(), approvals.Change{Key: fmt.Sprintf("trigger %d", id)})
				if want := id > 3; errors.Is(err, approvals.ErrDuplicate) != want {
					t.Errorf("the key of %s is there: %v, want %v", id, err, want)
				}
			}
			if err := s.Verify(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// snapshotBuckets counts the keys of each bucket.
func snapshotBuckets(t *testing.T, path string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	raw(t, path, nil, func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(_, _ []byte) error {
				counts[string(name)]++
				return nil
			})
		})
	})
	return counts
}
