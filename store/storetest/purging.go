package storetest

import (
	"fmt"
	"sync/atomic"
	"time"

	"passcodebot/approvals"
)

// ended saves a request that is done and told in full, with one event at a
// time.
func (s *subject) ended(when time.Time, key string) approvals.Request {
	s.Helper()
	r := s.untold(when, key)
	s.told(r.ID)
	return r
}

// untold saves a request that is done, with one event at a time that every
// consumer has yet to tell of.
func (s *subject) untold(when time.Time, key string) approvals.Request {
	s.Helper()
	r := pending(time.Time{})
	r.State = approvals.Done
	return s.save(approvals.Change{Request: r, Key: key, Events: []approvals.Event{{At: when, Kind: approvals.ReviewSigned}}})
}

// told lets consumers, all where none is named, see all of a request.
func (s *subject) told(id approvals.ID, consumers ...approvals.Consumer) {
	s.Helper()
	events, err := s.History(s.Context(), id, 0, 1<<20)
	s.must(err)
	if len(consumers) == 0 {
		consumers = approvals.Consumers()
	}
	for _, c := range consumers {
		s.must(s.Advance(s.Context(), c, id, approvals.Cursor{Seq: events[len(events)-1].Seq, Note: []byte("told")}))
	}
}

func (s *subject) purge(before time.Time, limit, want int) {
	s.Helper()
	n, err := s.Purge(s.Context(), before, limit)
	s.must(err)
	s.wants("purged", n, want)
}

// stored returns which of the first ids have a request.
func (s *subject) stored(upTo approvals.ID) []approvals.ID {
	s.Helper()
	var there []approvals.ID
	for id := approvals.ID(1); id <= upTo; id++ {
		if _, err := s.Request(s.Context(), id); err == nil {
			there = append(there, id)
		} else {
			s.wantsError(err, approvals.ErrNotFound)
		}
	}
	return there
}

// begins returns the first event of the log.
func (s *subject) begins() approvals.Seq {
	s.Helper()
	return s.all()[0].Seq
}

func purgeCases() []testCase {
	list := func(ids ...approvals.ID) []approvals.ID { return ids }
	return []testCase{
		{"Purge", "requests that have ended, need the clock no more and have their last event before a time go, and no others", func(s *subject) {
			s.ended(at(1), "")
			s.make(noon()) // open
			following := pending(at(60))
			following.State = approvals.Done
			s.save(approvals.Change{Request: following, Events: []approvals.Event{{At: at(1), Kind: approvals.RunEnded}}})
			r := s.make(noon())
			r.State, r.WakeAt = approvals.Denied, time.Time{}
			s.save(approvals.Change{Request: &r, Events: []approvals.Event{{At: at(2), Request: r.ID, Kind: approvals.GotDenial}}})
			s.told(r.ID)
			s.ended(at(3), "")
			s.ended(at(10), "")                                                                                       // not before
			s.save(approvals.Change{Events: []approvals.Event{{At: at(20), Request: 5, Kind: approvals.WasRefused}}}) // a late word
			for _, id := range list(2, 3, 5) {
				s.told(id)
			}
			s.purge(at(10), 100, 2)
			s.wants("stored", s.stored(9), list(2, 3, 5, 6))
			s.purge(at(10), 100, 0)
			s.reopen()
			s.wants("stored", s.stored(9), list(2, 3, 5, 6))
			s.must(s.Verify(s.Context()))
		}},
		{"Purge_takes_all_that_belongs_to_it", "history, cursors, keys and places in every list go with the request", func(s *subject) {
			s.ended(at(1), "mine")
			s.untold(at(20), "of another")
			s.purge(at(10), 100, 1)
			s.wants("stored", s.stored(2), list(2))
			events, err := s.History(s.Context(), 1, 0, 100)
			s.must(err)
			s.wants("history", len(events), 0)
			for _, c := range approvals.Consumers() {
				behind, err := s.Behind(s.Context(), c)
				s.must(err)
				s.wants("behind", behind, list(2))
				cur, err := s.Cursor(s.Context(), c, 1)
				s.must(err)
				s.wants("cursor", cur, approvals.Cursor{})
			}
			_, err = s.Keyed(s.Context(), "mine")
			s.wantsError(err, approvals.ErrNotFound)
			read, err := s.Keyed(s.Context(), "of another")
			s.must(err)
			s.wants("keyed", read.ID, approvals.ID(2))
			s.ended(at(30), "mine") // it can be used again
			s.wants("nobody is claimed", s.claims("o", at(99), at(100), 9), list())
		}},
		{"Purge_spares_what_is_yet_to_be_told", "a request that any consumer is behind with stays, or people would never be told; it holds up no other, and goes once it is told", func(s *subject) {
			s.ended(at(1), "")                // event 1
			for range approvals.Consumers() { // 2 and on: each is behind with one of them
				s.untold(at(2), "")
			}
			untold := approvals.Consumers()
			for i, behind := range untold {
				for _, c := range untold {
					if c != behind {
						s.told(approvals.ID(2+i), c)
					}
				}
			}
			last := s.ended(at(3), "").ID
			staying := s.stored(last - 1)[1:]
			s.purge(at(10), 100, 2)
			s.purge(at(10), 100, 0)
			s.wants("stored", s.stored(last), staying)
			s.wants("begins", s.begins(), approvals.Seq(2))
			s.must(s.Verify(s.Context()))
			s.reopen()
			for i, c := range untold {
				behind, err := s.Behind(s.Context(), c)
				s.must(err)
				s.wants("behind", behind, list(staying[i]))
			}

			s.told(staying[4])
			s.told(staying[3])
			s.told(staying[1])
			s.purge(at(10), 100, 3)
			s.wants("begins", s.begins(), approvals.Seq(2))
			s.told(staying[0])
			s.purge(at(10), 100, 1)
			s.wants("begins", s.begins(), approvals.Seq(4))
			s.save(approvals.Change{Events: []approvals.Event{{At: at(4), Request: staying[2], Kind: approvals.WasRefused}}})
			s.told(staying[2], approvals.Consumers()[1:]...)
			s.purge(at(10), 100, 0)
			s.told(staying[2])
			s.purge(at(10), 100, 1)
			s.wants("stored", s.stored(last), list())
			s.must(s.Verify(s.Context()))
		}},
		{"A_purged_request_stays_away", "its number is never given again, and who still has it cannot save it", func(s *subject) {
			r := s.ended(at(1), "")
			s.purge(at(10), 100, 1)
			s.reopen()
			_, err := s.Save(s.Context(), approvals.Change{Request: &r})
			s.wantsError(err, approvals.ErrNotFound)
			_, err = s.Save(s.Context(), approvals.Change{Events: []approvals.Event{{Request: 1, Kind: approvals.WasRefused}}})
			s.wantsError(err, approvals.ErrNotFound)
			s.wantsError(s.Advance(s.Context(), approvals.Cards, 1, approvals.Cursor{}), approvals.ErrNotFound)
			s.wants("next", s.ended(at(2), "").ID, approvals.ID(2))
			s.must(s.Verify(s.Context()))
		}},
		{"Purge_of_nothing", "where there is nothing to purge nothing is said", func(s *subject) {
			s.purge(at(10), 100, 0)
			s.make(noon())
			s.ended(at(20), "")
			s.purge(at(10), 100, 0)
			s.wants("events", len(s.all()), 2)
		}},
		{"Purge_in_parts", "each call takes up to limit requests, the longest unchanged first, and zero says that all is done", func(s *subject) {
			for i := range 10 {
				s.ended(at(i), "")
			}
			s.purge(at(8), 3, 3)
			s.wants("stored", s.stored(10), list(4, 5, 6, 7, 8, 9, 10))
			s.purge(at(8), 3, 3)
			s.must(s.Verify(s.Context()))
			s.purge(at(8), 3, 2)
			s.purge(at(8), 3, 0)
			s.wants("stored", s.stored(10), list(9, 10))
			s.wants("begins", s.begins(), approvals.Seq(9))
			s.must(s.Verify(s.Context()))
		}},
		{"Purge_while_others_work", "a purge disturbs nobody: what is saved and verified at once is whole", func(s *subject) {
			const rounds = 20
			for i := range 100 {
				s.ended(at(i%9), "")
			}
			var purged atomic.Int64
			together(8, func(i int) {
				for n := range rounds {
					switch i % 4 {
					case 0:
						gone, err := s.Purge(s.Context(), at(10), 3)
						if err != nil {
							s.Errorf("purge: %v", err)
						}
						purged.Add(int64(gone))
					case 1:
						if err := s.Verify(s.Context()); err != nil {
							s.Errorf("verify: %v", err)
						}
					default:
						r := pending(time.Time{})
						r.State = approvals.Done
						_, err := s.Save(s.Context(), approvals.Change{
							Request: r, Key: fmt.Sprint(i, " ", n), Events: []approvals.Event{{At: at(20), Kind: approvals.Asked}},
						})
						if err != nil {
							s.Errorf("save: %v", err)
						}
					}
				}
			})
			for n := 1; n > 0; purged.Add(int64(n)) {
				var err error
				n, err = s.Purge(s.Context(), at(10), 100)
				s.must(err)
			}
			s.wants("purged", purged.Load(), int64(100))
			s.wants("stored", len(s.stored(100+4*rounds)), 4*rounds)
			s.must(s.Verify(s.Context()))
		}},
	}
}
