package approvals

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Request is one /reset-passcode with its devices, reason, decisions and
// results. Its methods are the only way to change it; each records the event
// that it is, and the store saves both in one step.
type Request struct {
	ID      ID
	Version uint64 // how often it was saved; zero for a new one
	State   State

	Requester    Actor
	Channel      string // where it was asked
	CardChannel  string // where its card goes
	Thread       string // the ts of the thread where it was asked; empty where it was asked in the channel
	ThreadLink   string // Slack's permalink to that thread; may be empty
	Again        ID     // the request whose failed devices this one asks for again; zero for none
	Reason       string
	Borrowed     Borrowed  // whose the reason is, where it is not the requester's own
	Statement    Statement // what else the requester said
	Selectors    []Selector
	AllOrNothing bool

	Rule      string   // the name of the rule that holds; empty where none does, and while it is checked
	Quorum    int      // approvals that it needs
	Groups    int      // from how many different groups of Approvers these must come; 0 and 1 mean any
	Approvers Audience // whom the card asks
	Policy    string   // the fingerprint of the policy by which this was decided

	CreatedAt time.Time
	ReadyAt   time.Time // when its card could be shown
	ExpiresAt time.Time
	DecidedAt time.Time // when it got its quorum, was denied or cancelled
	StartedAt time.Time
	EndedAt   time.Time

	Targets   []Target
	LeftOut   []LeftOut
	Narrowed  []Narrowing
	Decisions []Decision
	Unread    bool      // Intune's own record of resets could not be read when it was checked
	Earlier   []Past    // earlier resets of its devices, of their owners and by its requester, the latest first
	Unusual   []Unusual // what was unusual of it when it became ready
	Review    Review
	Handover  Handover // whether the person has set a passcode of their own

	Closing  string    // why it was rejected or cancelled, in words; may be empty
	Delayed  bool      // the check had to be repeated, and the requester was told
	Reminded int       // reminders given while it waits: 1 for its approvers, 2 for the escalation too
	Looks    int       // how often its devices were looked at since the last reset
	WakeAt   time.Time // the next time at which it needs the clock; zero for never

	recorded []Event
	traced   []Trace
}

// Decision is one approver's yes or no.
type Decision struct {
	Actor    Actor
	Groups   []string // the groups of the request's Approvers that the person was in
	Approved bool
	Comment  string
	At       time.Time
	Void     string // why it no longer counts, as a code of Refusals; empty while it does
}

// Instant returns t as it is stored: UTC, whole microseconds.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Recorded returns the events of the transitions since the request was read
// or made.
func (r *Request) Recorded() []Event { return slices.Clone(r.recorded) }

// Traced returns what is to be found again of the transitions since the
// request was read or made, by subject and time.
func (r *Request) Traced() []Trace { return slices.Clone(r.traced) }

func (r *Request) record(at time.Time, kind EventKind, by Actor, e Event) {
	e.At, e.Kind, e.Actor, e.Request = at, kind, by, r.ID
	r.recorded = append(r.recorded, e)
}

// Approvals counts the approvals that have not become void.
func (r *Request) Approvals() int {
	n := 0
	for _, d := range r.Decisions {
		if d.counts() {
			n++
		}
	}
	return n
}

// Missing returns how many approvals the request still needs. With enough of
// them it needs more where they come from too few different groups.
func (r *Request) Missing() int {
	var groups [][]string
	for _, d := range r.Decisions {
		if d.counts() {
			groups = append(groups, d.Groups)
		}
	}
	return max(r.Quorum-len(groups), r.Groups-differentGroups(groups), 0)
}

// Count returns how many targets are in one of the phases.
func (r *Request) Count(phases ...Phase) int {
	n := 0
	for _, t := range r.Targets {
		if slices.Contains(phases, t.Result.Phase) {
			n++
		}
	}
	return n
}

// Outcome returns what became of the request. It means something once the
// request is done.
func (r *Request) Outcome() Outcome {
	taken := 0
	for _, t := range r.Targets {
		if t.Result.Phase.Taken() {
			taken++
		}
	}
	switch taken {
	case len(r.Targets):
		return Succeeded
	case 0:
		return AllFailed
	}
	return Partial
}

// Target returns the target with the device id, or nil.
func (r *Request) Target(device string) *Target {
	for i := range r.Targets {
		if r.Targets[i].Device.ID == device {
			return &r.Targets[i]
		}
	}
	return nil
}

// decidedBy returns the decision of a person that has not become void, or nil.
func (r *Request) decidedBy(id string) *Decision {
	for i := range r.Decisions {
		if r.Decisions[i].Actor.ID == id && r.Decisions[i].Void == "" {
			return &r.Decisions[i]
		}
	}
	return nil
}

// overdue says that the time to decide is over, whether or not the sweep has
// been there.
func (r *Request) overdue(now time.Time) bool {
	return (r.State == Pending || r.State == Checking) && !now.Before(r.ExpiresAt)
}

// settled returns why nobody can decide on the request or cancel it any
// more, or nil.
func (r *Request) settled(now time.Time) error {
	id := r.ID.String()
	switch {
	case r.State == Expired, r.overdue(now):
		return refusal("expired", id)
	case r.State == Denied:
		return refusal("already-denied", r.last(false).Actor.String(), id)
	case r.State == Cancelled:
		return refusal("already-cancelled", r.Requester.String(), id)
	case r.State == Rejected && !r.DecidedAt.IsZero():
		return refusal("already-withdrawn", id)
	case r.State == Rejected:
		return refusal("already-rejected", id)
	case r.State == Done:
		return refusal("already-ended", id)
	case r.State == Approved, r.State == Running:
		return refusal("already-approved", r.last(true).Actor.String(), id)
	}
	return nil
}

// last returns the last decision of that kind.
func (r *Request) last(approved bool) Decision {
	for _, d := range slices.Backward(r.Decisions) {
		if d.Approved == approved && d.Void == "" {
			return d
		}
	}
	return Decision{}
}

// trimmed returns a sentence without its full stop, to go on in another.
func trimmed(s string) string { return strings.TrimSuffix(s, ".") }

// summary names the devices that were left out, with their reasons, in one
// line for a sentence.
func summary(left []LeftOut) string {
	var parts []string
	for _, l := range left {
		name := l.Selector.String()
		if l.Device.ID != "" {
			name = l.Device.Name
		}
		if l.Reason != "" {
			name += ": " + strings.TrimSuffix(l.Reason, ".")
		}
		parts = append(parts, name)
	}
	const most = 5
	if len(parts) > most {
		rest := len(parts) - most
		parts = append(parts[:most], fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(parts, "; ") + "."
}
