package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passcodebot/approvals"
	"passcodebot/store"
)

// Opener opens the store at one place. After Close it opens what was stored
// there.
type Opener func(context.Context) (store.Store, error)

// Run runs the suite. fresh returns the way to a place where nothing is
// stored yet.
func Run(t *testing.T, fresh func(*testing.T) Opener) {
	t.Helper()
	for _, c := range allCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			t.Log("why:", c.why)
			c.run(newSubject(t, fresh(t)))
		})
	}
	t.Run("Any_sequence_of_acts", func(t *testing.T) {
		t.Parallel()
		t.Log("why: whatever is done in whatever order, a store and a plain list in memory tell the same")
		checkModel(t, func() Opener { return fresh(t) })
	})
}

// testCase is one thing that a store must do.
type testCase struct {
	name string
	why  string
	run  func(*subject)
}

func allCases() []testCase {
	var all []testCase
	for _, some := range [][]testCase{
		savingCases(), keyCases(), logCases(), queueCases(), outboxCases(), noticeCases(), traceCases(), headCases(), purgeCases(), cutCases(), latestCases(), preferenceCases(), contentCases(), lifeCases(), raceCases(), linearCases(),
	} {
		all = append(all, some...)
	}
	return all
}

// subject is a store under test, with its test.
type subject struct {
	*testing.T
	store.Store
	open Opener
}

func newSubject(t *testing.T, open Opener) *subject {
	t.Helper()
	s := &subject{T: t, open: open}
	s.start()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func (s *subject) start() {
	s.Helper()
	opened, err := s.open(s.Context())
	if err != nil {
		s.Fatalf("open: %v", err)
	}
	s.Store = opened
}

// reopen closes the store and opens it again.
func (s *subject) reopen() {
	s.Helper()
	if err := s.Close(); err != nil {
		s.Fatalf("close: %v", err)
	}
	s.start()
}

// must ends the test at an error.
func (s *subject) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("unexpected error: %v", err)
	}
}

// wants compares whole values.
func (s *subject) wants(what string, got, want any) {
	s.Helper()
	if diff := compare(want, got); diff != "" {
		s.Errorf("%s differs (-want +got):\n%s", what, diff)
	}
}

// compare compares what was read with what was written. What is recorded in
// a request is not a part of it, and no elements are no elements.
func compare(want, got any) string {
	return cmp.Diff(want, got, cmpopts.IgnoreUnexported(approvals.Request{}), cmpopts.EquateEmpty())
}

// wantsError says that err is the named one.
func (s *subject) wantsError(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("got error %v, want %v", err, want)
	}
}

// wantsKind says that err is one of ours, of that kind and with a sentence.
func (s *subject) wantsKind(err error, want approvals.Kind) {
	s.Helper()
	e, ok := errors.AsType[*approvals.Error](err)
	if !ok || e.Kind != want || e.Text == "" || e.Code == "" {
		s.Errorf("got error %v, want an *approvals.Error of kind %q with a code and a sentence", err, want)
	}
}

// start of the clock in these tests.
func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// at returns a time some minutes after noon.
func at(minutes int) time.Time { return noon().Add(time.Duration(minutes) * time.Minute) }

// pending returns a new request that waits for decisions and wakes at a time.
func pending(wake time.Time) *approvals.Request {
	return &approvals.Request{
		State: approvals.Pending, Requester: approvals.Actor{ID: "URITA", Name: "Rita", Team: "T1"},
		Channel: "CHELP", Reason: "forgotten", Quorum: 1,
		CreatedAt: noon(), ExpiresAt: at(30), WakeAt: wake,
	}
}

// save saves a change that must succeed.
func (s *subject) save(c approvals.Change) approvals.Request {
	s.Helper()
	r, err := s.Save(s.Context(), c)
	s.must(err)
	return r
}

// make saves a new request with an event.
func (s *subject) make(wake time.Time) approvals.Request {
	s.Helper()
	return s.save(approvals.Change{Request: pending(wake), Events: []approvals.Event{{At: noon(), Kind: approvals.Asked}}})
}

// tell saves an event of a request, and returns its place.
func (s *subject) tell(id approvals.ID, text string) approvals.Seq {
	s.Helper()
	s.save(approvals.Change{Events: []approvals.Event{{At: noon(), Request: id, Kind: approvals.WasRefused, Text: text}}})
	events := s.all()
	return events[len(events)-1].Seq
}

// all returns the whole log.
func (s *subject) all() []approvals.Event {
	s.Helper()
	var all []approvals.Event
	for {
		after := approvals.Seq(0)
		if len(all) > 0 {
			after = all[len(all)-1].Seq
		}
		more, err := s.Events(s.Context(), after, 1000)
		s.must(err)
		if len(more) == 0 {
			return all
		}
		all = append(all, more...)
	}
}

// texts returns the texts of events.
func texts(events []approvals.Event) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.Text)
	}
	return all
}

func seqs(events []approvals.Event) []approvals.Seq {
	var all []approvals.Seq
	for _, e := range events {
		all = append(all, e.Seq)
	}
	return all
}

func ids(requests []approvals.Request) []approvals.ID {
	var all []approvals.ID
	for _, r := range requests {
		all = append(all, r.ID)
	}
	return all
}
