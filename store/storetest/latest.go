package storetest

import "passcodebot/approvals"

// latest returns the ids of the latest requests.
func (s *subject) latest(before approvals.ID, limit int) []approvals.ID {
	s.Helper()
	found, err := s.Latest(s.Context(), before, limit)
	s.must(err)
	return ids(found)
}

func latestCases() []testCase {
	list := func(ids ...approvals.ID) []approvals.ID { return ids }
	return []testCase{
		{"Latest", "Latest returns requests in whatever state, the highest id first, as many as are asked for, of those below an id or of all", func(s *subject) {
			s.wants("of none", s.latest(0, 9), list())
			states := []approvals.State{approvals.Done, approvals.Pending, approvals.Denied, approvals.Checking, approvals.Expired}
			for _, state := range states {
				r := full(1)
				r.State = state
				s.save(approvals.Change{Request: r})
			}
			s.reopen()
			for _, c := range []struct {
				before approvals.ID
				limit  int
				want   []approvals.ID
			}{
				{0, 9, list(5, 4, 3, 2, 1)},
				{0, 2, list(5, 4)},
				{4, 2, list(3, 2)},
				{2, 9, list(1)},
				{1, 9, list()},
				{6, 1, list(5)},
				{1 << 60, 9, list(5, 4, 3, 2, 1)},
				{0, 0, list()},
				{3, 0, list()},
			} {
				s.wants("latest", s.latest(c.before, c.limit), c.want)
			}
			found, err := s.Latest(s.Context(), 0, 9)
			s.must(err)
			for i, r := range found {
				read, err := s.Request(s.Context(), r.ID)
				s.must(err)
				s.wants("request", r, read)
				s.wants("state", r.State, states[len(states)-1-i])
			}
		}},
		{"Latest_after_a_purge", "what was purged is passed over", func(s *subject) {
			for i := range 5 {
				if i%2 == 1 {
					s.ended(noon(), "")
				} else {
					s.make(at(99))
				}
			}
			s.purge(at(1), 9, 2)
			s.wants("latest", s.latest(0, 9), list(5, 3, 1))
			s.wants("below one that is gone", s.latest(4, 9), list(3, 1))
		}},
	}
}
