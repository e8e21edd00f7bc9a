package bolt

import (
	"testing"
	"time"

	"passcodebot/approvals"
)

// The log may be cut while it is being verified: what was missing by then and
// is gone with what said so is missing no more.
func TestVerify_whileTheLogIsCut(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	c := approvals.Change{Request: &approvals.Request{State: approvals.Done}}
	for range purgeAtOnce + verifyAtOnce {
		c.Events = append(c.Events, approvals.Event{Kind: approvals.WasRefused})
	}
	if _, err := s.Save(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.tell(t, 1)
	purge := func(want int) {
		t.Helper()
		if n, err := s.Purge(t.Context(), time.Now().AddDate(1, 0, 0), 1); n != want || err != nil {
			t.Fatalf("%d requests were purged, want %d: %v", n, want, err)
		}
	}
	v := verification{missing: map[approvals.ID]approvals.Seq{}}
	purge(1) // and only a part of its events
	if err := s.view(t.Context(), v.goOn); err != nil {
		t.Fatal(err)
	}
	if len(v.missing) != 1 {
		t.Fatalf("%d requests are missing, want 1", len(v.missing))
	}
	purge(0) // the rest, and the event that named the request
	for begin := approvals.Seq(0); v.last != begin; {
		begin = v.last
		if err := s.view(t.Context(), v.goOn); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.end(); err != nil {
		t.Error(err)
	}
}
