package bot

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// publisher tells people what the event log says. Five followers read it side
// by side: the cards, their threads, what the requester alone is told where
// they asked, direct messages, and what is said in channels of its own.
type publisher struct {
	Config
	view     view.Renderer
	whispers *whispers
	log      *slog.Logger
	pacing   *pacing              // of posts, by channel
	edits    *rate.Limiter        // of cards
	reads    map[string]allowance // by method
	more     chan struct{}
	fatal    chan error

	cards    *cards
	threads  *threads
	direct   *direct
	personal *personal
	notices  *notices
}

const (
	// editsPerMinute and editsAtOnce bound the edits of cards: evenly, so that
	// each card that counts has its turn.
	// Slack: chat.update allows 50 and more a minute.
	editsPerMinute = 40
	editsAtOnce    = 10
	// readsPerMinute bounds the other methods, each for itself. They are
	// rarely called, and by many requests at once then: after a start, and
	// when Slack is back.
	// Slack: conversations.* allow 50 and more a minute.
	readsPerMinute = 50
	// checkPause is the pause between two looks at the cards that wait for
	// decisions. It is short against the time that people have to decide, and
	// long against the edits that the looks cost.
	checkPause = 5 * time.Minute
)

func newPublisher(c Config, v view.Renderer, w *whispers) *publisher {
	p := &publisher{
		Config: c, view: v, whispers: w, log: c.Logger,
		pacing: newPacing(c.PostPause),
		edits:  rate.NewLimiter(rate.Every(time.Minute/editsPerMinute), editsAtOnce),
		reads:  map[string]allowance{},
		more:   make(chan struct{}, 1), fatal: make(chan error, 1),
	}
	for _, method := range []string{"conversations.history", "conversations.replies", "conversations.open"} {
		p.reads[method] = newAllowance(readsPerMinute)
	}
	p.cards = newCards(p)
	p.threads = newThreads(p)
	p.direct = newDirect(p)
	p.personal = newPersonal(p)
	p.notices = newNotices(p)
	return p
}

// viewFor renders what is read in a channel, in the language of it.
func (p *publisher) viewFor(channel string) view.Renderer {
	if l, ok := p.Languages[channel]; ok {
		return p.view.In(l)
	}
	return p.view
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
	check := time.NewTicker(p.CheckPause)
	defer check.Stop()
	for first := true; ; {
		if err := p.look(work, first, &working); err != nil && ctx.Err() == nil {
			p.log.Error("outbox not read; it is tried again", "error", err)
			retry.Reset(p.RetryPause)
		} else {
			first = false
		}
		if ctx.Err() != nil {
			return nil
		}
		select {
		case <-p.more:
		case <-retry.C:
		case <-check.C:
			if err := p.cards.doubtPending(work); err != nil {
				p.log.Error("cards not looked at; it is tried again", "in", p.CheckPause.String(), "error", err)
			}
		case <-ctx.Done():
			// One more look: what the runner did last is told too.
		case err := <-p.fatal:
			stop()
			return err
		}
	}
}

// look opens a lane for each request that a follower has something to tell
// of. The first look knows that an earlier process may have told half of it.
func (p *publisher) look(ctx context.Context, first bool, working *sync.WaitGroup) error {
	if first {
		if err := p.cards.doubtPending(ctx); err != nil {
			return err
		}
	}
	for _, f := range []*follower{p.cards.follower, p.threads.follower, p.direct.follower, p.personal.follower, p.notices.follower} {
		behind, err := p.Outbox.Behind(ctx, f.consumer)
		if err != nil {
			return err
		}
		for _, id := range behind {
			if first {
				f.unsure.add(id)
			}
			if !f.held.has(id) {
				f.open(ctx, id, working)
			}
		}
	}
	for _, id := range p.cards.doubted() {
		p.cards.open(ctx, id, working)
	}
	return nil
}

// ask makes a call of a method when it may be called once more, for at most
// callTime.
func (p *publisher) ask(ctx context.Context, method string, call func(context.Context) error) error {
	return p.reads[method].use(ctx, func() (counts bool, err error) {
		ctx, cancel := context.WithTimeout(ctx, callTime)
		defer cancel()
		err = call(ctx)
		return !undialled(err), err
	})
}

// fail ends the publisher: Slack refuses the token, and only a person can
// mend that.
func (p *publisher) fail(err error) {
	select {
	case p.fatal <- err:
	default:
	}
}

// event is a fact of the publisher's own for the log.
func (p *publisher) event(kind approvals.EventKind, text string, data map[string]string) approvals.Event {
	return approvals.Event{At: approvals.Instant(p.Now()), Kind: kind, Text: text, Data: data}
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
