package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

const (
	// updatesPerMinute bounds edits of cards.
	// Slack: chat.update allows 50 and more a minute.
	updatesPerMinute = 50
	// updatesAtOnce may come without a pause.
	updatesAtOnce = 10
	// firstRetry and lastRetry bound the wait after a post that failed; it
	// doubles in between.
	firstRetry, lastRetry = time.Second, time.Minute
)

// publisher follows the event log and tells people what it says, each
// request in a lane of its own.
type publisher struct {
	Config
	view     view.Renderer
	whispers *whispers
	log      *slog.Logger
	pacing   *pacing
	updates  *rate.Limiter
	more     chan struct{}

	unchecked idSet // requests whose cards are to be looked at once
	unsure    idSet // requests of which posts may be out that the cursor does not know

	mu    sync.Mutex
	lanes map[approvals.ID]bool // the lanes that run; true where they must look once more
	fatal chan error
}

func newPublisher(c Config, v view.Renderer, w *whispers) *publisher {
	return &publisher{
		Config: c, view: v, whispers: w, log: c.Logger,
		pacing:  newPacing(c.PostPause),
		updates: rate.NewLimiter(rate.Every(time.Minute/updatesPerMinute), updatesAtOnce),
		more:    make(chan struct{}, 1),
		lanes:   map[approvals.ID]bool{},
		fatal:   make(chan error, 1),
	}
}

func (p *publisher) nudge() {
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// run tells until ctx is done, and then for at most grace more what there is
// to tell.
func (p *publisher) run(ctx context.Context, grace time.Duration) error {
	work, stop := lasting(ctx, grace)
	defer stop()
	var working sync.WaitGroup
	defer working.Wait()

	retry := time.NewTimer(0)
	defer retry.Stop()
	<-retry.C
	for first := true; ; {
		if err := p.look(work, first, &working); err != nil && ctx.Err() == nil {
			p.log.Error("outbox not read; it is tried again", "error", err)
			retry.Reset(firstRetry)
		} else {
			first = false
		}
		if ctx.Err() != nil {
			return nil
		}
		select {
		case <-p.more:
		case <-retry.C:
		case <-ctx.Done():
			// One more look: what the runner did last is told too.
		case err := <-p.fatal:
			stop()
			return err
		}
	}
}

// look opens a lane for each request that has something to tell. The first
// look knows that an earlier process may have told half of it.
func (p *publisher) look(ctx context.Context, first bool, working *sync.WaitGroup) error {
	ids, err := p.Outbox.Behind(ctx, approvals.Slack)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if first {
			p.unsure.add(id)
		}
		p.open(ctx, id, working)
	}
	if !first {
		return nil
	}
	return p.lookAtCards(ctx, working)
}

// lookAtCards lets each request that waits for decisions have its card looked
// at: while no process ran, somebody may have deleted it.
func (p *publisher) lookAtCards(ctx context.Context, working *sync.WaitGroup) error {
	open, err := p.Requests.Open(ctx)
	for _, r := range open {
		if r.State != approvals.Pending {
			continue
		}
		p.unchecked.add(r.ID)
		p.open(ctx, r.ID, working)
	}
	return err
}

// open starts the lane of a request, or tells the one that runs to look
// once more.
func (p *publisher) open(ctx context.Context, id approvals.ID, working *sync.WaitGroup) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, running := p.lanes[id]; running {
		p.lanes[id] = true
		return
	}
	p.lanes[id] = false
	working.Go(func() {
		l := &lane{publisher: p, id: id, log: p.log.With("request", id.String())}
		for retry := firstRetry; ; {
			more, err := l.step(ctx)
			switch {
			case ctx.Err() != nil:
				p.forget(id)
				return
			case err != nil:
				if e, ok := errors.AsType[*approvals.Error](err); ok && e.Kind == approvals.Forbidden {
					p.fail(err)
					p.forget(id)
					return
				}
				l.log.Warn("not told; tried again", "in", retry.String(), "error", withoutURL(err))
				if sleep(ctx, retry) != nil {
					p.forget(id)
					return
				}
				retry = min(2*retry, lastRetry)
			case more:
				retry = firstRetry
			case p.finished(id):
				return
			}
		}
	})
}

// finished ends a lane, unless there may be more to tell.
func (p *publisher) finished(id approvals.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lanes[id] {
		p.lanes[id] = false
		return false
	}
	delete(p.lanes, id)
	return true
}

func (p *publisher) forget(id approvals.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.lanes, id)
}

// fail ends the publisher: Slack refuses the token, and only a person can
// mend that.
func (p *publisher) fail(err error) {
	select {
	case p.fatal <- err:
	default:
	}
}

// idSet is a set of requests, safe for concurrent use.
type idSet struct {
	mu  sync.Mutex
	ids map[approvals.ID]bool
}

func (s *idSet) add(id approvals.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[approvals.ID]bool{}
	}
	s.ids[id] = true
}

func (s *idSet) drop(id approvals.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ids, id)
}

func (s *idSet) has(id approvals.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[id]
}

// lasting returns a context that ends grace after ctx does.
func lasting(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-longer.Done():
		}
	})
	return longer, func() { unhook(); cancel() }
}
