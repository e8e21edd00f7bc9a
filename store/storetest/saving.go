package storetest

import (
	"fmt"

	"passcodebot/approvals"
)

func savingCases() []testCase {
	return []testCase{
		{"New_requests_count_from_1", "people write R-12, so ids count from 1 without gaps, in the order of saving, also where a save fails in between", func(s *subject) {
			s.save(approvals.Change{Request: pending(noon()), Key: "once"})
			for i := range 5 {
				if _, err := s.Save(s.Context(), approvals.Change{Request: pending(noon()), Key: "once"}); err == nil {
					s.Fatal("a duplicate was stored")
				}
				stale := pending(noon())
				stale.ID, stale.Version = 1, 9
				_, err := s.Save(s.Context(), approvals.Change{Request: stale})
				s.wantsError(err, approvals.ErrConflict)
				r := s.make(noon())
				s.wants("id", r.ID, approvals.ID(i+2))
				if i == 2 {
					s.reopen()
				}
			}
		}},
		{"Save_returns_what_is_stored", "Save returns the request as it is now stored, with its ID, its next Version and nothing recorded", func(s *subject) {
			saved := s.make(at(1))
			want := *pending(at(1))
			want.ID, want.Version = 1, 1
			s.wants("saved", saved, want)
			read, err := s.Request(s.Context(), saved.ID)
			s.must(err)
			s.wants("read", read, saved)

			s.must(read.Cancel(read.Requester, at(2)))
			again := s.save(approvals.Change{Request: &read})
			s.wants("version", again.Version, uint64(2))
			s.wants("state", again.State, approvals.Cancelled)
			if n := len(again.Recorded()); n != 0 {
				s.Errorf("%d events are recorded in a saved request", n)
			}
			read, err = s.Request(s.Context(), saved.ID)
			s.must(err)
			s.wants("read", read, again)
			if n := len(read.Recorded()); n != 0 {
				s.Errorf("%d events are recorded in a request that was read", n)
			}
		}},
		{"Save_leaves_its_argument_alone", "a caller that gets an error goes on with the request that it has", func(s *subject) {
			r := pending(noon())
			s.save(approvals.Change{Request: r})
			s.wants("argument", *r, *pending(noon()))
		}},
		{"A_new_request_gets_its_own_id", "Version zero makes a new request and gives it its ID, whatever stood there", func(s *subject) {
			s.make(noon())
			r := pending(noon())
			r.ID = 1
			s.wants("id", s.save(approvals.Change{Request: r}).ID, approvals.ID(2))
		}},
		{"Stale_version", "Version must be the stored one (ErrConflict otherwise), and nothing of the change is stored", func(s *subject) {
			first := s.make(noon())
			second := s.save(approvals.Change{Request: &first})
			before := s.all()
			for _, version := range []uint64{1, 3, 1 << 60} {
				r := second
				r.Version, r.Reason = version, "changed"
				_, err := s.Save(s.Context(), approvals.Change{Request: &r, Events: []approvals.Event{{Kind: approvals.Asked}}, Key: "k"})
				s.wantsError(err, approvals.ErrConflict)
			}
			s.wants("log", s.all(), before)
			read, err := s.Request(s.Context(), first.ID)
			s.must(err)
			s.wants("request", read, second)
			_, err = s.Keyed(s.Context(), "k")
			s.wantsError(err, approvals.ErrNotFound)
			s.save(approvals.Change{Request: &second, Key: "k"})
		}},
		{"Save_of_an_unknown_request", "ErrNotFound: a version was expected and there is no such request", func(s *subject) {
			for _, id := range []approvals.ID{0, 1, 77} {
				r := pending(noon())
				r.ID, r.Version = id, 1
				_, err := s.Save(s.Context(), approvals.Change{Request: r, Events: []approvals.Event{{Kind: approvals.Asked}}})
				s.wantsError(err, approvals.ErrNotFound)
			}
			s.wants("log", s.all(), []approvals.Event(nil))
		}},
		{"Request_of_an_unknown_id", "Request returns ErrNotFound", func(s *subject) {
			s.make(noon())
			for _, id := range []approvals.ID{0, 2, 1 << 62} {
				_, err := s.Request(s.Context(), id)
				s.wantsError(err, approvals.ErrNotFound)
			}
		}},
		{"Event_of_an_unknown_request", "an event of a request that does not exist could never be told; it is ErrNotFound and not stored", func(s *subject) {
			_, err := s.Save(s.Context(), approvals.Change{Events: []approvals.Event{{Kind: approvals.WasRefused}, {Request: 5, Kind: approvals.WasRefused}}})
			s.wantsError(err, approvals.ErrNotFound)
			s.wants("log", s.all(), []approvals.Event(nil))
		}},
		{"An_empty_change", "a change of nothing is no error and stores nothing", func(s *subject) {
			s.wants("saved", s.save(approvals.Change{}), approvals.Request{})
			s.wants("log", s.all(), []approvals.Event(nil))
		}},
		{"Open_lists_what_has_not_ended", "Open returns the requests that have not ended, oldest first", func(s *subject) {
			open, err := s.Open(s.Context())
			s.must(err)
			s.wants("open", ids(open), []approvals.ID(nil))
			states := []approvals.State{
				approvals.Checking, approvals.Pending, approvals.Approved, approvals.Running, approvals.Done,
				approvals.Rejected, approvals.Denied, approvals.Cancelled, approvals.Expired,
			}
			var want []approvals.Request
			for _, state := range states {
				r := pending(noon())
				r.State = state
				if saved := s.save(approvals.Change{Request: r}); !state.Ended() {
					want = append(want, saved)
				}
			}
			open, err = s.Open(s.Context())
			s.must(err)
			s.wants("open", open, want)

			// They come and go with their state.
			want[1].State = approvals.Denied
			want[1] = s.save(approvals.Change{Request: &want[1]})
			s.reopen()
			open, err = s.Open(s.Context())
			s.must(err)
			s.wants("open", ids(open), []approvals.ID{1, 3, 4})
			want[1].State = approvals.Pending
			s.save(approvals.Change{Request: &want[1]})
			open, err = s.Open(s.Context())
			s.must(err)
			s.wants("open", ids(open), []approvals.ID{1, 2, 3, 4})
		}},
		{"Open_keeps_the_order_of_numbers", "R-10 comes after R-9: ids are numbers, not text", func(s *subject) {
			var want []approvals.ID
			for i := range 300 {
				s.make(noon())
				want = append(want, approvals.ID(i+1))
			}
			open, err := s.Open(s.Context())
			s.must(err)
			s.wants("open", ids(open), want)
			s.wants("last", open[299].ID.String(), fmt.Sprintf("R-%d", 300))
		}},
	}
}
