package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/store"
)

// check is what the page is told of a check of the log.
type check struct {
	Error, Says string
	OK          bool
	Problems    []string
	Checked     int
}

func (d *desk) verifies() (c check) {
	d.t.Helper()
	d.ask("POST", "/sandbox/verify", "{}", &c)
	return c
}

// find returns the first event of a kind.
func (d *desk) find(kind approvals.EventKind) event {
	d.t.Helper()
	events, _ := d.audit(0)
	i := slices.IndexFunc(events, func(e event) bool { return e.Kind == string(kind) })
	if i < 0 {
		d.t.Fatalf("the log has no %s", kind)
	}
	return events[i]
}

// quiet waits until nothing more is written into the log.
func (d *desk) quiet() {
	d.t.Helper()
	d.eventually("all was told", func() bool {
		return d.kinds()[string(approvals.ResetConfirmed)] > 0 && d.kinds()[string(approvals.RunEnded)] > 0
	})
}

// Whatever event is altered under the bot's hands, verify names it in the
// words of passcodebot audit verify; and with the bytes put back all is well,
// also where the database was moved about meanwhile.
func TestControl_tamper(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := seated(t, dir, nil)
	d.clicks(anna, d.asks("serial:31091JEHN01234 reason: forgot the PIN"), "approve")
	d.quiet()

	whole, tampered := d.audit(0)
	prev := strings.Repeat("0", 64)
	for i, e := range whole {
		if e.Seq != i+1 || e.Prev != prev || len(e.Hash) != 64 {
			t.Errorf("event %d is %+v, behind the hash %s", i+1, e, prev)
		}
		prev = e.Hash
	}
	if later, _ := d.audit(whole[2].Seq); len(later) < len(whole)-3 || tampered != 0 {
		t.Errorf("after event 3 there are %d of %d; %d altered", len(later), len(whole), tampered)
	}
	if c := d.verifies(); !c.OK || c.Error != "" || c.Says != fmt.Sprintf("%d events, and the chain is whole.", c.Checked) || c.Checked < len(whole) {
		t.Errorf("untouched, verify says %+v", c)
	}

	for _, tt := range []struct {
		kind approvals.EventKind
		what func(event) any // is altered
	}{
		{approvals.GotApproval, func(e event) any { return e.Actor }},
		{approvals.ProcessStarted, func(e event) any { return e.At }},
	} {
		e := d.find(tt.kind)
		d.must("tamper", fmt.Sprintf(`{"seq": %d}`, e.Seq))
		forged := d.find(tt.kind)
		if tt.what(forged) == tt.what(e) || forged.Hash != e.Hash {
			t.Errorf("%s is now %+v, was %+v", tt.kind, forged, e)
		}
		got := d.verifies()
		want := fmt.Sprintf("Event %d of the log is not as it was stored: its hash is not that of its content and of the events before it.", e.Seq)
		if !strings.HasPrefix(got.Says, want) || got.OK || !slices.Equal(got.Problems, []string{got.Says}) || got.Checked < len(whole) {
			t.Errorf("verify says %+v, want %s", got, want)
		}
		if again := d.does("tamper", fmt.Sprintf(`{"seq": %d}`, e.Seq)); again != fmt.Sprintf("Event %d is altered already. Verify finds it, and mend puts it back.", e.Seq) {
			t.Errorf("a second time it says %q", again)
		}
		// The bot goes on meanwhile, and moves the pages of its file.
		d.clicks(anna, d.asks("serial:3A161FDJH004XK reason: forgot the PIN"), "deny")
		if said, err := sendWhy(t.Context(), d.world.Slack, anna, "call her first"); err != nil || said.Error != "" || len(said.Errors) > 0 {
			t.Fatalf("denied, the form says %+v (%v)", said, err)
		}
		// Else the next one is taken for this.
		d.eventually("the card has no button", func() bool {
			return !slices.ContainsFunc(d.world.Slack.Messages("", incidents, ""), func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), `"approve"`) })
		})
		if _, n := d.audit(0); n != 1 {
			t.Errorf("%d are altered, want 1", n)
		}
		d.must("mend", `{}`)
		if diff := cmp.Diff(e, d.find(tt.kind)); diff != "" {
			t.Errorf("mended, it is (-want +got):\n%s", diff)
		}
		if c := d.verifies(); !c.OK {
			t.Errorf("mended, verify says %+v", c)
		}
	}
	if e := d.does("tamper", `{"seq": 4711}`); e != "The log has no event 4711. Choose one that it shows." {
		t.Errorf("of an event that is not there it says %q", e)
	}
}

// What was altered while the bot was dead is found as well, by the command
// line too, and a later sandbox on the same database can put it back.
func TestControl_tamperKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var seq int
	var said string
	var hash string
	t.Run("first", func(t *testing.T) {
		d := seated(t, dir, nil)
		d.must("clock", `{"seconds": 3600}`)
		d.must("kill", `{}`)
		e := d.find(approvals.ProcessStarted)
		seq, hash = e.Seq, e.Hash
		d.must("tamper", fmt.Sprintf(`{"seq": %d}`, seq))
		said = d.verifies().Says
		s, err := store.OpenToRead(t.Context(), d.world.Store())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := audit.Check(context.WithoutCancel(t.Context()), s); err == nil || approvals.AsError(err).Sentence() != said {
			t.Errorf("the command line says %v, and the page %q", err, said)
		}
	})
	t.Run("second", func(t *testing.T) {
		d := seated(t, dir, nil)
		if got := d.verifies().Says; got != said || said == "" {
			t.Errorf("verify says %q, want %q", got, said)
		}
		if _, n := d.audit(0); n != 1 {
			t.Errorf("%d are altered, want 1", n)
		}
		d.must("mend", `{}`)
		if c := d.verifies(); !c.OK {
			raw, _ := json.Marshal(c)
			t.Errorf("mended, verify says %s", raw)
		}
		if e := d.find(approvals.ProcessStarted); e.Hash != hash || e.Seq != seq {
			t.Errorf("the event is %+v", e)
		}
	})
}
