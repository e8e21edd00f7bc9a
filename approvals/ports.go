package approvals

import (
	"context"
	"strings"
	"time"
)

// Change is what a store saves in one step: all of it, or nothing.
type Change struct {
	// Request is the request to save, with its Recorded events. Nil saves
	// Events alone. Its Version must be the stored one (ErrConflict
	// otherwise); zero makes a new request and gives it its ID.
	Request *Request
	// Events are further events, after those of Request. An event without
	// a request keeps zero, unless Request is new: a new request's ID is
	// filled in everywhere.
	Events []Event
	// Traces are further traces, beside those of Request. One without a
	// request gets the ID of Request; one of a request that is not stored is
	// ErrNotFound.
	Traces []Trace
	// Preferences are what these people, by their Slack ids of at most 256
	// bytes, want to be told directly from now on.
	Preferences map[string]Preferences
	// Key is the meaning of the act; ErrDuplicate where it is stored
	// already. Empty for none. At most 512 bytes.
	Key string
}

// Store keeps requests and the event log. Whatever a method has returned
// without an error survives a crash of the process and of the machine. Other
// errors than those named here are *Error: Unavailable where nothing was
// changed and it can be tried again, UnknownOutcome where a change may be
// stored, Invalid for what no store can take.
type Store interface {
	// Save saves a change and returns the request as it is now stored, with
	// its ID, its next Version and nothing recorded; the zero Request where
	// the change had none. ErrConflict, ErrDuplicate, ErrNotFound (a version
	// was expected and there is no such request).
	Save(context.Context, Change) (Request, error)
	// Request returns one request. ErrNotFound.
	Request(context.Context, ID) (Request, error)
	// Open returns the requests that have not ended, oldest first. Its cost
	// depends on their number only.
	Open(context.Context) ([]Request, error)
	// Latest returns up to limit requests in whatever state, those with the
	// highest ids first: of those below an id, or of all where that is zero.
	// Its cost depends on limit only.
	Latest(ctx context.Context, before ID, limit int) ([]Request, error)
	// Keyed returns the request that was saved with a key. ErrNotFound.
	Keyed(context.Context, string) (Request, error)
	// History returns up to limit events of a request after a place in the
	// log, oldest first.
	History(ctx context.Context, id ID, after Seq, limit int) ([]Event, error)
	// Traces returns up to limit traces of a subject at or after a time, the
	// latest first. Those of purged requests are gone.
	Traces(ctx context.Context, of Subject, since time.Time, limit int) ([]Trace, error)
	// Preferences returns what somebody wants to be told directly; the zero
	// Preferences where they have never said. No purge takes them away.
	Preferences(ctx context.Context, person string) (Preferences, error)
	// Head returns the end of the log.
	Head(context.Context) (Head, error)
}

// Claim asks for requests that need the clock.
type Claim struct {
	Owner string    // who claims, unique to a process
	Now   time.Time // requests whose WakeAt is not later than this
	Until time.Time // how long nobody else may claim them
	Limit int
}

// Queue hands out requests that need the clock, each to one owner at a time.
type Queue interface {
	// Claim returns requests whose WakeAt has come, the longest waiting
	// first, and leases them: nobody can claim them again, the same owner
	// neither, until the lease is released or over.
	Claim(context.Context, Claim) ([]Request, error)
	// Renew lengthens a lease. ErrConflict where the owner no longer has it.
	Renew(ctx context.Context, owner string, id ID, until time.Time) error
	// Release gives a lease back. It does nothing where the owner has none.
	Release(ctx context.Context, owner string, id ID) error
}

// Found is what a selector brought.
type Found struct {
	Devices []Device // each of them matches the selector
	Dropped int      // how many more were answered that do not match it
	More    bool     // there are more than the limit; Devices is cut there
}

// Recorded is a reset in Intune's own record of remote actions, which also
// has those that were begun in the admin center or by other programs.
type Recorded struct {
	Device string    // the managed device id
	At     time.Time // when it was asked for, by Intune's clock
	By     string    // who asked; a user principal name where it was a person
	State  ActionState
	Owner  string // the user principal name of the device's user, where Intune tells
}

// ByPerson says that a person asked for the reset, and not a program.
func (r Recorded) ByPerson() bool { return strings.Contains(r.By, "@") }

// Receipt is Intune's answer to an accepted reset.
type Receipt struct {
	GraphRequestID string
	At             time.Time // when Intune answered, by its own clock; zero where it did not say
}

// Devices is Intune. Its errors are *Error, with Graph's request-id in Ref:
// Invalid (Intune refuses it, and will again), Forbidden (this app lacks a
// permission or its sign-in fails), NotFound, Unavailable (nothing was done;
// it can be tried again), and UnknownOutcome from Reset alone.
type Devices interface {
	// Find returns the devices that a selector of any kind but ByPerson
	// names, at most limit of them, in the order of their names. Each has
	// been checked against the selector, whatever Intune answered. No
	// device is no error, but for ByID: NotFound. A filter that can't be
	// checked here is Invalid, with the reason.
	Find(ctx context.Context, sel Selector, limit int) (Found, error)
	// Read reads one device afresh, with its last reset.
	Read(ctx context.Context, device string) (Device, error)
	// Resets returns the resets that Intune has recorded since a time by its
	// own clock, whoever began them, the latest first.
	// Microsoft Graph: remoteActionAudits.
	Resets(ctx context.Context, since time.Time) ([]Recorded, error)
	// Reset calls resetPasscode once. It waits and sends again only where
	// Intune has provably not taken the call (429). The end of ctx ends that
	// wait as Unavailable; a call on the wire is waited for all the same.
	// After an UnknownOutcome the reset may or may not happen; its error is
	// Answered where Intune's work on the call is over.
	Reset(ctx context.Context, device string) (Receipt, error)
}

// Directory is who people are, read afresh at every call. Its errors are
// *Error: NotFound, or Unavailable where it can't be asked.
type Directory interface {
	Person(ctx context.Context, id string) (Person, error)
	// Members returns the ids of a user group's members.
	Members(ctx context.Context, group string) ([]string, error)
}
