package approvals

import (
	"context"
	"log/slog"
	"time"
)

// decidedJustNow is how long what the Directory has told this process for the
// last approval is good for the start too: each click looks at the earlier
// approvals as well. Another process, as after a restart, knows nothing of
// it, and asks afresh, whatever the stored request says.
const decidedJustNow = 10 * time.Second

// begun starts an approved request, after a look right before whether its
// approvals count still, and the policy still allows it: it is Running then.
// Where Slack can't be asked, the request waits.
func (w *Runner) begun(ctx context.Context, r Request, log *slog.Logger) (Request, error) {
	if _, decides := w.policy.lookBack(); decides {
		// Of two resets of one device, the second must see the first.
		select {
		case w.starting <- struct{}{}:
			defer func() { <-w.starting }()
		case <-ctx.Done():
			return r, nil // stopping; the next start does it again
		}
	}
	now := w.now()
	if age := now.Sub(r.DecidedAt); age >= 0 && age < decidedJustNow {
		ctx = AsOf(ctx, time.Now().Add(-age-decidedJustNow))
	}
	g := w.examiner()
	g.directory = w.Directory
	return w.change(ctx, r.ID, func(r *Request) {
		if r.State != Approved {
			return
		}
		today, failed := g.stricter(ctx, r, g.rights)
		if failed == nil {
			failed = g.recount(ctx, r, today.Terms, "", now)
		}
		if ctx.Err() != nil {
			return // stopping; the next start does it again
		}
		switch why := AsError(failed); {
		case failed == nil:
			r.tighten(today, now)
			r.reopen(now)
			r.start(now)
		case why.Kind == Unavailable, why.Kind == Internal:
			log.Warn("start put off", "error", failed)
			r.putOff(why, r.DecidedAt.Add(w.policy.ExecutionTimeout), now)
		default:
			log.Info("approved request not started", "code", why.Code, "error", failed)
			r.withdraw(why, now)
		}
	})
}

// putOff lets an approved request wait, because it could not be looked at
// whether its approvals count still; until then, and not for ever.
func (r *Request) putOff(why *Error, until, now time.Time) {
	if !now.Before(until) {
		r.withdraw(why, now)
		return
	}
	r.WakeAt = now.Add(checkDelay(now.Sub(r.DecidedAt)))
	if r.WakeAt.After(until) {
		r.WakeAt = until
	}
	if !r.Delayed {
		r.Delayed = true
		data := reference(why)
		data["until"] = until.Format(time.RFC3339Nano)
		r.record(now, RunDelayed, Actor{}, Event{Text: why.Text, Data: data})
	}
}

// withdraw ends an approved request that must not start any more.
func (r *Request) withdraw(why *Error, now time.Time) {
	ended := *why
	ended.Hint = "Nothing was reset. If it is still needed, ask again with `/reset-passcode`."
	r.State, r.EndedAt, r.WakeAt, r.Closing = Rejected, now, time.Time{}, ended.Sentence()
	r.record(now, WasRejected, Actor{}, Event{Text: r.Closing, Data: reference(why)})
}
