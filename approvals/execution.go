package approvals

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

const (
	// wireTime bounds one reset on the wire, also when the process stops.
	wireTime = 30 * time.Second
	// storeTime bounds how long a stopping process tries to store what came
	// of a reset. What it can't store is settled at the next start.
	storeTime = 5 * time.Second
)

// execute resets the devices of an approved request: for each, what Intune
// says of it is read again, the intent is committed, the reset is sent once,
// and its outcome committed.
func (w *Runner) execute(ctx context.Context, r Request, log *slog.Logger) error {
	l := &ledger{w: w, log: log, id: r.ID}
	var started Request
	if err := l.write(ctx, func(r *Request) { r.start(w.now()); started = *r }); err != nil {
		return err
	}
	until := started.StartedAt.Add(w.policy.ExecutionTimeout)
	slots := make(chan struct{}, maxDevicesAtOnce)
	var working sync.WaitGroup
	for _, t := range started.Targets {
		if t.Result.Phase.Settled() {
			continue
		}
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			log := log.With("device", t.Device.ID)
			err := caught(func() error {
				if t.Result.Phase == Sending {
					w.recover(ctx, l, t, log)
				} else {
					w.reset(ctx, l, t, until, log)
				}
				return nil
			})
			if err != nil {
				log.Error("work on a device panicked", "error", err)
				w.store(ctx, l, func(r *Request) { r.abandon(t.Device.ID, w.now()) }, log)
			}
		})
	}
	working.Wait()
	if ctx.Err() != nil {
		return nil // stopping: what is left goes on at the next start
	}
	var ended Request
	if err := l.write(ctx, func(r *Request) { r.finish(w.policy, w.now()); ended = *r }); err != nil {
		return err
	}
	if ended.State == Running {
		return errors.New("some devices have no result yet")
	}
	return nil
}

// reset does the whole of one device.
func (w *Runner) reset(ctx context.Context, l *ledger, t Target, until time.Time, log *slog.Logger) {
	id := t.Device.ID
	baseline, why := w.ready(ctx, t, until)
	if ctx.Err() != nil {
		return
	}
	if why != nil {
		phase := Skipped
		if why.Kind == Unavailable || why.Kind == Forbidden {
			phase = Failed
		}
		log.Warn("device not reset", "code", why.Code, "graph_request_id", why.Ref, "error", why)
		w.store(ctx, l, func(r *Request) { r.settle(id, phase, why, "", w.now()) }, log)
		return
	}
	may := false
	intend := func(r *Request) { may = ctx.Err() == nil && r.intend(id, baseline, w.now()) }
	if err := l.write(ctx, intend); err != nil || !may {
		return
	}

	// From here the reset may happen, so that a stop of the process must not
	// keep it from being sent, answered and recorded.
	wire, cancel := context.WithTimeout(context.WithoutCancel(ctx), wireTime)
	receipt, err := w.Devices.Reset(wire, id)
	cancel()
	phase, why := outcome(err)
	if err == nil {
		log.Info("reset accepted", "graph_request_id", receipt.GraphRequestID)
	} else {
		log.Error("reset not accepted", "phase", string(phase), "code", why.Code, "graph_request_id", why.Ref, "error", err)
	}
	w.store(ctx, l, func(r *Request) { r.settle(id, phase, why, receipt.GraphRequestID, w.now()) }, log)
}

// store writes an outcome.
func (w *Runner) store(ctx context.Context, l *ledger, apply func(*Request), log *slog.Logger) {
	if err := l.write(ctx, apply); err != nil {
		log.Error("outcome not stored; the next start settles it with Intune", "error", err)
	}
}

// outcome is the phase that an answer to a reset means.
func outcome(err error) (Phase, *Error) {
	if err == nil {
		return Accepted, nil
	}
	e := AsError(err)
	switch e.Kind {
	case Invalid, Forbidden, NotFound, Unavailable:
		return Failed, e
	case Internal:
		// Its sentence says that nothing was changed, which nobody knows.
		return Unknown, broken(UnknownOutcome, e)
	}
	return Unknown, e
}

// broken is the reason of a device whose reset our own mistake has stopped.
func broken(kind Kind, cause error) *Error {
	e := newError(kind, "internal", "something went wrong on my side while it was worked on", "")
	e.Err = cause
	return e
}

// ready reads a device again right before its reset and returns what Intune
// says of its last one, or why the device must not be reset now.
func (w *Runner) ready(ctx context.Context, t Target, until time.Time) (Action, *Error) {
	if !w.now().Before(until) {
		return Action{}, newError(TooLate, "out-of-time", "the time for this request was over before its turn came", "")
	}
	d, err := w.Devices.Read(ctx, t.Device.ID)
	if err != nil {
		e := *AsError(err)
		switch e.Kind {
		case NotFound:
			e.Text = "it has left Intune since it was checked"
		case Internal:
			e.Text = broken(Internal, nil).Text
		}
		return Action{}, &e
	}
	switch e := d.Check(); {
	case !e.OK():
		return Action{}, newError(Invalid, "changed-"+e.Code, "it has changed since it was checked: "+e.Reason, "")
	case e.Scope != t.Scope || e.Enrollment != t.Enrollment:
		return Action{}, newError(Invalid, "changed-enrolment", "it has been enrolled in another way since it was checked: "+e.Enrollment, "")
	case d.Owner.ID != t.Device.Owner.ID || d.Owner.UPN != t.Device.Owner.UPN:
		return Action{}, newError(Invalid, "changed-hands", "it has another user since it was checked", "")
	}
	return d.LastReset, nil
}

// recover settles a device whose intent was stored and whose outcome was
// not: the process ended in between. It asks Intune and never sends again.
func (w *Runner) recover(ctx context.Context, l *ledger, t Target, log *slog.Logger) {
	d, err := w.Devices.Read(ctx, t.Device.ID)
	if ctx.Err() != nil {
		return
	}
	phase := Unknown
	why := newError(UnknownOutcome, "interrupted",
		"passcodebot was interrupted while it was sent, and Intune shows no new reset", "")
	switch {
	case err != nil:
		why.Text = "passcodebot was interrupted while it was sent, and Intune could not be asked: " + AsError(err).Text
		why.Ref, why.Err = AsError(err).Ref, err
	case d.LastReset.Newer(t.Result.Baseline):
		phase, why = Accepted, nil
	}
	log.Warn("interrupted reset settled", "phase", string(phase), "error", err)
	w.store(ctx, l, func(r *Request) { r.settle(t.Device.ID, phase, why, "", w.now()) }, log)
}
