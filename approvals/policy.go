package approvals

import (
	"slices"
	"time"
)

// Policy is who may do what, and within which limits. The zero value allows
// nobody anything: Requesters and Approvers must be named.
type Policy struct {
	Home       Home
	Requesters Audience
	Approvers  Audience

	Quorum     int           // approvals that a request needs from others than the requester; at least 1
	TimeToLive time.Duration // how long a request waits for decisions
	MaxDevices int           // devices per request

	Rules       []Rule        // the first that fits a request holds; where none does, the fields above do
	BreakGlass  BreakGlass    // how a request can go ahead with fewer approvals
	ShowEarlier time.Duration // how far back earlier resets are shown on the card, or as far as a rule looks
	MaxRequests int           // requests per requester and hour; zero for any number
	MaxResets   int           // devices per requester and hour; zero for any number
	Fingerprint string        // changes whenever anything of the policy does that decides about requests

	Escalation   Audience      // who is mentioned where a request has waited for most of its time; empty for nobody
	WorkingHours []Times       // what is asked at any other time is unusual; none means that no time is
	Many         int           // from how many devices on a request is unusual
	OfflineFor   time.Duration // a device that has not checked in for so long is unusual
	Admins       Audience      // who sees the health of passcodebot

	Channels    []string // Slack channel ids where people may ask; empty means any
	CardChannel string   // Slack channel id where cards go; empty means where it was asked

	ExecutionTimeout time.Duration   // how long the resets of one request may take
	ResendAfter      time.Duration   // how long Intune must show nothing of a reset without an answer before it counts as not sent
	SettleFor        time.Duration   // how long a reset of unknown outcome is looked for before it is reported as unknown
	FollowUp         []time.Duration // waits between two looks at the devices; the last one repeats
	FollowUpFor      time.Duration   // how long devices are waited for after their reset
	HandoverAfter    time.Duration   // how long after the resets the requester is asked whether the person has set a passcode of their own; negative for never
}

// Defaults of Policy.
const (
	DefaultQuorum           = 1
	DefaultTimeToLive       = 30 * time.Minute
	DefaultMaxDevices       = 100
	DefaultExecutionTimeout = 10 * time.Minute
	DefaultResendAfter      = 2 * time.Minute
	DefaultSettleFor        = 5 * time.Minute
	DefaultFollowUpFor      = 24 * time.Hour
	DefaultHandoverAfter    = 4 * time.Hour
	DefaultMany             = 10
	DefaultOfflineFor       = 7 * 24 * time.Hour
)

// DefaultFollowUp are the waits between two looks at devices that have not
// confirmed their reset.
func DefaultFollowUp() []time.Duration {
	return []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute}
}

// WithDefaults returns p with every zero limit replaced by its default.
func (p Policy) WithDefaults() Policy {
	if p.Quorum < 1 {
		p.Quorum = DefaultQuorum
	}
	if p.TimeToLive <= 0 {
		p.TimeToLive = DefaultTimeToLive
	}
	if p.MaxDevices < 1 {
		p.MaxDevices = DefaultMaxDevices
	}
	if p.ExecutionTimeout <= 0 {
		p.ExecutionTimeout = DefaultExecutionTimeout
	}
	if p.ResendAfter <= 0 {
		p.ResendAfter = DefaultResendAfter
	}
	if p.SettleFor <= 0 {
		p.SettleFor = DefaultSettleFor
	}
	if len(p.FollowUp) == 0 {
		p.FollowUp = DefaultFollowUp()
	}
	if p.FollowUpFor <= 0 {
		p.FollowUpFor = DefaultFollowUpFor
	}
	if p.HandoverAfter == 0 {
		p.HandoverAfter = DefaultHandoverAfter
	}
	if p.Many < 1 {
		p.Many = DefaultMany
	}
	if p.OfflineFor <= 0 {
		p.OfflineFor = DefaultOfflineFor
	}
	return p
}

// limited says that requesters may ask for so much in an hour.
func (p Policy) limited() bool { return p.MaxRequests > 0 || p.MaxResets > 0 }

// AskedIn says whether people may ask in a channel.
func (p Policy) AskedIn(channel string) bool {
	return len(p.Channels) == 0 || slices.Contains(p.Channels, channel)
}

// CardPlace returns the channel for the card of a request that was asked in
// channel.
func (p Policy) CardPlace(channel string) string {
	if p.CardChannel != "" {
		return p.CardChannel
	}
	return channel
}

// followUpAfter returns the wait after so many looks.
func (p Policy) followUpAfter(looks int) time.Duration {
	return p.FollowUp[min(looks, len(p.FollowUp)-1)]
}
