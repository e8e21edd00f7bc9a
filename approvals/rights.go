package approvals

import (
	"context"
	"slices"
	"strings"
)

// rights answers who may do what now, asking the Directory each time.
type rights struct {
	directory Directory
	policy    Policy
}

// silent is the refusal of an act for which Slack could not be asked.
func silent(err error) *Error {
	e := refusal("slack-silent")
	e.Err = err
	return e
}

// unread is the refusal of an act for which a user group could not be read:
// because Slack is silent, or because there is no such group any more.
func unread(err error) *Error {
	if e := AsError(err); e.Kind == Invalid {
		gone := refusal("group-unread", trimmed(e.Text))
		gone.Err = err
		return gone
	}
	return silent(err)
}

// groupUnread is the code of a group of the rules that is not there.
const groupUnread = "group-unread"

// person reads somebody and checks their standing.
func (g rights) person(ctx context.Context, id string) (Person, error) {
	p, err := g.directory.Person(ctx, id)
	switch KindOf(err) {
	case "":
		return p, g.policy.Home.Standing(p)
	case NotFound:
		return p, refusal("unknown-person", id)
	}
	return p, silent(err)
}

// membership is how a person belongs to an audience.
type membership struct {
	in     bool
	groups []string // which of its groups the person is in
}

// membership asks how a person belongs to an audience: in which of all its
// groups where every is set, else in the first that is found.
func (g rights) membership(ctx context.Context, a Audience, id string, every bool) (membership, error) {
	m := membership{in: slices.Contains(a.People, id)}
	for _, group := range a.Groups {
		if m.in && !every {
			break
		}
		members, err := g.directory.Members(ctx, group)
		if err != nil {
			return membership{}, unread(err)
		}
		if slices.Contains(members, id) {
			m.in, m.groups = true, append(m.groups, group)
		}
	}
	return m, nil
}

// included says whether a person is in an audience.
func (g rights) included(ctx context.Context, a Audience, id string) (bool, error) {
	m, err := g.membership(ctx, a, id, false)
	return m.in, err
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

// mayDecide checks that an actor may decide on a request, but for what the
// request itself knows: who asked for it, and who has decided. All of their
// groups are asked for where every is set.
func (g rights) mayDecide(ctx context.Context, actor Actor, r *Request, every bool) (Person, membership, error) {
	p, err := g.person(ctx, actor.ID)
	if err != nil {
		return p, membership{}, err
	}
	m, err := g.membership(ctx, r.Approvers, actor.ID, every)
	if err == nil && !m.in {
		err = refusal("not-approver", r.ID.String())
	}
	return p, m, err
}

// maySee checks that an actor may see requests of others: whoever may decide
// on any.
func (g rights) maySee(ctx context.Context, actor Actor) error {
	if _, err := g.person(ctx, actor.ID); err != nil {
		return err
	}
	in, err := g.included(ctx, g.policy.deciders(), actor.ID)
	if err == nil && !in {
		in, err = g.included(ctx, g.policy.BreakGlass.Reviewers, actor.ID)
	}
	if err == nil && !in {
		err = refusal("not-approver", "requests")
	}
	return err
}

// electorate is who could approve a request now.
type electorate struct {
	able    []Person
	groups  map[string][]string // the groups of each of them, by their ids
	owners  []Person            // who could, did they not use one of the devices
	unknown []Person            // who could, did Slack tell whose devices theirs are
	barred  []Barred            // who may decide on nothing
}

// covers says whether these people can give so many approvals, from so many
// different groups.
func (e electorate) covers(t Terms) bool {
	if len(e.able) < t.Quorum {
		return false
	}
	var groups [][]string
	for _, p := range e.able {
		groups = append(groups, e.groups[p.ID])
	}
	return differentGroups(groups) >= t.Groups
}

// electorate returns who could approve a request of the requester for these
// targets now. Once there are enough, no more than maxCandidates are asked
// about, so that their number can be less than the groups have.
func (g rights) electorate(ctx context.Context, requester string, targets []Target, t Terms) (electorate, error) {
	e := electorate{groups: map[string][]string{}}
	ids := slices.Clone(t.Approvers.People)
	var lists [][]string
	for _, group := range t.Approvers.Groups {
		members, err := g.directory.Members(ctx, group)
		if err != nil {
			return e, err
		}
		for _, id := range members {
			e.groups[id] = append(e.groups[id], group)
		}
		lists = append(lists, members)
	}
	ids = append(ids, inTurns(lists)...)
	for _, id := range distinct(ids) {
		if id == requester {
			continue
		}
		p, err := g.directory.Person(ctx, id)
		if KindOf(err) == NotFound {
			continue
		}
		if err != nil {
			return e, err
		}
		standing := g.policy.Home.Standing(p)
		switch {
		case standing != nil:
			e.barred = append(e.barred, Barred{p, standing})
		case p.conflict(targets) != nil && p.anonymous():
			e.unknown = append(e.unknown, p)
		case p.conflict(targets) != nil:
			e.owners = append(e.owners, p)
		default:
			e.able = append(e.able, p)
		}
		if len(e.able) >= maxCandidates && e.covers(t) {
			break
		}
	}
	slices.SortFunc(e.able, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	return e, nil
}

// inTurns takes one of each list after the other, so that the first few are of
// all of them.
func inTurns(lists [][]string) []string {
	var all []string
	for i, more := 0, true; more; i++ {
		more = false
		for _, l := range lists {
			if i < len(l) {
				all, more = append(all, l[i]), true
			}
		}
	}
	return all
}

// maxCandidates bounds how many approvers are looked up for one request:
// Slack: users.info allows about 100 calls a minute.
const maxCandidates = 20

// differentGroups returns how many different groups approvals can stand for,
// each for one of the groups that its approver is in.
func differentGroups(approvals [][]string) int {
	standsFor := map[string]int{} // group to approval
	var place func(i int, tried map[string]bool) bool
	place = func(i int, tried map[string]bool) bool {
		for _, g := range approvals[i] {
			if tried[g] {
				continue
			}
			tried[g] = true
			if other, taken := standsFor[g]; !taken || place(other, tried) {
				standsFor[g] = i
				return true
			}
		}
		return false
	}
	n := 0
	for i := range approvals {
		if place(i, map[string]bool{}) {
			n++
		}
	}
	return n
}
