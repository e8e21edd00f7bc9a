package approvals

import (
	"context"
	"errors"
	"slices"
)

// Terms returns what would hold for devices that were chosen, by which rule,
// and who could approve. The error is why a request for them would be turned
// down as it stands; what is known is returned with it. Of Intune's own record
// of resets, which takes long to read, the check of the request knows alone.
func (s *Service) Terms(ctx context.Context, ask Ask) (Looked, error) {
	g := s.examiner(s.rights)
	if err := g.mayLook(ctx, ask); err != nil {
		return Looked{}, AsError(err)
	}
	var out Looked
	if len(ask.Selectors) == 0 {
		return out, s.described(ctx, ask, finding{}, &out)
	}
	found, err := g.find(ctx, ask.Selectors)
	if err != nil {
		return out, AsError(err)
	}
	var devices []Device
	for _, t := range found.Targets {
		devices = append(devices, t.Device)
	}
	for _, l := range found.LeftOut {
		if l.Device.ID != "" {
			devices = append(devices, l.Device)
		}
	}
	if out.Candidates, err = s.candidates(ctx, ask.Actor, devices, false); err != nil {
		return out, err
	}
	problem := found.verdict(ask.AllOrNothing, s.policy.MaxDevices)
	if problem == nil {
		problem = s.overLimit(ctx, ask, len(found.Targets))
	}
	if err := s.described(ctx, ask, found, &out); problem == nil || KindOf(err) == Unavailable {
		return out, err
	}
	return out, problem
}

// overLimit returns that the actor has asked for enough in this hour, or nil.
func (s *Service) overLimit(ctx context.Context, ask Ask, targets int) error {
	err := s.examiner(s.rights).overLimit(ctx, ask.Actor.ID, targets, s.now())
	if err == nil {
		return nil
	}
	if _, ours := errors.AsType[*Error](err); !ours {
		_, err = s.stored(Request{}, err)
	}
	return AsError(err)
}

// described fills in by which rule what was found would be judged, and who
// would be asked. The error is why it would be turned down, or that Slack or
// the store is silent.
func (s *Service) described(ctx context.Context, ask Ask, found finding, out *Looked) error {
	g := s.examiner(s.rights)
	out.CardChannel = s.policy.CardPlace(ask.Channel)
	out.Channels, out.MaxDevices = slices.Clone(s.policy.Channels), s.policy.MaxDevices
	glass := g.mayBreakGlass(ctx, ask.Actor.ID, ask.Channel)
	if KindOf(glass) == Unavailable {
		return AsError(glass)
	}
	out.BreakGlass = glass == nil

	now := s.now()
	if window, decides := s.policy.lookBack(); decides && len(found.Targets) > 0 {
		var err error
		if found.Earlier, err = g.archive.counted(ctx, 0, ask.Actor.ID, found.Targets, now.Add(-window), nil); err != nil {
			_, err = s.stored(Request{}, err)
			return err
		}
	}
	problem := g.rule(ctx, ask, &found, now)
	if KindOf(problem) == Unavailable {
		return AsError(problem)
	}
	out.Rule, out.Terms, out.Asks = found.Ruling.Rule, found.Ruling.Terms, found.Ruling.Terms.Approvers
	// Slack: users.info allows about 100 calls a minute, and this may take 20.
	// Nobody is turned down for what has changed since.
	g.directory = s.Shown
	enough := g.reachable(ctx, ask.Actor.ID, &found)
	if enough != nil && len(found.Targets) > 0 && KindOf(enough) != Unavailable {
		g.directory = s.Recent
		enough = g.reachable(ctx, ask.Actor.ID, &found)
	}
	out.Able = found.Able
	switch {
	case KindOf(enough) == Unavailable:
		return AsError(enough)
	case len(found.Targets) == 0:
		// Whether it can be approved, its devices decide.
		return nil
	case problem != nil:
		return AsError(problem)
	case enough != nil:
		return AsError(enough)
	}
	return nil
}
