package approvals

import (
	"context"
	"slices"
)

// rights answers who may do what now, asking the Directory each time.
type rights struct {
	directory Directory
	policy    Policy
}

// person reads somebody and checks their standing.
func (g rights) person(ctx context.Context, id string) (Person, error) {
	p, err := g.directory.Person(ctx, id)
	switch KindOf(err) {
	case "":
		return p, g.policy.Home.Standing(p)
	case NotFound:
		return p, refusal("unknown-person", id)
	}
	e := refusal("slack-silent")
	e.Err = err
	return p, e
}

// included says whether a person is in an audience.
func (g rights) included(ctx context.Context, a Audience, id string) (bool, error) {
	if slices.Contains(a.People, id) {
		return true, nil
	}
	for _, group := range a.Groups {
		members, err := g.directory.Members(ctx, group)
		if err != nil {
			e := refusal("slack-silent")
			e.Err = err
			return false, e
		}
		if slices.Contains(members, id) {
			return true, nil
		}
	}
	return false, nil
}

// mayAsk checks that an actor may ask for resets in a channel.
func (g rights) mayAsk(ctx context.Context, actor Actor, channel string) (Person, error) {
	p, err := g.person(ctx, actor.ID)
	if err != nil {
		return p, err
	}
	in, err := g.included(ctx, g.policy.Requesters, actor.ID)
	switch {
	case err != nil:
		return p, err
	case !in:
		return p, refusal("not-requester")
	case !g.policy.AskedIn(channel):
		e := refusal("wrong-channel")
		e.Channels = slices.Clone(g.policy.Channels)
		return p, e
	}
	return p, nil
}

// mayDecide checks that an actor may decide on requests. A nil request means
// any.
func (g rights) mayDecide(ctx context.Context, actor Actor, r *Request) (Person, error) {
	what := "requests"
	if r != nil {
		what = r.ID.String()
	}
	p, err := g.person(ctx, actor.ID)
	if err != nil {
		return p, err
	}
	in, err := g.included(ctx, g.policy.Approvers, actor.ID)
	if err == nil && !in {
		err = refusal("not-approver", what)
	}
	return p, err
}

// candidates returns the people who could approve a request of the
// requester for these targets now. Most at once are asked about, so the
// number can be less than the group has. Owners are those who could, did
// they not use one of the devices.
func (g rights) candidates(ctx context.Context, requester string, targets []Target) (able, owners []Person, err error) {
	ids := slices.Clone(g.policy.Approvers.People)
	for _, group := range g.policy.Approvers.Groups {
		members, err := g.directory.Members(ctx, group)
		if err != nil {
			return nil, nil, err
		}
		ids = append(ids, members...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids {
		if id == requester {
			continue
		}
		p, err := g.directory.Person(ctx, id)
		if KindOf(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		owner := slices.ContainsFunc(targets, func(t Target) bool { return p.owns(t.Device) })
		switch {
		case g.policy.Home.Standing(p) != nil:
		case owner:
			owners = append(owners, p)
		default:
			able = append(able, p)
		}
		if len(able) == maxCandidates {
			break
		}
	}
	return able, owners, nil
}

// maxCandidates bounds how many approvers are looked up for one request:
// Slack: users.info allows about 100 calls a minute.
const maxCandidates = 20
