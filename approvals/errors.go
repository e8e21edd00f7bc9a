package approvals

import (
	"errors"
	"fmt"
)

// Kind says what sort of thing went wrong, for a caller that must choose an
// exit code, a retry or a tone.
type Kind string

// The kinds of Error.
const (
	Invalid        Kind = "invalid"         // the input is wrong; repeating it changes nothing
	Forbidden      Kind = "forbidden"       // this person, or this process, may not do that
	NotFound       Kind = "not found"       // there is no such thing
	Conflict       Kind = "conflict"        // somebody else was first
	TooLate        Kind = "expired"         // its time is over
	Unavailable    Kind = "unavailable"     // nothing was done; it can be tried again later
	UnknownOutcome Kind = "unknown outcome" // it may have been done; it must not be repeated blindly
	Internal       Kind = "internal"        // our own mistake
)

// Error is an error with a sentence for people. Text says what happened and
// why, Hint what to do next; both are plain text, not yet escaped for Slack.
type Error struct {
	Kind Kind
	Code string // a short fixed name, such as own-request; the same in events, metrics and docs
	Text string
	Hint string
	Ref  string // the other side's reference, such as Graph's request-id; may be empty
	Err  error  // the cause, for the log; may be nil

	// Answered says that the other side answered, with an error: its work on
	// the call is over, though its outcome may be unknown. A call without an
	// answer may still be under way.
	Answered bool

	// Channels are Slack channel ids that belong behind the Hint, for who
	// shows it to name in its own way.
	Channels []string
}

// Error returns the sentence and the cause, for the log.
func (e *Error) Error() string {
	s := e.Text
	if e.Ref != "" {
		s += " (request-id " + e.Ref + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Sentence returns Text and Hint as a person reads them.
func (e *Error) Sentence() string {
	if e.Hint == "" {
		return e.Text
	}
	return e.Text + " " + e.Hint
}

// Errors of the Store port that callers test for.
var (
	// ErrConflict says that a request was saved by somebody else since it
	// was read: read it again and decide anew.
	ErrConflict = errors.New("the request was changed in between")
	// ErrDuplicate says that a change with the same key is already stored:
	// its effect has happened.
	ErrDuplicate = errors.New("this change is already stored")
	// ErrNotFound says that there is no such request.
	ErrNotFound = errors.New("no such request")
)

// AsError returns err as an *Error. What is not one becomes Internal, with
// a sentence that gives nothing away.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{
		Kind: Internal, Code: "internal", Err: err,
		Text: "Something went wrong on my side, and nothing was changed.",
		Hint: "Try again; if it stays, ask the people who run passcodebot to look into its log.",
	}
}

// KindOf returns the kind of err: Internal when it is no *Error, and the
// empty string for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return AsError(err).Kind
}

func newError(kind Kind, code, text, hint string) *Error {
	return &Error{Kind: kind, Code: code, Text: text, Hint: hint}
}

func quote(s string) string { return fmt.Sprintf("“%s”", s) }
