// Package check judges a run of the bot from the outside: from what the fakes
// of Slack and Intune saw, and from the exported audit. It asks the bot
// nothing and imports nothing of it, so that it can disagree.
//
// A request's command, its clicks, its card and the posts to Intune come from
// the fakes; what the bot says that it did and when comes from the audit. The
// rules (see Rules) hold the two against each other.
package check

import (
	"fmt"
	"slices"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

// Logs is what the fakes saw.
type Logs struct {
	Envelopes []fakeslack.Envelope
	Messages  []fakeslack.Message // as they are at the end
	Deleted   []fakeslack.Message // as they were before somebody deleted them
	Directs   map[string]string   // with whom a direct conversation of the app is
	Posts     []fakeintune.Post
	Admin     []AdminReset
	Devices   []fakeintune.Device
	Troubles  map[string]int // what went wrong on the fakes' side, by kind
}

// AdminReset is a reset that somebody began in the admin center.
type AdminReset struct {
	Device string
	By     string
	At     time.Time
}

// Event is a line of the exported audit.
type Event struct {
	Seq     uint64            `json:"seq"`
	At      time.Time         `json:"at"`
	Kind    string            `json:"kind"`
	Request string            `json:"request"`
	Actor   Actor             `json:"actor"`
	Device  string            `json:"device"`
	Text    string            `json:"text"`
	Data    map[string]string `json:"data"`
}

// Actor is who did it.
type Actor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Team string `json:"team"`
}

// Options is what a run was like.
type Options struct {
	Quorum int
	// Awaited says that the run waited for the last word on every device.
	Awaited bool
}

// Rule is one promise.
type Rule string

// The rules.
const (
	Lost      Rule = "lost"      // an acknowledged request or click that has not happened
	Invented  Rule = "invented"  // a request or decision that nobody made
	Ended     Rule = "ended"     // a request without an end, or with two
	Twice     Rule = "twice"     // a device that Intune was made to reset twice for one request
	Unasked   Rule = "unasked"   // a reset that no request explains
	NoQuorum  Rule = "quorum"    // a reset that not enough other people had approved before
	Outcome   Rule = "outcome"   // a result that is not what happened at Intune
	Results   Rule = "results"   // a device without a result, or with two
	Told      Rule = "told"      // what was not told, told twice, or told in the wrong place
	Card      Rule = "card"      // a card that is missing, doubled, elsewhere, or does not show the end
	Chain     Rule = "chain"     // a gap in the audit
	LeftAlone Rule = "leftalone" // a device that was reset though the request did not name it
	Process   Rule = "process"   // a bot that ended by itself, or not when it was told to; for who runs it to notice
)

// Rules lists every rule.
func Rules() []Rule {
	return []Rule{Lost, Invented, Ended, Twice, Unasked, NoQuorum, Outcome, Results, Told, Card, Chain, LeftAlone, Process}
}

// Violation is one broken promise.
type Violation struct {
	Rule    Rule
	Request string
	Device  string
	Text    string
}

func (v Violation) String() string {
	s := string(v.Rule)
	for _, part := range []string{v.Request, v.Device} {
		if part != "" {
			s += " " + part
		}
	}
	return s + ": " + v.Text
}

// Report is what came of a check.
type Report struct {
	Checks     map[Rule]int // how often each rule was applied
	Violations []Violation
	Requests   map[string]int // by how they ended
	Results    map[string]int // of devices
	Resets     int            // that Intune took
}

// Check applies every rule but Process.
func Check(l Logs, audit []Event, o Options) Report {
	c := &checker{
		Logs: l, audit: audit, Options: o,
		report: Report{Checks: map[Rule]int{}, Requests: map[string]int{}, Results: map[string]int{}},
	}
	c.chain()
	c.read()
	c.acknowledged()
	c.ends()
	c.resets()
	c.told()
	slices.SortStableFunc(c.report.Violations, func(a, b Violation) int {
		return slices.Index(Rules(), a.Rule) - slices.Index(Rules(), b.Rule)
	})
	return c.report
}

// checker is a check under way.
type checker struct {
	Logs
	Options
	audit  []Event
	report Report

	stories []*story          // in the order of the audit
	byID    map[string]*story // by R-12
	clicks  []act
	asks    []act
}

// must counts a check, and a violation where it does not hold.
func (c *checker) must(holds bool, rule Rule, request, device, format string, args ...any) {
	c.report.Checks[rule]++
	if !holds {
		c.report.Violations = append(c.report.Violations, Violation{rule, request, device, fmt.Sprintf(format, args...)})
	}
}

// chain looks for events that are missing. Whether they were altered only the
// hashes in the database tell, which audit verify reads.
func (c *checker) chain() {
	for i, e := range c.audit {
		c.must(e.Seq == uint64(i+1), Chain, e.Request, e.Device, "event %d stands where %d belongs", e.Seq, i+1)
	}
}
