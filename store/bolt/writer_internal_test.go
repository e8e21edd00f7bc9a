package bolt

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"passcodebot/approvals"
)

// What waits beside a purge that empties whole pages is stored after it, and
// not in its transaction: it would look for the last event of its request
// among pages that hold nothing, and never come back.
func TestPurge_endsItsTransaction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		if err != nil {
			t.Fatal(err)
		}
		c := approvals.Change{Request: &approvals.Request{State: approvals.Done}}
		for range purgeAtOnce / 2 { // several pages of its history
			c.Events = append(c.Events, approvals.Event{Kind: approvals.WasRefused})
		}
		if _, err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		s.tell(t, 1)

		release := make(chan struct{})
		var commits atomic.Int32
		s.fault = func() error {
			commits.Add(1)
			<-release
			return nil
		}
		var working sync.WaitGroup
		save := func(c approvals.Change) {
			working.Go(func() {
				if _, err := s.Save(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		save(approvals.Change{Key: "is being committed"})
		save(approvals.Change{Key: "before the purge"})
		working.Go(func() {
			if n, err := s.Purge(t.Context(), time.Now(), 1); n != 1 || err != nil {
				t.Errorf("%d requests were purged, want 1: %v", n, err)
			}
		})
		synctest.Wait()
		save(approvals.Change{Key: "after the purge", Request: pendingRequest(), Events: []approvals.Event{{At: time.Now(), Kind: approvals.Asked}}})
		close(release)
		working.Wait()
		if n := commits.Load(); n != 3 {
			t.Errorf("%d commits, want 3", n)
		}
		if !s.has(t, "after the purge") {
			t.Error("what waited is not stored")
		}
		if err := s.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}
