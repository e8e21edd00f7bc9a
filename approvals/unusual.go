package approvals

import (
	"context"
	"slices"
	"time"
)

// Unusual is something about a request that approvers should know before they
// decide.
type Unusual string

// What can be unusual of a request, in the order in which it is said.
const (
	UnusualRepeated     Unusual = "repeated"      // a device of it, or its owner, had a reset not long ago
	UnusualMany         Unusual = "many"          // it is for many devices: Policy.Many
	UnusualOffline      Unusual = "offline"       // a device has not checked in for long: Policy.OfflineFor
	UnusualPersonal     Unusual = "personal"      // a device belongs to its user
	UnusualNewRequester Unusual = "new-requester" // nothing that its requester asked for was ever shown before
	UnusualOutsideHours Unusual = "outside-hours" // it was asked outside of Policy.WorkingHours
)

// unusual returns what is unusual of devices that somebody asks for at a time.
func (g examiner) unusual(ctx context.Context, requester string, f finding, at time.Time) ([]Unusual, error) {
	shown, err := g.archive.store.Traces(ctx, Subject{RequestsBy, requester}, time.Time{}, 1)
	if err != nil {
		return nil, err
	}
	p := g.policy
	within := func(t Times) bool { return t.include(at) }
	var all []Unusual
	for _, one := range []struct {
		what Unusual
		is   bool
	}{
		{UnusualRepeated, repeated(f)},
		{UnusualMany, len(f.Targets) >= p.Many},
		{UnusualOffline, slices.ContainsFunc(f.Targets, func(t Target) bool { return t.Device.silentFor(at) >= p.OfflineFor })},
		{UnusualPersonal, slices.ContainsFunc(f.Targets, func(t Target) bool { return t.Device.ownership() == "personal" })},
		{UnusualNewRequester, len(shown) == 0},
		{UnusualOutsideHours, len(p.WorkingHours) > 0 && !slices.ContainsFunc(p.WorkingHours, within)},
	} {
		if one.is {
			all = append(all, one.what)
		}
	}
	return all, nil
}

// repeated says that a device that was found, or its owner, had a reset in the
// time that is looked back.
func repeated(f finding) bool {
	return slices.ContainsFunc(f.Targets, func(t Target) bool {
		return slices.ContainsFunc(f.Earlier, func(p Past) bool {
			return p.Device == t.Device.ID || p.Owner != "" && p.Owner == t.Device.Owner.Key()
		})
	})
}

// silentFor is how long a device has not checked in; zero where Intune does
// not know when it did last.
func (d Device) silentFor(now time.Time) time.Duration {
	if d.LastCheckIn.IsZero() {
		return 0
	}
	return now.Sub(d.LastCheckIn)
}

// words returns what is unusual as an event has it.
func words(all []Unusual) []string {
	var texts []string
	for _, u := range all {
		texts = append(texts, string(u))
	}
	return texts
}
