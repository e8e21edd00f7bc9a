package approvals

import "time"

// intend stores that the reset of a device is about to be sent, with what
// Intune said of the device before. It reports whether it may be sent: only
// a device that waits may.
func (r *Request) intend(device string, before Device, now time.Time) bool {
	t := r.Target(device)
	if r.State != Running || t == nil || t.Result.Phase != Waiting {
		return false
	}
	t.Result = Result{
		Phase: Sending, Baseline: before.LastReset, BaselineAt: before.ReadAt,
		Sends: t.Result.Sends + 1, IntendedAt: now, ChangedAt: now,
	}
	r.record(now, ResetIntended, Actor{}, Event{Device: device, Data: before.baseline()})
	return true
}

// baseline is what an intent says of the device before it.
func (d Device) baseline() map[string]string {
	data := map[string]string{}
	if a := d.LastReset; a.State != "" {
		data["last_reset"] = string(a.State)
		data["last_reset_started"] = a.Started.Format(time.RFC3339Nano)
		data["last_reset_updated"] = a.Updated.Format(time.RFC3339Nano)
	}
	if !d.ReadAt.IsZero() {
		data["read_at"] = d.ReadAt.Format(time.RFC3339Nano)
	}
	return data
}

// sending returns the target whose reset is being sent, or nil.
func (r *Request) sending(device string) *Target {
	t := r.Target(device)
	if r.State != Running || t == nil || t.Result.Phase != Sending {
		return nil
	}
	return t
}

// doubt stores that nothing of a reset is on its way from here any more, and
// that it is not known what came of it.
func (r *Request) doubt(device string, why *Error, since, now time.Time) {
	t := r.sending(device)
	if t == nil || !t.Result.DoubtedAt.IsZero() {
		return
	}
	t.Result.Reason, t.Result.Code, t.Result.Answered = why.Text, why.Code, why.Answered
	t.Result.GraphRequestID, t.Result.DoubtedAt, t.Result.ChangedAt = why.Ref, since, now
	data := reference(why)
	if why.Ref != "" {
		data["graph_request_id"] = why.Ref
	}
	r.record(now, ResetDoubted, Actor{}, Event{Device: device, Text: why.Text, Data: data})
}

// unsent takes back an intent whose reset Intune has provably not taken, so
// that it may be sent again. With a reason, nothing can have been sent at all.
func (r *Request) unsent(device string, why *Error, now time.Time) {
	t := r.sending(device)
	if t == nil {
		return
	}
	e := Event{Device: device}
	sends := t.Result.Sends
	if why != nil {
		e.Text, e.Data = why.Text, reference(why)
		sends--
	}
	t.Result = Result{Phase: Waiting, Sends: sends, ChangedAt: now}
	r.record(now, ResetUnsent, Actor{}, e)
}

// found takes that Intune shows a reset that had been in doubt.
func (r *Request) found(device string, seen evidence, now time.Time) {
	t := r.Target(device)
	if t == nil || (t.Result.Phase != Sending && t.Result.Phase != Unknown) {
		return
	}
	data := map[string]string{"found": "afterwards", "by": seen.by}
	if t.Result.GraphRequestID != "" {
		data["graph_request_id"] = t.Result.GraphRequestID
	}
	if t.Result.Phase == Sending { // an unknown one has its trace
		defer func() { r.trace(*t, t.Result.takenAt()) }()
	}
	t.Result.Phase, t.Result.ChangedAt, t.Result.TakenAt = Accepted, now, seen.at
	t.Result.Reason, t.Result.Code = seen.words, ""
	r.record(now, ResetAccepted, Actor{}, Event{Device: device, Text: seen.words, Data: data})
}

// delayRun says, once, that the resets are held up and go on by themselves.
func (r *Request) delayRun(why *Error, until, now time.Time) {
	if r.State != Running || r.Delayed {
		return
	}
	r.Delayed = true
	data := reference(why)
	data["until"] = until.Format(time.RFC3339Nano)
	r.record(now, RunDelayed, Actor{}, Event{Text: why.Text, Data: data})
}
