package storetest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/store"
)

func by(id string) approvals.Subject { return approvals.Subject{Kind: approvals.ResetBy, ID: id} }

// traced saves traces, of an open request that is made for them.
func (s *subject) traced(traces ...approvals.Trace) approvals.Request {
	s.Helper()
	return s.save(approvals.Change{Request: pending(noon()), Traces: traces})
}

func (s *subject) wantsTraces(of approvals.Subject, since time.Time, limit int, want ...approvals.Trace) {
	s.Helper()
	got, err := s.Traces(s.Context(), of, since, limit)
	s.must(err)
	s.wants(fmt.Sprintf("up to %d traces of %v since %v", limit, of, since), got, want)
}

// spy notes the requests that are saved with traces of their own.
type spy struct {
	store.Store
	traced chan approvals.Request
}

func (s spy) Save(ctx context.Context, c approvals.Change) (approvals.Request, error) {
	saved, err := s.Store.Save(ctx, c)
	if err == nil && c.Request != nil && len(c.Request.Traced()) > 0 {
		s.traced <- *c.Request
	}
	return saved, err
}

// phones are devices that are all in order.
type phones struct{ approvals.Devices }

func (phones) Find(context.Context, approvals.Selector, int) (approvals.Found, error) {
	d := device(1)
	d.Enrollment, d.Ownership, d.Owner = "androidEnterpriseFullyManaged", "company", approvals.Owner{} // nobody's
	return approvals.Found{Devices: []approvals.Device{d}}, nil
}

func (phones) Resets(context.Context, time.Time) ([]approvals.Recorded, error) { return nil, nil }

// checked has a request made and checked as it is in life, and returns it as
// it was when it was saved with its traces.
func (s *subject) checked() approvals.Request {
	s.Helper()
	spying := spy{s.Store, make(chan approvals.Request, 1)}
	config := approvals.Config{
		Store: spying, Queue: spying, Devices: phones{}, Directory: everybody{}, Now: func() time.Time { return at(1) },
		Policy: approvals.Policy{
			Home: approvals.Home{Team: "T1"}, Requesters: approvals.Audience{People: []string{"URITA"}},
			Approvers: approvals.Audience{People: approvers()}, Quorum: decidedQuorum,
		},
	}
	service, err := approvals.NewService(config)
	s.must(err)
	runner, err := approvals.NewRunner(config, "runner")
	s.must(err)
	_, err = service.Ask(s.Context(), approvals.Ask{
		Actor: pending(noon()).Requester, Channel: "CHELP", Reason: "forgotten",
		Selectors: []approvals.Selector{{Kind: approvals.ByID, Value: device(1).ID}},
	})
	s.must(err)
	ctx, stop := context.WithCancel(s.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	var r approvals.Request
	select {
	case r = <-spying.traced:
	case <-time.After(10 * time.Second):
		stored, err := s.Request(s.Context(), 1)
		s.Errorf("no traces were saved with the request %+v: %v", stored, err)
	}
	stop()
	s.must(<-ended)
	if s.Failed() {
		s.FailNow()
	}
	return r
}

func traceCases() []testCase {
	return []testCase{
		{"Traces", "Traces returns up to limit traces of a subject at or after a time, the latest first, in whatever order they were saved", func(s *subject) {
			trace := func(minutes int) approvals.Trace {
				return approvals.Trace{Of: by("U1"), At: at(minutes), Request: 1, Device: fmt.Sprint("device ", minutes)}
			}
			s.wantsTraces(by("U1"), time.Time{}, 9)
			s.make(noon())
			s.save(approvals.Change{Traces: []approvals.Trace{trace(3), trace(-1), trace(5)}})
			s.save(approvals.Change{Traces: []approvals.Trace{trace(4), trace(1)}})
			s.reopen()
			s.wantsTraces(by("U1"), time.Time{}, 9, trace(5), trace(4), trace(3), trace(1), trace(-1))
			s.wantsTraces(by("U1"), time.Time{}, 2, trace(5), trace(4))
			s.wantsTraces(by("U1"), time.Time{}, 0)
			s.wantsTraces(by("U1"), at(3), 9, trace(5), trace(4), trace(3))
			s.wantsTraces(by("U1"), at(3).Add(time.Microsecond), 9, trace(5), trace(4))
			s.wantsTraces(by("U1"), at(6), 9)
		}},
		{"Traces_at_one_instant", "of one instant those of the later request come first, and all are kept: many devices are reset at once", func(s *subject) {
			trace := func(id approvals.ID, device string) approvals.Trace {
				return approvals.Trace{Of: by("U1"), At: noon(), Request: id, Device: device}
			}
			s.traced(trace(0, "b"), trace(0, "a"), trace(0, ""))
			s.traced(trace(0, "a"), trace(1, "c"))
			s.wantsTraces(by("U1"), noon(), 9, trace(2, "a"), trace(1, "c"), trace(1, "b"), trace(1, "a"), trace(1, ""))
			s.save(approvals.Change{Traces: []approvals.Trace{trace(1, "a")}}) // said twice, it happened once
			s.wantsTraces(by("U1"), noon(), 2, trace(2, "a"), trace(1, "c"))
			s.wantsTraces(by("U1"), noon(), 9, trace(2, "a"), trace(1, "c"), trace(1, "b"), trace(1, "a"), trace(1, ""))
		}},
		{"Subjects_are_apart", "a subject that begins like another, or has the same id and is of another kind, has traces of its own", func(s *subject) {
			subjects := []approvals.Subject{
				by("U1"), by("U12"), by("U"), by("u1"), by("U1 "), by("U1\x01"), by(""), by("\xff"), by("日本"), by(strings.Repeat("x", store.MaxSubject)),
				{Kind: approvals.ResetFor, ID: "U1"},
				{Kind: approvals.ResetOf, ID: "U1"},
				{Kind: approvals.RequestsBy, ID: "U1"},
				{Kind: approvals.ResetBy + "U", ID: "1"},
			}
			for i, of := range subjects {
				s.traced(approvals.Trace{Of: of, At: at(i), Device: fmt.Sprint(i)}, approvals.Trace{Of: of, Device: fmt.Sprint("at no time ", i)})
			}
			s.reopen()
			for i, of := range subjects {
				id := approvals.ID(i + 1)
				later := approvals.Trace{Of: of, At: at(i), Request: id, Device: fmt.Sprint(i)}
				never := approvals.Trace{Of: of, Request: id, Device: fmt.Sprint("at no time ", i)}
				s.wantsTraces(of, time.Time{}, 9, later, never)
				s.wantsTraces(of, noon().AddDate(-200, 0, 0), 9, later) // long ago is later than never
			}
			for _, of := range []approvals.Subject{by("U2"), by("U1\x00"), by("U\x00"), by(strings.Repeat("x", store.MaxSubject+1)), {}} {
				s.wantsTraces(of, time.Time{}, 9)
			}
		}},
		{"Traces_of_instants", "an instant is stored in UTC, in whole microseconds, also before 1970", func(s *subject) {
			east := time.FixedZone("east", 5*3600)
			s.traced(
				approvals.Trace{Of: by("U1"), At: time.Date(2026, 7, 1, 3, 0, 0, 123456789, east)},
				approvals.Trace{Of: by("U1"), At: time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC)},
			)
			s.wantsTraces(by("U1"), time.Date(1900, 1, 1, 0, 0, 0, 0, east), 9,
				approvals.Trace{Of: by("U1"), At: time.Date(2026, 6, 30, 22, 0, 0, 123456000, time.UTC), Request: 1},
				approvals.Trace{Of: by("U1"), At: time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), Request: 1})
			s.wantsTraces(by("U1"), time.Date(2026, 7, 1, 3, 0, 0, 123456789, east), 9, // no later than what is stored
				approvals.Trace{Of: by("U1"), At: time.Date(2026, 6, 30, 22, 0, 0, 123456000, time.UTC), Request: 1})
		}},
		{"A_request_fills_its_traces", "a trace without a request gets the ID of Request, also where that is new; one of another keeps it", func(s *subject) {
			first := s.traced(approvals.Trace{Of: by("U1"), At: at(1)})
			s.save(approvals.Change{Request: &first, Traces: []approvals.Trace{{Of: by("U1"), At: at(2)}}})
			s.traced(approvals.Trace{Of: by("U1"), At: at(3)}, approvals.Trace{Of: by("U1"), At: at(4), Request: first.ID})
			s.wantsTraces(by("U1"), noon(), 9,
				approvals.Trace{Of: by("U1"), At: at(4), Request: 1}, approvals.Trace{Of: by("U1"), At: at(3), Request: 2},
				approvals.Trace{Of: by("U1"), At: at(2), Request: 1}, approvals.Trace{Of: by("U1"), At: at(1), Request: 1})
		}},
		{"A_request_has_traces_of_its_own", "what its transitions have traced is saved with it, under the id that it gets", func(s *subject) {
			r := s.checked()
			trace := r.Traced()[0]
			s.wants("traced", trace, approvals.Trace{Of: approvals.Subject{Kind: approvals.RequestsBy, ID: "URITA"}, At: at(1), Request: 1})
			s.wantsTraces(trace.Of, time.Time{}, 9, trace)
			r.Version = 0
			again := trace
			again.Request = s.save(approvals.Change{Request: &r}).ID
			s.wantsTraces(trace.Of, time.Time{}, 9, again, trace)
		}},
		{"A_trace_of_an_unknown_request", "a trace of a request that is not stored, or of none, would never be purged; it is ErrNotFound and nothing is stored", func(s *subject) {
			r := s.make(noon())
			for _, c := range []approvals.Change{
				{Traces: []approvals.Trace{{Of: by("U1"), At: noon()}}},
				{Traces: []approvals.Trace{{Of: by("U1"), At: noon(), Request: 1}, {Of: by("U1"), At: noon(), Request: 7}}},
				{Request: &r, Traces: []approvals.Trace{{Of: by("U1"), At: noon(), Request: 2}}},
				{Request: pending(noon()), Traces: []approvals.Trace{{Of: by("U1"), At: noon(), Request: 2}}},
			} {
				_, err := s.Save(s.Context(), c)
				s.wantsError(err, approvals.ErrNotFound)
			}
			s.wantsTraces(by("U1"), time.Time{}, 9)
			s.wants("stored", s.stored(2), []approvals.ID{1})
		}},
		{"A_save_that_fails_leaves_no_trace", "what could not be saved has not happened", func(s *subject) {
			r := s.save(approvals.Change{Request: pending(noon()), Key: "k"})
			trace := []approvals.Trace{{Of: by("U1"), At: noon()}}
			_, err := s.Save(s.Context(), approvals.Change{Request: &r, Traces: trace, Key: "k"})
			s.wantsError(err, approvals.ErrDuplicate)
			r.Version++
			_, err = s.Save(s.Context(), approvals.Change{Request: &r, Traces: trace})
			s.wantsError(err, approvals.ErrConflict)
			s.wantsTraces(by("U1"), time.Time{}, 9)
		}},
		{"Traces_that_do_not_fit", "a subject and a device have at most 256 bytes, and a subject no zero byte; else it is Invalid and nothing is stored", func(s *subject) {
			long := strings.Repeat("x", store.MaxSubject+1)
			for _, t := range []approvals.Trace{
				{Of: by(long)}, {Of: by("U1"), Device: long}, {Of: by("U\x001")}, {Of: approvals.Subject{Kind: "reset\x00by", ID: "U1"}},
			} {
				_, err := s.Save(s.Context(), approvals.Change{Request: pending(noon()), Traces: []approvals.Trace{{Of: by("U1")}, t}})
				s.wantsKind(err, approvals.Invalid)
			}
			s.wants("stored", s.stored(9), []approvals.ID(nil))
			s.wantsTraces(by("U1"), time.Time{}, 9)
			fits := approvals.Trace{Of: by(long[1:]), Request: 1, Device: "\x00" + long[2:]}
			s.make(noon())
			s.save(approvals.Change{Traces: []approvals.Trace{fits}})
			s.wantsTraces(by(long[1:]), time.Time{}, 9, fits)
		}},
		{"Traces_go_with_their_request", "those of purged requests are gone, and those of others stay", func(s *subject) {
			gone, stays := s.ended(at(1), ""), s.make(noon())
			trace := func(id approvals.ID, minutes int) approvals.Trace {
				return approvals.Trace{Of: by("U1"), At: at(minutes), Request: id, Device: "device"}
			}
			s.save(approvals.Change{Traces: []approvals.Trace{
				trace(gone.ID, 1), trace(stays.ID, 2), trace(gone.ID, 3), trace(stays.ID, 3), {Of: by("U2"), At: at(1), Request: gone.ID},
			}})
			s.purge(at(10), 100, 1)
			s.wantsTraces(by("U1"), time.Time{}, 9, trace(stays.ID, 3), trace(stays.ID, 2))
			s.wantsTraces(by("U2"), time.Time{}, 9)
			s.reopen()
			s.wantsTraces(by("U1"), time.Time{}, 9, trace(stays.ID, 3), trace(stays.ID, 2))
		}},
		{"Many_traces", "the latest are found among many, whoever else has traces around them", func(s *subject) {
			var traces, latest []approvals.Trace
			for i := range 3000 {
				t := approvals.Trace{Of: by(fmt.Sprint("U", i%3)), At: at(i), Request: 1, Device: fmt.Sprint(i)}
				if traces = append(traces, t); i >= 2985 && t.Of.ID == "U1" {
					latest = append([]approvals.Trace{t}, latest...)
				}
			}
			s.make(noon())
			s.save(approvals.Change{Traces: traces})
			s.wantsTraces(by("U1"), time.Time{}, len(latest), latest...)
			s.wantsTraces(by("U1"), at(2985), 100, latest...)
		}},
	}
}
