package fakeslack_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

// posts calls chat.postMessage with a fault, and returns the answer, how the
// call was recorded and how many messages there are.
func (a *app) faulty(f fakeslack.Fault) (reply, fakeslack.Call, int) {
	a.t.Helper()
	defer a.Fail(f)()
	r := a.call("chat.postMessage", "channel", incidents, "text", "x")
	calls := a.Calls()
	return r, calls[len(calls)-1], len(a.Messages("", incidents, ""))
}

func TestFault_kinds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		fault    fakeslack.Fault
		status   int // 0: no answer
		error    string
		retry    string
		recorded string
		lost     bool
		effect   bool
	}{
		{"delay", fakeslack.Fault{Delay: time.Millisecond}, 200, "", "", "", false, true},
		{"error", fakeslack.Fault{Error: "fatal_error"}, 200, "fatal_error", "", "fatal_error", false, false},
		{"status", fakeslack.Fault{Status: 503}, 503, "", "", "http_503", false, false},
		{"status with an error", fakeslack.Fault{Status: 500, Error: "internal_error"}, 500, "internal_error", "", "internal_error", false, false},
		{"429", fakeslack.Fault{RetryAfter: 7}, 429, "ratelimited", "7", "ratelimited", false, false},
		{"429 with its error", fakeslack.Fault{Error: "ratelimited"}, 429, "ratelimited", "1", "ratelimited", false, false},
		{"429 without Retry-After", fakeslack.Fault{Status: 429, NoRetryAfter: true}, 429, "ratelimited", "", "ratelimited", false, false},
		{"answer lost", fakeslack.Fault{LoseAnswer: true}, 0, "", "", "", true, true},
		{"cut", fakeslack.Fault{Cut: true}, 0, "", "", "cut", true, false},
		{"another method", fakeslack.Fault{Method: "chat.update", Cut: true}, 200, "", "", "", false, true},
		{"another channel", fakeslack.Fault{Channel: security, Cut: true}, 200, "", "", "", false, true},
		{"this channel", fakeslack.Fault{Method: "chat.postMessage", Channel: incidents, Error: "x"}, 200, "x", "", "x", false, false},
		{"sockets", fakeslack.Fault{Method: "socket", Cut: true}, 200, "", "", "", false, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, call, messages := start(t).faulty(c.fault)
			if (r.err != nil) != (c.status == 0) || r.status != c.status || r.code() != c.error {
				t.Errorf("answer: status %d, error %q, %v", r.status, r.code(), r.err)
			}
			if got := r.header.Get("Retry-After"); got != c.retry {
				t.Errorf("Retry-After = %q, want %q", got, c.retry)
			}
			if call.Error != c.recorded || call.Lost != c.lost {
				t.Errorf("recorded as %+v", call)
			}
			if (messages == 1) != c.effect {
				t.Errorf("%d messages", messages)
			}
		})
	}
}

func TestFault_times(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.Fail(fakeslack.Fault{Error: "first", Times: 2})
	remove := a.Fail(fakeslack.Fault{Method: "auth.test", Error: "second"})
	var got []string
	for range 4 {
		got = append(got, a.call("auth.test").code())
	}
	remove()
	remove()
	got = append(got, a.call("auth.test").code())
	if diff := cmp.Diff([]string{"first", "first", "second", "second", ""}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFault_ofAResponseURL(t *testing.T) {
	t.Parallel()
	a := start(t)
	address, _ := a.help(a.dial())
	a.Fail(fakeslack.Fault{Method: "response_url", Times: 1, Status: http.StatusInternalServerError})
	a.Fail(fakeslack.Fault{Method: "response_url", Times: 1, Cut: true})
	a.Fail(fakeslack.Fault{Method: "response_url", Times: 1, LoseAnswer: true})
	if got := a.post(address, `{"text":"x"}`).status; got != http.StatusInternalServerError {
		t.Errorf("status = %d", got)
	}
	if r := a.post(address, `{"text":"x"}`); r.err == nil {
		t.Errorf("cut: %+v", r)
	}
	if got := a.Messages(rita, random, ""); got != nil {
		t.Errorf("rita sees %+v", got)
	}
	if r := a.post(address, `{"text":"x"}`); r.err == nil {
		t.Errorf("lost: %+v", r)
	}
	if got := a.Messages(rita, random, ""); len(got) != 1 {
		t.Errorf("rita sees %+v", got)
	}
}

func TestFault_ofFrames(t *testing.T) {
	t.Parallel()
	a := start(t, quick)
	command := func() fakeslack.Seen {
		t.Helper()
		seen, err := a.Command(t.Context(), rita, incidents, "/reset-passcode help")
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	a.Fail(fakeslack.Fault{Method: "socket", Times: 1, Cut: true})
	l := a.dial()
	if got := command().Error; got != "operation_timeout" {
		t.Errorf("cut: %q", got)
	}
	l.ended()

	a.Fail(fakeslack.Fault{Method: "socket", Times: 1, LoseAnswer: true})
	l = a.dial()
	done := a.command(rita, incidents, "/reset-passcode help")
	if got := l.frame()["type"]; got != "slash_commands" {
		t.Errorf("lost: the frame is a %v", got)
	}
	l.ended()
	if seen, err := done(); err != nil || seen.Error != "operation_timeout" {
		t.Errorf("lost: %+v, %v", seen, err)
	}

	a.Fail(fakeslack.Fault{Method: "socket", Channel: incidents, Times: 1, Error: "dispatch_failed"})
	a.dial()
	if got := command().Error; got != "dispatch_failed" {
		t.Errorf("error: %q", got)
	}
}

func TestFault_delayEndsWithTheServer(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.Fail(fakeslack.Fault{Method: "auth.test", Delay: time.Hour})
	a.Fail(fakeslack.Fault{Method: "socket", Delay: time.Hour})
	l := a.dial()
	answer := acting(func() (reply, error) { return a.call("auth.test"), nil })
	command := a.command(rita, incidents, "/reset-passcode help")
	a.await("the command is out", func() bool { return len(a.Envelopes()) == 1 })
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if r, _ := answer(); r.err == nil {
		t.Errorf("answered %+v", r)
	}
	if _, err := command(); err == nil {
		t.Error("the command outlived the server")
	}
	l.ended()
}
