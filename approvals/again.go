package approvals

import (
	"context"
	"errors"
)

// Again asks once more for the devices of a done request whose reset did not
// come about: in the same place and for the same reason, but without break
// glass. Whoever may ask there may do it. It is asked once for each request:
// the second time brings the request of the first, whoever asked for that.
// The key is that of Ask; what it would tell apart is the same here.
func (s *Service) Again(ctx context.Context, id ID, actor Actor, _ string) (Request, error) {
	r, err := s.again(ctx, id, actor)
	return r, s.refused(ctx, id, actor, "again", err)
}

func (s *Service) again(ctx context.Context, id ID, actor Actor) (Request, error) {
	was, err := s.Store.Request(ctx, id)
	if err != nil {
		return s.stored(Request{ID: id}, err)
	}
	who, err := s.mayAsk(ctx, actor, was.Channel)
	if err != nil {
		return Request{}, err
	}
	ask, err := was.again(who.Actor())
	if err != nil {
		return Request{}, err
	}
	r := newRequest(ask, s.Policy, s.now())
	r.repeats(id)
	sourceOf(ctx).mark(r.recorded)
	saved, err := s.Store.Save(ctx, Change{Request: r, Key: ask.Key})
	if errors.Is(err, ErrDuplicate) {
		return s.stored(s.Store.Keyed(ctx, ask.Key))
	}
	if err == nil {
		s.Logger.Info("request stored", "request", saved.ID.String(), "actor", actor.ID, "again", id.String(), "selectors", len(ask.Selectors))
		s.Changed()
	}
	return s.stored(saved, err)
}

// again returns what is asked for where somebody tries the failed devices of a
// request again. Those of which nobody can tell what came are not among them.
func (r *Request) again(by Actor) (Ask, error) {
	if r.State != Done {
		return Ask{}, refusal("again-too-early", r.ID.String())
	}
	ask := r.ask()
	ask.Actor, ask.Statement.BreakGlass, ask.AllOrNothing = by, "", false
	ask.Key = "again:" + r.ID.String()
	ask.Selectors = nil
	for _, t := range r.Targets {
		switch t.Result.Phase {
		case Failed, Skipped, FailedOnDevice:
			ask.Selectors = append(ask.Selectors, Selector{Kind: ByID, Value: t.Device.ID})
		}
	}
	if len(ask.Selectors) == 0 {
		return Ask{}, refusal("again-nothing", r.ID.String())
	}
	return ask, nil
}

// repeats notes of a new request whose failed devices it is for.
func (r *Request) repeats(id ID) {
	r.Again = id
	for i := range r.recorded {
		r.recorded[i].Data["again"] = id.String()
	}
}
