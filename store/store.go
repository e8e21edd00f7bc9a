// Package store opens the store of requests and events by its address.
//
//	s, err := store.Open(ctx, "bolt:/var/lib/passcodebot/passcodebot.db")
//	defer s.Close()
//
// A backend lives in a package of its own below this one and passes the
// conformance suite of package storetest. No backend knows a rule: what a
// request may become is decided in package approvals.
package store

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// Limits of every store. What is beyond them is an *approvals.Error of kind
// Invalid.
const (
	MaxKey     = bolt.MaxKey     // bytes of a Change's Key
	MaxNote    = bolt.MaxNote    // bytes of a Cursor's Note
	MaxSubject = bolt.MaxSubject // bytes of a Subject's ID
)

// Store is what a backend gives. Any number of goroutines may use it. The
// errors are those of approvals.Store: the named ones, and for all else an
// *approvals.Error that says what happened.
type Store interface {
	approvals.Store
	approvals.Queue

	// Behind returns the requests that have events after the consumer's
	// cursor that it tells of (EventKind.ToldBy), in the order of the first
	// such event, so that the longest waiting comes first. Its cost depends on
	// their number only. Notices alone has request zero: the events without a
	// request that it tells of, which are also the History of zero.
	Behind(context.Context, approvals.Consumer) ([]approvals.ID, error)
	// Cursor returns how far the consumer has come with a request; the zero
	// Cursor where it has not begun.
	Cursor(context.Context, approvals.Consumer, approvals.ID) (approvals.Cursor, error)
	// Advance stores how far the consumer has come and appends events, in one
	// step; an event without a request becomes one of this request. ErrConflict
	// where Seq would go back; the same Seq with another Note is allowed.
	// ErrNotFound where there is no such request. A Seq that the log has not
	// reached is Invalid: events that are still to come would never be seen.
	// The consumer is behind again by the events that it appends.
	Advance(context.Context, approvals.Consumer, approvals.ID, approvals.Cursor, ...approvals.Event) error

	// Events returns up to limit events of the whole log after a place in
	// it, oldest first.
	Events(ctx context.Context, after approvals.Seq, limit int) ([]approvals.Event, error)
	// Purge takes away up to limit requests that have ended, need the clock no
	// more and have their last event before a time, with their history, their
	// cursors, their traces and the keys of their changes; and the beginning of
	// the log, up to the first event that is not before that time, belongs to a
	// request that stays, or is one of request zero that Notices has yet to
	// tell of. A request that any consumer is behind with stays, or people
	// would never be told; it goes with a later purge, and holds up no other.
	// The longest unchanged go first, in the order of the log, and the first
	// whose last event is not before the time ends it. It returns
	// how many requests went: zero once nothing is left to do. Each call does
	// little, so that others wait little. What went is said by an event
	// LogCut, from which the log stays verifiable; the ids of what went are
	// never given again.
	Purge(ctx context.Context, before time.Time, limit int) (int, error)
	// Verify reads the whole log and returns an *approvals.Error of kind
	// Invalid that names the first event that is not as it was stored: it
	// was altered, moved, taken out or put in. By itself it can't see that
	// events were taken off the end, nor that the whole chain was calculated
	// anew.
	//
	// Heads that were kept elsewhere show both: each must be what the chain
	// has at its place, and a log that ends before it was cut off. Heads
	// before Origin can't be checked, and are passed over.
	Verify(ctx context.Context, heads ...approvals.Head) error
	// Origin returns what the log begins after: the last event that was
	// purged, or the zero Head where none was.
	Origin(context.Context) (approvals.Head, error)

	// Close ends the store once the changes that are being committed are.
	// Every later call gets an error. Closing twice is allowed.
	Close() error
}

var _ Store = (*bolt.Store)(nil)

// scheme is the part before the colon. One letter is a drive of Windows.
var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+):(.*)$`)

// Open opens the store at an address: "bolt:" and the path of a file, or the
// path alone. What is not there yet is made, but for the folder. All errors
// are *approvals.Error with what to do about it.
func Open(ctx context.Context, address string) (Store, error) {
	return opened(ctx, address, bolt.Open)
}

// OpenToRead opens the store at an address for reading alone: nothing in it
// changes, and every change that is tried is Unavailable. One that is not
// there is NotFound. All errors are *approvals.Error with what to do about it.
func OpenToRead(ctx context.Context, address string) (Store, error) {
	return opened(ctx, address, bolt.OpenToRead)
}

// opened opens the store at an address in one of the ways.
func opened(ctx context.Context, address string, open func(context.Context, string) (*bolt.Store, error)) (Store, error) {
	path, err := file(address)
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, path)
	if err != nil {
		return nil, err // not s: an interface that holds a nil pointer is not nil
	}
	return s, nil
}

// Compact gives back to the disk what purges have left free in the store at
// an address, and returns its bytes before and after. What is stored stays as
// it is, and a crash leaves it whole. Nobody may use the store meanwhile:
// Conflict. All errors are *approvals.Error with what to do about it.
func Compact(ctx context.Context, address string) (before, after int64, err error) {
	path, err := file(address)
	if err != nil {
		return 0, 0, err
	}
	return bolt.Compact(ctx, path)
}

// Inspection is what Inspect says of a store.
type Inspection = bolt.Inspection

// Inspect looks at the store at an address: whether it can be used and who
// may read it. It changes nothing and works also while a bot uses the store.
// A store that is not there yet and can be made is no error. All errors are
// *approvals.Error with what to do about it; what is known comes with them.
func Inspect(ctx context.Context, address string) (Inspection, error) {
	path, err := file(address)
	if err != nil {
		return Inspection{}, err
	}
	return bolt.Inspect(ctx, path)
}

// file returns the path in an address.
func file(address string) (string, error) {
	name, path := "bolt", address
	if m := scheme.FindStringSubmatch(address); m != nil {
		name, path = strings.ToLower(m[1]), m[2]
	}
	switch {
	case name != "bolt":
		return "", &approvals.Error{
			Kind: approvals.Invalid, Code: "store-address",
			Text: fmt.Sprintf("The store address %q begins with %q, which is not a kind of store that this passcodebot knows.", address, name+":"),
			Hint: "Known is bolt:, followed by the path of a file, as in bolt:/var/lib/passcodebot/passcodebot.db.",
		}
	case path == "":
		return "", &approvals.Error{
			Kind: approvals.Invalid, Code: "store-address",
			Text: "The store address names no file.",
			Hint: "Give a path, as in bolt:/var/lib/passcodebot/passcodebot.db.",
		}
	}
	return path, nil
}
