package fakeslack_test

import (
	"net/http"
	"testing"
	"time"

	"passcodebot/bot/fakeslack"
)

func (a *app) limited(seconds, method string, args ...string) {
	a.t.Helper()
	r := a.refused("ratelimited", method, args...)
	if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") != seconds {
		a.t.Errorf("%s: status %d, Retry-After %q, want 429 and %s", method, r.status, r.header.Get("Retry-After"), seconds)
	}
}

func TestRates_onePostASecondAndChannel(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in, func(c *fakeslack.Config) { c.PostEvery = 0 })
	post := []string{"channel", incidents, "text", "x"}
	a.must("chat.postMessage", post...)
	a.limited("1", "chat.postMessage", post...)
	a.must("chat.postMessage", "channel", security, "text", "x")
	now.forward(999 * time.Millisecond)
	a.limited("1", "chat.postMessage", post...)
	a.must("chat.postEphemeral", "channel", incidents, "user", rita, "text", "x")
	now.forward(time.Millisecond)
	a.must("chat.postMessage", post...)
	if got := len(a.Messages(anna, incidents, "")); got != 2 {
		t.Errorf("%d messages, want 2", got)
	}
}

func TestRates_postEvery(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in, func(c *fakeslack.Config) { c.PostEvery = 2500 * time.Millisecond })
	a.must("chat.postMessage", "channel", incidents, "text", "x")
	a.limited("3", "chat.postMessage", "channel", incidents, "text", "x")
}

func TestRates_perMinute(t *testing.T) {
	t.Parallel()
	now := newClock()
	a := start(t, now.in)
	ts := a.must("chat.postMessage", "channel", incidents, "text", "x").text("ts")
	cases := []struct {
		tier   int
		method string
		args   []string
	}{
		{20, "usergroups.users.list", []string{"usergroup", "S0ONCALL"}},
		{20, "users.list", nil},
		{50, "chat.update", []string{"channel", incidents, "ts", ts, "text", "y"}},
		{50, "conversations.history", []string{"channel", incidents}},
		{100, "users.info", []string{"user", rita}},
		{100, "chat.postEphemeral", []string{"channel", incidents, "user", rita, "text", "x"}},
	}
	for _, c := range cases {
		a.must(c.method, c.args...)
		now.forward(500 * time.Millisecond)
		for range c.tier - 1 {
			a.must(c.method, c.args...)
		}
		a.limited("60", c.method, c.args...)
		now.forward(59 * time.Second)
		a.limited("1", c.method, c.args...)
		now.forward(500 * time.Millisecond)
		a.must(c.method, c.args...) // the first one is a minute old
		a.limited("1", c.method, c.args...)
		now.forward(time.Minute)
	}
	if got := a.must("auth.test").status; got != http.StatusOK {
		t.Errorf("auth.test: %d", got)
	}
}

func TestRates_off(t *testing.T) {
	t.Parallel()
	a := start(t, newClock().in, func(c *fakeslack.Config) { c.NoTiers = true })
	for range 25 {
		a.must("users.list")
		a.must("chat.postMessage", "channel", incidents, "text", "x")
	}
}
