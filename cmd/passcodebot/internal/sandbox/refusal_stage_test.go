package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
	"passcodebot/store"
)

// The people and places of the sample workspace.
const (
	rita, anna, ben, nora, alice = "U0RITA", "U0ANNA", "U0BEN", "U0NORA", "U0ALICE"
	incidents, security, random  = "C0INCIDENTS", "C0SECURITY", "C0RANDOM"
)

// stage is a world in which people try what they may not do. Each act marks
// where Slack, the log and Intune stand, so that what comes of the last one
// can be told from all that was before.
type stage struct {
	t     *testing.T
	world *sandbox.World
	space fakeslack.Config
	clock *sandbox.Clock
	logs  *buffer
	store *reader

	settings func(*config.Config) // those of the next start; nil for the first ones
	broken   bool                 // the product is meant to end with an error

	request approvals.ID // that of the last card
	to      string       // who acted last, as Slack sees it
	by      string       // and as the payload says
	via     string
	heard   map[string]int // what could be read before the last act
	logged  approvals.Seq
	posts   int
}

// reader is the product's store, which the stage reads too, and which can be
// made to take nothing, or to break down over a refusal.
type reader struct {
	store.Store
	fails, panics atomic.Bool
}

var errFull = errors.New("no space left on device")

// Save implements approvals.Store.
func (r *reader) Save(ctx context.Context, c approvals.Change) (approvals.Request, error) {
	if len(c.Events) > 0 && c.Events[0].Kind == approvals.WasRefused && r.panics.Load() {
		panic(fmt.Sprintf("broken over %+v", c))
	}
	if r.fails.Load() {
		return approvals.Request{}, errFull
	}
	return r.Store.Save(ctx, c)
}

// scene is what a stage is set with; nil for the sandbox's own.
type scene struct {
	slack    func(*fakeslack.Config)
	intune   func(*fakeintune.Config)
	settings func(*config.Config)
	parts    func(*app.Parts)
	dir      string // one of the test's own where it is empty
	logs     func(io.Writer) slog.Handler
}

func set(t *testing.T, sc scene) *stage {
	t.Helper()
	s := &stage{t: t, clock: sandbox.NewClock(time.Now()), logs: &buffer{}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log:\n%s", s.logs)
		}
	})
	if sc.dir == "" {
		sc.dir = t.TempDir()
	}
	if sc.logs == nil {
		sc.logs = func(to io.Writer) slog.Handler { return slog.NewTextHandler(to, nil) }
	}
	var err error
	s.world, err = sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{
		Dir: sc.dir, Now: s.clock.Now, Log: slog.New(sc.logs(s.logs)),
		EditSlack: func(c *fakeslack.Config) {
			c.PostEvery, c.NoTiers = -1, true
			if sc.slack != nil {
				sc.slack(c)
			}
			s.space = *c
		},
		EditIntune: func(c *fakeintune.Config) {
			c.Latency, c.CheckIn = 0, -1
			if sc.intune != nil {
				sc.intune(c)
			}
		},
		EditConfig: sc.settings,
		EditParts: func(p *app.Parts) {
			p.PostPause = 5 * time.Millisecond
			p.Wrap = func(real store.Store) store.Store {
				s.store = &reader{Store: real}
				return s.store
			}
			if s.settings != nil {
				s.settings(&p.Config)
			}
			if sc.parts != nil {
				sc.parts(p)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.world.Close(); err != nil && !s.broken {
			t.Error(err)
		}
	})
	if err := s.world.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// on lends the stage to a subtest.
func (s *stage) on(t *testing.T) *stage {
	s.t = t
	return s
}

// restart starts the product again, with other settings; nil for the first.
func (s *stage) restart(settings func(*config.Config)) {
	s.t.Helper()
	s.world.App.Stop()
	err := s.world.App.Wait()
	if err == nil {
		s.eventually("the old socket is closed", func() bool { return s.world.Slack.Sockets() == 0 })
		s.settings = settings
		err = s.world.Restart(context.WithoutCancel(s.t.Context()))
	}
	if err == nil {
		err = s.world.Connected(s.t.Context())
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// eventually waits for something to be so, in whatever knows it.
func (s *stage) eventually(what string, cond func() bool) {
	s.t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(20 * time.Second); !cond(); <-look.C {
		if time.Now().After(end) {
			s.t.Fatalf("never: %s; there is:\n%s", what, strings.Join(s.reads(""), "\n"))
		}
	}
}

// mark notes where everything stands before an act.
func (s *stage) mark(to, via string) {
	s.to, s.by, s.via = to, to, via
	s.heard = map[string]int{}
	for _, m := range s.reads(to) {
		s.heard[m]++
	}
	s.posts = len(s.world.Intune.Posts())
	s.logged = 0
	if all := s.events(); len(all) > 0 {
		s.logged = all[len(all)-1].Seq
	}
}

// events are those since the last act.
func (s *stage) events(kinds ...approvals.EventKind) []approvals.Event {
	s.t.Helper()
	var out []approvals.Event
	for after := s.logged; ; {
		page, err := s.store.Events(s.t.Context(), after, 1000)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(page) == 0 {
			return out
		}
		for _, e := range page {
			if after = e.Seq; len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
				out = append(out, e)
			}
		}
	}
}

// reads is all that somebody can read, everywhere; nobody reads everything
// that stands in a channel.
func (s *stage) reads(who string) []string {
	var places, all []string
	for _, c := range s.space.Channels {
		places = append(places, c.ID)
	}
	if who != "" {
		places = append(places, s.world.Slack.DirectChannel(who))
	}
	all = append(all, s.windows(who)...)
	read := func(m fakeslack.Message) { all = append(all, sandbox.Read(s.world.Slack, s.space, m)) }
	for _, c := range places {
		for _, m := range s.world.Slack.Messages(who, c, "") {
			read(m)
			if m.Replies == 0 {
				continue
			}
			for _, reply := range s.world.Slack.Messages(who, c, m.TS)[1:] {
				read(reply)
			}
		}
	}
	return all
}
