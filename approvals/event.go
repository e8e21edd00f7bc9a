package approvals

import "time"

// EventKind says what an event is about.
type EventKind string

// The kinds of Event.
const (
	Asked          EventKind = "request.asked"
	WasTried       EventKind = "request.tried"         // a dry run was shown; Data: selectors, channel, devices
	CheckDelayed   EventKind = "request.check-delayed" // Intune or Slack did not answer; it is tried again
	BecameReady    EventKind = "request.ready"         // its card may be shown
	WasRejected    EventKind = "request.rejected"
	GotApproval    EventKind = "decision.approved" // one approver's yes
	GotDenial      EventKind = "decision.denied"
	ReachedQuorum  EventKind = "request.approved"
	Tightened      EventKind = "request.tightened" // it needs more than it did, by the rule that holds now; Data: quorum, different_groups, rule
	WasCancelled   EventKind = "request.cancelled"
	HasExpired     EventKind = "request.expired"
	RunStarted     EventKind = "run.started"
	RunDelayed     EventKind = "run.delayed" // Intune does not take the resets; they go on by themselves, until the time in Data
	ResetIntended  EventKind = "reset.intended"
	ResetDoubted   EventKind = "reset.doubted" // it was sent, and what came of it is not known yet
	ResetUnsent    EventKind = "reset.unsent"  // it has provably not been taken, and may be sent again
	ResetAccepted  EventKind = "reset.accepted"
	ResetFailed    EventKind = "reset.failed"
	ResetSkipped   EventKind = "reset.skipped"
	ResetUnknown   EventKind = "reset.unknown"
	RunEnded       EventKind = "run.ended"
	ResetConfirmed EventKind = "reset.confirmed"
	DeviceFailed   EventKind = "reset.failed-on-device"
	Unconfirmed    EventKind = "reset.unconfirmed" // the follow-up ended without word from the device
	WasRefused     EventKind = "act.refused"       // somebody tried what they may not do
	CardPosted     EventKind = "card.posted"       // its place is in Data: channel, ts
	CardLost       EventKind = "card.lost"         // the card or its channel is gone; why is in Text, where it was in Data
	LogCut         EventKind = "log.cut"           // old requests and their events were purged; how far is in Data: through, hash, requests

	Reminded         EventKind = "request.reminded"  // it waits for decisions still; Data: step (half or escalation), and whom to mention: groups, people
	HandoverAsked    EventKind = "handover.asked"    // the requester is asked whether the person has set a passcode of their own
	HandoverAnswered EventKind = "handover.answered" // Data: own (yes or no)
	PreferencesSet   EventKind = "preferences.set"   // what somebody wants to be told directly; Data: requests, named (on or off)
	LogVerified      EventKind = "log.verified"      // the chain of the log was calculated anew; Data: through, hash, problems (how many)

	ApprovalVoided  EventKind = "decision.voided"    // an approval that no longer counts; why is in Text and Data: code
	Reopened        EventKind = "request.reopened"   // it was approved, and waits for approvals again because some no longer count
	BrokeGlass      EventKind = "breakglass.invoked" // it needs fewer approvals than the rule says; why is in Text
	ReviewAsked     EventKind = "review.asked"       // somebody else is to look at what break glass did
	ReviewReminded  EventKind = "review.reminded"
	ReviewSigned    EventKind = "review.signed"
	ResetOutside    EventKind = "reset.outside"     // a reset that Intune has recorded and that this bot did not send; Data: at, by, device_name
	LogAnchored     EventKind = "log.anchored"      // how long the log was, and the hash of its head: Data: through, hash, signature, key
	MessagePosted   EventKind = "message.posted"    // Data: as, channel, ts, thread_ts, to, through
	MessageLost     EventKind = "message.lost"      // a notice could not be posted and is left out; why is in Text, Data: as, channel, error, through
	ProcessStarted  EventKind = "process.started"   // Data: version, config, policy, store
	ProcessSignedIn EventKind = "process.signed-in" // Data: service, and who it signed in as
	ProcessStopped  EventKind = "process.stopped"
	SocketConnected EventKind = "socket.connected" // Data: connection, connections
)

// ToldBy says whether a consumer may have something to say of events of this
// kind. What was posted is for the log alone, and what could not be is for the
// thread to say.
func (k EventKind) ToldBy(c Consumer) bool {
	switch k {
	case MessagePosted:
		return false
	case MessageLost:
		return c == Threads
	case BrokeGlass, ReviewAsked, ReviewReminded, ReviewSigned:
		return true
	case ResetOutside, LogAnchored:
		return c == Notices
	case ResetIntended, ResetDoubted, ResetUnsent:
		return c != Notices && c != Personal
	}
	return c != Notices
}

// Event is one fact in the append-only log: who did what to which request,
// when.
type Event struct {
	Seq     Seq       // given by the store
	At      time.Time // when it happened, by our clock
	Request ID        // zero where it belongs to none
	Kind    EventKind
	Actor   Actor             // zero for passcodebot itself
	Device  string            // a managed device id, or empty
	Text    string            // a reason or comment, as it was given
	Data    map[string]string // further facts by fixed names, such as graph_request_id
}

// Consumer names a reader of the event log. Each keeps its own cursor for
// every request, so that one request that can't be told holds up no other.
type Consumer string

// The consumers of the event log.
const (
	Cards   Consumer = "cards"   // the card of a request
	Threads Consumer = "threads" // what is said in the card's thread
	Direct  Consumer = "direct"  // what single people are told
	// Personal is what people are told directly, as far as they want it: the
	// requester of each change, and who is asked by name.
	Personal Consumer = "personal"
	// Notices is what is said in channels of its own: break glass, resets
	// outside of passcodebot, anchors of the log. It alone has request zero:
	// the events without a request that it tells of.
	Notices Consumer = "notices"
)

// Consumers lists every consumer; a store keeps cursors for these.
func Consumers() []Consumer { return []Consumer{Cards, Threads, Direct, Personal, Notices} }

// Cursor is how far a consumer has come with one request.
type Cursor struct {
	Seq  Seq    // the last event that was handled
	Note []byte // what the consumer wants to remember, in its own form; at most 64 KiB
}
