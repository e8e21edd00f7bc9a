package approvals

import "time"

// Ask is what somebody asks for.
type Ask struct {
	Actor        Actor
	Channel      string
	Selectors    []Selector
	Reason       string
	AllOrNothing bool
	// Key is the meaning of the act for the store: the same key is stored
	// once. Slack's trigger id, for a command.
	Key string
}

// newRequest returns a request for ask, to be checked at once.
func newRequest(ask Ask, p Policy, now time.Time) *Request {
	r := &Request{
		State:     Checking,
		Requester: ask.Actor, Channel: ask.Channel, CardChannel: p.CardPlace(ask.Channel),
		Reason: ask.Reason, Selectors: ask.Selectors, AllOrNothing: ask.AllOrNothing,
		Quorum: p.Quorum, Approvers: p.Approvers,
		CreatedAt: now, ExpiresAt: now.Add(p.TimeToLive), WakeAt: now,
	}
	r.record(now, Asked, ask.Actor, Event{Text: ask.Reason})
	return r
}

// Decide records the decision of an approver whose right to decide, by
// standing and group, has just been checked. It refuses the requester, the
// user of one of the devices, whoever has decided before, and everybody once
// the request no longer waits; the errors are of kind Forbidden, Conflict or
// TooLate.
func (r *Request) Decide(p Person, approve bool, comment string, now time.Time) error {
	if err := r.settled(now); err != nil {
		return err
	}
	if r.State == Checking {
		return refusal("still-checking", r.ID.String())
	}
	if p.ID == r.Requester.ID {
		return refusal("own-request", r.ID.String())
	}
	for _, t := range r.Targets {
		if p.owns(t.Device) {
			return refusal("owner", t.Device.Name, r.ID.String())
		}
	}
	if r.decidedBy(p.ID) != nil {
		return refusal("decided-by-you", r.ID.String(), plural(r.Quorum-r.Approvals(), "approval", "approvals"))
	}
	r.Decisions = append(r.Decisions, Decision{Actor: p.Actor(), Approved: approve, Comment: comment, At: now})
	if !approve {
		r.State, r.DecidedAt, r.EndedAt, r.WakeAt = Denied, now, now, time.Time{}
		r.record(now, GotDenial, p.Actor(), Event{Text: comment})
		return nil
	}
	r.record(now, GotApproval, p.Actor(), Event{Text: comment})
	if r.Approvals() >= r.Quorum {
		r.State, r.DecidedAt, r.WakeAt = Approved, now, now
		r.record(now, ReachedQuorum, Actor{}, Event{})
	}
	return nil
}

// Cancel takes the request back. Only the requester may, and only until it
// is approved.
func (r *Request) Cancel(by Actor, now time.Time) error {
	if by.ID != r.Requester.ID {
		return refusal("not-yours-to-cancel", r.Requester.String(), r.ID.String())
	}
	if r.State == Approved || r.State == Running {
		return refusal("already-running", r.ID.String())
	}
	if err := r.settled(now); err != nil {
		return err
	}
	r.State, r.DecidedAt, r.EndedAt, r.WakeAt = Cancelled, now, now, time.Time{}
	r.record(now, WasCancelled, by, Event{})
	return nil
}

// Expire ends a request whose time to decide is over. It reports whether it
// did: a request that is no longer waiting, or still has time, stays.
func (r *Request) Expire(now time.Time) bool {
	if !r.overdue(now) {
		return false
	}
	r.State, r.EndedAt, r.WakeAt = Expired, now, time.Time{}
	r.record(now, HasExpired, Actor{}, Event{})
	return true
}
