package approvals

import (
	"fmt"
	"strconv"
	"time"
)

// start begins the resets of an approved request. A request that is already
// running, as after a crash, goes on.
func (r *Request) start(now time.Time) {
	if r.State != Approved {
		return
	}
	r.State, r.StartedAt, r.WakeAt, r.Delayed = Running, now, now, false
	r.record(now, RunStarted, Actor{}, Event{Data: map[string]string{"devices": strconv.Itoa(len(r.Targets))}})
}

// settle stores what came of a device. From Waiting a device can only be
// skipped or fail its last check; from Sending it gets its outcome. It does
// nothing for a device that has its result.
func (r *Request) settle(device string, phase Phase, why *Error, receipt Receipt, now time.Time) {
	t := r.Target(device)
	if r.State != Running || t == nil || t.Result.Phase.Settled() {
		return
	}
	t.Result.Phase, t.Result.ChangedAt, t.Result.TakenAt = phase, now, receipt.At
	t.Result.Reason, t.Result.Code, t.Result.GraphRequestID = "", "", receipt.GraphRequestID
	data := map[string]string{}
	if why != nil {
		t.Result.Reason, t.Result.Code, t.Result.GraphRequestID = why.Text, why.Code, why.Ref
		data = reference(why)
	}
	if t.Result.GraphRequestID != "" {
		data["graph_request_id"] = t.Result.GraphRequestID
	}
	kind := map[Phase]EventKind{
		Accepted: ResetAccepted, Failed: ResetFailed, Skipped: ResetSkipped, Unknown: ResetUnknown,
	}[phase]
	r.record(now, kind, Actor{}, Event{Device: device, Text: t.Result.Reason, Data: data})
	if phase == Accepted || phase == Unknown {
		r.trace(*t, t.Result.takenAt())
	}
}

// abandon settles a device on which the work broke off: skipped where
// nothing was sent, else unknown.
func (r *Request) abandon(device string, now time.Time) {
	t := r.Target(device)
	if t == nil {
		return
	}
	kind := Internal
	if t.Result.Phase == Sending {
		kind = UnknownOutcome
	}
	r.settle(device, t.Result.Phase.brokenOff(), broken(kind, nil), Receipt{}, now)
}

// brokenOff is the outcome of a device with which it goes no further.
func (p Phase) brokenOff() Phase {
	if p == Sending {
		return Unknown
	}
	return Skipped
}

// pause ends one turn of the resets: the request is done once every device
// has its result, and else goes on at next, soon where that is zero. The
// first follow-up is set where a device is still to confirm, and the question
// for what became of the temporary passcode.
func (r *Request) pause(next time.Time, p Policy, now time.Time) {
	if r.State != Running {
		return
	}
	for _, t := range r.Targets {
		if !t.Result.Phase.Settled() {
			r.WakeAt = Instant(next)
			if next.IsZero() {
				r.WakeAt = now.Add(firstLook)
			}
			return
		}
	}
	r.State, r.EndedAt = Done, now
	r.record(now, RunEnded, Actor{}, Event{Text: string(r.Outcome())})
	r.askReview(now)
	r.awaitHandover(p)
	r.wake(now.Add(p.followUpAfter(0)), p)
}

// waitsForDevice says that a device has yet to confirm its reset, or that a
// reset of unknown fate may still show itself.
func (r *Request) waitsForDevice() bool {
	for _, t := range r.Targets {
		if t.awaited() {
			return true
		}
	}
	return false
}

func (t Target) awaited() bool {
	return (t.Result.Phase == Accepted || t.Result.Phase == Unknown) && !t.Result.Unconfirmed
}

// observe takes what Intune now says of a device whose reset it has taken, and
// that the device has been reset again since, if so.
func (r *Request) observe(device string, d Device, again bool, now time.Time) {
	t := r.Target(device)
	if r.State != Done || t == nil || !t.awaited() {
		return
	}
	t.Device.LastCheckIn = d.LastCheckIn
	if t.Result.Phase != Accepted || !d.LastReset.Newer(t.Result.Baseline) {
		return
	}
	if again {
		// Intune shows the last reset alone, and that is not ours any more.
		t.Result.Unconfirmed, t.Result.ChangedAt = true, now
		t.Result.Reason = fmt.Sprintf("another reset of it began at %s, so that Intune no longer shows what became of this one", clock(d.LastReset.Started))
		r.record(now, Unconfirmed, Actor{}, Event{Device: device, Text: t.Result.Reason, Data: map[string]string{"code": "reset-again"}})
		return
	}
	switch d.LastReset.State {
	case ActionDone:
		t.Result.Phase, t.Result.ChangedAt, t.Result.Code = Confirmed, now, ""
		r.record(now, ResetConfirmed, Actor{}, Event{Device: device})
	case ActionFailed, ActionNotSupported, ActionCanceled:
		t.Result.Phase, t.Result.ChangedAt = FailedOnDevice, now
		t.Result.Reason = deviceFailure(d.LastReset)
		t.Result.Code = string(d.LastReset.State)
		r.record(now, DeviceFailed, Actor{}, Event{Device: device, Text: t.Result.Reason})
	}
}

func deviceFailure(a Action) string {
	s := map[ActionState]string{
		ActionFailed:       "the device reported that the reset failed",
		ActionNotSupported: "the device reported that it does not support the reset",
		ActionCanceled:     "the reset was cancelled in Intune",
	}[a.State]
	if a.ErrorCode != 0 {
		s = fmt.Sprintf("%s (error %d)", s, a.ErrorCode)
	}
	return s
}

// looked ends one look at the devices: it sets the next, or gives up what
// has not been confirmed in the time that the policy allows.
func (r *Request) looked(p Policy, now time.Time) {
	r.Looks++
	next, end := now.Add(p.followUpAfter(r.Looks)), r.EndedAt.Add(p.FollowUpFor)
	if next.After(end) {
		next = end
	}
	defer func() { r.wake(next, p) }()
	if now.Before(end) {
		return
	}
	for i := range r.Targets {
		if t := &r.Targets[i]; t.awaited() {
			t.Result.Unconfirmed = true
			r.record(now, Unconfirmed, Actor{}, Event{Device: t.Device.ID})
		}
	}
}
