package bot

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// While Slack asks to wait, it is not asked: every caller learns at once
// that its time does not suffice.
func TestDirectory_limited(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer server.Close()
	people := NewDirectory(slack.New("xoxb-test", slack.OptionAPIURL(server.URL+"/")), slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var asking sync.WaitGroup
	for range 100 {
		asking.Go(func() {
			if _, err := people.Members(ctx, "S1"); approvals.KindOf(err) != approvals.Unavailable {
				t.Errorf("the error is %v, want one of kind Unavailable", err)
			}
		})
	}
	asking.Wait()
	if n := calls.Load(); n != 1 || ctx.Err() != nil {
		t.Errorf("Slack was asked %d times for 100 callers (%v), want once", n, ctx.Err())
	}
}

// A call that was refused for its rate is made again as soon as Slack lets
// it, where the caller has the time.
func TestQuota_waits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := quota{free: 1, log: slog.New(slog.DiscardHandler)}
		began, calls := time.Now(), 0
		err := q.call(t.Context(), func() error {
			if calls++; calls == 1 {
				return &slack.RateLimitedError{RetryAfter: 3 * time.Second}
			}
			return nil
		})
		if took := time.Since(began); err != nil || calls != 2 || took != 3*time.Second {
			t.Errorf("%d calls in %v (%v), want 2 in 3s", calls, took, err)
		}
	})
}

// What somebody did is judged by answers that were asked for since, however
// often the act looks at them.
func TestDirectory_freshSinceTheAct(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"ok":true,"users":["U1"]}`)) // the client is waiting
	}))
	defer server.Close()
	people := NewDirectory(slack.New("xoxb-test", slack.OptionAPIURL(server.URL+"/")), slog.New(slog.DiscardHandler))
	for act := range int32(3) {
		ctx := approvals.AsOf(t.Context(), time.Now())
		for range 5 {
			if _, err := people.Members(ctx, "S1"); err != nil {
				t.Fatal(err)
			}
		}
		if n := calls.Load(); n != act+1 {
			t.Errorf("Slack was asked %d times for %d acts", n, act+1)
		}
	}
}
