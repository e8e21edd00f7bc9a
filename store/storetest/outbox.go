package storetest

import (
	"bytes"

	"passcodebot/approvals"
	"passcodebot/store"
)

func (s *subject) behind() []approvals.ID {
	s.Helper()
	ids, err := s.Behind(s.Context(), approvals.Threads)
	s.must(err)
	return ids
}

func (s *subject) advance(id approvals.ID, seq approvals.Seq, note string) {
	s.Helper()
	s.must(s.Advance(s.Context(), approvals.Threads, id, approvals.Cursor{Seq: seq, Note: []byte(note)}))
}

func (s *subject) wantsCursor(id approvals.ID, seq approvals.Seq, note string) {
	s.Helper()
	cur, err := s.Cursor(s.Context(), approvals.Threads, id)
	s.must(err)
	s.wants("cursor", cur, approvals.Cursor{Seq: seq, Note: []byte(note)})
}

func outboxCases() []testCase {
	list := func(ids ...approvals.ID) []approvals.ID { return ids }
	return []testCase{
		{"Behind_order", "Behind returns the requests that have events after the cursor, the longest waiting first: by their first unseen event", func(s *subject) {
			s.wants("behind", s.behind(), list())
			s.make(noon()) // event 1
			s.make(noon()) // 2
			s.make(noon()) // 3
			s.tell(2, "")  // 4
			s.tell(1, "")  // 5
			s.wants("all", s.behind(), list(1, 2, 3))
			s.advance(1, 1, "")
			s.wants("1 waits since event 5", s.behind(), list(2, 3, 1))
			s.advance(2, 2, "")
			s.wants("2 waits since event 4", s.behind(), list(3, 2, 1))
			s.advance(3, 3, "")
			s.wants("3 has seen all", s.behind(), list(2, 1))
			s.tell(3, "") // 6
			s.tell(2, "") // 7
			s.reopen()
			s.wants("in the order of what waits", s.behind(), list(2, 1, 3))
			s.advance(2, 7, "")
			s.advance(1, 5, "")
			s.advance(3, 6, "")
			s.wants("nothing waits", s.behind(), list())
			s.tell(1, "")
			s.wants("a new event", s.behind(), list(1))
		}},
		{"Behind_ignores_events_of_nobody", "an event without a request is nobody's news", func(s *subject) {
			s.save(approvals.Change{Events: []approvals.Event{{Kind: approvals.WasRefused}}})
			s.wants("behind", s.behind(), list())
		}},
		{"Behind_of_a_request_without_events", "a request is behind where it has events, not where it was saved", func(s *subject) {
			r := s.save(approvals.Change{Request: pending(noon())})
			s.wants("behind", s.behind(), list())
			s.must(r.Cancel(r.Requester, at(1)))
			s.save(approvals.Change{Request: &r})
			s.wants("behind", s.behind(), list(1))
		}},
		{"Cursor_not_begun", "Cursor is zero for not begun, also where events wait and where there is no request", func(s *subject) {
			s.make(noon())
			s.wantsCursor(1, 0, "")
			s.wantsCursor(77, 0, "")
		}},
		{"Advance", "Advance stores how far the consumer has come, with its note", func(s *subject) {
			s.make(noon())
			s.tell(1, "")
			s.advance(1, 0, "card posted")
			s.wants("a note alone", s.behind(), list(1))
			s.wantsCursor(1, 0, "card posted")
			s.advance(1, 2, "all told")
			s.reopen()
			s.wantsCursor(1, 2, "all told")
			s.tell(1, "")
			s.wantsCursor(1, 2, "all told") // events leave it alone
			s.advance(1, 3, "")
			s.wantsCursor(1, 3, "")
		}},
		{"Advance_backwards", "ErrConflict where Seq would go back; the same Seq with another Note is allowed", func(s *subject) {
			s.make(noon())
			s.tell(1, "")
			s.advance(1, 2, "a")
			s.advance(1, 2, "b")
			for _, seq := range []approvals.Seq{0, 1} {
				err := s.Advance(s.Context(), approvals.Threads, 1, approvals.Cursor{Seq: seq, Note: []byte("c")})
				s.wantsError(err, approvals.ErrConflict)
			}
			s.wantsCursor(1, 2, "b")
			s.wants("behind", s.behind(), list())
		}},
		{"Advance_with_events", "Advance stores the place and appends the events in one step; an event without a request becomes one of this request, and every consumer is behind by it, the same too", func(s *subject) {
			s.make(noon()) // 1
			s.make(noon()) // 2
			cur := approvals.Cursor{Seq: 1, Note: []byte("posted")}
			posted := approvals.Event{At: at(1), Kind: approvals.CardPosted, Data: map[string]string{"ts": "1.2"}}
			lost := approvals.Event{At: at(1), Request: 2, Kind: approvals.CardLost, Text: "archived"}
			s.must(s.Advance(s.Context(), approvals.Threads, 1, cur, posted, lost))
			s.reopen()
			s.wantsCursor(1, 1, "posted")
			posted.Seq, posted.Request, lost.Seq = 3, 1, 4
			s.wants("log", s.all()[2:], []approvals.Event{posted, lost})
			s.wants("behind", s.behind(), list(2, 1))
			s.advance(1, 3, "")
			s.wants("told of its own event", s.behind(), list(2))
			others, err := s.Behind(s.Context(), approvals.Cards)
			s.must(err)
			s.wants("another consumer", others, list(1, 2))
		}},
		{"Advance_with_events_that_fails", "what can't advance appends nothing, and what can't be appended advances nothing", func(s *subject) {
			s.make(noon())
			s.advance(1, 1, "a")
			e := approvals.Event{Kind: approvals.CardPosted}
			s.wantsError(s.Advance(s.Context(), approvals.Threads, 1, approvals.Cursor{}, e), approvals.ErrConflict)
			s.wantsError(s.Advance(s.Context(), approvals.Threads, 7, approvals.Cursor{Seq: 1}, e), approvals.ErrNotFound)
			s.wantsError(s.Advance(s.Context(), approvals.Threads, 1, approvals.Cursor{Seq: 1, Note: []byte("b")}, e, approvals.Event{Request: 7}), approvals.ErrNotFound)
			s.wants("events", len(s.all()), 1)
			s.wantsCursor(1, 1, "a")
		}},
		{"Consumers_are_apart", "each consumer keeps its own cursor for every request", func(s *subject) {
			s.untold(noon(), "")
			for i, c := range approvals.Consumers() {
				s.must(s.Advance(s.Context(), c, 1, approvals.Cursor{Seq: approvals.Seq(i % 2), Note: []byte(c)}))
			}
			s.reopen()
			for i, c := range approvals.Consumers() {
				cur, err := s.Cursor(s.Context(), c, 1)
				s.must(err)
				s.wants(string(c), cur, approvals.Cursor{Seq: approvals.Seq(i % 2), Note: []byte(c)})
				behind, err := s.Behind(s.Context(), c)
				s.must(err)
				s.wants(string(c)+" is behind", len(behind), 1-i%2)
			}
		}},
		{"Advance_over_others", "a cursor may stand at an event of another request: what counts is what comes after it", func(s *subject) {
			s.make(noon()) // 1
			s.make(noon()) // 2
			s.advance(1, 2, "")
			s.tell(1, "") // 3
			s.wants("behind", s.behind(), list(2, 1))
		}},
		{"Advance_beyond_the_log", "a place that the log has not reached is Invalid: what is still to come would never be seen", func(s *subject) {
			s.make(noon())
			s.wantsKind(s.Advance(s.Context(), approvals.Threads, 1, approvals.Cursor{Seq: 2}), approvals.Invalid)
			s.wantsCursor(1, 0, "")
			s.wants("behind", s.behind(), list(1))
		}},
		{"Advance_of_an_unknown_request", "ErrNotFound", func(s *subject) {
			s.make(noon())
			for _, id := range []approvals.ID{0, 2} {
				s.wantsError(s.Advance(s.Context(), approvals.Threads, id, approvals.Cursor{Seq: 1}), approvals.ErrNotFound)
			}
		}},
		{"Notes_are_bytes", "a note has at most 64 KiB of any bytes; a longer one is Invalid", func(s *subject) {
			s.make(noon())
			note := bytes.Repeat([]byte("\x00\xff{}"), store.MaxNote/4)
			s.must(s.Advance(s.Context(), approvals.Threads, 1, approvals.Cursor{Seq: 1, Note: note}))
			s.reopen()
			s.wantsCursor(1, 1, string(note))
			s.wantsKind(s.Advance(s.Context(), approvals.Threads, 1, approvals.Cursor{Seq: 1, Note: append(note, 0)}), approvals.Invalid)
			s.wantsCursor(1, 1, string(note))
		}},
		{"A_note_is_copied", "what a caller does with its note later is its own affair, as is what was read", func(s *subject) {
			s.make(noon())
			note := []byte("note")
			s.must(s.Advance(s.Context(), approvals.Threads, 1, approvals.Cursor{Seq: 1, Note: note}))
			note[0] = 'X'
			cur, err := s.Cursor(s.Context(), approvals.Threads, 1)
			s.must(err)
			cur.Note[0] = 'Y'
			s.wantsCursor(1, 1, "note")
		}},
		{"An_unknown_consumer", "a consumer that is not in Consumers has no cursors: Invalid, not silence", func(s *subject) {
			s.make(noon())
			_, err := s.Behind(s.Context(), "nobody")
			s.wantsKind(err, approvals.Invalid)
			_, err = s.Cursor(s.Context(), "nobody", 1)
			s.wantsKind(err, approvals.Invalid)
			s.wantsKind(s.Advance(s.Context(), "nobody", 1, approvals.Cursor{}), approvals.Invalid)
		}},
	}
}
