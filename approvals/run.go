package approvals

import (
	"strconv"
	"time"
)

// start begins the resets of an approved request. A request that is already
// running, as after a crash, goes on.
func (r *Request) start(now time.Time) {
	if r.State != Approved {
		return
	}
	r.State, r.StartedAt, r.WakeAt = Running, now, now
	r.record(now, RunStarted, Actor{}, Event{Data: map[string]string{"devices": strconv.Itoa(len(r.Targets))}})
}

// intend stores that the reset of a device is about to be sent, with what
// Intune said of the device before. It reports whether it may be sent: only
// a device that waits may, once.
func (r *Request) intend(device string, baseline Action, now time.Time) bool {
	t := r.Target(device)
	if r.State != Running || t == nil || t.Result.Phase != Waiting {
		return false
	}
	t.Result = Result{Phase: Sending, Baseline: baseline, IntendedAt: now, ChangedAt: now}
	r.record(now, ResetIntended, Actor{}, Event{Device: device})
	return true
}

// settle stores what came of a device. From Waiting a device can only be
// skipped or fail its last check; from Sending it gets its outcome. It does
// nothing for a device that has its result.
func (r *Request) settle(device string, phase Phase, why *Error, graphRequestID string, now time.Time) {
	t := r.Target(device)
	if r.State != Running || t == nil || t.Result.Phase.Settled() {
		return
	}
	t.Result.Phase, t.Result.ChangedAt, t.Result.GraphRequestID = phase, now, graphRequestID
	data := map[string]string{}
	if why != nil {
		t.Result.Reason, t.Result.Code = why.Text, why.Code
		data = reference(why)
		if graphRequestID == "" {
			t.Result.GraphRequestID = why.Ref
		}
	}
	if t.Result.GraphRequestID != "" {
		data["graph_request_id"] = t.Result.GraphRequestID
	}
	kind := map[Phase]EventKind{
		Accepted: ResetAccepted, Failed: ResetFailed, Skipped: ResetSkipped, Unknown: ResetUnknown,
	}[phase]
	r.record(now, kind, Actor{}, Event{Device: device, Text: t.Result.Reason, Data: data})
}

// abandon settles a device on which the work broke off: skipped where
// nothing was sent, else unknown.
func (r *Request) abandon(device string, now time.Time) {
	phase, kind := Skipped, Internal
	if t := r.Target(device); t != nil && t.Result.Phase == Sending {
		phase, kind = Unknown, UnknownOutcome
	}
	r.settle(device, phase, broken(kind, nil), "", now)
}

// finish ends the resets once every device has its result, and sets the
// first follow-up where a device is still to confirm.
func (r *Request) finish(p Policy, now time.Time) {
	for _, t := range r.Targets {
		if !t.Result.Phase.Settled() {
			return
		}
	}
	if r.State != Running {
		return
	}
	r.State, r.EndedAt, r.WakeAt = Done, now, time.Time{}
	if r.waitsForDevice() {
		r.WakeAt = now.Add(p.followUpAfter(0))
	}
	r.record(now, RunEnded, Actor{}, Event{Text: string(r.Outcome())})
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

// observe takes what Intune now says of a device whose reset was sent.
func (r *Request) observe(device string, d Device, now time.Time) {
	t := r.Target(device)
	if r.State != Done || t == nil || !t.awaited() {
		return
	}
	t.Device.LastCheckIn = d.LastCheckIn
	if !d.LastReset.Newer(t.Result.Baseline) {
		return
	}
	switch d.LastReset.State {
	case ActionPending, ActionActive:
		if t.Result.Phase == Unknown {
			t.Result.Phase, t.Result.ChangedAt, t.Result.Reason, t.Result.Code = Accepted, now, "", ""
			r.record(now, ResetAccepted, Actor{}, Event{Device: device, Data: map[string]string{"found": "afterwards"}})
		}
	case ActionDone:
		t.Result.Phase, t.Result.ChangedAt, t.Result.Reason, t.Result.Code = Confirmed, now, "", ""
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
		s += " (error " + strconv.Itoa(a.ErrorCode) + ")"
	}
	return s
}

// looked ends one look at the devices: it sets the next, or gives up what
// has not been confirmed in the time that the policy allows.
func (r *Request) looked(p Policy, now time.Time) {
	r.Looks++
	r.WakeAt = time.Time{}
	if !r.waitsForDevice() {
		return
	}
	if end := r.EndedAt.Add(p.FollowUpFor); now.Before(end) {
		r.WakeAt = now.Add(p.followUpAfter(r.Looks))
		if r.WakeAt.After(end) {
			r.WakeAt = end
		}
		return
	}
	for i := range r.Targets {
		if t := &r.Targets[i]; t.awaited() {
			t.Result.Unconfirmed = true
			r.record(now, Unconfirmed, Actor{}, Event{Device: t.Device.ID})
		}
	}
}
