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

	mu     sync.Mutex
	lanes  map[approvals.ID]bool // the lanes that run; true where they must look once more
	check  map[approvals.ID]bool // requests whose cards are to be looked at once
	unsure map[approvals.ID]bool // requests of which posts may be out that the cursor does not know
	fatal  chan error
}

func newPublisher(c Config, v view.Renderer, w *whispers) *publisher {
	return &publisher{
		Config: c, view: v, whispers: w, log: c.Logger,
		pacing:  newPacing(c.PostPause),
		updates: rate.NewLimiter(rate.Every(time.Minute/updatesPerMinute), updatesAtOnce),
		more:    make(chan struct{}, 1),
		lanes:   map[approvals.ID]bool{}, check: map[approvals.ID]bool{}, unsure: map[approvals.ID]bool{},
		fatal: make(chan error, 1),
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

	// What an earlier process has left untold may be half told.
	first := true
	for {
		ids, err := p.Outbox.Behind(work, approvals.Slack)
		if err != nil && ctx.Err() == nil {
			p.log.Error("outbox not read; it is tried again", "error", err)
			retry := time.AfterFunc(firstRetry, p.nudge)
			defer retry.Stop()
		}
		for _, id := range ids {
			if first {
				p.doubt(id)
			}
			p.open(work, id, &working)
		}
		if first && err == nil {
			if err = p.lookAtCards(work, &working); err != nil && ctx.Err() == nil {
				p.log.Error("open requests not read; it is tried again", "error", err)
				retry := time.AfterFunc(firstRetry, p.nudge)
				defer retry.Stop()
			}
		}
		first = first && err != nil
		if ctx.Err() != nil {
			return nil
		}
		select {
		case <-p.more:
		case <-ctx.Done():
			// One more look: what the runner did last is told too.
		case err := <-p.fatal:
			stop()
			return err
		}
	}
}

// lookAtCards lets each request that waits for decisions have its card looked
// at: while no process ran, somebody may have deleted it.
func (p *publisher) lookAtCards(ctx context.Context, working *sync.WaitGroup) error {
	open, err := p.Requests.Open(ctx)
	for _, r := range open {
		if r.State != approvals.Pending {
			continue
		}
		p.mu.Lock()
		p.check[r.ID] = true
		p.mu.Unlock()
		p.open(ctx, r.ID, working)
	}
	return err
}

func (p *publisher) unchecked(id approvals.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.check[id]
}

func (p *publisher) checked(id approvals.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.check, id)
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

// doubt notes that posts of a request may be out that the cursor does not
// know: their answers were lost.
func (p *publisher) doubt(id approvals.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unsure[id] = true
}

func (p *publisher) doubted(id approvals.ID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.unsure[id]
}

func (p *publisher) sure(id approvals.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.unsure, id)
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
