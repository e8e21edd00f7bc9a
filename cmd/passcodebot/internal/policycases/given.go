package policycases

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"passcodebot/approvals"
)

// Given is a made-up request.
type Given struct {
	Requester  string     `yaml:"requester"`        // a Slack user id
	Groups     []string   `yaml:"requester_groups"` // all the groups of the config that the requester is in
	Channel    string     `yaml:"channel"`
	Devices    []Device   `yaml:"devices"`   // none means one of which nothing is known
	Selectors  []string   `yaml:"selectors"` // the ways in which the devices are named
	At         string     `yaml:"at"`        // see ParseTime
	Earlier    []Earlier  `yaml:"earlier"`
	Statement  *Statement `yaml:"statement"`   // nil means that whatever is asked for is said
	BreakGlass bool       `yaml:"break_glass"` // go ahead with fewer approvals
}

// Device is a made-up device, or as many alike as Count says.
type Device struct {
	Ownership string `yaml:"ownership"` // company or personal
	Enrolment string `yaml:"enrolment"` // a key of approvals.Enrolments
	Owner     string `yaml:"owner"`     // the user principal name of its user
	Count     int    `yaml:"count"`
}

// Earlier is a reset before this one, or as many as Times says: of the first
// device, of another device of its owner, or of another by the same requester.
type Earlier struct {
	Of      string `yaml:"of"`
	Ago     string `yaml:"ago"`
	Times   int    `yaml:"times"`
	Outside bool   `yaml:"outside"` // not asked for through passcodebot
}

// Statement is what the requester says beside the reason.
type Statement struct {
	Ticket       string `yaml:"ticket"`
	SecondReason string `yaml:"second_reason"`
	Verified     string `yaml:"verified"`
}

// UnmarshalYAML reads a statement as a whole, so that nothing is left of one
// that was there before: what a case says goes before what all share.
func (s *Statement) UnmarshalYAML(read func(any) error) error {
	type whole Statement
	var w whole
	err := read(&w)
	*s = Statement(w)
	return err
}

// somebody is the requester of a request that does not say who asks.
const somebody = "made up"

// maxMadeUp bounds the devices of a made-up request, and its earlier resets.
const maxMadeUp = 10_000

// ParseTime reads an instant: as RFC 3339, or as 2026-03-02 22:30 with the
// name of a zone behind it, without which it is UTC.
func ParseTime(s string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	const layout = "2006-01-02 15:04"
	date, name := s, "UTC"
	if len(s) > len(layout) {
		date, name = s[:len(layout)], strings.TrimSpace(s[len(layout):])
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.Time{}, mistake{fmt.Sprintf("%q is not a time zone", name), "Write one such as Europe/Berlin."}
	}
	at, err := time.ParseInLocation(layout, date, zone)
	if err != nil {
		return at, mistake{fmt.Sprintf("%q is not a time", s), "Write one such as 2026-03-02 22:30 Europe/Berlin."}
	}
	return at, nil
}

// Case returns what the rules look at, for a request at a time where it does
// not say one itself. Errors are what a person wrote wrong.
func (g Given) Case(now time.Time) (approvals.Case, error) {
	c := approvals.Case{Requester: cmp.Or(g.Requester, somebody), Groups: g.Groups, Channel: g.Channel, At: now}
	var errs []error
	if g.At != "" {
		at, err := ParseTime(g.At)
		c.At, errs = at, append(errs, err)
	}
	for _, kind := range g.Selectors {
		errs = append(errs, oneOf("selectors", kind, selectorKinds()))
		c.Selectors = append(c.Selectors, approvals.Selector{Kind: approvals.SelectorKind(kind), Value: "made up"})
	}
	devices := g.Devices
	if len(devices) == 0 {
		devices = []Device{{}}
	}
	for _, d := range devices {
		errs = append(errs, d.check())
		for range min(max(d.Count, 1), maxMadeUp) {
			c.Targets = append(c.Targets, d.target(len(c.Targets)+1))
		}
	}
	for _, e := range g.Earlier {
		past, err := e.past(c)
		c.Earlier, errs = append(c.Earlier, past...), append(errs, err)
	}
	return c, errors.Join(errs...)
}

func selectorKinds() []string {
	var kinds []string
	for _, k := range []approvals.SelectorKind{
		approvals.ByID, approvals.ByUser, approvals.ByPerson, approvals.BySerial, approvals.ByName, approvals.ByFilter,
	} {
		kinds = append(kinds, string(k))
	}
	return kinds
}

func (d Device) check() error {
	var ownership, enrolment, count error
	if d.Ownership != "" {
		ownership = oneOf("ownership", d.Ownership, []string{"company", "personal", "unknown"})
	}
	if d.Enrolment != "" {
		enrolment = oneOf("enrolment", d.Enrolment, slices.Sorted(maps.Keys(approvals.Enrolments())))
	}
	if d.Count < 0 || d.Count > maxMadeUp {
		count = mistake{fmt.Sprintf("count: %d devices cannot be", d.Count), fmt.Sprintf("Write a number from 1 to %d.", maxMadeUp)}
	}
	return errors.Join(ownership, enrolment, count)
}

// target is the made-up device of a number.
func (d Device) target(n int) approvals.Target {
	made := approvals.Device{ID: fmt.Sprintf("made-up-%d", n), Ownership: d.Ownership}
	if d.Owner != "" {
		made.Owner.UPN = d.Owner
	}
	return approvals.Target{Device: made, Enrollment: approvals.Enrolments()[d.Enrolment]}
}

// past returns the resets before a case.
func (e Earlier) past(c approvals.Case) ([]approvals.Past, error) {
	ago, err := time.ParseDuration(e.Ago)
	if err != nil || ago < 0 {
		return nil, mistake{fmt.Sprintf("ago: %q is not a duration", e.Ago), "Write one such as 2h or 30m."}
	}
	if e.Times < 0 || e.Times > maxMadeUp {
		return nil, mistake{fmt.Sprintf("times: %d resets cannot be", e.Times), fmt.Sprintf("Write a number from 1 to %d.", maxMadeUp)}
	}
	p := approvals.Past{Device: "made up, another", At: c.At.Add(-ago), Request: 1}
	if e.Outside {
		p.Request = 0
	}
	switch first := c.Targets[0].Device; approvals.RepetitionOf(e.Of) {
	case approvals.SameDevice:
		p.Device, p.Owner = first.ID, first.Owner.Key()
	case approvals.SameOwner:
		if p.Owner = first.Owner.Key(); p.Owner == "" {
			return nil, mistake{"earlier: the first device has no owner", "Give it one, such as owner: alice@contoso.com."}
		}
	case approvals.SameRequester:
		p.By.ID = c.Requester
	default:
		return nil, oneOf("of", e.Of, []string{"device", "owner", "requester"})
	}
	return slices.Repeat([]approvals.Past{p}, max(e.Times, 1)), nil
}

// statement returns what the requester says, and whether it is to be held
// against the rule.
func (g Given) statement() (s approvals.Statement, holds bool) {
	if g.Statement != nil {
		s = approvals.Statement{Ticket: g.Statement.Ticket, SecondReason: g.Statement.SecondReason, Verified: g.Statement.Verified}
	}
	if g.BreakGlass {
		s.BreakGlass = "made up"
	}
	return s, g.Statement != nil
}
