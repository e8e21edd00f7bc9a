package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

func openTest(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func pendingRequest() *approvals.Request { return &approvals.Request{State: approvals.Pending} }

// keyed returns a write that stores nothing but a key.
func keyed(key string) *write {
	w := &saving{Change: approvals.Change{Key: key}}
	return &write{check: w.check, apply: w.apply, stopped: func() error { return nil }, done: make(chan struct{})}
}

func (s *Store) has(t *testing.T, key string) bool {
	t.Helper()
	found := false
	err := s.view(t.Context(), func(tx *bbolt.Tx) error {
		found = in(tx, bucketKeys).Get([]byte(key)) != nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// One change that can't be made leaves those beside it alone.
func TestCommit_whenOneOfManyFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		bad  func(w *write)
		want func(error) bool
	}{
		"refused": {
			func(w *write) { w.check = func(*bbolt.Tx) error { return approvals.ErrConflict } },
			func(err error) bool { return errors.Is(err, approvals.ErrConflict) },
		},
		"half applied": {
			func(w *write) {
				apply := w.apply
				w.apply = func(tx *bbolt.Tx) error { return errors.Join(apply(tx), broken) }
			},
			func(err error) bool { return errors.Is(err, broken) && approvals.KindOf(err) == approvals.Unavailable },
		},
		"panicked": {
			func(w *write) {
				apply := w.apply
				w.apply = func(tx *bbolt.Tx) error {
					_ = apply(tx)
					panic("page 7: not a page")
				}
			},
			func(err error) bool { return approvals.AsError(err).Code == "store-damaged" },
		},
		"given up": {
			func(w *write) { w.stopped = func() error { return context.Canceled } },
			func(err error) bool {
				return errors.Is(err, context.Canceled) && approvals.KindOf(err) == approvals.Unavailable
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openTest(t)
			all := []*write{keyed("a"), keyed("bad"), keyed("c"), keyed("a")}
			c.bad(all[1])
			s.commit(all)
			if !c.want(all[1].err) {
				t.Errorf("got error %v", all[1].err)
			}
			if all[0].err != nil || all[2].err != nil || !errors.Is(all[3].err, approvals.ErrDuplicate) {
				t.Errorf("the others got %v, %v, %v", all[0].err, all[2].err, all[3].err)
			}
			for key, want := range map[string]bool{"a": true, "bad": false, "c": true} {
				if got := s.has(t, key); got != want {
					t.Errorf("key %q is stored: %v, want %v", key, got, want)
				}
			}
		})
	}
}

// tell lets every consumer see all that there is of a request.
func (s *Store) tell(t *testing.T, id approvals.ID) {
	t.Helper()
	var last approvals.Seq
	err := s.view(t.Context(), func(tx *bbolt.Tx) error {
		last = lastOf(tx, id)
		return nil
	})
	for _, c := range approvals.Consumers() {
		err = errors.Join(err, s.Advance(t.Context(), c, id, approvals.Cursor{Seq: last}))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Changes that come while one is being committed share the next commit, and
// one that is given up meanwhile is not stored.
func TestSave_sharesCommits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
		if err != nil {
			t.Fatal(err)
		}
		release := make(chan struct{})
		var commits atomic.Int32
		s.fault = func() error {
			commits.Add(1)
			<-release
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		var saving sync.WaitGroup
		save := func(ctx context.Context, key string, want error) {
			saving.Go(func() {
				if _, err := s.Save(ctx, approvals.Change{Request: pendingRequest(), Key: key}); !errors.Is(err, want) {
					t.Errorf("save %s: got %v, want %v", key, err, want)
				}
			})
		}
		save(t.Context(), "first", nil)
		synctest.Wait() // it is being committed
		for i := range 100 {
			save(t.Context(), fmt.Sprint(i), nil)
		}
		save(ctx, "given up", context.Canceled)
		synctest.Wait() // they are waiting
		cancel()
		synctest.Wait() // one is not any more
		close(release)
		saving.Wait()
		if n := commits.Load(); n != 2 {
			t.Errorf("%d commits, want 2", n)
		}
		if s.has(t, "given up") || !s.has(t, "99") {
			t.Error("not what was to be stored is stored")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// The last sync of a commit can fail when all is written. Then the change is
// there, and nobody knows whether it survives.
func TestSave_whenTheDiskLeavesItInDoubt(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	var failing atomic.Int32
	s.fault = func() error {
		if failing.Add(-1) >= 0 {
			return syscall.EIO
		}
		return nil
	}
	save := func(key string) error {
		_, err := s.Save(t.Context(), approvals.Change{Request: pendingRequest(), Key: key})
		return err
	}
	failing.Store(1)
	if err := save("settled at once"); err != nil {
		t.Errorf("got %v, want the next commit to settle it", err)
	}

	failing.Store(3) // the commit, the one to settle it, and the one of the next reader
	err := save("in doubt")
	if e := approvals.AsError(err); e.Kind != approvals.UnknownOutcome || !errors.Is(err, syscall.EIO) {
		t.Errorf("got %v, want an unknown outcome", err)
	}
	if _, err := s.Open(t.Context()); approvals.KindOf(err) != approvals.Unavailable {
		t.Errorf("got %v, want nobody to see what may not last", err)
	}
	if _, err := s.Keyed(t.Context(), "in doubt"); err != nil {
		t.Errorf("got %v, want it to be stored once the disk is well", err)
	}
	if err := save("in doubt"); !errors.Is(err, approvals.ErrDuplicate) {
		t.Errorf("got %v, want a duplicate", err)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
