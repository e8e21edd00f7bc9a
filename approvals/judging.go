package approvals

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Case is what the rules look at of a request.
type Case struct {
	Requester string   // Slack's user id
	Groups    []string // the requester's groups, of those in Policy.RequesterGroups
	Channel   string
	Targets   []Target
	Selectors []Selector
	At        time.Time
	Earlier   []Past

	device *Target // the one of Targets that is judged; nil for all of them together
}

// judged are the targets that conditions look at.
func (c Case) judged() []Target {
	if c.device != nil {
		return []Target{*c.device}
	}
	return c.Targets
}

// Ruling is what the rules say of a Case.
type Ruling struct {
	Rule   string // the name of the rule that holds, or of those that do; empty where none does
	Refuse string // the sentence of a rule that refuses
	Mixed  bool   // rules hold that name different approvers, or different tickets
	Terms  Terms  // what the request must meet
}

// Judge judges each device of a case by the first rule that fits it, or else
// by the Policy's own settings, and returns the strictest of all that these
// say: nobody gets a device past its rule by asking for another one beside it.
// It asks nobody.
func (p Policy) Judge(c Case) Ruling {
	if len(c.Targets) == 0 {
		return p.first(c)
	}
	var rulings []Ruling
	for i := range c.Targets {
		c.device = &c.Targets[i]
		u := p.first(c)
		if !slices.ContainsFunc(rulings, func(had Ruling) bool { return had.Rule == u.Rule }) {
			rulings = append(rulings, u)
		}
	}
	return strictest(rulings)
}

// strictest puts rulings together.
func strictest(rulings []Ruling) Ruling {
	all := rulings[0]
	names := []string{}
	for _, u := range rulings {
		if u.Refuse != "" {
			return u
		}
		if u.Rule != "" {
			names = append(names, u.Rule)
		}
		t := &all.Terms
		all.Mixed = all.Mixed || !t.Approvers.same(u.Terms.Approvers) ||
			t.Ticket != nil && u.Terms.Ticket != nil && t.Ticket.String() != u.Terms.Ticket.String()
		t.Quorum, t.Groups = max(t.Quorum, u.Terms.Quorum), max(t.Groups, u.Terms.Groups)
		t.TimeToLive = min(t.TimeToLive, u.Terms.TimeToLive)
		t.Ticket = cmp.Or(t.Ticket, u.Terms.Ticket)
		t.SecondReason, t.Verified = t.SecondReason || u.Terms.SecondReason, t.Verified || u.Terms.Verified
	}
	all.Rule = strings.Join(names, " + ")
	return all
}

// first returns what the first rule that fits says.
func (p Policy) first(c Case) Ruling {
	for _, r := range p.Rules {
		if r.When.Misfit(c) == "" {
			return Ruling{Rule: r.Name, Refuse: r.Refuse, Terms: r.Terms.over(p.terms())}
		}
	}
	return Ruling{Terms: p.terms()}
}

// terms are what a request must meet for which no rule holds.
func (p Policy) terms() Terms {
	return Terms{Approvers: p.Approvers, Quorum: p.Quorum, TimeToLive: p.TimeToLive}
}

// over returns t with the zero fields that have a default taken from base.
func (t Terms) over(base Terms) Terms {
	if t.Approvers.Empty() {
		t.Approvers = base.Approvers
	}
	if t.Quorum < 1 {
		t.Quorum = base.Quorum
	}
	if t.TimeToLive <= 0 {
		t.TimeToLive = base.TimeToLive
	}
	return t
}

// brokenBy returns the terms where b lets a request go ahead with fewer
// approvals. One other person remains, whatever b says.
func (t Terms) brokenBy(b BreakGlass) Terms {
	t.Quorum = min(t.Quorum, max(b.Quorum, 1))
	t.Groups = min(t.Groups, t.Quorum)
	return t
}

// RequesterGroups returns the groups that the rules' conditions name.
func (p Policy) RequesterGroups() []string {
	var groups []string
	for _, r := range p.Rules {
		groups = append(groups, r.When.Requesters.Groups...)
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

// deciders are all who may decide on anything.
func (p Policy) deciders() Audience {
	all := Audience{slices.Clone(p.Approvers.Groups), slices.Clone(p.Approvers.People)}
	for _, r := range p.Rules {
		all.Groups = append(all.Groups, r.Terms.Approvers.Groups...)
		all.People = append(all.People, r.Terms.Approvers.People...)
	}
	slices.Sort(all.Groups)
	all.Groups = slices.Compact(all.Groups)
	return all
}

// lookBack is how far back earlier resets are of interest, and whether a rule
// depends on them.
func (p Policy) lookBack() (window time.Duration, decides bool) {
	window = p.ShowEarlier
	for _, r := range p.Rules {
		for _, again := range r.When.Repeated {
			window, decides = max(window, again.Within), true
		}
	}
	return window, decides
}

// anyOf says that a condition is not set, or that one of its values fits.
func anyOf[T any](set []T, fits func(T) bool) bool {
	return len(set) == 0 || slices.ContainsFunc(set, fits)
}

func (w Conditions) asks(c Case) bool { return w.Requesters.Empty() || w.Requesters.has(c) }

// ownership is whose the device is; unknown where Intune does not say.
func (d Device) ownership() string {
	if d.Ownership == "" {
		return "unknown"
	}
	return d.Ownership
}

// include says whether at is one of the times.
func (t Times) include(at time.Time) bool {
	at = at.In(t.Zone)
	clock := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second
	on := func(day time.Weekday) bool { return len(t.Days) == 0 || slices.Contains(t.Days, day) }
	today := at.Weekday()
	yesterday := (today + 6) % 7
	in := false
	switch {
	case t.From == t.To:
		in = on(today)
	case t.From < t.To:
		in = on(today) && clock >= t.From && clock < t.To
	default: // over midnight: it belongs to the day on which it began
		in = on(today) && clock >= t.From || on(yesterday) && clock < t.To
	}
	return in != t.Outside
}

// Count returns how often the subject was reset within the time, with this
// request: a requester's and an owner's devices in it count all.
func (r Repetition) Count(c Case) int {
	since := c.At.Add(-r.Within)
	if r.Of == SameRequester {
		n := max(len(c.Targets), 1)
		for _, p := range c.Earlier {
			if !p.At.Before(since) && p.By.ID == c.Requester && c.Requester != "" && !p.Outside() {
				n++
			}
		}
		return n
	}
	before := func(same func(Past) bool) int {
		n := 0
		for _, p := range c.Earlier {
			if !p.At.Before(since) && same(p) {
				n++
			}
		}
		return n
	}
	most := 1
	for _, t := range c.judged() {
		key := t.Device.Owner.Key()
		if r.Of == SameDevice || key == "" {
			if r.Of == SameDevice {
				most = max(most, 1+before(func(p Past) bool { return p.Device == t.Device.ID }))
			}
			continue
		}
		now := 0
		for _, other := range c.Targets {
			if other.Device.Owner.Key() == key {
				now++
			}
		}
		most = max(most, now+before(func(p Past) bool { return p.Owner == key }))
	}
	return most
}
