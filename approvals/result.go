package approvals

import "time"

// Phase is how far the reset of one device has come.
type Phase string

// The phases of a reset.
const (
	Waiting        Phase = "waiting"          // nothing was sent
	Sending        Phase = "sending"          // the intent is stored; whether it was sent is not yet known
	Accepted       Phase = "accepted"         // Intune took it; the device does it at its next check-in
	Confirmed      Phase = "confirmed"        // the device has done it
	Failed         Phase = "failed"           // Intune refused it: nothing was reset
	FailedOnDevice Phase = "failed on device" // Intune took it, and the device reported that it failed
	Skipped        Phase = "skipped"          // never sent
	Unknown        Phase = "unknown"          // sent, perhaps; nobody can tell
)

// Settled says that the phase has an outcome for the summary.
func (p Phase) Settled() bool { return p != Waiting && p != Sending }

// Taken says that Intune took the reset.
func (p Phase) Taken() bool { return p == Accepted || p == Confirmed || p == FailedOnDevice }

// Result is what came of one device.
type Result struct {
	Phase          Phase
	Reason         string    // in words, for failed, skipped, unknown and failed on device; for accepted, what else there is to say; for sending, why it is in doubt
	Code           string    // a fixed name of the reason, such as a Graph error code
	GraphRequestID string    // Graph's request-id, which Microsoft's support asks for
	Baseline       Action    // what Intune said of resets of this device before the intent
	BaselineAt     time.Time // when Intune said so, by its own clock; zero where it did not tell
	TakenAt        time.Time // when Intune took it, by its own clock; zero where that is not known
	IntendedAt     time.Time
	DoubtedAt      time.Time // in Sending: since when nothing is on its way from here any more, and what came of it is not known
	Sends          int       // how many intents there were, but for those of which nothing can have been sent
	Answered       bool      // in Sending: the answer left it open, and Intune's work on the call is over
	ChangedAt      time.Time
	Unconfirmed    bool // the follow-up has ended without word from the device
}

// Target is an eligible device of a request and what came of it.
type Target struct {
	Device     Device
	Scope      Scope
	Enrollment string         // in words
	Named      []SelectorKind // how it was named, by each selector that found it once
	Result     Result
}

// LeftOut is a device, or a selector that found none, that a request goes on
// without.
type LeftOut struct {
	Device   Device   // zero where nothing was found
	Selector Selector // how it was named
	Code     string
	Reason   string
}

// Narrowing says that Intune answered a selector with devices that do not
// match it, which were dropped.
type Narrowing struct {
	Selector Selector
	Dropped  int
}
