package view

import (
	"strings"

	"passcodebot/approvals"
)

// room is how much of a request its card shows one by one; the thread lists
// what is not on it.
type room struct {
	targets  int
	leftOut  int
	narrowed int
}

// The most that a card shows, and the least that it gives up last.
const (
	cardDevices  = 10
	fewDevices   = 3
	cardLeftOut  = 8
	fewLeftOut   = 2
	cardNarrowed = 3
	cardReason   = 300
	cardOutcome  = 150 // characters of the reason of one result
)

// roomFor finds how much of a request fits on its card, through its whole
// life. It depends only on what is fixed once the request is ready, so that
// the card and the thread agree at all times.
func (v Renderer) roomFor(r approvals.Request) room {
	n := room{
		targets:  min(cardDevices, len(r.Targets)),
		leftOut:  min(cardLeftOut, len(r.LeftOut)),
		narrowed: min(cardNarrowed, len(r.Narrowed)),
	}
	waiting, ended := largest(r, approvals.Pending), largest(r, approvals.Done)
	for max(v.card(waiting, someday, n, cardOutcome).Size(), v.card(ended, someday, n, cardOutcome).Size()) > maxSize {
		switch {
		case n.targets > fewDevices:
			n.targets--
		case n.leftOut > fewLeftOut:
			n.leftOut--
		case n.narrowed > 0:
			n.narrowed--
		case n.targets > 0:
			n.targets--
		case n.leftOut > 0:
			n.leftOut--
		default:
			return n
		}
	}
	return n
}

// largest is a request in a state whose card is as long as it may become.
func largest(r approvals.Request, s approvals.State) approvals.Request {
	r.State, r.Decisions = s, nil
	r.EndedAt, r.ExpiresAt = someday, someday
	for range r.Quorum {
		r.Decisions = append(r.Decisions, approvals.Decision{Actor: approvals.Actor{ID: strings.Repeat("U", 12)}, Approved: true})
	}
	for range maxVoid + 1 {
		r.Decisions = append(r.Decisions, approvals.Decision{Actor: approvals.Actor{ID: strings.Repeat("U", 12)}, Approved: true, Void: "no-identity"})
	}
	r.Review.Signed.ID = strings.Repeat("U", 12)
	targets := make([]approvals.Target, len(r.Targets))
	for i, t := range r.Targets {
		t.Device.LastCheckIn = longAgo
		t.Result = approvals.Result{Phase: approvals.Waiting}
		if s == approvals.Done {
			t.Result = approvals.Result{
				Phase: approvals.Unknown, Reason: strings.Repeat("x", cardOutcome), GraphRequestID: strings.Repeat("x", 36),
			}
		}
		targets[i] = t
	}
	r.Targets = targets
	return r
}
