package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"passcodebot/approvals"
)

// do makes a call when its turn has come, and makes it again where that is
// safe and worth it.
func (c *Client) do(ctx context.Context, op operation, send func(context.Context) error) (*exchange, *approvals.Error) {
	var failure *approvals.Error
	for tried := 1; ; tried++ {
		turn, err := c.limiter.take(ctx, op.name == opReset)
		if err != nil {
			return &exchange{}, notTaken(err, failure)
		}
		ex := &exchange{}
		err = c.once(ctx, op, ex, send)
		failure = op.failure(ex, err)
		held := c.end(turn, ex)
		if failure == nil {
			return ex, nil
		}
		if ex.status == http.StatusUnauthorized || ex.status == http.StatusForbidden {
			c.tokens.refused()
		}
		if !op.repeats(ex, failure) || tried >= op.tries() {
			return ex, failure
		}
		d := delay(ex.header, tried, c.now())
		if end, bound := ctx.Deadline(); d > maxRetryAfter || bound && c.now().Add(d).After(end) {
			return ex, failure
		}
		if held {
			d = 0
		}
		c.log.Warn("graph call repeated", "operation", op.name, "device", op.device, "status", ex.status,
			"graph_request_id", ex.requestID(), "tried", tried, "wait", d)
		if err := c.wait(ctx, d); err != nil {
			return ex, notTaken(err, failure)
		}
	}
}

// end tells the limiter what came of a call. It reports whether the limiter
// holds the next one back.
func (c *Client) end(t *turn, ex *exchange) bool {
	switch {
	case !ex.sent.Load():
		t.unsent()
		return false
	case ex.status == http.StatusTooManyRequests:
		pause, _ := retryAfter(ex.header, c.now())
		return t.refused(min(pause, maxRetryAfter), ex.shared)
	}
	t.taken()
	return false
}

// notTaken is the failure of a call whose turn did not come, after the last
// failure of those before it, if there were any: for a reset these were 429s,
// so that Intune has done nothing.
func notTaken(err error, last *approvals.Error) *approvals.Error {
	e := &approvals.Error{Kind: approvals.Unavailable, Code: "stopped", Text: "The call to Intune was stopped.", Err: err}
	if last != nil {
		e.Ref, e.Err = last.Ref, fmt.Errorf("%w, after: %w", err, last)
	}
	if !errors.Is(err, context.Canceled) {
		e.Code, e.Text, e.Hint = "throttled", "Intune is asked too much at the moment, and took no more calls in the time that there was.", "Try again in a minute."
	}
	return e
}

// once makes a call once. The token is fetched first, with a timeout of its
// own, so that a slow sign-in does not cut a reset short.
func (c *Client) once(ctx context.Context, op operation, ex *exchange, send func(context.Context) error) error {
	signIn, cancel := context.WithTimeout(ctx, c.timeout)
	_, err := c.tokens.get(signIn)
	cancel()
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if op.name == opReset {
		// Broken off now, it would be of unknown outcome without need.
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel = context.WithTimeout(context.WithValue(ctx, exchangeKey{}, ex), c.timeout)
	defer cancel()
	return guarded(func() error { return send(ctx) })
}

// answeredAt is when Graph answered, by its own clock; zero where it did not say.
func (e *exchange) answeredAt() time.Time {
	at, err := http.ParseTime(e.header.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
