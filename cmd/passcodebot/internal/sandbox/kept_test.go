package sandbox_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/sandbox"
)

// A sandbox that starts from a kept database, with a Slack that knows nothing
// of it, posts the cards of waiting requests again, and they can be approved.
func TestSandbox_startsFromWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func() *sandbox.World {
		t.Helper()
		w, err := sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{
			Dir: dir, EditSlack: func(c *fakeslack.Config) { c.PostEvery = 100 * time.Millisecond },
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Connected(t.Context()); err != nil {
			t.Fatal(err)
		}
		return w
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	card := func(w *sandbox.World, says string) (ts string) {
		t.Helper()
		err := w.Slack.Wait(ctx, func() bool {
			return slices.ContainsFunc(w.Slack.Messages("", "C0INCIDENTS", ""), func(m fakeslack.Message) bool {
				ts = m.TS
				return m.User == "U0PASSBOT" && !m.Ephemeral && strings.Contains(m.Text, says)
			})
		})
		if err != nil {
			t.Fatalf("no card says %q", says)
		}
		return ts
	}
	first := open()
	if _, err := first.Slack.Command(ctx, "U0RITA", "C0INCIDENTS", "/reset-passcode user:carla@contoso.com reason: forgot"); err != nil {
		t.Fatal(err)
	}
	card(first, "R-1: reset 1 passcode?")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := open()
	defer second.Close()
	ts := card(second, "R-1: reset 1 passcode?")
	if _, err := second.Slack.Click(ctx, "U0ANNA", "C0INCIDENTS", ts, "approve"); err != nil {
		t.Fatal(err)
	}
	card(second, "succeeded")
	if n := len(second.Intune.Posts()); n != 1 {
		t.Errorf("%d resets, want 1", n)
	}
}
