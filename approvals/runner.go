package approvals

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Runner does what requests need of the clock and of Intune: it claims each
// request that is due under a lease, and checks its devices, resets their
// passcodes, follows up, reminds of it or expires it.
type Runner struct {
	Config
	rights
	owner string
	nudge chan struct{}
	slots chan struct{}
	holds holds

	lookedOutside time.Time       // when resets outside were last looked for
	outside       map[string]bool // resets outside of passcodebot that are known to be recorded
	limiting      sync.Mutex      // held while a request is counted against its requester's limits
	starting      chan struct{}   // holds a token while a request is judged and started, where rules count resets
	agreed        sync.Map        // running requests that are known to be what the log tells of them

	mu   sync.Mutex
	busy map[ID]bool // what this process works on now
}

const (
	// lease is how long a claimed request is this process's alone, unless
	// renewed.
	lease = time.Minute
	// maxWorking bounds how many requests are worked on at a time. It is high,
	// so that many that wait for a slow Intune hold up no other.
	maxWorking = 1024
	// maxSelectorsAtOnce bounds how many selectors of one request are looked
	// up at a time.
	maxSelectorsAtOnce = 32
	// maxDelay bounds the wait between two tries of a check.
	maxDelay = time.Minute
	// parkTime is the wait after work that failed.
	parkTime = 5 * time.Second
)

// NewRunner returns a Runner that claims as owner, a name unique to the
// process. The Queue is required too.
func NewRunner(c Config, owner string) (*Runner, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if c.Queue == nil || owner == "" {
		return nil, errors.New("approvals: a runner needs a queue and an owner")
	}
	return &Runner{
		Config: c, rights: rights{c.Recent, c.Policy}, owner: owner,
		nudge: make(chan struct{}, 1), slots: make(chan struct{}, maxWorking),
		starting: make(chan struct{}, 1), busy: map[ID]bool{}, outside: map[string]bool{},
	}, nil
}

func (w *Runner) now() time.Time { return Instant(w.Now()) }

// Nudge says that a request may be due. It never blocks.
func (w *Runner) Nudge() {
	select {
	case w.nudge <- struct{}{}:
	default:
	}
}

// Run works until ctx is done, once at the start and then at each Nudge. It
// returns when all that it has begun is finished or parked: it sends no
// further reset then, but waits for those on the wire and stores what came
// of them.
func (w *Runner) Run(ctx context.Context) error {
	var working sync.WaitGroup
	defer working.Wait()
	w.Nudge()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.nudge:
		}
		if err := w.sweep(ctx, &working); err != nil && ctx.Err() == nil {
			w.Logger.Error("claim failed; the next sweep tries again", "error", err)
		}
	}
}

// sweep claims what is due and begins to work on it.
func (w *Runner) sweep(ctx context.Context, working *sync.WaitGroup) error {
	if err := w.holds.load(ctx, w.Store); err != nil {
		return err
	}
	for ctx.Err() == nil {
		free := cap(w.slots) - len(w.slots)
		if free == 0 {
			return nil // the next one to finish nudges
		}
		now := w.now()
		due, err := w.Queue.Claim(ctx, Claim{Owner: w.owner, Now: now, Until: now.Add(lease), Limit: free})
		if err != nil || len(due) == 0 {
			return err
		}
		for _, r := range due {
			if !w.begin(r.ID) {
				continue
			}
			w.slots <- struct{}{}
			working.Go(func() {
				defer w.Nudge()
				defer func() { <-w.slots }()
				defer w.end(r.ID)
				w.work(ctx, r)
			})
		}
	}
	return nil
}

// begin says that this process may work on a request: not where it still
// does, its lease having run out while the store could not renew it.
func (w *Runner) begin(id ID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy[id] {
		return false
	}
	w.busy[id] = true
	return true
}

func (w *Runner) end(id ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.busy, id)
}

// work does one step for a claimed request and gives its lease back.
func (w *Runner) work(ctx context.Context, r Request) {
	log := w.Logger.With("request", r.ID.String())
	held, stop := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { w.hold(held, r.ID, log) })
	err := caught(func() error { return w.step(ctx, r, log) })
	parked := true
	if err != nil && ctx.Err() == nil {
		log.Error("work on a request failed; it is tried again", "state", string(r.State), "error", err)
		parked = w.park(ctx, r.ID, log)
	}
	stop()
	renewing.Wait()
	if !parked {
		return // given back, it would be claimed again without a pause; its lease runs out by itself
	}
	if err := w.Queue.Release(context.WithoutCancel(ctx), w.owner, r.ID); err != nil {
		log.Warn("lease not released; it runs out by itself", "error", err)
	}
}

// hold renews the lease of a request for as long as it is worked on.
func (w *Runner) hold(ctx context.Context, id ID, log *slog.Logger) {
	tick := time.NewTicker(lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := w.Queue.Renew(ctx, w.owner, id, w.now().Add(lease)); err != nil && ctx.Err() == nil {
				log.Warn("lease not renewed", "error", err)
			}
		}
	}
}

func (w *Runner) step(ctx context.Context, r Request, log *slog.Logger) error {
	if r.overdue(w.now()) {
		_, err := w.change(ctx, r.ID, func(r *Request) { r.Expire(w.now()) })
		return err
	}
	switch r.State {
	case Checking:
		return w.check(ctx, r, log)
	case Pending:
		_, err := w.change(ctx, r.ID, func(r *Request) { r.callToMind(w.policy, w.now()) })
		return err
	case Approved, Running:
		return w.execute(ctx, r, log)
	case Done:
		return w.followUp(ctx, r, log)
	}
	// Not due after all: somebody changed it since the claim.
	return nil
}

// change applies a transition to the request as it is stored now, and saves
// it. A transition that records nothing and moves no clock is not saved.
func (w *Runner) change(ctx context.Context, id ID, transition func(*Request)) (Request, error) {
	for try := 0; ; try++ {
		r, err := w.Store.Request(ctx, id)
		if err != nil {
			return Request{}, err
		}
		before := r.WakeAt
		transition(&r)
		if len(r.recorded) == 0 && r.WakeAt.Equal(before) {
			return r, nil
		}
		saved, err := w.Store.Save(ctx, Change{Request: &r})
		if errors.Is(err, ErrConflict) && try < attempts {
			continue
		}
		if err == nil {
			w.Changed()
		}
		return saved, err
	}
}

// park puts off a request whose work failed, so that it is not tried again
// without a pause. It reports whether it could.
func (w *Runner) park(ctx context.Context, id ID, log *slog.Logger) bool {
	err := caught(func() error {
		_, err := w.change(ctx, id, func(r *Request) {
			if !r.WakeAt.IsZero() {
				r.WakeAt = w.now().Add(parkTime)
			}
		})
		return err
	})
	if err != nil {
		log.Error("request not put off", "error", err)
	}
	return err == nil
}
