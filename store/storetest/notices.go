package storetest

import "passcodebot/approvals"

func (s *subject) wantsBehind(c approvals.Consumer, want ...approvals.ID) {
	s.Helper()
	behind, err := s.Behind(s.Context(), c)
	s.must(err)
	s.wants(string(c)+" is behind with", behind, want)
}

// noted saves an event that belongs to no request.
func (s *subject) noted(kind approvals.EventKind) {
	s.Helper()
	s.save(approvals.Change{Events: []approvals.Event{{At: noon(), Kind: kind}}})
}

func noticeCases() []testCase {
	return []testCase{
		{"Request_zero", "the events without a request that Notices tells of are the history of request zero, and Notices is behind with them", func(s *subject) {
			s.wantsBehind(approvals.Notices)
			s.noted(approvals.WasRefused)     // 1, nobody's news
			s.noted(approvals.ResetOutside)   // 2
			s.make(noon())                    // 3, not for Notices
			s.noted(approvals.ProcessStarted) // 4, nobody's news
			s.noted(approvals.LogAnchored)    // 5
			s.save(approvals.Change{Events: []approvals.Event{{Request: 1, Kind: approvals.BrokeGlass}}})
			s.reopen()
			s.wantsBehind(approvals.Notices, 0, 1)
			for _, c := range []struct {
				after approvals.Seq
				limit int
				want  []approvals.Seq
			}{{0, 9, []approvals.Seq{2, 5}}, {1, 9, []approvals.Seq{2, 5}}, {2, 9, []approvals.Seq{5}}, {0, 1, []approvals.Seq{2}}, {5, 9, nil}, {0, 0, nil}} {
				events, err := s.History(s.Context(), 0, c.after, c.limit)
				s.must(err)
				s.wants("history", seqs(events), c.want)
			}
			_, err := s.Request(s.Context(), 0)
			s.wantsError(err, approvals.ErrNotFound)
			s.must(s.Verify(s.Context()))
		}},
		{"Request_zero_is_of_Notices_alone", "no other consumer sees it or can advance in it", func(s *subject) {
			s.noted(approvals.ResetOutside)
			for _, c := range approvals.Consumers() {
				if c == approvals.Notices {
					continue
				}
				s.wantsBehind(c)
				s.wantsError(s.Advance(s.Context(), c, 0, approvals.Cursor{Seq: 1}), approvals.ErrNotFound)
				cur, err := s.Cursor(s.Context(), c, 0)
				s.must(err)
				s.wants("cursor", cur, approvals.Cursor{})
			}
			s.wantsBehind(approvals.Notices, 0)
		}},
		{"Advance_in_request_zero", "Notices keeps its place and note in request zero as in any other, also before there is anything to tell", func(s *subject) {
			note := func(seq approvals.Seq, note string) approvals.Cursor {
				return approvals.Cursor{Seq: seq, Note: []byte(note)}
			}
			s.must(s.Advance(s.Context(), approvals.Notices, 0, note(0, "begun")))
			s.noted(approvals.ResetOutside) // 1
			s.make(noon())                  // 2
			s.noted(approvals.ResetOutside) // 3
			s.wantsBehind(approvals.Notices, 0)
			s.must(s.Advance(s.Context(), approvals.Notices, 0, note(1, "one")))
			s.reopen()
			s.wantsBehind(approvals.Notices, 0) // by event 3 now
			s.wantsError(s.Advance(s.Context(), approvals.Notices, 0, note(0, "back")), approvals.ErrConflict)
			s.wantsKind(s.Advance(s.Context(), approvals.Notices, 0, note(4, "beyond")), approvals.Invalid)
			cur, err := s.Cursor(s.Context(), approvals.Notices, 0)
			s.must(err)
			s.wants("cursor", cur, note(1, "one"))
			s.must(s.Advance(s.Context(), approvals.Notices, 0, note(3, "all")))
			s.wantsBehind(approvals.Notices)
			s.noted(approvals.WasRefused) // 4
			s.wantsBehind(approvals.Notices)
			s.noted(approvals.LogAnchored) // 5
			s.wantsBehind(approvals.Notices, 0)
		}},
		{"Advance_in_request_zero_with_events", "an event that Notices appends without a request stays one of none; it is behind by it where it tells of it", func(s *subject) {
			s.make(noon())                  // 1
			s.noted(approvals.ResetOutside) // 2
			advance := func(seq approvals.Seq, events ...approvals.Event) error {
				return s.Advance(s.Context(), approvals.Notices, 0, approvals.Cursor{Seq: seq}, events...)
			}
			s.must(advance(2, approvals.Event{Kind: approvals.MessagePosted})) // 3
			s.wantsBehind(approvals.Notices)
			s.must(advance(3, approvals.Event{Kind: approvals.LogAnchored}, approvals.Event{Request: 1, Kind: approvals.MessagePosted})) // 4, 5
			s.wantsBehind(approvals.Notices, 0)
			s.wantsError(advance(4, approvals.Event{Kind: approvals.LogAnchored}, approvals.Event{Request: 7, Kind: approvals.MessagePosted}), approvals.ErrNotFound)
			s.wantsBehind(approvals.Notices, 0)
			s.must(advance(4))
			s.wantsBehind(approvals.Notices)
			var of []approvals.ID
			for _, e := range s.all() {
				of = append(of, e.Request)
			}
			s.wants("requests", of, []approvals.ID{1, 0, 0, 0, 1})
			s.must(s.Verify(s.Context()))
		}},
		{"Consumers_tell_of_kinds", "a consumer is behind by the events that it tells of, and by no others", func(s *subject) {
			s.make(noon())
			for i, kind := range []approvals.EventKind{approvals.WasRefused, approvals.BrokeGlass, approvals.MessagePosted, approvals.ResetOutside, approvals.LogAnchored} {
				s.save(approvals.Change{Events: []approvals.Event{{Request: 1, Kind: approvals.MessageLost}, {Request: 1, Kind: kind}}})
				for _, c := range approvals.Consumers() {
					var want []approvals.ID
					if kind.ToldBy(c) || approvals.MessageLost.ToldBy(c) || i == 0 && approvals.Asked.ToldBy(c) {
						want = append(want, 1)
					}
					s.wantsBehind(c, want...)
				}
				s.told(1)
			}
		}},
		{"A_cursor_passes_over_what_is_not_told", "a request waits for the first event after the cursor that its consumer tells of", func(s *subject) {
			s.make(noon()) // 1
			s.save(approvals.Change{Events: []approvals.Event{{Request: 1, Kind: approvals.MessagePosted}, {Request: 1, Kind: approvals.MessagePosted}}})
			s.make(noon())                                                                                // 4
			s.save(approvals.Change{Events: []approvals.Event{{Request: 1, Kind: approvals.BrokeGlass}}}) // 5
			s.wantsBehind(approvals.Threads, 1, 2)
			s.advance(1, 1, "")
			s.wantsBehind(approvals.Threads, 2, 1)
			s.advance(1, 3, "")
			s.wantsBehind(approvals.Threads, 2, 1)
			s.advance(1, 5, "")
			s.wantsBehind(approvals.Threads, 2)
			s.reopen()
			s.wantsBehind(approvals.Threads, 2)
			s.wantsBehind(approvals.Notices, 1)
		}},
	}
}
