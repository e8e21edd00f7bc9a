package approvals

import "context"

// MayDeny returns why somebody can't deny a request now, so that they are
// told before they write a reason. What it refuses is stored as an event, as
// a denial would be.
func (s *Service) MayDeny(ctx context.Context, id ID, actor Actor) error {
	r, err := s.Store.Request(ctx, id)
	if err != nil {
		_, err = s.stored(Request{ID: id}, err)
		return s.refused(ctx, id, actor, "deny", err)
	}
	return s.refused(ctx, id, actor, "deny", s.deny(ctx, &r, actor, ""))
}

// deny takes a denial, for a request that is read.
func (s *Service) deny(ctx context.Context, r *Request, actor Actor, comment string) error {
	now := s.now()
	if err := r.settled(now); err != nil {
		return err
	}
	if actor.ID == r.Requester.ID {
		return refusal("own-request", r.ID.String())
	}
	p, m, err := s.examiner(rights{s.Directory, s.policy}).mayDecide(ctx, actor, r, r.Groups > 1)
	if err != nil {
		return err
	}
	return r.Decide(p, m.groups, false, comment, now)
}
