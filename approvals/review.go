package approvals

import (
	"context"
	"slices"
	"time"
)

// reviewEvery is the pause between two reminders of a review that is due.
const reviewEvery = 24 * time.Hour

// askReview asks for the review of what a request did that went ahead with
// fewer approvals.
func (r *Request) askReview(now time.Time) {
	if r.Statement.BreakGlass == "" || r.Count(Accepted, Confirmed, FailedOnDevice, Unknown) == 0 {
		return // nothing was reset
	}
	r.Review = Review{Due: true, Asked: now}
	r.record(now, ReviewAsked, Actor{}, Event{Text: r.Statement.BreakGlass})
}

// next returns when a review is reminded of next; zero where it is not due. A
// request whose review is due needs the clock, so that it is kept.
func (v Review) next() time.Time {
	if !v.Due {
		return time.Time{}
	}
	return v.Asked.Add(reviewEvery)
}

// remind reminds of a review that is due, where it is time to.
func (r *Request) remind(now time.Time) {
	if next := r.Review.next(); next.IsZero() || now.Before(next) {
		return
	}
	r.Review.Asked = now
	r.record(now, ReviewReminded, Actor{}, Event{})
}

// sign ends the review of a request. Who signs had no part in it.
func (r *Request) sign(p Person, comment string, policy Policy, now time.Time) error {
	involved := p.ID == r.Requester.ID || slices.ContainsFunc(r.Decisions, func(d Decision) bool { return d.Actor.ID == p.ID })
	switch {
	case r.Review.Signed.ID != "":
		return refusal("review-signed", r.Review.Signed.String(), r.ID.String())
	case !r.Review.Due:
		return refusal("no-review", r.ID.String())
	case involved:
		return refusal("review-own", r.ID.String())
	}
	if err := p.apart(r.Targets, r.ID); err != nil {
		return err
	}
	r.Review = Review{Signed: p.Actor(), At: now, Asked: r.Review.Asked}
	r.wake(r.WakeAt, policy)
	r.record(now, ReviewSigned, p.Actor(), Event{Text: comment})
	return nil
}

// Sign takes that somebody has looked at what a request did that went ahead
// with fewer approvals. The errors are those of Decide.
func (s *Service) Sign(ctx context.Context, id ID, actor Actor, comment string) (Request, error) {
	r, err := s.change(ctx, id, func(r *Request) error {
		g := rights{s.Directory, s.policy}
		p, err := g.person(ctx, actor.ID)
		if err != nil {
			return err
		}
		reviewers := s.policy.BreakGlass.Reviewers
		if reviewers.Empty() {
			reviewers = s.policy.Approvers
		}
		in, err := g.included(ctx, reviewers, actor.ID)
		switch {
		case err != nil:
			return err
		case !in:
			return refusal("not-reviewer", r.ID.String())
		}
		return r.sign(p, comment, s.policy, s.now())
	})
	return r, s.refused(ctx, id, actor, "review", err)
}
