package approvals

import (
	"strconv"
	"strings"
	"time"
)

// Ask is what somebody asks for.
type Ask struct {
	Actor        Actor
	Channel      string
	Thread       string // the ts of the thread where it is asked; empty for the channel itself
	ThreadLink   string // Slack's permalink to that thread; may be empty
	Selectors    []Selector
	Reason       string
	Statement    Statement
	AllOrNothing bool
	// Key is the meaning of the act for the store: the same key is stored
	// once. Slack's trigger id, for a command.
	Key string
}

// named is what an event keeps of how devices were named, and where.
func (a Ask) named() map[string]string {
	var all []string
	for _, s := range a.Selectors {
		all = append(all, s.String())
	}
	named := map[string]string{"selectors": strings.Join(all, " "), "channel": a.Channel}
	if a.Thread != "" {
		named["thread"] = a.Thread
	}
	return named
}

// newRequest returns a request for ask, to be checked at once.
func newRequest(ask Ask, p Policy, now time.Time) *Request {
	r := &Request{
		State:     Checking,
		Requester: ask.Actor, Channel: ask.Channel, CardChannel: p.CardPlace(ask.Channel),
		Thread: ask.Thread, ThreadLink: ask.ThreadLink,
		Reason: ask.Reason, Statement: ask.Statement, Selectors: ask.Selectors, AllOrNothing: ask.AllOrNothing,
		Quorum: p.Quorum, Approvers: p.Approvers,
		CreatedAt: now, ExpiresAt: now.Add(p.TimeToLive), WakeAt: now,
	}
	r.record(now, Asked, ask.Actor, Event{Text: ask.Reason, Data: ask.named()})
	return r
}

// ask returns what was asked for.
func (r *Request) ask() Ask {
	return Ask{
		Actor: r.Requester, Channel: r.Channel, Thread: r.Thread, ThreadLink: r.ThreadLink, Selectors: r.Selectors, Reason: r.Reason, Statement: r.Statement, AllOrNothing: r.AllOrNothing,
	}
}

// Decide records the decision of an approver whose right to decide, by
// standing and group, has just been checked; groups are those of the
// request's approvers that the person is in. It refuses the requester, the
// user of one of the devices, whoever has decided before, and everybody once
// the request no longer waits; the errors are of kind Forbidden, Conflict or
// TooLate.
func (r *Request) Decide(p Person, groups []string, approve bool, comment string, now time.Time) error {
	if err := r.settled(now); err != nil {
		return err
	}
	if r.State == Checking {
		return refusal("still-checking", r.ID.String())
	}
	if p.ID == r.Requester.ID {
		return refusal("own-request", r.ID.String())
	}
	if err := p.apart(r.Targets, r.ID); err != nil {
		return err
	}
	if r.decidedBy(p.ID) != nil {
		return refusal("decided-by-you", r.ID.String(), plural(r.Missing(), "approval", "approvals"))
	}
	r.Decisions = append(r.Decisions, Decision{Actor: p.Actor(), Groups: groups, Approved: approve, Comment: comment, At: now})
	data := map[string]string{}
	if r.Rule != "" {
		data["rule"] = r.Rule
	}
	if len(groups) > 0 {
		data["groups"] = strings.Join(groups, " ")
	}
	if !approve {
		r.State, r.DecidedAt, r.EndedAt, r.WakeAt = Denied, now, now, time.Time{}
		r.record(now, GotDenial, p.Actor(), Event{Text: comment, Data: data})
		return nil
	}
	r.record(now, GotApproval, p.Actor(), Event{Text: comment, Data: data})
	if r.Missing() == 0 {
		r.State, r.DecidedAt, r.WakeAt = Approved, now, now
		r.record(now, ReachedQuorum, Actor{}, Event{Data: map[string]string{"approvals": strconv.Itoa(r.Approvals()), "quorum": strconv.Itoa(r.Quorum)}})
	}
	return nil
}

// tighten raises what the request needs to what the policy asks for today,
// and takes over the name of the rule that asks for it.
func (r *Request) tighten(today Ruling, now time.Time) {
	t := today.Terms
	quorum, groups := max(r.Quorum, t.Quorum), max(r.Groups, t.Groups)
	others := today.Rule != r.Rule && !t.Approvers.same(r.Approvers)
	if quorum == r.Quorum && groups == r.Groups && !others {
		return
	}
	r.Quorum, r.Groups, r.Rule = quorum, groups, today.Rule
	r.record(now, Tightened, Actor{}, Event{Data: r.demanded()})
}

// demanded is what an event keeps of what a request needs, and by which rule.
func (r *Request) demanded() map[string]string {
	data := map[string]string{"quorum": strconv.Itoa(r.Quorum)}
	if r.Groups > 1 {
		data["different_groups"] = strconv.Itoa(r.Groups)
	}
	if r.Rule != "" {
		data["rule"] = r.Rule
	}
	return data
}

// counts says that the decision is an approval that has not become void.
func (d Decision) counts() bool { return d.Approved && d.Void == "" }

// void takes that an approval no longer counts.
func (r *Request) void(i int, why *Error, now time.Time) {
	d := &r.Decisions[i]
	d.Void = why.Code
	who := d.Actor.String()
	text := map[string]string{
		"not-approver": who + " is no longer in a group that may approve it",
		"deactivated":  who + " has been deactivated in Slack",
		"owner":        who + " is now the user of one of its devices",
		"no-identity":  "Slack no longer tells whether one of its devices is that of " + who,

		"not-approver-now": who + " may not approve it by the rules that hold now",
	}[why.Code]
	if text == "" {
		text = who + " may no longer decide on it: " + trimmed(why.Text)
	}
	r.record(now, ApprovalVoided, d.Actor, Event{Text: text, Data: map[string]string{"code": why.Code}})
}

// reopen takes that an approved request has lost approvals before its start:
// it waits for others for as long as it has time.
func (r *Request) reopen(now time.Time) {
	if r.State != Approved || r.Missing() == 0 {
		return
	}
	r.State, r.DecidedAt, r.Delayed = Pending, time.Time{}, false
	r.waitOn(now)
	r.record(now, Reopened, Actor{}, Event{Data: map[string]string{"approvals": strconv.Itoa(r.Approvals()), "quorum": strconv.Itoa(r.Quorum)}})
	r.Expire(now)
}

// Cancel takes the request back. Only the requester may, and only until it
// runs.
func (r *Request) Cancel(by Actor, now time.Time) error {
	if by.ID != r.Requester.ID {
		return refusal("not-yours-to-cancel", r.Requester.String(), r.ID.String())
	}
	switch r.State {
	case Running:
		return refusal("already-running", r.ID.String())
	case Approved: // it waits for its start
	default:
		if err := r.settled(now); err != nil {
			return err
		}
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
