package storetest

import (
	"time"

	"passcodebot/approvals"
)

// claims claims and returns the ids.
func (s *subject) claims(owner string, now, until time.Time, limit int) []approvals.ID {
	s.Helper()
	due, err := s.Claim(s.Context(), approvals.Claim{Owner: owner, Now: now, Until: until, Limit: limit})
	s.must(err)
	return ids(due)
}

func queueCases() []testCase {
	list := func(ids ...approvals.ID) []approvals.ID { return ids }
	return []testCase{
		{"Claim_order", "Claim returns requests whose WakeAt has come, the longest waiting first, at most Limit, each as it is stored", func(s *subject) {
			for _, minutes := range []int{30, 10, 20, 10, -1000, 40} {
				s.make(at(minutes))
			}
			s.wants("limit 0", s.claims("o", at(60), at(61), 0), list())
			s.wants("first", s.claims("o", at(30), at(60), 2), list(5, 2))
			s.wants("rest", s.claims("o", at(30), at(60), 100), list(4, 3, 1))
			s.wants("nothing is left", s.claims("o", at(30), at(60), 100), list())
			due, err := s.Claim(s.Context(), approvals.Claim{Owner: "o", Now: at(40), Until: at(60), Limit: 1})
			s.must(err)
			read, err := s.Request(s.Context(), 6)
			s.must(err)
			s.wants("claimed", due, []approvals.Request{read})
		}},
		{"WakeAt_in_the_future", "requests whose WakeAt is not later than Now: a microsecond before is too early, the instant itself is not", func(s *subject) {
			wake := noon().Add(123456 * time.Microsecond)
			s.make(wake)
			s.wants("before", s.claims("o", wake.Add(-time.Microsecond), at(9), 9), list())
			s.wants("before, within a microsecond", s.claims("o", wake.Add(-time.Nanosecond), at(9), 9), list())
			s.wants("at", s.claims("o", wake, at(9), 9), list(1))
		}},
		{"WakeAt_before_1970", "times are any times", func(s *subject) {
			s.make(time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC))
			s.make(time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC))
			s.make(time.Unix(0, 0).UTC())
			s.make(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))
			s.wants("due", s.claims("o", time.Unix(0, 0), at(9), 9), list(1, 2, 3))
		}},
		{"WakeAt_zero", "zero is never", func(s *subject) {
			s.make(time.Time{})
			r := s.make(noon())
			r.WakeAt = time.Time{}
			s.save(approvals.Change{Request: &r})
			s.wants("due", s.claims("o", at(9), at(10), 9), list())
			s.wants("due at the zero time", s.claims("o", time.Time{}, at(10), 9), list())
		}},
		{"WakeAt_moves", "a request is due by the WakeAt that it was last saved with", func(s *subject) {
			a, b := s.make(at(1)), s.make(at(2))
			a.WakeAt = at(30)
			s.save(approvals.Change{Request: &a})
			b.WakeAt = at(3)
			b = s.save(approvals.Change{Request: &b})
			s.save(approvals.Change{Request: &b}) // the same again
			s.reopen()
			s.wants("due", s.claims("o", at(20), at(21), 9), list(2))
			s.wants("due", s.claims("o", at(30), at(31), 9), list(2, 1))
		}},
		{"An_ended_request_may_wake", "a request that is done still follows up: what is due does not depend on the state", func(s *subject) {
			r := pending(noon())
			r.State = approvals.Done
			s.save(approvals.Change{Request: r})
			s.wants("due", s.claims("o", noon(), at(1), 9), list(1))
		}},
		{"A_lease_is_exclusive", "nobody can claim them again, the same owner neither, until the lease is over", func(s *subject) {
			s.make(noon())
			s.wants("claimed", s.claims("a", at(0), at(5), 9), list(1))
			s.wants("the same owner", s.claims("a", at(1), at(6), 9), list())
			s.wants("another", s.claims("b", at(4).Add(59*time.Second), at(6), 9), list())
			s.wants("another, when it is over", s.claims("b", at(5), at(8), 9), list(1))
			s.wants("the first again", s.claims("a", at(7), at(9), 9), list())
			s.wants("itself, when it is over", s.claims("b", at(8), at(9), 9), list(1))
		}},
		{"A_lease_does_not_hide_others", "leases are passed over and don't count for the limit", func(s *subject) {
			for range 4 {
				s.make(noon())
			}
			s.wants("claimed", s.claims("a", at(0), at(5), 2), list(1, 2))
			s.wants("claimed", s.claims("b", at(0), at(5), 1), list(3))
			s.wants("claimed", s.claims("b", at(0), at(5), 2), list(4))
		}},
		{"A_lease_outlasts_saves", "who works on a request saves it many times; it stays theirs", func(s *subject) {
			r := s.make(noon())
			s.wants("claimed", s.claims("a", at(0), at(5), 9), list(1))
			r.WakeAt = at(1)
			s.save(approvals.Change{Request: &r})
			s.wants("another", s.claims("b", at(2), at(5), 9), list())
		}},
		{"Renew", "Renew lengthens a lease; ErrConflict where the owner no longer has it", func(s *subject) {
			s.make(noon())
			s.wantsError(s.Renew(s.Context(), "a", 1, at(9)), approvals.ErrConflict)
			s.wantsError(s.Renew(s.Context(), "a", 77, at(9)), approvals.ErrConflict)
			s.claims("a", at(0), at(5), 9)
			s.must(s.Renew(s.Context(), "a", 1, at(10)))
			s.wantsError(s.Renew(s.Context(), "b", 1, at(20)), approvals.ErrConflict)
			s.wants("another", s.claims("b", at(9), at(20), 9), list())
			s.wants("another, when it is over", s.claims("b", at(10), at(20), 9), list(1))
			s.wantsError(s.Renew(s.Context(), "a", 1, at(30)), approvals.ErrConflict)
			s.must(s.Renew(s.Context(), "b", 1, at(30)))
		}},
		{"Release", "Release gives a lease back; it does nothing where the owner has none", func(s *subject) {
			s.make(noon())
			s.must(s.Release(s.Context(), "a", 1))
			s.must(s.Release(s.Context(), "a", 77))
			s.claims("a", at(0), at(5), 9)
			s.must(s.Release(s.Context(), "b", 1))
			s.wants("still leased", s.claims("b", at(1), at(5), 9), list())
			s.must(s.Release(s.Context(), "a", 1))
			s.must(s.Release(s.Context(), "a", 1))
			s.wantsError(s.Renew(s.Context(), "a", 1, at(9)), approvals.ErrConflict)
			s.wants("given back", s.claims("b", at(1), at(5), 9), list(1))
		}},
		{"An_owner_that_is_gone", "after a restart what is due can be claimed at the latest when the old lease is over", func(s *subject) {
			s.make(noon())
			s.claims("old", at(0), at(5), 9)
			s.reopen()
			early := s.claims("new", at(1), at(9), 9)
			late := s.claims("new", at(5), at(9), 9)
			s.wants("claimed once", append(early, late...), list(1))
		}},
	}
}
