package approvals

import (
	"context"
	"log/slog"
	"sync"
)

// followUp looks at each device that has not confirmed its reset, and takes
// what Intune says of it. Reads that are asked for at the same time are for
// who makes them to put together.
func (w *Runner) followUp(ctx context.Context, r Request, log *slog.Logger) error {
	ctx = OnBehalf(ctx, r.ID)
	seen := make([]func(*Request), len(r.Targets))
	var looking sync.WaitGroup
	for i, t := range r.Targets {
		if !t.awaited() {
			continue
		}
		looking.Go(func() {
			err := caught(func() (err error) {
				seen[i], err = w.lookAfter(ctx, t)
				return err
			})
			if err != nil {
				// The next look tries again; the last one says so in words.
				log.Warn("device not read in the follow-up", "device", t.Device.ID, "error", err)
				seen[i] = nil
			}
		})
	}
	looking.Wait()
	if ctx.Err() != nil {
		return nil
	}
	_, err := w.change(ctx, r.ID, func(r *Request) {
		if r.State != Done {
			return
		}
		for _, take := range seen {
			if take != nil {
				take(r)
			}
		}
		r.remind(w.now())
		r.askHandover(w.policy, w.now())
		r.looked(w.policy, w.now())
	})
	return err
}

// lookAfter looks at one device, and returns what is to be taken of it.
func (w *Runner) lookAfter(ctx context.Context, t Target) (func(*Request), error) {
	id := t.Device.ID
	if t.Result.Phase == Unknown {
		found := w.look(ctx, t, false)
		return func(r *Request) {
			if found.verdict == taken {
				r.found(id, found, w.now())
			}
		}, found.err
	}
	d, err := w.Devices.Read(ctx, id)
	if err != nil {
		return nil, err
	}
	again := false
	if t.Result.later(d.LastReset) {
		// Only Intune's record can tell a later reset from ours, of which
		// another clock says when it began.
		if again, err = w.resetAgain(ctx, t); err != nil {
			return nil, err
		}
	}
	return func(r *Request) { r.observe(id, d, again, w.now()) }, nil
}

// later says that a reset began later than Intune took ours, by its clocks.
func (r Result) later(a Action) bool {
	return !r.TakenAt.IsZero() && a.Started.After(r.TakenAt.Add(skew))
}

// resetAgain says that Intune has recorded another reset of a device after
// the one that it took.
func (w *Runner) resetAgain(ctx context.Context, t Target) (bool, error) {
	seen, err := w.Devices.Resets(ctx, t.Result.TakenAt.Add(-nearly))
	after := 0
	for _, e := range seen {
		if e.Device == t.Device.ID && e.At.After(t.Result.Baseline.Started) && !e.At.Before(t.Result.BaselineAt) {
			after++
		}
	}
	return after > 1, err
}
