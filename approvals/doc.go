// Package approvals holds the rules of passcodebot: what a request is, who
// may ask, decide and cancel, which devices may have their passcode reset,
// and in which order things happen. Nothing outside this package decides any
// of that, and nothing in this package knows Slack, Microsoft Graph or a
// database: it imports the standard library only and names what it needs as
// ports (Store, Queue, Devices, Directory), which adapters satisfy.
//
// Service takes what people do (ask, approve, deny, cancel) and turns each
// into one transition of a Request, committed together with its events.
// Runner takes what the clock and the requests themselves call for: it
// checks devices, resets passcodes, follows up and expires.
//
// All instants are UTC in whole microseconds.
package approvals
