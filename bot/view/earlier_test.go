package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// again is the lines of a card about earlier resets.
func again(t *testing.T, r approvals.Request) []string {
	t.Helper()
	m := renderer.Card(r, noon)
	check(t, m)
	var lines []string
	for _, s := range strings.Split(blockText(t, m), "\n") {
		if rest, ok := strings.CutPrefix(s, ":warning: "); ok {
			lines = append(lines, rest)
		}
	}
	for _, s := range lines {
		if !strings.Contains(m.Text, s) {
			t.Errorf("the text lacks %q", s)
		}
	}
	return lines
}

// The count is of the device, this reset included, and the time is the
// shortest round one that holds all of them.
func TestCard_earlierResetsOfADevice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		before int
		ago    time.Duration
		want   string
	}{
		{1, time.Minute, "*Second reset of this device in 1 hour*; the last by <@U0BOB> on "},
		{2, 5 * time.Hour, "*Third reset of this device in 24 hours*; "},
		{2, 24 * time.Hour, "*Third reset of this device in 24 hours*; "},
		{3, 25 * time.Hour, "*Fourth reset of this device in 2 days*; "},
		{9, 4 * 24 * time.Hour, "*Tenth reset of this device in 7 days*; "},
		{10, 400 * 24 * time.Hour, "*11th reset of this device in 401 days*; "},
		{20, time.Hour, "*21st reset of this device in 1 hour*; "},
	} {
		r := request(approvals.Pending)
		for i := range tt.before {
			at := noon.Add(-time.Minute)
			if i == tt.before-1 {
				at = noon.Add(-tt.ago)
			}
			r.Earlier = append(r.Earlier, approvals.Past{Device: r.Targets[0].Device.ID, At: at, Request: 3, By: actor("bob"), Reason: "a <!here> & *b*"})
		}
		got := again(t, r)
		if len(got) != 1 || !strings.HasPrefix(got[0], tt.want) || !strings.Contains(got[0], " for “a &lt;!here&gt; &amp; ") {
			t.Errorf("%d before, the first %v ago: %q; want %q", tt.before, tt.ago, got, tt.want)
		}
	}
}

// Devices that the card does not show are counted on it, and told of in the
// thread.
func TestCard_earlierResetsOfHiddenDevices(t *testing.T) {
	t.Parallel()
	r := request(approvals.Pending)
	r.Targets = nil
	for i := range 30 {
		r.Targets = append(r.Targets, target(i+1, fmt.Sprintf("KIOSK-%03d", i+1), approvals.Waiting))
	}
	for _, i := range []int{0, 28, 29} {
		r.Earlier = append(r.Earlier, approvals.Past{Device: r.Targets[i].Device.ID, At: noon.Add(-time.Hour), By: approvals.Actor{Name: "admin@contoso.com"}})
	}
	got := strings.Join(again(t, r), "\n")
	for _, want := range []string{"*2 devices that are not shown here were reset before*", "*Second reset of this device in 1 hour*"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("want %q once in:\n%s", want, got)
		}
	}
	if n := strings.Count(thread(t, renderer, r, events(r, approvals.BecameReady)), "in Intune's own tools by admin@contoso.com, without a second person"); n != 3 {
		t.Errorf("the thread tells of %d; want 3", n)
	}
}

func TestCard_earlierResetsByTheRequester(t *testing.T) {
	t.Parallel()
	r := request(approvals.Pending)
	r.Targets = r.Targets[:1]
	for range 4 {
		r.Earlier = append(r.Earlier, approvals.Past{Device: "other", At: noon.Add(-time.Hour), Request: 3, By: r.Requester})
	}
	if got := again(t, r); len(got) != 1 || got[0] != "*Fifth reset asked for by* <@U0RITA> *in 1 hour*" {
		t.Errorf("%q", got)
	}
}

// However long their names are, as many resets as are promised fit in one
// message, and none is left out.
func TestOutside_fits(t *testing.T) {
	filled(t, func(t *testing.T, v view.Renderer, fill string) {
		var all []approvals.Event
		for i := range 2*view.MaxOutside + 1 {
			all = append(all, approvals.Event{Device: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Data: map[string]string{
				"device_name": fmt.Sprintf("n%03d %s", i, fill), "owner": fill, "by": fill, "at": noon.Format(time.RFC3339Nano),
			}})
		}
		got := v.Outside(all)
		if len(got) != 3 {
			t.Fatalf("%d messages; want 3", len(got))
		}
		told := ""
		for _, m := range got {
			check(t, m)
			told += m.Text
		}
		if n := len(numbered.FindAllString(told, -1)); n != len(all) {
			t.Errorf("%d of %d are told of", n, len(all))
		}
	})
}

// A review has its button until it is signed, and names the request alone.
func TestReview_button(t *testing.T) {
	t.Parallel()
	r := broken(approvals.Done)
	has := func() bool {
		b := renderer.Review(r).Blocks
		return b[len(b)-1].BlockType() == "actions"
	}
	if !has() {
		t.Error("a review that is due has no button")
	}
	r.Review = approvals.Review{Signed: actor("carl"), At: noon}
	if has() {
		t.Error("a review that is signed has a button")
	}
}
