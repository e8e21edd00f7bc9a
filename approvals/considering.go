package approvals

import (
	"context"
	"slices"
	"strconv"
)

// Consider returns what a Policy says of a case and its requester's
// statement, and as error the refusal of what would be turned down; the
// Ruling is there also then. Groups of the case must be all the groups that the
// requester is in. It asks nobody, so it knows nothing of what depends on
// others: on people's standing, on the limits of an hour, and on whether there
// are enough approvers.
func (p Policy) Consider(c Case, s Statement) (Ruling, error) {
	u := p.Judge(c)
	demand := u.demand(s)
	if s.BreakGlass != "" && demand == nil {
		b := p.BreakGlass
		if demand = b.allow(c.Channel, func() (bool, error) { return b.Who.has(c), nil }); demand == nil {
			u.Terms = u.Terms.brokenBy(b)
		}
	}
	switch {
	case !p.Requesters.has(c):
		return u, refusal("not-requester")
	case !p.AskedIn(c.Channel):
		e := refusal("wrong-channel")
		e.Channels = slices.Clone(p.Channels)
		return u, e
	case len(c.Targets) > p.MaxDevices:
		return u, tooMany(strconv.Itoa(len(c.Targets)), p.MaxDevices)
	case p.MaxResets > 0 && len(c.Targets) > p.MaxResets:
		return u, tooMany(strconv.Itoa(len(c.Targets)), p.MaxResets)
	}
	return u, demand
}

// has says whether the requester of a case belongs to an audience.
func (a Audience) has(c Case) bool {
	return slices.Contains(a.People, c.Requester) ||
		slices.ContainsFunc(a.Groups, func(g string) bool { return slices.Contains(c.Groups, g) })
}

// Barred is somebody who may decide on nothing, and why.
type Barred struct {
	Person Person
	Why    error
}

// Electorate is who could approve a request now.
type Electorate struct {
	Able    []Person            // who could
	Groups  map[string][]string // the groups of the approvers that each of them is in, by their ids
	Owners  []Person            // who could, did they not use one of the devices
	Unknown []Person            // who could, did Slack tell whose devices theirs are
	Barred  []Barred            // who is meant and may decide on nothing
	Enough  bool                // there are enough of them, from enough groups
}

// MostCandidates is after how many who could approve an Electorate has no
// more of them, if they are enough.
const MostCandidates = maxCandidates

// Electorate asks a Directory who could approve a request of a requester for
// targets with these terms now.
func (p Policy) Electorate(ctx context.Context, d Directory, requester string, targets []Target, t Terms) (Electorate, error) {
	e, err := rights{d, p}.electorate(ctx, requester, targets, t)
	if err != nil {
		return Electorate{}, unread(err)
	}
	return Electorate{e.able, e.groups, e.owners, e.unknown, e.barred, e.covers(t)}, nil
}
