package approvals

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	// storeTime bounds how long a stopping process tries to store what came
	// of a reset. What it can't store is settled at the next start.
	storeTime = 5 * time.Second
	// firstLook and lastLook bound the wait before a device is tried or
	// looked at again: in between it is as long as it has been tried for.
	firstLook = 250 * time.Millisecond
	lastLook  = 30 * time.Second
	// longWait is how long a device waits for another request before people
	// are told.
	longWait = 10 * time.Second
)

// execute resets the devices of an approved request: for each, what Intune
// says of it is read again, the intent is committed, the reset is sent, and
// its outcome committed. What has no outcome yet goes on at the request's
// next turn.
func (w *Runner) execute(ctx context.Context, r Request, log *slog.Logger) error {
	ctx = OnBehalf(ctx, r.ID)
	r, err := w.untouched(ctx, r, log)
	if err == nil && r.State == Approved {
		r, err = w.begun(ctx, r, log)
	}
	if err != nil || r.State != Running {
		return err
	}
	w.agreed.Store(r.ID, true)
	l := &ledger{w: w, log: log, id: r.ID}
	until := r.StartedAt.Add(w.policy.ExecutionTimeout)
	var mu sync.Mutex
	var next time.Time // when the first device goes on
	var working sync.WaitGroup
	for _, t := range r.Targets {
		if t.Result.Phase.Settled() {
			w.holds.leave(t.Device.ID, r.ID)
			continue
		}
		working.Go(func() {
			d := deviceRun{Runner: w, ledger: l, target: t, started: r.StartedAt, until: until, log: log.With("device", t.Device.ID)}
			var later time.Time
			if err := caught(func() error { later = d.run(ctx); return nil }); err != nil {
				d.log.Error("work on a device panicked", "error", err)
				d.store(ctx, func(r *Request) { r.abandon(t.Device.ID, w.now()) })
			}
			if d.target.Result.Phase != Sending {
				w.holds.leave(t.Device.ID, l.id)
			}
			mu.Lock()
			defer mu.Unlock()
			if !later.IsZero() && (next.IsZero() || later.Before(next)) {
				next = later
			}
		})
	}
	working.Wait()
	if ctx.Err() != nil {
		return nil // stopping: what is left goes on at the next start
	}
	err = l.write(ctx, func(r *Request) {
		if r.pause(next, w.policy, w.now()); r.State == Done {
			w.agreed.Delete(r.ID)
		}
	})
	if err != nil {
		return err
	}
	if !next.IsZero() {
		// The sweep may be far off.
		time.AfterFunc(next.Sub(w.now()), w.Nudge)
	}
	return nil
}

// deviceRun is the reset of one device.
type deviceRun struct {
	*Runner
	*ledger
	target  Target // as it is stored
	started time.Time
	until   time.Time // when the time for the resets of the request is over
	unclear *Error    // the answer to its reset that leaves open what came of it, while it is not stored
	seen    *Device   // the device as it was just read, when its reset turned out not to be taken
	log     *slog.Logger
}

// run brings the device as far as it goes now, and returns when it goes on;
// zero where it has its result or can't go on in this process.
func (d *deviceRun) run(ctx context.Context) time.Time {
	if by := d.holds.take(d.target.Device.ID, d.id); by != d.id {
		return d.queue(ctx, by)
	}
	for ctx.Err() == nil && !d.target.Result.Phase.Settled() {
		step := d.reset
		if d.target.Result.Phase == Sending {
			step = d.settle
		}
		goesOn, ok := step(ctx)
		if !ok {
			return time.Time{}
		}
		if !goesOn {
			return d.next()
		}
	}
	return time.Time{}
}

// queue lets the device wait for another request that resets it.
func (d *deviceRun) queue(ctx context.Context, behind ID) time.Time {
	now := d.now()
	if !now.Before(d.until) && d.target.Result.Phase == Waiting {
		d.end(ctx, Skipped, outOfTime())
		return time.Time{}
	}
	if now.Sub(d.started) >= longWait {
		why := newError(Unavailable, "device-busy", fmt.Sprintf("%s is also reset for %s, of which Intune has not told yet what came of it", d.target.Device.Name, behind), "")
		d.store(ctx, func(r *Request) { r.delayRun(why, d.until, now) })
	}
	return d.next()
}

// outOfTime is the reason of a device for which there was no time left.
func outOfTime() *Error {
	return newError(TooLate, "out-of-time", "the time for this request was over before its turn came, and nothing was reset; ask again if it is still needed", "")
}

// next is when the device is tried or looked at again.
func (d *deviceRun) next() time.Time {
	now, since := d.now(), d.started
	doubt := d.target.Result.DoubtedAt
	if !doubt.IsZero() {
		since = doubt
	}
	next := now.Add(min(max(now.Sub(since), firstLook), lastLook))
	if doubt.IsZero() {
		return next
	}
	// A look at the moment from which on it says more.
	for _, after := range []time.Duration{d.policy.ResendAfter, d.policy.SettleFor} {
		if at := doubt.Add(after); at.After(now) && at.Before(next) {
			next = at
		}
	}
	return next
}

// store commits a step, and brings the target to what is stored. It reports
// whether it could: if not, the next start settles it with Intune.
func (d *deviceRun) store(ctx context.Context, apply func(*Request)) bool {
	id := d.target.Device.ID
	err := d.write(ctx, func(r *Request) {
		apply(r)
		if t := r.Target(id); t != nil {
			d.target = *t
		}
	})
	if err != nil {
		d.log.Error("step of a reset not stored; the next start settles it with Intune", "error", err)
	}
	return err == nil
}

// end commits the outcome of the device.
func (d *deviceRun) end(ctx context.Context, phase Phase, why *Error) bool {
	return d.store(ctx, func(r *Request) { r.settle(d.target.Device.ID, phase, why, Receipt{}, d.now()) })
}

// reset sends the reset of a device that waits for it. It reports whether
// the device can go on at once.
func (d *deviceRun) reset(ctx context.Context) (goesOn, ok bool) {
	id := d.target.Device.ID
	device, why := d.ready(ctx)
	if ctx.Err() != nil {
		return false, false
	}
	if why != nil {
		return d.hindered(ctx, why)
	}
	may := false
	if !d.store(ctx, func(r *Request) { may = ctx.Err() == nil && r.intend(id, device, d.now()) }) || !may {
		return false, false
	}
	// From here the reset may happen, so that a stop of the process must not
	// keep it from being answered and recorded.
	sending, cancel := context.WithTimeout(ctx, d.until.Sub(d.now()))
	receipt, err := d.Devices.Reset(sending, id)
	cancel()
	if err == nil {
		d.log.Info("reset accepted", "graph_request_id", receipt.GraphRequestID)
		return true, d.store(ctx, func(r *Request) { r.settle(id, Accepted, nil, receipt, d.now()) })
	}
	e := AsError(err)
	d.log.Error("reset not accepted", "kind", string(e.Kind), "code", e.Code, "answered", e.Answered, "graph_request_id", e.Ref, "error", err)
	switch e.Kind {
	case Invalid, Forbidden, NotFound:
		return true, d.end(ctx, Failed, e)
	case Unavailable: // nothing was done
		if !d.store(ctx, func(r *Request) { r.unsent(id, e, d.now()) }) {
			return false, false
		}
		return d.hindered(ctx, e)
	case Internal:
		e = broken(UnknownOutcome, e) // its own sentence says that nothing was changed, which nobody knows
	}
	d.unclear = e
	return true, true
}

// hindered takes why a device was not reset: where that may pass it is tried
// again, for as long as there is time.
func (d *deviceRun) hindered(ctx context.Context, why *Error) (goesOn, ok bool) {
	d.log.Warn("device not reset", "code", why.Code, "graph_request_id", why.Ref, "error", why)
	switch {
	case ctx.Err() != nil:
		return false, false
	case why.Kind == Unavailable && d.now().Add(lastLook).Before(d.until):
		return false, d.store(ctx, func(r *Request) { r.delayRun(why, d.until, d.now()) })
	case why.Kind == Unavailable, why.Kind == Forbidden:
		return true, d.end(ctx, Failed, why)
	}
	return true, d.end(ctx, Skipped, why)
}

// ready returns the device as it is right before its reset, and why it must
// not be reset now, if so.
func (d *deviceRun) ready(ctx context.Context) (Device, *Error) {
	if !d.now().Before(d.until) {
		return Device{}, outOfTime()
	}
	if d.seen != nil {
		now := *d.seen
		d.seen = nil
		return now, changed(d.target, now)
	}
	now, err := d.Devices.Read(ctx, d.target.Device.ID)
	if err != nil {
		e := *AsError(err)
		switch e.Kind {
		case NotFound:
			e.Text = "it has left Intune since it was checked"
		case Internal:
			e.Text = broken(Internal, nil).Text
		}
		return Device{}, &e
	}
	return now, changed(d.target, now)
}

// changed returns why a device is not what was approved any more, or nil.
func changed(t Target, now Device) *Error {
	switch e := now.Check(); {
	case !e.OK():
		return newError(Invalid, "changed-"+e.Code, fmt.Sprintf("it has changed since it was checked: %s", e.Reason), "")
	case e.Scope != t.Scope || e.Enrollment != t.Enrollment:
		return newError(Invalid, "changed-enrolment", fmt.Sprintf("it has been enrolled in another way since it was checked: %s", e.Enrollment), "")
	case now.ownership() != t.Device.ownership():
		return newError(Invalid, "changed-ownership", fmt.Sprintf("its ownership has changed since it was checked: %s", now.ownership()), "")
	case now.Owner.ID != t.Device.Owner.ID || now.Owner.UPN != t.Device.Owner.UPN:
		return newError(Invalid, "changed-hands", "it has another user since it was checked", "")
	}
	return nil
}

// broken is the reason of a device whose reset our own mistake has stopped.
func broken(kind Kind, cause error) *Error {
	e := newError(kind, "internal", "something went wrong on my side while it was worked on", "")
	e.Err = cause
	return e
}
