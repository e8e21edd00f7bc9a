package approvals

import (
	"regexp"
	"time"
)

// Rule is one rule of a Policy. Of the rules, the first whose conditions all
// fit a request holds for it.
type Rule struct {
	Name   string // appears on the card and in the log
	When   Conditions
	Refuse string // the sentence with which the request is turned down; empty where it is not
	Terms  Terms  // what the request must meet; zero fields mean those of the Policy
}

// Terms are what a request must meet.
type Terms struct {
	Approvers    Audience
	Quorum       int           // approvals from people other than the requester
	Groups       int           // from how many different groups of Approvers; 0 and 1 mean any
	TimeToLive   time.Duration // how long it waits for decisions
	Ticket       *regexp.Regexp
	SecondReason bool // a second reason must be given
	Verified     bool // how the person's identity was verified must be said
}

// Conditions are what a Rule looks at. All that are set must fit. Each device
// of a request is looked at by itself; how many they are and who asks is that
// of the request.
type Conditions struct {
	Channels   []string // where it is asked
	Requesters Audience // who asks
	MinDevices int      // at least so many devices
	MaxDevices int      // at most so many devices; zero for any number
	Ownership  []string // company, personal or unknown (managedDeviceOwnerType)
	Enrolments []string // keys of Enrolments
	Selectors  []SelectorKind
	Times      []Times      // any of them
	Repeated   []Repetition // any of them
}

// Times are times of the week in a zone.
type Times struct {
	Days     []time.Weekday // empty for every day
	From, To time.Duration  // since midnight; To before From reaches into the next day, both zero mean the whole day
	Zone     *time.Location
	Outside  bool // all other times are meant
}

// RepetitionOf is what was reset before.
type RepetitionOf string

// The subjects of a Repetition.
const (
	SameDevice    RepetitionOf = "device"
	SameOwner     RepetitionOf = "owner"
	SameRequester RepetitionOf = "requester"
)

// Repetition is how often something is reset within a time. Resets outside
// of passcodebot count for the device and its owner.
type Repetition struct {
	Of     RepetitionOf
	Times  int // this one would be so many, or more: 3 means that there were two before
	Within time.Duration
}

// BreakGlass is how a request can go ahead with fewer approvals.
type BreakGlass struct {
	Who       Audience // who may; empty means nobody
	Channels  []string // the incident channels in which it may be asked for
	Quorum    int      // how many approvals it needs; at least 1
	Reviewers Audience // who may sign the review; empty means the Policy's Approvers
	Notice    string   // the channel that is told at once
}
