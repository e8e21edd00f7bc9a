package storetest

import (
	"fmt"

	"passcodebot/approvals"
)

func logCases() []testCase {
	return []testCase{
		{"The_order_of_a_change", "the Recorded events come first, then Events; seqs count from 1 without gaps", func(s *subject) {
			r := s.make(noon())
			s.must(r.Cancel(r.Requester, at(1)))
			s.save(approvals.Change{Request: &r, Events: []approvals.Event{
				{At: at(2), Request: r.ID, Kind: approvals.WasRefused, Text: "a"},
				{At: at(3), Kind: approvals.WasRefused, Text: "b"},
			}})
			s.wants("log", s.all(), []approvals.Event{
				{Seq: 1, At: noon(), Request: 1, Kind: approvals.Asked},
				{Seq: 2, At: at(1), Request: 1, Kind: approvals.WasCancelled, Actor: r.Requester},
				{Seq: 3, At: at(2), Request: 1, Kind: approvals.WasRefused, Text: "a"},
				{Seq: 4, At: at(3), Kind: approvals.WasRefused, Text: "b"},
			})
		}},
		{"A_new_request_fills_its_events", "an event without a request keeps zero, unless Request is new: its ID is filled in everywhere", func(s *subject) {
			first := s.make(noon())
			fresh := pending(noon())
			s.must(fresh.Cancel(fresh.Requester, at(1)))
			s.save(approvals.Change{Request: fresh, Events: []approvals.Event{{Text: "mine"}, {Request: first.ID, Text: "of another"}}})
			s.save(approvals.Change{Events: []approvals.Event{{Text: "of nobody"}}})
			s.save(approvals.Change{Request: &first, Events: []approvals.Event{{Text: "still of nobody"}}})
			var got []string
			for _, e := range s.all() {
				got = append(got, fmt.Sprintf("%d %s%s", e.Request, e.Kind, e.Text))
			}
			s.wants("log", got, []string{
				"1 request.asked", "2 request.cancelled", "2 mine", "1 of another", "0 of nobody", "0 still of nobody",
			})
		}},
		{"History", "History returns up to limit events of a request after a place in the log, oldest first", func(s *subject) {
			a, b := s.make(noon()), s.make(noon())
			for i := range 10 {
				s.tell(a.ID, fmt.Sprintf("a%d", i))
				s.tell(b.ID, fmt.Sprintf("b%d", i))
			}
			s.reopen()
			for _, c := range []struct {
				id    approvals.ID
				after approvals.Seq
				limit int
				want  []string
			}{
				{a.ID, 2, 3, []string{"a0", "a1", "a2"}},
				{a.ID, 3, 1, []string{"a1"}},
				{a.ID, 4, 1, []string{"a1"}}, // an event of the other
				{b.ID, 19, 100, []string{"b8", "b9"}},
				{b.ID, 22, 100, nil},
				{b.ID, 1 << 60, 100, nil},
				{b.ID, 0, 2, []string{"", "b0"}},
				{b.ID, 0, 0, nil},
				{77, 0, 10, nil},
				{0, 0, 10, nil},
			} {
				events, err := s.History(s.Context(), c.id, c.after, c.limit)
				s.must(err)
				s.wants(fmt.Sprintf("history %v", c), texts(events), c.want)
				for _, e := range events {
					s.wants("request", e.Request, c.id)
				}
			}
		}},
		{"Events", "Events returns up to limit events of the whole log after a place in it, oldest first", func(s *subject) {
			r := s.make(noon())
			for i := range 300 {
				e := approvals.Event{Text: fmt.Sprint(i)}
				if i%2 == 0 {
					e.Request = r.ID
				}
				s.save(approvals.Change{Events: []approvals.Event{e}})
			}
			for _, c := range []struct {
				after approvals.Seq
				limit int
				want  []approvals.Seq
			}{
				{0, 3, []approvals.Seq{1, 2, 3}},
				{254, 4, []approvals.Seq{255, 256, 257, 258}},
				{299, 100, []approvals.Seq{300, 301}},
				{301, 100, nil},
				{1 << 62, 100, nil},
				{0, 0, nil},
				{0, -1, nil},
			} {
				events, err := s.Events(s.Context(), c.after, c.limit)
				s.must(err)
				var got []approvals.Seq
				for _, e := range events {
					got = append(got, e.Seq)
				}
				s.wants(fmt.Sprintf("events %v", c), got, c.want)
			}
			s.must(s.Verify(s.Context()))
		}},
		{"Verify_of_a_sound_log", "a log that nobody has touched is whole, empty or long, also after it was opened again", func(s *subject) {
			s.must(s.Verify(s.Context()))
			r := s.make(noon())
			var events []approvals.Event
			for i := range 1200 {
				events = append(events, approvals.Event{Request: approvals.ID(i % 2), Text: fmt.Sprint(i)})
			}
			s.save(approvals.Change{Request: &r, Events: events})
			s.must(s.Verify(s.Context()))
			s.reopen()
			s.tell(r.ID, "more")
			s.must(s.Verify(s.Context()))
		}},
		{"What_is_read_is_the_readers", "changing what was read changes nothing that is stored", func(s *subject) {
			s.save(approvals.Change{Request: pending(noon()), Events: []approvals.Event{{Data: map[string]string{"code": "x"}}}})
			events, err := s.Events(s.Context(), 0, 1)
			s.must(err)
			events[0].Data["code"] = "y"
			again, err := s.Events(s.Context(), 0, 1)
			s.must(err)
			s.wants("data", again[0].Data, map[string]string{"code": "x"})
		}},
	}
}
