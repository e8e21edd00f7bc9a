package bolt_test

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
)

// The chain can be calculated anew from its entries, also where its beginning
// was purged, and from any place in it.
func TestLinks(t *testing.T) {
	t.Parallel()
	s := opened(t, filepath.Join(t.TempDir(), "test.db"))
	for i := range 6 {
		r := request()
		if r.State = approvals.Pending; i < 2 {
			r.State = approvals.Done
		}
		if _, err := s.Save(t.Context(), approvals.Change{Request: r, Events: []approvals.Event{{At: day(i), Kind: approvals.Asked, Text: "forgotten"}}}); err != nil {
			t.Fatal(err)
		}
	}
	tell(t, s)
	if purged := purgeAll(t, s, day(2), 100); purged != 2 {
		t.Fatalf("%d requests were purged, want 2", purged)
	}
	origin, err := s.Origin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	links, err := s.Links(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	prev := origin.Hash
	var said []approvals.Event
	for _, l := range links {
		if got := hex.EncodeToString(l.Prev[:]); got != prev {
			t.Errorf("event %d comes after %s, want %s", l.Event.Seq, got, prev)
		}
		if want := sha256.Sum256(append(l.Prev[:], l.Body...)); l.Hash != want {
			t.Errorf("event %d has the hash %x, want %x", l.Event.Seq, l.Hash, want)
		}
		prev = hex.EncodeToString(l.Hash[:])
		said = append(said, l.Event)
	}
	if origin.Seq == 0 || prev != head.Hash {
		t.Errorf("the log begins after event %d and its last hash is %s, want that of the head %s", origin.Seq, prev, head.Hash)
	}
	if diff := cmp.Diff(events(t, s), said); diff != "" {
		t.Errorf("the events (-want +got):\n%s", diff)
	}
	later, err := s.Links(t.Context(), links[1].Event.Seq, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(links[2:4], later); diff != "" {
		t.Errorf("two after the second (-want +got):\n%s", diff)
	}
}

// Who needs the clock can be seen without anybody losing it.
func TestWaking(t *testing.T) {
	t.Parallel()
	s := opened(t, filepath.Join(t.TempDir(), "test.db"))
	for _, days := range []int{5, 3, -1, 4} {
		r := request()
		if days >= 0 {
			r.WakeAt = day(days)
		}
		if _, err := s.Save(t.Context(), approvals.Change{Request: r}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		waking, err := s.Waking(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		var ids []approvals.ID
		for _, r := range waking {
			ids = append(ids, r.ID)
		}
		if diff := cmp.Diff([]approvals.ID{2, 4}, ids); diff != "" {
			t.Errorf("the first two of them (-want +got):\n%s", diff)
		}
	}
	claimed, err := s.Claim(t.Context(), approvals.Claim{Owner: "somebody", Now: day(9), Until: day(10), Limit: 9})
	if err != nil || len(claimed) != 3 {
		t.Errorf("%d can be claimed afterwards (%v), want 3", len(claimed), err)
	}
}
