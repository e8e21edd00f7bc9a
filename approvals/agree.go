package approvals

import "fmt"

// leadsTo is the state that an event brings its request to.
var leadsTo = map[EventKind]State{
	Asked: Checking, BecameReady: Pending, WasRejected: Rejected, GotDenial: Denied, ReachedQuorum: Approved, Reopened: Pending,
	WasCancelled: Cancelled, HasExpired: Expired, RunStarted: Running, RunEnded: Done,
}

// Disagrees says in what a stored request is not what its events, all of
// them and oldest first, tell of it: its state, or who has decided. Empty says
// that it is. The events are in the log's chain and the request is not, so
// that a request that somebody wrote into the store is found.
func Disagrees(r Request, events []Event) string {
	state := State("")
	var decided []string
	told := func(who Actor, approved bool) string { return fmt.Sprintf("%s %v", who.ID, approved) }
	for _, e := range events {
		if to, leads := leadsTo[e.Kind]; leads {
			state = to
		}
		if e.Kind == GotApproval || e.Kind == GotDenial {
			decided = append(decided, told(e.Actor, e.Kind == GotApproval))
		}
	}
	if state != r.State {
		return fmt.Sprintf("it is stored as %s, and the log left it %s", r.State, state)
	}
	if len(decided) != len(r.Decisions) {
		return fmt.Sprintf("%s are stored, and the log has %d", plural(len(r.Decisions), "decision", "decisions"), len(decided))
	}
	for i, d := range r.Decisions {
		if told(d.Actor, d.Approved) != decided[i] {
			return fmt.Sprintf("decision %d is stored as one of %s, and the log has another", i+1, d.Actor.ID)
		}
	}
	return ""
}
