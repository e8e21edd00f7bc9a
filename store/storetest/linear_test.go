package storetest

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"passcodebot/approvals"
	"passcodebot/store"
)

// careless is a store that saves whatever the version: who saves last wins.
type careless struct{ store.Store }

func (c careless) Save(ctx context.Context, change approvals.Change) (approvals.Request, error) {
	if change.Request == nil {
		return c.Store.Save(ctx, change)
	}
	for {
		stored, err := c.Request(ctx, change.Request.ID)
		if err != nil {
			return approvals.Request{}, err
		}
		r := *change.Request
		r.Version = stored.Version
		saved, err := c.Store.Save(ctx, approvals.Change{Request: &r, Events: change.Events, Key: change.Key})
		if !errors.Is(err, approvals.ErrConflict) {
			return saved, err
		}
	}
}

// forgetful is a store that says that it has saved what it has not.
type forgetful struct{ store.Store }

func (f forgetful) Save(_ context.Context, c approvals.Change) (approvals.Request, error) {
	if c.Request == nil {
		return approvals.Request{}, nil
	}
	return *c.Request, nil
}

// The check must be able to fail: it finds what stores get wrong.
func TestDecisions_areOnlyLinearInASoundStore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		broken func(store.Store) store.Store
		want   porcupine.CheckResult
	}{
		"sound":     {func(s store.Store) store.Store { return s }, porcupine.Ok},
		"careless":  {func(s store.Store) store.Store { return careless{s} }, porcupine.Illegal},
		"forgetful": {func(s store.Store) store.Store { return forgetful{s} }, porcupine.Illegal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sound, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer sound.Close()
			r := pending(at(30))
			r.Approvers = approvals.Audience{People: approvers()}
			r.Quorum = decidedQuorum
			saved, err := sound.Save(t.Context(), approvals.Change{Request: r})
			if err != nil {
				t.Fatal(err)
			}

			// Both have read the request before either saves it.
			var both sync.WaitGroup
			both.Add(2)
			var asked, clock atomic.Int64
			h := newHouse(t, c.broken(sound), &clock, everybody{func() {
				if asked.Add(1) <= 2 {
					both.Done()
					both.Wait()
				}
			}})
			history := make([]porcupine.Operation, 2)
			together(2, func(i int) {
				history[i] = h.do(t, i, act{request: saved.ID, who: approvers()[i], what: "approve"})
			})
			history = append(history, h.do(t, 0, act{request: saved.ID, what: "read"}))
			wantsLinear(t, history, c.want)
		})
	}
}
