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

// What is shown of people may be ten minutes old, and of groups 15 seconds,
// whatever is read of them for acts meanwhile.
func TestDirectory_ages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		people, groups := 0, 0
		at := func(context.Context) error { return nil }
		d := &Directory{slack: &slackDirectory{
			people: newMemo(at, func(_ context.Context, id string) (account, error) {
				people++
				return account{Person: approvals.Person{ID: id}}, nil
			}),
			groups: newMemo(at, func(context.Context, string) ([]string, error) {
				groups++
				return []string{"U1"}, nil
			}),
		}}
		read := func(d *Directory) [2]int {
			t.Helper()
			people, groups = 0, 0
			if _, err := d.Person(t.Context(), "U1"); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Members(t.Context(), "S1"); err != nil {
				t.Fatal(err)
			}
			return [2]int{people, groups}
		}
		for _, tt := range []struct {
			later  time.Duration
			of     *Directory
			asks   [2]int // for a person, and for a group
			whence string
		}{
			{0, d.Shown(), [2]int{1, 1}, "at first"},
			{15 * time.Second, d.Shown(), [2]int{0, 0}, "of what is 15 seconds old"},
			{time.Second, d.Shown(), [2]int{0, 1}, "of what is older"},
			{time.Second, d.Recent(), [2]int{1, 0}, "for what may be seconds old"},
			{time.Second, d, [2]int{1, 1}, "for an act"},
			{10 * time.Minute, d.Shown(), [2]int{0, 1}, "of what is ten minutes old"},
			{time.Second, d.Shown(), [2]int{1, 0}, "of a person who was read before that"},
			{time.Minute, d.WithEntraID("").Shown(), [2]int{0, 1}, "a minute later"},
		} {
			<-time.After(tt.later) // of the bubble's time
			if got := read(tt.of); got != tt.asks {
				t.Errorf("%s, Slack is asked %v times, want %v", tt.whence, got, tt.asks)
			}
		}
	})
}
