package approvals

import (
	"context"
	"strconv"
	"time"
)

const (
	// askAgain is the pause before the question is put again after a no.
	askAgain = 24 * time.Hour
	// maxHandovers bounds how often it is put.
	maxHandovers = 3
)

// Handover is what becomes of the temporary passcode: the requester is asked
// whether the person has set a passcode of their own.
type Handover struct {
	Due      bool      // the question will be put, or was put and has no final answer
	Asked    time.Time // when it was put last
	Times    int       // how often it was put
	Answered Actor     // who answered last; zero while nobody has
	Own      bool      // the answer: the person has set a passcode of their own
	At       time.Time // when it was answered last
}

// next returns when the question is put next, after resets that ended at a
// time; zero where it is not, or where its answer has to come first.
func (h Handover) next(ended time.Time, p Policy) time.Time {
	switch {
	case !h.Due || p.HandoverAfter < 0:
		return time.Time{}
	case h.Times == 0:
		return Instant(ended.Add(p.HandoverAfter))
	case h.answered():
		return h.At.Add(askAgain)
	}
	return time.Time{}
}

// answered says that the question has its answer since it was put last.
func (h Handover) answered() bool { return !h.At.IsZero() && !h.At.Before(h.Asked) }

// handedOver says that somebody has a temporary passcode to get rid of, or may
// have.
func (r *Request) handedOver() bool { return r.Count(Accepted, Confirmed, Unknown) > 0 }

// awaitHandover has the question put of a request that has just ended.
func (r *Request) awaitHandover(p Policy) {
	r.Handover.Due = p.HandoverAfter >= 0 && r.handedOver()
}

// askHandover puts the question where it is time to.
func (r *Request) askHandover(p Policy, now time.Time) {
	next := r.Handover.next(r.EndedAt, p)
	if next.IsZero() || now.Before(next) {
		return
	}
	if !r.handedOver() { // all of it failed on the devices
		r.Handover.Due = false
		return
	}
	r.Handover.Asked = now
	r.Handover.Times++
	r.record(now, HandoverAsked, Actor{}, Event{Data: map[string]string{"times": strconv.Itoa(r.Handover.Times)}})
}

// answerHandover takes the answer. A yes can come at any time after the
// question, a no once for each time that it was put.
func (r *Request) answerHandover(by Actor, own bool, p Policy, now time.Time) error {
	h := &r.Handover
	switch {
	case by.ID != r.Requester.ID:
		return refusal("not-yours-to-answer", r.Requester.String(), r.ID.String())
	case h.Times == 0:
		return refusal("no-handover", r.ID.String())
	case h.Own:
		return refusal("handover-answered", r.ID.String())
	case !own && h.answered():
		return refusal("handover-noted", r.ID.String())
	}
	h.Answered, h.Own, h.At = by, own, now
	h.Due = h.Due && !own && h.Times < maxHandovers
	said := "no"
	if own {
		said = "yes"
	}
	r.record(now, HandoverAnswered, by, Event{Data: map[string]string{"own": said}})
	r.wake(r.WakeAt, p)
	return nil
}

// Answer takes the requester's answer to whether the person has set a passcode
// of their own. A no puts the question again a day later, three times in all
// at the most; a yes ends it.
func (s *Service) Answer(ctx context.Context, id ID, actor Actor, own bool) (Request, error) {
	r, err := s.change(ctx, id, func(r *Request) error { return r.answerHandover(actor, own, s.policy, s.now()) })
	return r, s.refused(ctx, id, actor, "answer", err)
}
