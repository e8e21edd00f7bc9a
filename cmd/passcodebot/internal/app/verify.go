package app

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/store"
)

const (
	// verifyEvery is the pause between two verifications of the log, which
	// read all of it.
	verifyEvery = 24 * time.Hour
	// firstVerify is how long after the start the first one is.
	firstVerify = 3 * time.Minute
	// verifyTime bounds one.
	verifyTime = 30 * time.Minute
	// lookBack is in how many of the last events the last one is looked for.
	lookBack, lookPage = 5000, 1000
)

// verifier verifies the chain of the log, and knows when it last was.
type verifier struct {
	store store.Store
	now   func() time.Time
	log   *slog.Logger

	mu   sync.Mutex
	last bot.Verified
}

// schedule adds the verification to the jobs.
func (v *verifier) schedule(ctx context.Context, jobs *cron.Cron) {
	once := cron.NewChain(cron.SkipIfStillRunning(cron.DiscardLogger))
	jobs.Schedule(&soonAnd{wait: firstVerify, then: cron.Every(verifyEvery)}, once.Then(cron.FuncJob(func() { v.verify(ctx) })))
}

// verified is when the log was last verified, as far as is known.
func (v *verifier) verified() bot.Verified {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.last
}

// recall reads from the end of the log when it was last verified. A log that
// can't be read keeps nothing from starting: the verification will tell.
func (v *verifier) recall(ctx context.Context) {
	if err := v.recalled(ctx); err != nil {
		v.log.Warn("not known when the log was last verified", "error", err)
	}
}

func (v *verifier) recalled(ctx context.Context) error {
	head, err := v.store.Head(ctx)
	if err != nil {
		return err
	}
	for end := head.Seq; end > 0 && head.Seq-end < lookBack; {
		after := approvals.Seq(0)
		if end > lookPage {
			after = end - lookPage
		}
		page, err := v.store.Events(ctx, after, int(end-after))
		if err != nil {
			return err
		}
		for i := len(page) - 1; i >= 0; i-- {
			if e := page[i]; e.Kind == approvals.LogVerified {
				v.keep(e)
				return nil
			}
		}
		end = after
	}
	return nil
}

// keep remembers a verification.
func (v *verifier) keep(e approvals.Event) {
	through, _ := strconv.ParseUint(e.Data["through"], 10, 63) // zero where somebody wrote something else
	problems, err := strconv.Atoi(e.Data["problems"])
	if err != nil {
		problems = 1
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = bot.Verified{At: e.At, Through: approvals.Seq(through), Problems: problems}
}

// verify calculates the chain anew, and writes into the log what came of it.
func (v *verifier) verify(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, verifyTime)
	defer cancel()
	head, err := v.store.Head(ctx)
	if err == nil {
		err = v.store.Verify(ctx, head)
	}
	e := approvals.Event{At: approvals.Instant(v.now()), Kind: approvals.LogVerified, Data: map[string]string{
		"through": strconv.FormatUint(uint64(head.Seq), 10), "hash": head.Hash, "problems": "0",
	}}
	switch found := approvals.AsError(err); {
	case err == nil:
		v.log.Info("log verified", "through", e.Data["through"])
	case ctx.Err() != nil || found.Kind != approvals.Invalid:
		v.log.Warn("log not verified; the next time is in a day", "error", err)
		return
	default:
		v.log.Error("the log is not as it was written; run passcodebot audit verify", "problem", found.Text)
		e.Text, e.Data["problems"] = found.Text, "1"
	}
	v.keep(e)
	if _, err := v.store.Save(ctx, approvals.Change{Events: []approvals.Event{e}}); err != nil && ctx.Err() == nil {
		v.log.Error("verification not written to the log", "error", err)
	}
}
