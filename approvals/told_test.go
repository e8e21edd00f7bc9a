package approvals_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"passcodebot/approvals"
)

// bg is for acts of a test that outlive none of it.
var bg = context.Background()

// retelling is a request in short, from the store or from the events.
type retelling struct {
	State       approvals.State
	Decisions   []string
	Phases      map[string]approvals.Phase
	Unconfirmed []string
}

func retold(r approvals.Request) retelling {
	t := retelling{State: r.State, Phases: map[string]approvals.Phase{}}
	for _, d := range r.Decisions {
		t.Decisions = append(t.Decisions, fmt.Sprint(d.Actor.ID, " ", d.Approved))
	}
	for _, target := range r.Targets {
		if target.Result.Phase != approvals.Waiting {
			t.Phases[target.Device.ID] = target.Result.Phase
		}
		if target.Result.Unconfirmed {
			t.Unconfirmed = append(t.Unconfirmed, target.Device.ID)
		}
	}
	slices.Sort(t.Unconfirmed)
	return t
}

// tale is what the events tell of all requests, and what they can't tell.
type tale struct {
	requests map[approvals.ID]*retelling
	wrong    []string
}

func (t tale) of(r approvals.Request) retelling {
	if told := t.requests[r.ID]; told != nil {
		slices.Sort(told.Unconfirmed)
		return *told
	}
	return retelling{}
}

// The states that an event can come in, and the one that it leads to; none
// for one that leads nowhere. They are the picture of the states.
var stateAfter = map[approvals.EventKind]struct {
	from []approvals.State
	to   approvals.State
}{
	approvals.Asked:            {[]approvals.State{""}, approvals.Checking},
	approvals.CheckDelayed:     {[]approvals.State{approvals.Checking}, ""},
	approvals.BecameReady:      {[]approvals.State{approvals.Checking}, approvals.Pending},
	approvals.WasRejected:      {[]approvals.State{approvals.Checking, approvals.Approved}, approvals.Rejected},
	approvals.GotApproval:      {[]approvals.State{approvals.Pending}, ""},
	approvals.GotDenial:        {[]approvals.State{approvals.Pending}, approvals.Denied},
	approvals.ReachedQuorum:    {[]approvals.State{approvals.Pending}, approvals.Approved},
	approvals.WasCancelled:     {[]approvals.State{approvals.Checking, approvals.Pending, approvals.Approved}, approvals.Cancelled},
	approvals.HasExpired:       {[]approvals.State{approvals.Checking, approvals.Pending}, approvals.Expired},
	approvals.RunStarted:       {[]approvals.State{approvals.Approved}, approvals.Running},
	approvals.RunDelayed:       {[]approvals.State{approvals.Approved, approvals.Running}, ""},
	approvals.ApprovalVoided:   {[]approvals.State{approvals.Pending, approvals.Approved}, ""},
	approvals.Tightened:        {[]approvals.State{approvals.Pending, approvals.Approved}, ""},
	approvals.Reopened:         {[]approvals.State{approvals.Approved}, approvals.Pending},
	approvals.Reminded:         {[]approvals.State{approvals.Pending}, ""},
	approvals.HandoverAsked:    {[]approvals.State{approvals.Done}, ""},
	approvals.HandoverAnswered: {[]approvals.State{approvals.Done}, ""},
	approvals.BrokeGlass:       {[]approvals.State{approvals.Pending}, ""},
	approvals.ReviewAsked:      {[]approvals.State{approvals.Done}, ""},
	approvals.ReviewReminded:   {[]approvals.State{approvals.Done}, ""},
	approvals.ReviewSigned:     {[]approvals.State{approvals.Done}, ""},
	approvals.ResetIntended:    {[]approvals.State{approvals.Running}, ""},
	approvals.ResetDoubted:     {[]approvals.State{approvals.Running}, ""},
	approvals.ResetUnsent:      {[]approvals.State{approvals.Running}, ""},
	approvals.ResetAccepted:    {[]approvals.State{approvals.Running, approvals.Done}, ""},
	approvals.ResetFailed:      {[]approvals.State{approvals.Running}, ""},
	approvals.ResetSkipped:     {[]approvals.State{approvals.Running}, ""},
	approvals.ResetUnknown:     {[]approvals.State{approvals.Running}, ""},
	approvals.RunEnded:         {[]approvals.State{approvals.Running}, approvals.Done},
	approvals.ResetConfirmed:   {[]approvals.State{approvals.Done}, ""},
	approvals.DeviceFailed:     {[]approvals.State{approvals.Done}, ""},
	approvals.Unconfirmed:      {[]approvals.State{approvals.Done}, ""},
}

// The phases that an event can find a device in, and the one that it leads
// to. Waiting is the empty phase here.
var phaseAfter = map[approvals.EventKind]struct {
	from []approvals.Phase
	to   approvals.Phase
}{
	approvals.ResetIntended:  {[]approvals.Phase{""}, approvals.Sending},
	approvals.ResetAccepted:  {[]approvals.Phase{approvals.Sending, approvals.Unknown}, approvals.Accepted},
	approvals.ResetFailed:    {[]approvals.Phase{"", approvals.Sending}, approvals.Failed},
	approvals.ResetDoubted:   {[]approvals.Phase{approvals.Sending}, approvals.Sending},
	approvals.ResetUnsent:    {[]approvals.Phase{approvals.Sending}, ""},
	approvals.ResetSkipped:   {[]approvals.Phase{"", approvals.Sending}, approvals.Skipped},
	approvals.ResetUnknown:   {[]approvals.Phase{approvals.Sending}, approvals.Unknown},
	approvals.ResetConfirmed: {[]approvals.Phase{approvals.Accepted}, approvals.Confirmed},
	approvals.DeviceFailed:   {[]approvals.Phase{approvals.Accepted}, approvals.FailedOnDevice},
}

// tell folds the events.
func tell(events []approvals.Event) tale {
	t := tale{requests: map[approvals.ID]*retelling{}}
	for _, e := range events {
		if e.Kind == approvals.WasRefused {
			continue // changes nothing
		}
		r := t.requests[e.Request]
		if r == nil {
			r = &retelling{Phases: map[string]approvals.Phase{}}
			t.requests[e.Request] = r
		}
		step, known := stateAfter[e.Kind]
		if !known || !slices.Contains(step.from, r.State) {
			t.wrong = append(t.wrong, fmt.Sprintf("%v: %s while %s", e.Request, e.Kind, r.State))
		}
		if step.to != "" {
			r.State = step.to
		}
		if phase, ok := phaseAfter[e.Kind]; ok {
			if !slices.Contains(phase.from, r.Phases[e.Device]) {
				t.wrong = append(t.wrong, fmt.Sprintf("%v: %s of a device that is %q", e.Request, e.Kind, r.Phases[e.Device]))
			}
			r.Phases[e.Device] = phase.to
			if phase.to == "" {
				delete(r.Phases, e.Device)
			}
		}
		switch e.Kind {
		case approvals.GotApproval, approvals.GotDenial:
			r.Decisions = append(r.Decisions, fmt.Sprint(e.Actor.ID, " ", e.Kind == approvals.GotApproval))
		case approvals.Unconfirmed:
			r.Unconfirmed = append(r.Unconfirmed, e.Device)
		}
	}
	return t
}

// The fold itself notices what can't be: two intents for one device, a run
// without a quorum, a life after the end.
func TestTell_noticesWhatCannotBe(t *testing.T) {
	t.Parallel()
	kinds := func(ks ...approvals.EventKind) []approvals.Event {
		var es []approvals.Event
		for _, k := range ks {
			es = append(es, approvals.Event{Request: 1, Kind: k, Device: pixel})
		}
		return es
	}
	approved := []approvals.EventKind{approvals.Asked, approvals.BecameReady, approvals.GotApproval, approvals.ReachedQuorum, approvals.RunStarted}
	for name, tt := range map[string]struct {
		events []approvals.Event
		wrong  int
	}{
		"a run":             {kinds(append(approved, approvals.ResetIntended, approvals.ResetAccepted, approvals.RunEnded)...), 0},
		"two intents":       {kinds(append(approved, approvals.ResetIntended, approvals.ResetIntended)...), 1},
		"no quorum":         {kinds(approvals.Asked, approvals.BecameReady, approvals.RunStarted), 1},
		"after the end":     {kinds(approvals.Asked, approvals.HasExpired, approvals.GotApproval), 1},
		"of another world":  {kinds(approvals.Asked, "request.dreamt"), 1},
		"nothing asked":     {kinds(approvals.BecameReady), 1},
		"sent, not told of": {kinds(append(approved, approvals.ResetAccepted)...), 1},
	} {
		if got := tell(tt.events).wrong; len(got) != tt.wrong {
			t.Errorf("%s: wrong is %q; want %d of them", name, got, tt.wrong)
		}
	}
}
