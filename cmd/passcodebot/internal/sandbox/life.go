package sandbox

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/store"
	"passcodebot/store/bolt"
)

// life is one run of the product, from a start to its end, which can be as
// that of a killed process: whatever the product still does after it has no
// effect. Its calls reach nobody, its commits are refused, its file is let go,
// and it says nothing more.
type life struct {
	// over is done once it was killed.
	over context.Context
	end  context.CancelFunc
	hung atomic.Bool // no further socket is opened
	news *news

	// gate is held by each commit, and taken by whoever wants none meanwhile.
	gate sync.RWMutex
	mu   sync.Mutex
	real *bolt.Store // nil before it is opened and after it is closed
}

func newLife(n *news) *life {
	over, end := context.WithCancel(context.Background())
	return &life{over: over, end: end, news: n}
}

// errKilled is what the product gets for all that it does after its end.
var errKilled = errors.New("sandbox: the process was killed")

func (l *life) ended() bool { return l.over.Err() != nil }

// stop ends it between two commits.
func (l *life) stop() {
	l.gate.Lock()
	defer l.gate.Unlock()
	l.end()
}

// log returns its store, or nil where it has none.
func (l *life) log() *bolt.Store {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.real
}

// take puts the parts of the product into the life.
func (l *life) take(p *app.Parts) {
	slack, wrap := p.SlackTransport, p.Wrap
	if slack == nil {
		slack = http.DefaultTransport
	}
	p.SlackTransport, p.GraphTransport = wire{l, slack}, wire{l, p.GraphTransport}
	p.Logger = slog.New(voice{p.Logger.Handler(), l})
	p.Wrap = func(s store.Store) store.Store {
		s = l.opened(s)
		if wrap != nil {
			s = wrap(s)
		}
		return s
	}
}

// wire carries the calls of a life.
type wire struct {
	*life
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper. A call that is on its way when the
// life ends is cut, and whoever was called may have done what it asks for.
func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.ended() || w.hung.Load() && path.Base(r.URL.Path) == "apps.connections.open" {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, errKilled
	}
	ctx, cancel := context.WithCancel(r.Context())
	unhook := context.AfterFunc(w.over, cancel)
	release := func() { unhook(); cancel() }
	resp, err := w.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		release()
		return nil, err
	}
	resp.Body = answered{resp.Body, release}
	if w.ended() {
		_ = resp.Body.Close()
		return nil, errKilled
	}
	return resp, nil
}

// answered is the body of an answer, which is cut too.
type answered struct {
	io.ReadCloser
	release func()
}

func (a answered) Close() error {
	defer a.release()
	return a.ReadCloser.Close()
}

// disk is the store of a life.
type disk struct {
	store.Store
	*life
}

// opened returns the store that the product gets for the one that it opened.
func (l *life) opened(s store.Store) store.Store {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.real, _ = s.(*bolt.Store)
	return disk{s, l}
}

// commits lets do change the store, unless the life is over.
func (l *life) commits(do func() error) error {
	l.gate.RLock()
	defer l.gate.RUnlock()
	if l.ended() {
		return errKilled
	}
	defer l.news.changed()
	return do()
}

// Save implements approvals.Store.
func (d disk) Save(ctx context.Context, c approvals.Change) (saved approvals.Request, err error) {
	err = d.commits(func() error { saved, err = d.Store.Save(ctx, c); return err })
	return saved, err
}

// Claim implements approvals.Queue: the dead are given no work.
func (d disk) Claim(ctx context.Context, c approvals.Claim) ([]approvals.Request, error) {
	if d.ended() {
		return nil, errKilled
	}
	return d.Store.Claim(ctx, c)
}

// Advance implements store.Store.
func (d disk) Advance(ctx context.Context, c approvals.Consumer, id approvals.ID, to approvals.Cursor, events ...approvals.Event) error {
	return d.commits(func() error { return d.Store.Advance(ctx, c, id, to, events...) })
}

// Purge implements store.Store.
func (d disk) Purge(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = d.commits(func() error { n, err = d.Store.Purge(ctx, before, limit); return err })
	return n, err
}

// Close implements store.Store.
func (d disk) Close() error {
	d.mu.Lock()
	d.real = nil
	d.mu.Unlock()
	return d.Store.Close()
}

// voice is the product's log, which ends with the life.
type voice struct {
	slog.Handler
	*life
}

// Handle implements slog.Handler.
func (v voice) Handle(ctx context.Context, r slog.Record) error {
	if v.ended() {
		return nil
	}
	return v.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (v voice) WithAttrs(attrs []slog.Attr) slog.Handler {
	return voice{v.Handler.WithAttrs(attrs), v.life}
}

// WithGroup implements slog.Handler.
func (v voice) WithGroup(name string) slog.Handler { return voice{v.Handler.WithGroup(name), v.life} }
