package approvals

import (
	"slices"
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
}

// Ruling is what the rules say of a Case.
type Ruling struct {
	Rule   string // the name of the rule that holds; empty where none does
	Refuse string // the sentence of a rule that refuses
	Terms  Terms  // what the request must meet
}

// Judge returns what the first rule that fits says, or else the Policy's own
// settings. It asks nobody.
func (p Policy) Judge(c Case) Ruling {
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

// Count returns how often the subject was reset within the time, this reset
// included: for a request with several devices, the highest count of one.
func (r Repetition) Count(c Case) int {
	since := c.At.Add(-r.Within)
	before := func(same func(Past) bool) int {
		n := 0
		for _, p := range c.Earlier {
			if !p.At.Before(since) && same(p) {
				n++
			}
		}
		return n
	}
	if r.Of == SameRequester {
		return 1 + before(func(p Past) bool { return p.By.ID == c.Requester && !p.Outside() })
	}
	most := 0
	for _, t := range c.Targets {
		same := func(p Past) bool { return p.Device == t.Device.ID }
		if r.Of == SameOwner {
			key := t.Device.Owner.Key()
			same = func(p Past) bool { return key != "" && p.Owner == key }
		}
		most = max(most, before(same))
	}
	return 1 + most
}
