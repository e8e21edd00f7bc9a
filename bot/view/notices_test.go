package view_test

import (
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// told is all that posts say.
func told(posts []view.Post) string {
	var all []string
	for _, m := range messages(posts) {
		all = append(all, m.Text)
	}
	return strings.Join(all, "\n")
}

// The thread says what nobody was told of break glass, and nothing of other
// messages that were left out.
func TestThread_unreached(t *testing.T) {
	t.Parallel()
	const head = "The channel that is told of break glass could not be reached (is_archived), so nobody there "
	for as, want := range map[string]string{
		"break-glass": head + "knows of this: tell them yourselves.",
		"review":      head + "is asked for the review: tell them yourselves. I try again with each reminder of it.",
		"notice":      "",
	} {
		r := broken(approvals.Done)
		lost := events(r, approvals.MessageLost)
		lost[0].Data["as"], lost[0].Data["error"] = as, "is_archived"
		if got := told(renderer.Thread(r, lost)); got != want {
			t.Errorf("%s: the thread says %q, want %q", as, got, want)
		}
	}
}

// A request that is opened again says what it lacks.
func TestThread_reopened(t *testing.T) {
	t.Parallel()
	for left, want := range map[string]string{
		"0": "only 0 of the 2 approvals that it needs still count: <",
		"1": "only 1 of the 2 approvals that it needs still count: <",
		"2": "the approvals that still count (2) do not come from 2 different groups: <",
	} {
		r := request(approvals.Pending)
		r.Groups = 2
		again := events(r, approvals.Reopened)
		again[0].Data["approvals"], again[0].Data["quorum"] = left, "2"
		if got := told(renderer.Thread(r, again)); !strings.Contains(got, want) {
			t.Errorf("with %s approvals the thread says %q, want %q", left, got, want)
		}
	}
}
