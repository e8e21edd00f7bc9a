package approvals

import (
	"slices"
	"strings"
)

// Actor is somebody who acts, as the log keeps them: by id, with the name
// and workspace of that moment. The zero Actor is passcodebot itself.
type Actor struct {
	ID   string // Slack's user id, U…
	Name string // as people see it; may be empty where Slack did not tell
	Team string // Slack's workspace id, T…
}

// String returns the name, or the id where there is none.
func (a Actor) String() string {
	switch {
	case a.Name != "":
		return a.Name
	case a.ID != "":
		return a.ID
	}
	return "passcodebot"
}

// Person is what the Directory says of somebody now.
type Person struct {
	ID         string
	Name       string
	Team       string
	Enterprise string // the Enterprise Grid organisation, or empty
	Email      string // empty where the directory does not tell
	EntraID    string // the Entra object id or user principal name; empty where the directory does not tell

	Deactivated bool
	Bot         bool // bots, apps, workflows and connectors
	Guest       bool // single- and multi-channel guests
	Stranger    bool // somebody of another organisation, in a shared channel
}

// Actor returns the person as the log keeps them.
func (p Person) Actor() Actor { return Actor{ID: p.ID, Name: p.Name, Team: p.Team} }

// Audience is a set of people: members of user groups and single people,
// all by Slack's ids.
type Audience struct {
	Groups []string
	People []string
}

// Empty says that nobody is meant.
func (a Audience) Empty() bool { return len(a.Groups) == 0 && len(a.People) == 0 }

// same says that two audiences name the same.
func (a Audience) same(b Audience) bool {
	sorted := func(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }
	return slices.Equal(sorted(a.Groups), sorted(b.Groups)) && slices.Equal(sorted(a.People), sorted(b.People))
}

// Home is the workspace, and on Enterprise Grid the organisation, that
// passcodebot serves. People of anywhere else may do nothing.
type Home struct {
	Team       string
	Enterprise string
}

// Standing returns nil for an active, full member of home, and else an
// Error of kind Forbidden that says why this person may do nothing.
func (h Home) Standing(p Person) error {
	switch {
	case p.Deactivated:
		return refusal("deactivated", p.Name)
	case p.Bot:
		return refusal("bot")
	case p.Stranger:
		return refusal("stranger")
	case p.Enterprise != h.Enterprise:
		return refusal("other-organisation")
	case h.Enterprise == "" && p.Team != h.Team:
		return refusal("other-workspace")
	case p.Guest:
		return refusal("guest")
	}
	return nil
}

// owns says whether the person is the user of a device, by the mail address
// or by the Entra object id.
func (p Person) owns(d Device) bool {
	is := func(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
	return is(p.Email, d.Owner.UPN) || is(p.Email, d.Owner.Email) || is(p.EntraID, d.Owner.ID) || is(p.EntraID, d.Owner.UPN)
}

// anonymous says that nothing is known by which the person's devices would be
// recognised.
func (p Person) anonymous() bool { return p.Email == "" && p.EntraID == "" }

// apart returns the refusal of somebody who is the user of one of the targets
// of a request, or not known not to be, or nil.
func (p Person) apart(targets []Target, id ID) error {
	switch t := p.conflict(targets); {
	case t == nil:
		return nil
	case p.owns(t.Device):
		return refusal("owner", t.Device.Name, id.String())
	default:
		return refusal("no-identity", t.Device.Name, id.String())
	}
}

// conflict returns the target for which the person can't decide, being its
// user or not known not to be; nil where there is none.
func (p Person) conflict(targets []Target) *Target {
	for i, t := range targets {
		if p.owns(t.Device) || p.anonymous() && t.Device.Owner != (Owner{}) {
			return &targets[i]
		}
	}
	return nil
}
