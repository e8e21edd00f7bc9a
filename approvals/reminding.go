package approvals

import (
	"slices"
	"strings"
	"time"
)

// The reminders of a request that waits for decisions, as Request.Reminded
// counts them.
const (
	remindedApprovers  = 1
	remindedEscalation = 2
)

// The steps of a reminder, as events have them.
const (
	stepHalf       = "half"
	stepEscalation = "escalation"
)

// reminders returns when a request that waits is called to mind: at half of
// its time, and once four fifths of it are over.
func (r *Request) reminders() (half, late time.Time) {
	waits := r.ExpiresAt.Sub(r.ReadyAt)
	return Instant(r.ReadyAt.Add(waits / 2)), Instant(r.ReadyAt.Add(waits / 5 * 4))
}

// waitOn has a pending request woken for what comes next: a reminder, or its
// expiry.
func (r *Request) waitOn(now time.Time) {
	r.WakeAt = r.ExpiresAt
	half, late := r.reminders()
	for _, at := range []time.Time{late, half} {
		if now.Before(at) {
			r.WakeAt = at
		}
	}
}

// callToMind reminds of a pending request whose time to is come, each step
// once: where both are due at once, whoever comes later is called alone.
func (r *Request) callToMind(p Policy, now time.Time) {
	if r.State != Pending || r.Expire(now) {
		return
	}
	half, late := r.reminders()
	switch {
	case r.Reminded < remindedEscalation && !now.Before(late) && !p.Escalation.Empty():
		r.Reminded = remindedEscalation
		r.recordReminder(stepEscalation, p.Escalation, now)
	case r.Reminded < remindedApprovers && !now.Before(half):
		r.Reminded = remindedApprovers
		r.recordReminder(stepHalf, r.Approvers, now)
	}
	r.waitOn(now)
}

// recordReminder names in its event who is to be mentioned: nobody who has
// decided already, or may not.
func (r *Request) recordReminder(step string, who Audience, now time.Time) {
	people := slices.DeleteFunc(slices.Clone(who.People), func(id string) bool {
		return id == r.Requester.ID || r.decidedBy(id) != nil
	})
	data := map[string]string{"step": step}
	for name, ids := range map[string][]string{"groups": who.Groups, "people": people} {
		if len(ids) > 0 {
			data[name] = strings.Join(ids, ",")
		}
	}
	r.record(now, Reminded, Actor{}, Event{Data: data})
}
