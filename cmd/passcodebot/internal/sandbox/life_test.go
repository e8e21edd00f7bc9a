package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"

	"passcodebot/approvals"
	"passcodebot/store"
)

// life is one run of the product, which ends at a boundary: before or after
// one of its effects. After its end nothing that it does has an effect, and
// nothing reaches it any more, as after a crash.
type life struct {
	context.Context // is done once it is over
	end             context.CancelFunc

	mu    sync.Mutex
	ends  int         // the boundary at which it ends, counted from 1; zero for never
	trail []string    // the boundaries that it has passed
	store store.Store // which a crash leaves to the next life
}

func newLife(t *testing.T, ends int) *life {
	ctx, end := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(end)
	return &life{Context: ctx, end: end, ends: ends}
}

var errDead = errors.New("the process has ended")

// passes says that the life goes on beyond a boundary.
func (l *life) passes(boundary string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended() {
		return false
	}
	l.trail = append(l.trail, boundary)
	if len(l.trail) == l.ends {
		l.end()
		return false
	}
	return true
}

// ended says that the life is over.
func (l *life) ended() bool { return l.Err() != nil }

// boundaries returns what the life has passed.
func (l *life) boundaries() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trail
}

// effect does something that lasts, between its two boundaries.
func (l *life) effect(name string, do func() error) error {
	if !l.passes("before " + name) {
		return errDead
	}
	err := do()
	if !l.passes("after " + name) {
		return errDead
	}
	return err
}

// wire carries the calls of a life.
type wire struct {
	*life
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (w wire) RoundTrip(req *http.Request) (*http.Response, error) {
	var resp *http.Response
	err := w.effect(req.Method+" "+path.Base(req.URL.Path), func() (err error) {
		resp, err = w.next.RoundTrip(req)
		return err
	})
	if errors.Is(err, errDead) && resp != nil {
		resp.Body.Close()
		resp = nil
	}
	return resp, err
}

// durable is the store of a life.
type durable struct {
	store.Store
	life *life
}

// Save implements approvals.Store.
func (d durable) Save(ctx context.Context, c approvals.Change) (saved approvals.Request, err error) {
	var kinds []string
	if c.Request != nil {
		for _, e := range c.Request.Recorded() {
			kinds = append(kinds, string(e.Kind))
		}
	}
	for _, e := range c.Events {
		kinds = append(kinds, string(e.Kind))
	}
	err = d.life.effect("commit of "+strings.Join(kinds, " "), func() (err error) {
		saved, err = d.Store.Save(ctx, c)
		return err
	})
	if err != nil {
		return approvals.Request{}, err
	}
	return saved, nil
}

// Advance implements store.Store.
func (d durable) Advance(ctx context.Context, c approvals.Consumer, id approvals.ID, cur approvals.Cursor, events ...approvals.Event) error {
	return d.life.effect(fmt.Sprintf("commit of the cursor of %s", c), func() error {
		return d.Store.Advance(ctx, c, id, cur, events...)
	})
}

// Close leaves the closing of a store that outlives the process to the crash.
func (d durable) Close() error {
	if d.life.ended() {
		return nil
	}
	return d.Store.Close()
}
