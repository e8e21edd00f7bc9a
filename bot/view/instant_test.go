package view_test

import (
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

// Times that stand in stored reasons are shown in the reader's zone, and stay
// plain in what shows no markup.
func TestStored_times(t *testing.T) {
	t.Parallel()
	err := &approvals.Error{Text: "Nothing was reset.", Hint: "Ask again after 15:04:05 UTC on 2 Mar 2026, or let a colleague ask."}
	for l, want := range map[words.Language]struct{ shown, plain string }{
		words.English:  {"<!date^1772463845^{time_secs} on {date_short}|15:04:05 UTC on 2 Mar 2026>", "15:04:05 UTC on 2 Mar 2026"},
		words.German:   {"<!date^1772463845^{time_secs} am {date_short}|15:04:05 UTC am 02.03.2026>", "15:04:05 UTC am 02.03.2026"},
		words.Japanese: {"<!date^1772463845^{date_short} {time_secs}|2026年3月2日 15:04:05 UTC>", "2026年3月2日 15:04:05 UTC"},
	} {
		v := renderer.In(l)
		m := v.Error(err)
		check(t, m)
		if strings.Count(m.Text, want.shown) != 1 {
			t.Errorf("%s: want %q in %q", l, want.shown, m.Text)
		}
		if got := v.FieldError(err); strings.Contains(got, "<") || strings.Count(got, want.plain) != 1 {
			t.Errorf("%s: want %q in the field's %q", l, want.plain, got)
		}
	}
}

// The card says that a device gets its reset only when it is back, as long as
// there may be one, and never how long ago something was: nobody edits a card
// for that.
func TestCard_checkIn(t *testing.T) {
	t.Parallel()
	const only, seen = "so it may get the reset only when it is", "last check-in <!date^1772359200^"
	for _, tt := range []struct {
		state approvals.State
		phase approvals.Phase
		want  bool
	}{
		{approvals.Pending, approvals.Waiting, true},
		{approvals.Approved, approvals.Waiting, true},
		{approvals.Running, approvals.Sending, true},
		{approvals.Done, approvals.Accepted, true},
		{approvals.Done, approvals.Confirmed, false},
		{approvals.Done, approvals.Failed, false},
		{approvals.Done, approvals.FailedOnDevice, false},
		{approvals.Done, approvals.Skipped, false},
		{approvals.Denied, approvals.Waiting, false},
		{approvals.Cancelled, approvals.Waiting, false},
		{approvals.Expired, approvals.Waiting, false},
		{approvals.Rejected, approvals.Waiting, false},
	} {
		for _, never := range []bool{false, true} {
			r := request(tt.state)
			r.Targets = []approvals.Target{target(1, "Alice's Pixel", tt.phase)}
			if never {
				r.Targets[0].Device.LastCheckIn = time.Time{}
			}
			later := renderer.Card(r, noon.Add(20*time.Hour))
			details := renderer.Details(r, nil)
			for name, text := range map[string]string{"card": blockText(t, later), "text": later.Text, "details": blockText(t, view.Message{Blocks: details.Blocks.BlockSet})} {
				if got := strings.Contains(text, only); got != tt.want {
					t.Errorf("%s, %s, never %v: the %s says it: %v\n%s", tt.state, tt.phase, never, name, got, text)
				}
				if !never && !strings.Contains(text, seen) || strings.Contains(text, " ago") {
					t.Errorf("%s, %s: the %s does not say when: %s", tt.state, tt.phase, name, text)
				}
			}
		}
	}
}
