package view

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// Health is how passcodebot itself is, for its admins.
type Health struct {
	Version string // of the program
	Store   string // where requests are kept: kind and path

	ConnectedSince time.Time // when Slack's socket was opened; zero while there is none
	Sockets        int       // how many sockets of this app Slack counted then

	Behind int       // requests with news that Slack has not been told yet
	Since  time.Time // of the oldest of these

	// What Microsoft Graph was asked lately, and how often it takes to be.
	Calls, MaxCalls, Writes, MaxWrites int
	Window                             time.Duration

	Expires   approvals.ID // the request that expires next; zero for none
	ExpiresAt time.Time

	Verified Verified
}

// Verified is when the chain of the log was last calculated anew, and what
// came of it; the zero Verified where it never was, as far as is known.
type Verified struct {
	At       time.Time
	Through  approvals.Seq
	Problems int
}

func (v Renderer) homeHealth(h Health) []slack.Block {
	lines := []string{v.Say("*Slack*: there is no connection now; another one is being opened.")}
	if !h.ConnectedSince.IsZero() {
		lines[0] = v.Say("*Slack*: connected since %s.", v.when(h.ConnectedSince))
		if h.Sockets > 1 {
			lines[0] += " " + v.Say("Slack counts %d connections of this app. If you did not start another process, somebody else may have its token.", h.Sockets)
		}
	}
	told := v.Say("*Messages*: everything is told.")
	if h.Behind > 0 {
		told = v.Say("*Messages*: of %d requests something is still to be told, the oldest since %s.", h.Behind, v.when(h.Since))
	}
	lines = append(lines, told)
	if h.MaxCalls > 0 {
		lines = append(lines, v.Say("*Microsoft Graph*: %d of %d calls and %d of %d resets in the last %d seconds.",
			h.Calls, h.MaxCalls, h.Writes, h.MaxWrites, int(h.Window/time.Second)))
	}
	expiry := v.Say("*Next to expire*: none.")
	if h.Expires != 0 {
		expiry = v.Say("*Next to expire*: %s, %s.", h.Expires.String(), v.when(h.ExpiresAt))
	}
	lines = append(lines, expiry, v.verified(h.Verified))
	if h.Store != "" {
		lines = append(lines, v.Say("*Store*: %s", code(h.Store, 200)))
	}
	lines = append(lines, v.Say("*Version*: %s", code(h.Version, 100)))
	return []slack.Block{slack.NewDividerBlock(), heading(v.Say("Health")), markdown(strings.Join(lines, "\n"))}
}

// verified says when the log was verified, and what came of it.
func (v Renderer) verified(k Verified) string {
	switch {
	case k.At.IsZero():
		return v.Say("*Log*: not verified yet. `passcodebot audit verify` does it.")
	case k.Problems > 0:
		return v.Say("*Log*: verified %s, and it is not as it was written: %d problems. Run `passcodebot audit verify`, which names them.", v.when(k.At), k.Problems)
	}
	return v.Say("*Log*: verified %s through event %d; it is as it was written.", v.when(k.At), int(k.Through))
}
