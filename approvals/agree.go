package approvals

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// leadsTo is the state that an event brings its request to.
var leadsTo = map[EventKind]State{
	Asked: Checking, BecameReady: Pending, WasRejected: Rejected, GotDenial: Denied, ReachedQuorum: Approved, Reopened: Pending,
	WasCancelled: Cancelled, HasExpired: Expired, RunStarted: Running, RunEnded: Done,
}

// Disagrees says in what a stored request is not what its events, all of
// them and oldest first, tell of it: its state, who asked and why, its
// devices, how many approvals it needs, or who has decided. Empty says that it
// is. The events are in the log's chain and the request is not, so that a
// request that somebody wrote into the store is found.
func Disagrees(r Request, events []Event) string {
	state := State("")
	var decided []string
	told := func(who Actor, approved bool) string { return fmt.Sprintf("%s %v", who.ID, approved) }
	for _, e := range events {
		if e.Request != r.ID {
			return fmt.Sprintf("event %d, which is given as one of its own, is of %s", e.Seq, e.Request)
		}
		if to, leads := leadsTo[e.Kind]; leads {
			state = to
		}
		if what := e.contradicts(r); what != "" {
			return what
		}
		if e.Kind == GotApproval || e.Kind == GotDenial {
			decided = append(decided, told(e.Actor, e.Kind == GotApproval))
		}
	}
	switch {
	case state == "":
		return fmt.Sprintf("it is stored as %s, and the log has nothing of it", r.State)
	case state != r.State:
		return fmt.Sprintf("it is stored as %s, and the log left it %s", r.State, state)
	case len(decided) != len(r.Decisions):
		return fmt.Sprintf("%s are stored, and the log has %d", plural(len(r.Decisions), "decision", "decisions"), len(decided))
	}
	for i, d := range r.Decisions {
		if told(d.Actor, d.Approved) != decided[i] {
			return fmt.Sprintf("decision %d is stored as one of %s, and the log has another", i+1, d.Actor.ID)
		}
	}
	return ""
}

// contradicts says what an event tells of its request that is stored
// differently.
func (e Event) contradicts(r Request) string {
	switch e.Kind {
	case Asked:
		if e.Actor.ID != r.Requester.ID {
			return fmt.Sprintf("it is stored as one of %s, and the log says that %s asked for it", r.Requester.ID, e.Actor.ID)
		}
		if e.Text != r.Reason {
			return "its reason is another than in the log"
		}
		if e.Data["thread"] != r.Thread {
			return "the thread where it was asked is another than in the log"
		}
		if again := e.Data["again"]; again != "" && again != r.Again.String() || again == "" && r.Again != 0 {
			return "it asks for the devices of another request again than in the log"
		}
		if e.Data["reason_by"] != r.Borrowed.By.ID {
			return "its reason is that of somebody else than in the log"
		}
	case BecameReady:
		ids, told := e.Data["device_ids"] // not by earlier versions
		if told && ids != strings.Join(devicesOf(r.Targets), " ") {
			return "its devices are others than in the log"
		}
		if e.Data["unusual"] != strings.Join(words(r.Unusual), " ") {
			return "what is unusual of it is something else than in the log"
		}
		fallthrough
	case Tightened:
		if quorum, err := strconv.Atoi(e.Data["quorum"]); err == nil && r.Quorum < quorum {
			return fmt.Sprintf("it is stored as one that needs %s, and the log says %d", plural(r.Quorum, "approval", "approvals"), quorum)
		}
	}
	return ""
}

// maxHistory is more than the events of any request.
const maxHistory = 1 << 20

// untouched compares a request that is about to reset devices with what the
// log tells of it. Where they disagree, it goes no further: nobody may have
// approved what it has yet to reset. It returns the request as it is then. A
// running one that this process has started, or has looked at, is passed over.
func (w *Runner) untouched(ctx context.Context, r Request, log *slog.Logger) (Request, error) {
	if _, known := w.agreed.Load(r.ID); known {
		return r, nil
	}
	events, err := w.Store.History(ctx, r.ID, 0, maxHistory)
	if err != nil {
		return r, err
	}
	if what := Disagrees(r, events); what != "" {
		log.Error("request is not what the log tells of it; it goes no further", "what", what)
		return w.change(ctx, r.ID, func(r *Request) { r.distrust(refusal("log-disagrees", r.ID.String(), what), w.now()) })
	}
	return r, nil
}

// distrust ends what an approved or running request has not reset yet. One
// that was cancelled meanwhile stays so.
func (r *Request) distrust(why *Error, now time.Time) {
	if r.State == Approved {
		r.withdraw(why, now)
		return
	}
	for _, t := range r.Targets {
		if !t.Result.Phase.Settled() {
			r.settle(t.Device.ID, t.Result.Phase.brokenOff(), why, Receipt{}, now)
		}
	}
}

// Course follows the events of a log, oldest first, and knows in which states
// they have left the requests that are not ended.
type Course struct{ states map[ID]State }

// Next takes the next event. It returns false for the intent of a reset whose
// request was not approved and started before.
func (c *Course) Next(e Event) bool {
	if e.Kind == ResetIntended {
		return c.states[e.Request] == Running
	}
	to, leads := leadsTo[e.Kind]
	switch {
	case !leads:
	case to == Running && c.states[e.Request] != Approved, to.Ended():
		delete(c.states, e.Request)
	default:
		if c.states == nil {
			c.states = map[ID]State{}
		}
		c.states[e.Request] = to
	}
	return true
}
