package main

import (
	"fmt"
	"io/fs"
	"slices"
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

// Where there is no database yet, others who can make files in its folder
// could put one of theirs there first; the sticky bit does not keep them from it.
func TestChecksOf_folderOfANewStore(t *testing.T) {
	t.Parallel()
	for mode, want := range map[fs.FileMode]string{0o700: "ok disk", 0o755: "ok disk", 0o777: "warning store-folder", 0o777 | fs.ModeSticky: "warning store-folder", 0o775: "ok disk"} {
		first := checksOf(store.Inspection{Path: "/srv/p.db", Folder: mode, Owner: -1, Free: littleRoom})[0]
		if got := fmt.Sprint(first.Mark, " ", first.Code); got != want {
			t.Errorf("%v: got %v, want %s", mode, got, want)
		}
	}
}

// A path is quoted where it is to be typed, and stays in one line.
func TestChecksOf_quotes(t *testing.T) {
	t.Parallel()
	dir := "/my  data/" + strings.Repeat("of many words ", 10) + "it's"
	d := diagnosis{Sections: []section{{Checks: slices.Concat(
		checksOf(store.Inspection{Path: dir + "/p.db", Exists: true, Mode: 0o644, Owner: 1 << 20, Free: littleRoom}),
		checksOf(store.Inspection{Path: dir + "/p.db", Exists: true, Mode: 0o666, Owner: -1, Free: littleRoom}),
		checksOf(store.Inspection{Path: dir + "/p.db", Folder: 0o777, Owner: -1, Free: littleRoom}),
	)}}}
	var out strings.Builder
	if err := d.print(&out); err != nil {
		t.Fatal(err)
	}
	quoted := "'" + strings.ReplaceAll(dir, "'", `'\''`)
	for _, want := range []string{"chmod 600 " + quoted + "/p.db'\n", "&& chmod go-w\n      " + quoted + "'\n", quoted + "/p.db'\n", "chmod go-w\n      " + quoted + "',"} {
		if !strings.Contains(strings.ReplaceAll(out.String(), "chmod 600\n      ", "chmod 600 "), want) {
			t.Errorf("no %q in\n%s", want, &out)
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
			{Name: "others", When: approvals.Conditions{Requesters: desk, Channels: []string{"C2", "C6"}}, Terms: approvals.Terms{Approvers: security}},
			{Name: "more", When: approvals.Conditions{Channels: []string{"C6", "C7"}}, Terms: approvals.Terms{Quorum: 3}},
			{Name: "fewer", Terms: approvals.Terms{Quorum: 1}},
		},
		BreakGlass: approvals.BreakGlass{Who: desk, Channels: []string{"C1", "C3"}, Reviewers: security, Notice: "C4"},
	}
	c.OutsideResets.Channel, c.Audit.Anchors.Channel = "C4", "C5"
	wantPeople := []bot.AudienceUse{
		{Use: "requesters", Audience: desk, Least: 1},
		{Use: "approvers", Audience: oncall, Least: 2},
		{Use: "approvers of the rule others", Audience: security, Least: 2},
		{Use: "approvers of the rule more", Audience: oncall, Least: 3},
		{Use: "requesters of the rule others", Audience: desk},
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
		{Use: "the rule others and the rule more", ID: "C6", Passed: true},
		{Use: "the rule more", ID: "C7", Passed: true},
	}
	if diff := cmp.Diff(wantChannels, channelsOf(c)); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	if got := audiencesOf(config.Config{Approvers: oncall, Quorum: 1}); len(got) != 1 {
		t.Errorf("who is not named is looked at: %v", got)
	}
}
