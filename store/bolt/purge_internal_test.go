package bolt

import (
	"errors"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// finish saves requests that are done, with an event each, in one commit.
func (s *Store) finish(t *testing.T, count int) {
	t.Helper()
	all := make([]*write, count)
	for i := range all {
		r := approvals.Request{State: approvals.Done, Version: 1}
		body, err := encodeRequest(r)
		if err != nil {
			t.Fatal(err)
		}
		w := &saving{Change: approvals.Change{Request: &r}, events: []approvals.Event{{Kind: approvals.RunEnded}}, body: body, ended: true}
		all[i] = &write{check: w.check, apply: w.apply, stopped: func() error { return nil }}
	}
	s.commit(all)
	for _, w := range all {
		if w.err != nil {
			t.Fatal(w.err)
		}
	}
}

// A purge that shares a commit with a change that spoils it looks again, and
// counts what it takes once.
func TestPurge_whenItsCommitIsSpoiled(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	s.finish(t, 3)
	for id := range approvals.ID(3) {
		s.tell(t, id+1)
	}
	p := purge{before: time.Now(), limit: 100}
	all := []*write{
		{check: p.look, apply: p.apply, stopped: func() error { return nil }},
		keyed("bad"),
	}
	all[1].apply = func(*bbolt.Tx) error { return errors.New("broken") }
	s.commit(all)
	if all[0].err != nil || all[1].err == nil {
		t.Fatalf("got %v and %v, want the second to fail alone", all[0].err, all[1].err)
	}
	events, err := s.Events(t.Context(), 0, 10)
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events are left, want 1: %v", len(events), err)
	}
	if said := events[0].Data["requests"]; len(p.ids) != 3 || said != "3" {
		t.Errorf("%d requests were purged, and the log says %s, want 3", len(p.ids), said)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// More requests that are yet to be told than one transaction looks through
// don't hide those after them.
func TestPurge_behindMuchThatIsUntold(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	const untold = 2*purgeAtOnce + 1
	s.finish(t, untold+2)
	s.tell(t, untold+1)
	s.tell(t, untold+2)
	for _, want := range []int{1, 1, 0} {
		if n, err := s.Purge(t.Context(), time.Now(), 1); n != want || err != nil {
			t.Fatalf("%d requests were purged, want %d: %v", n, want, err)
		}
	}
	if n, err := s.Purge(t.Context(), time.Now(), 0); n != 0 || err != nil {
		t.Errorf("%d requests were purged, want none: %v", n, err)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
