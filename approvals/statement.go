package approvals

import "time"

// Statement is what a requester says beside the reason, where a rule asks
// for it.
type Statement struct {
	Ticket       string // a ticket number
	SecondReason string // why it has to be now, or why so many
	Verified     string // how the person's identity was verified
	BreakGlass   string // why it should go ahead with fewer approvals; empty where it should not
}

// Review is what becomes of a request that went ahead with fewer approvals:
// somebody who had no part in it looks at it afterwards and signs.
type Review struct {
	Due    bool  // it was asked for and nobody has signed
	Signed Actor // zero while nobody has
	At     time.Time
	Asked  time.Time // when it was asked for, or last reminded of
}
