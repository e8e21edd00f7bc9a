package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/store"
)

// The room on the disk decides between well, a warning and an error: a script
// can't fill a disk.
func TestChecksOf_disk(t *testing.T) {
	t.Parallel()
	for free, want := range map[int64]string{
		-1: "note disk-unknown", 0: "error disk-full", noRoom - 1: "error disk-full", noRoom: "warning disk-low", littleRoom: "ok disk",
	} {
		checks := checksOf(store.Inspection{Path: "/var/lib/passcodebot/p.db", Exists: true, Owner: -1, Free: free})
		last := checks[len(checks)-1]
		if got := fmt.Sprint(last.Mark, " ", last.Code); len(checks) != 2 || got != want {
			t.Errorf("%d bytes left: got %v, want %s", free, checks, want)
		}
	}
}

// Several remedies are lines below each other, and none is longer than people
// can read at a glance.
func TestDiagnosis_print(t *testing.T) {
	t.Parallel()
	d := diagnosis{Sections: []section{
		{Name: "Slack", Checks: []check{
			{well, "a", "Well.", "", ""},
			{warns, "b", "Look.", strings.Repeat("do this ", 20), "ref-1"},
			{wrong, "c", "Wrong.", "Mend it.", "ref-2"},
			{note, "d", "Known.", "", ""},
		}},
	}}
	var out strings.Builder
	if err := d.print(&out); err != nil {
		t.Fatal(err)
	}
	want := `Slack
  ✔ Well.
  ! Look.
      ` + strings.TrimSpace(strings.Repeat("do this ", 12)) + ` do
      this ` + strings.TrimSpace(strings.Repeat("do this ", 7)) + `
  ✖ Wrong.
      Mend it.
      Microsoft's support asks for this: ref-2
  · Known.

1 thing is wrong, and 1 thing deserves a look.
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Everybody whom the config names is looked at, for what they are and with as
// many as are needed; every channel once.
func TestDoctor_names(t *testing.T) {
	t.Parallel()
	desk, oncall, security := approvals.Audience{Groups: []string{"S0DESK"}}, approvals.Audience{Groups: []string{"S0ONCALL"}}, approvals.Audience{Groups: []string{"S0SECURITY"}}
	c := config.Config{
		Requesters: desk, Approvers: oncall, Quorum: 2, Channels: []string{"C1", "C2"}, CardChannel: "C2",
		Rules: []approvals.Rule{
			{Name: "refuses", Refuse: "No."},
			{Name: "others", When: approvals.Conditions{Requesters: desk}, Terms: approvals.Terms{Approvers: security}},
			{Name: "more", Terms: approvals.Terms{Quorum: 3}},
			{Name: "fewer", Terms: approvals.Terms{Quorum: 1}},
		},
		BreakGlass: approvals.BreakGlass{Who: desk, Channels: []string{"C1", "C3"}, Reviewers: security, Notice: "C4"},
	}
	c.OutsideResets.Channel, c.Audit.Anchors.Channel = "C4", "C5"
	wantPeople := []bot.AudienceUse{
		{Use: "requesters", Audience: desk, Least: 1},
		{Use: "approvers", Audience: oncall, Least: 2},
		{Use: "approvers of the rule others", Audience: security, Least: 2},
		{Use: "requesters of the rule others", Audience: desk},
		{Use: "approvers of the rule more", Audience: oncall, Least: 3},
		{Use: "people who may break glass", Audience: desk, Least: 1},
		{Use: "reviewers of broken glass", Audience: security, Least: 1},
	}
	if diff := cmp.Diff(wantPeople, audiencesOf(c)); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	wantChannels := []bot.ChannelUse{
		{Use: "requests and incidents", ID: "C1"},
		{Use: "requests and cards", ID: "C2"},
		{Use: "incidents", ID: "C3"},
		{Use: "news of broken glass and news of resets outside", ID: "C4"},
		{Use: "anchors of the log", ID: "C5"},
	}
	if diff := cmp.Diff(wantChannels, channelsOf(c)); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	if got := audiencesOf(config.Config{Approvers: oncall, Quorum: 1}); len(got) != 1 {
		t.Errorf("who is not named is looked at: %v", got)
	}
}
