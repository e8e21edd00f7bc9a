package graph_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"passcodebot/approvals"
	"passcodebot/graph"
)

// throttling refuses so many calls with 429, and takes the others.
func throttling(calls int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if calls--; calls < 0 {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		answer(w, http.StatusTooManyRequests, `{"error":{"code":"TooManyRequests","message":"Too many requests."}}`)
	}
}

func TestReset_whenThrottled_waitsAndSendsAgain(t *testing.T) {
	t.Parallel()
	const throttled = "Intune is asked too much at the moment, and takes no more calls."
	tests := []struct {
		name       string
		refusals   int
		retryAfter string
		timeout    time.Duration
		text       string // of the error; empty for none
		code       string
		calls      int
		least      time.Duration
		most       time.Duration
	}{
		{name: "as long as Intune says", refusals: 2, retryAfter: "7", calls: 3, least: 14 * time.Second, most: 14 * time.Second},
		{name: "longer each time where Intune does not say", refusals: 4, calls: 5, least: 750 * 3 / 4 * time.Millisecond, most: 750 * 5 / 4 * time.Millisecond},
		{name: "not for ever", refusals: 1000, calls: 12, text: throttled, code: "TooManyRequests", least: 20 * time.Second, most: time.Minute},
		{name: "not when the time is over before", refusals: 1, retryAfter: "60", timeout: 30 * time.Second, calls: 1, text: throttled, code: "TooManyRequests"},
		{name: "not when Intune wants a pause of an hour", refusals: 1, retryAfter: "3600", calls: 1, text: throttled, code: "TooManyRequests"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &wire{graph: throttling(test.refusals, test.retryAfter)}
				c, err := graph.New(wireConfig(w))
				if err != nil {
					t.Fatal(err)
				}
				ctx, start := t.Context(), time.Now()
				if test.timeout > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.timeout)
					defer cancel()
				}
				_, err = c.Reset(ctx, pixelID)
				took := time.Since(start)
				if test.text == "" && err != nil {
					t.Fatal(err)
				}
				if test.text != "" {
					if e := wantError(t, err, approvals.Unavailable, test.text); e.Code != test.code || e.Ref == "" {
						t.Errorf("code %q, ref %q; want %q and Graph's request-id", e.Code, e.Ref, test.code)
					}
				}
				if n := len(w.seen()); n != test.calls || took < test.least || took > test.most {
					t.Errorf("%d calls in %v; want %d in %v to %v", n, took, test.calls, test.least, test.most)
				}
			})
		})
	}
}

// Where it is stopped while it waits for its turn, Intune has taken nothing.
func TestReset_whenStoppedWhileItWaits_isUnavailable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		before   int // resets of another device, which use the limit up
		refusals int
		timeout  time.Duration // zero where it is stopped by hand
		code     string
		calls    int
	}{
		{name: "stopped while there is no room", before: 3, code: "stopped", calls: 3},
		{name: "out of time while there is no room", before: 3, timeout: 5 * time.Second, code: "throttled", calls: 3},
		{name: "stopped during the pause that Intune wants", refusals: 1, code: "stopped", calls: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &wire{graph: throttling(test.refusals, "9")}
				config := wireConfig(w)
				config.Limits = graph.Limits{Writes: 3, TenantWrites: 3}
				c, err := graph.New(config)
				if err != nil {
					t.Fatal(err)
				}
				for range test.before {
					if _, err := c.Reset(t.Context(), galaxyID); err != nil {
						t.Fatal(err)
					}
				}
				ctx, cancel := context.WithCancel(t.Context())
				if test.timeout > 0 {
					ctx, cancel = context.WithTimeout(t.Context(), test.timeout)
				} else {
					time.AfterFunc(5*time.Second, cancel)
				}
				defer cancel()
				start := time.Now()
				_, err = c.Reset(ctx, pixelID)
				if e := approvals.AsError(err); e.Kind != approvals.Unavailable || e.Code != test.code {
					t.Errorf("error %v, code %q; want code %q", err, e.Code, test.code)
				}
				if took := time.Since(start); took != 5*time.Second {
					t.Errorf("it ended after %v; want 5 s", took)
				}
				if n := len(w.seen()); n != test.calls {
					t.Errorf("%d calls were sent; want %d", n, test.calls)
				}
			})
		})
	}
}
