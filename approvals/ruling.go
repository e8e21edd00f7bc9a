package approvals

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule finds the rule that holds for what was found, and checks what it asks
// of the requester. The finding has the Ruling also where it is refused.
func (g examiner) rule(ctx context.Context, ask Ask, f *finding, at time.Time) error {
	groups, err := g.groupsOf(ctx, ask.Actor.ID)
	if err != nil {
		return err
	}
	f.Ruling = g.policy.Judge(Case{
		Requester: ask.Actor.ID, Groups: groups, Channel: ask.Channel,
		Targets: f.Targets, Selectors: bringing(ask.Selectors, f.LeftOut), At: at, Earlier: f.Earlier,
	})
	if err := f.Ruling.demand(ask.Statement); err != nil || ask.Statement.BreakGlass == "" {
		return err
	}
	if err := g.mayBreakGlass(ctx, ask.Actor.ID, ask.Channel); err != nil {
		return err
	}
	f.Ruling.Terms = f.Ruling.Terms.brokenBy(g.policy.BreakGlass)
	return nil
}

// groupsOf returns in which of the groups that the rules name a requester is.
func (g rights) groupsOf(ctx context.Context, requester string) ([]string, error) {
	m, err := g.membership(ctx, Audience{Groups: g.policy.RequesterGroups()}, requester, true)
	return m.groups, err
}

// demand returns what a rule has against a request with this statement, or nil.
func (u Ruling) demand(s Statement) error {
	switch pattern := u.Terms.Ticket; {
	case u.Refuse != "":
		return refusal("rule-refused", u.Refuse, u.Rule)
	case u.Mixed:
		return refusal("mixed-rules", u.Rule)
	case pattern != nil && s.Ticket == "":
		return refusal("needs-ticket", u.Rule)
	case pattern != nil && pattern.FindString(s.Ticket) != s.Ticket:
		return refusal("wrong-ticket", quote(Excerpt(s.Ticket, 40)), u.Rule, shown(pattern))
	case u.Terms.SecondReason && Blank(s.SecondReason):
		return refusal("needs-second-reason", u.Rule)
	case u.Terms.Verified && Blank(s.Verified):
		return refusal("needs-verified", u.Rule)
	}
	return nil
}

// shown is a pattern as people know it, without what makes it fit the whole.
func shown(pattern *regexp.Regexp) string {
	return strings.TrimSuffix(strings.TrimPrefix(pattern.String(), "^(?:"), ")$")
}

// mayBreakGlass checks that a requester may go ahead with fewer approvals in
// a channel.
func (g rights) mayBreakGlass(ctx context.Context, requester, channel string) error {
	b := g.policy.BreakGlass
	return b.allow(channel, func() (bool, error) { return g.included(ctx, b.Who, requester) })
}

// allow checks that somebody may go ahead with fewer approvals in a channel.
func (b BreakGlass) allow(channel string, included func() (bool, error)) error {
	if b.Who.Empty() {
		return refusal("no-break-glass")
	}
	if !slices.Contains(b.Channels, channel) {
		e := refusal("break-glass-channel")
		e.Channels = slices.Clone(b.Channels)
		return e
	}
	in, err := included()
	if err == nil && !in {
		err = refusal("break-glass-group")
	}
	return err
}

// stricter returns the rule and the terms that hold for a request now. Where
// the policy has changed since they were set, or devices of it were reset
// meanwhile, the higher numbers hold, and an approver must be one by both. The
// error is the refusal of a request that is not allowed any more. In which
// groups its requester is, asker says.
func (g examiner) stricter(ctx context.Context, r *Request, asker rights) (Ruling, error) {
	mine := Ruling{Rule: r.Rule, Terms: Terms{Approvers: r.Approvers, Quorum: r.Quorum, Groups: r.Groups}}
	if err := g.stillAsks(ctx, r, asker); err != nil {
		return mine, err
	}
	window, decides := g.policy.lookBack()
	same := r.Policy == g.policy.Fingerprint
	if same && !decides {
		return mine, nil
	}
	no := func(err error) error {
		switch e := AsError(err); {
		case e.Kind == Unavailable:
			return err
		case same:
			return refusal("reset-since", r.ID.String(), trimmed(e.Text))
		default:
			return refusal("policy-changed", r.ID.String(), trimmed(e.Text))
		}
	}
	earlier := r.Earlier
	if decides {
		fresh, err := g.archive.counted(ctx, r.ID, r.Requester.ID, r.Targets, r.CreatedAt.Add(-window), nil)
		if err != nil {
			return mine, err
		}
		for _, p := range earlier {
			if p.Outside() {
				fresh = append(fresh, p)
			}
		}
		earlier = fresh
	}
	groups, err := asker.groupsOf(ctx, r.Requester.ID)
	if err != nil {
		return mine, err
	}
	u := g.policy.Judge(Case{
		Requester: r.Requester.ID, Groups: groups, Channel: r.Channel,
		Targets: r.Targets, Selectors: bringing(r.Selectors, r.LeftOut), At: r.CreatedAt, Earlier: earlier,
	})
	if err := u.demand(r.Statement); err != nil {
		return mine, no(err)
	}
	if !g.policy.AskedIn(r.Channel) {
		return mine, no(refusal("wrong-channel"))
	}
	if len(r.Targets) > g.policy.MaxDevices {
		return mine, no(tooMany(strconv.Itoa(len(r.Targets)), g.policy.MaxDevices))
	}
	if r.Statement.BreakGlass != "" {
		switch err := g.mayBreakGlass(ctx, r.Requester.ID, r.Channel); {
		case err == nil:
			u.Terms = u.Terms.brokenBy(g.policy.BreakGlass)
		case KindOf(err) == Unavailable:
			return mine, err
		}
	}
	u.Terms.Quorum, u.Terms.Groups = max(u.Terms.Quorum, r.Quorum), max(u.Terms.Groups, r.Groups)
	return u, nil
}

// stillAsks checks that the requester of a request may ask still. In which
// groups they are, asker says.
func (g rights) stillAsks(ctx context.Context, r *Request, asker rights) error {
	_, err := g.person(ctx, r.Requester.ID)
	if err == nil {
		var in bool
		if in, err = asker.included(ctx, g.policy.Requesters, r.Requester.ID); err == nil && !in {
			err = newError(Forbidden, "not-requester", "they are no longer in a group that may ask", "")
		}
	}
	if e := AsError(err); err != nil && e.Kind != Unavailable && e.Code != groupUnread {
		return refusal("requester-gone", r.Requester.String(), r.ID.String(), trimmed(e.Text))
	}
	return err
}

// bringing are the selectors that brought a device.
func bringing(sels []Selector, left []LeftOut) []Selector {
	return slices.DeleteFunc(slices.Clone(sels), func(s Selector) bool {
		return slices.ContainsFunc(left, func(l LeftOut) bool { return l.Device.ID == "" && l.Selector == s })
	})
}

// check looks whether somebody counts as an approver of a request now: by
// the terms with which it was shown, and by those that hold today.
func (g rights) check(ctx context.Context, actor Actor, r *Request, today Terms) (Person, []string, error) {
	p, m, err := g.mayDecide(ctx, actor, r, max(r.Groups, today.Groups) > 1)
	if err != nil || r.Approvers.same(today.Approvers) {
		return p, m.groups, err
	}
	also, err := g.membership(ctx, today.Approvers, actor.ID, true)
	switch {
	case err != nil:
		return p, nil, err
	case !also.in:
		return p, nil, refusal("not-approver-now", r.ID.String())
	}
	if today.Groups > 1 {
		m.groups = also.groups
	}
	return p, m.groups, nil
}

// recount looks at the approvals of others than except, afresh: of who has
// left the group since, or may not decide any more, they no longer count. The
// error is that Slack can't be asked.
func (g rights) recount(ctx context.Context, r *Request, today Terms, except string, now time.Time) error {
	for i, d := range r.Decisions {
		if !d.counts() || d.Actor.ID == except {
			continue
		}
		p, groups, err := g.check(ctx, d.Actor, r, today)
		if err == nil {
			err = p.apart(r.Targets, r.ID)
		}
		switch e := AsError(err); {
		case err == nil:
			r.Decisions[i].Groups = groups
		case e.Kind == Unavailable, e.Kind == Internal, e.Code == groupUnread:
			return err
		default:
			r.void(i, e, now)
		}
	}
	return nil
}

// overLimit returns that the requester has asked for as much as is allowed in
// an hour, with these targets, or nil.
func (g examiner) overLimit(ctx context.Context, requester string, targets int, now time.Time) error {
	p := g.policy
	if p.MaxRequests == 0 && p.MaxResets == 0 {
		return nil
	}
	if p.MaxResets > 0 && targets > p.MaxResets {
		return tooMany(strconv.Itoa(targets), p.MaxResets)
	}
	asked, err := g.archive.store.Traces(ctx, Subject{RequestsBy, requester}, now.Add(-time.Hour), max(p.MaxRequests, p.MaxResets)+1)
	if err != nil {
		return err
	}
	if p.MaxRequests > 0 && len(asked) >= p.MaxRequests {
		return refusal("over-limit", plural(p.MaxRequests, "request", "requests"), clock(asked[p.MaxRequests-1].At.Add(time.Hour)))
	}
	if p.MaxResets == 0 {
		return nil
	}
	for _, t := range asked {
		r, err := g.archive.store.Request(ctx, t.Request)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if targets += len(r.Targets); targets > p.MaxResets {
			return refusal("over-limit", plural(p.MaxResets, "device", "devices"), clock(t.At.Add(time.Hour)))
		}
	}
	return nil
}
