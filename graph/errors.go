package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/microsoftgraph/msgraph-beta-sdk-go/models/odataerrors"

	"passcodebot/approvals"
)

// operation is a kind of call, for what its failures mean.
type operation struct {
	name   string // read, find, resets, reset, application
	device string // the device's id, where the call is about one
	filter bool   // a person's own filter is in the call
}

const (
	opRead   = "read"
	opFind   = "find"
	opResets = "resets"
	opReset  = "reset"

	opApplication = "application"
)

func (o operation) tries() int {
	if o.name == opReset {
		return resetTries
	}
	return readTries
}

// repeats says whether a failed call may be sent again. A reset may only where
// Intune has said that it has not taken it.
func (o operation) repeats(ex *exchange, failure *approvals.Error) bool {
	if o.name == opReset {
		return ex.status == http.StatusTooManyRequests
	}
	switch ex.status {
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return ex.status < 400 && failure.Kind == approvals.Unavailable && !errors.Is(failure, errTooMuch)
}

// failure says what came of a call, or nil where it went well.
func (o operation) failure(ex *exchange, err error) *approvals.Error {
	if e, ok := errors.AsType[*approvals.Error](err); ok {
		return e // of the sign-in, so that nothing was sent
	}
	good := http.StatusOK
	if o.name == opReset {
		good = http.StatusNoContent
	}
	switch {
	case ex.status == good && err == nil:
		return nil
	case ex.status >= 400:
		return o.refusal(ex, err)
	}
	e := &approvals.Error{Kind: approvals.Unavailable, Ref: ex.requestID(), Err: unread(bare(err))}
	switch {
	case errors.Is(err, context.Canceled):
		e.Code, e.Text = "stopped", "The call to Intune was stopped."
	case ex.status == 0 && ex.unsent(err):
		e.Code, e.Text = "unreachable", "Intune cannot be reached."
	case errors.Is(err, context.DeadlineExceeded):
		e.Code, e.Text = "timeout", "Intune did not answer in time."
	case ex.status == 0:
		e.Code, e.Text = "cut", "The connection to Intune broke before it answered."
	default:
		e.Code, e.Text = "not-understood", "Intune's answer was not understood."
		if err == nil {
			e.Err = fmt.Errorf("graph answered %d where %d was expected", ex.status, good)
		}
	}
	return o.doubtful(ex, err, e)
}

// doubtful makes the failure of a reset that may have been taken what it is.
func (o operation) doubtful(ex *exchange, err error, e *approvals.Error) *approvals.Error {
	if o.name != opReset || ex.unsent(err) {
		return e
	}
	e.Kind = approvals.UnknownOutcome
	e.Text = fmt.Sprintf("%s, so the reset may or may not happen.", strings.TrimSuffix(e.Text, "."))
	e.Hint = "Look at the device's page in the Intune admin center before it is asked for again."
	return e
}

// refusal is the failure that Graph's answer is.
func (o operation) refusal(ex *exchange, err error) *approvals.Error {
	told := graphError(err)
	e := &approvals.Error{
		Kind: approvals.Unavailable, Code: told.code, Ref: ex.requestID(),
		Err: fmt.Errorf("graph answered %d %s: %s", ex.status, told.code, oneLine(told.message, 1000)),
	}
	if e.Code == "" {
		e.Code = fmt.Sprintf("status-%d", ex.status)
	}
	if e.Ref == "" {
		e.Ref = told.requestID
	}
	words := sentence(told.message)
	if words == "" {
		words = fmt.Sprintf("it answered with status %d and no words", ex.status)
	}
	switch ex.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		e.Kind, e.Hint = approvals.Forbidden, grant
		e.Text = fmt.Sprintf("Intune does not let this app %s, for which it needs the permission %s: %s.", o.verb(), o.permission(), words)
	case http.StatusNotFound:
		if o.device == "" {
			e.Text = fmt.Sprintf("Intune was not found at its address: %s.", words)
			break
		}
		e.Kind, e.Text = approvals.NotFound, fmt.Sprintf("Intune knows no device %s.", o.device)
		e.Hint = "Look it up in the Intune admin center; it may have been enrolled again, under another id."
	case http.StatusTooManyRequests:
		e.Text = "Intune is asked too much at the moment, and takes no more calls."
		e.Hint = "Try again in a minute."
	case http.StatusRequestTimeout:
		e.Text = "Intune gave up waiting for the call."
		return o.doubtful(ex, err, e)
	default:
		if ex.status >= 500 {
			e.Text = fmt.Sprintf("Intune answered with an error of its own (%d).", ex.status)
			// Gateways answer for an Intune that may still be at work, and a 500
			// may come from the middle of it. A 503 in Graph's own words says
			// that it has not been begun, or else Intune's records show it.
			// Microsoft Learn: Microsoft Graph error responses, 503.
			e.Answered = o.name == opReset && ex.status == http.StatusServiceUnavailable && told.code != ""
			return o.doubtful(ex, err, e)
		}
		e.Kind = approvals.Invalid
		e.Text = fmt.Sprintf("Intune refuses to %s: %s.", o.verb(), words)
		if o.filter {
			e.Text = fmt.Sprintf("Intune refuses this filter: %s.", words)
			e.Hint = "Try a filter on deviceName, serialNumber, userPrincipalName, operatingSystem or lastSyncDateTime, such as operatingSystem eq 'Android'."
		}
	}
	return e
}

func (o operation) verb() string {
	switch o.name {
	case opReset:
		return "reset the passcode"
	case opRead:
		return "read the device"
	case opApplication:
		return "read the app's registration"
	case opResets:
		return "read its record of remote actions"
	}
	return "look devices up"
}

func (o operation) permission() string {
	if o.name == opReset {
		return PermissionReset
	}
	return PermissionRead
}

// told is what an error of Graph says.
type told struct{ code, message, requestID string }

func graphError(err error) told {
	answer, ok := errors.AsType[*odataerrors.ODataError](err)
	if !ok || answer.GetErrorEscaped() == nil {
		return told{}
	}
	main := answer.GetErrorEscaped()
	t := told{code: oneLine(short(main.GetCode()), 100), message: scrub(unwrap(cut(deref(main.GetMessage()), maxMessage)))}
	if more := main.GetInnerError(); more != nil {
		t.requestID = oneLine(short(more.GetRequestId()), 100)
	}
	return t
}

// bare drops the address from an error of net/http, which may hold a person's
// name in a filter.
func bare(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
