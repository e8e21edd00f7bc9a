package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"passcodebot/approvals"
)

// together calls f n times at once and waits.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			f(i)
		})
	}
	close(begin)
	all.Wait()
}

func raceCases() []testCase {
	return []testCase{
		{"One_winner_per_version", "of those who save one request at the same version at once, one wins and the others get ErrConflict", func(s *subject) {
			r := s.make(noon())
			const people, rounds = 16, 10
			for round := range rounds {
				var won, lost atomic.Int32
				together(people, func(i int) {
					mine := r
					mine.Reason = fmt.Sprint(i)
					_, err := s.Save(s.Context(), approvals.Change{Request: &mine, Events: []approvals.Event{{Request: r.ID, Text: mine.Reason}}})
					switch {
					case err == nil:
						won.Add(1)
					case errors.Is(err, approvals.ErrConflict):
						lost.Add(1)
					default:
						s.Errorf("save: %v", err)
					}
				})
				s.wants("winners", won.Load(), int32(1))
				s.wants("losers", lost.Load(), int32(people-1))
				var err error
				r, err = s.Request(s.Context(), r.ID)
				s.must(err)
				s.wants("version", r.Version, uint64(round+2))
				events := s.all()
				s.wants("events", len(events), round+2)
				s.wants("the winner's event", events[len(events)-1].Text, r.Reason)
			}
			s.must(s.Verify(s.Context()))
		}},
		{"One_winner_per_key", "of those who do the same act at once, one does it and the others get ErrDuplicate", func(s *subject) {
			var won atomic.Int32
			together(16, func(int) {
				_, err := s.Save(s.Context(), approvals.Change{Request: pending(noon()), Key: "trigger"})
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, approvals.ErrDuplicate) {
					s.Errorf("save: %v", err)
				}
			})
			s.wants("winners", won.Load(), int32(1))
			open, err := s.Open(s.Context())
			s.must(err)
			s.wants("requests", ids(open), []approvals.ID{1})
		}},
		{"Ids_without_gaps_at_once", "ids and seqs have no gaps and no repetition, also where many save at once and some are refused", func(s *subject) {
			const people = 40
			var mu sync.Mutex
			var got []approvals.ID
			together(people, func(i int) {
				c := approvals.Change{Request: pending(noon()), Events: []approvals.Event{{Text: fmt.Sprint(i)}}}
				if i%4 == 0 {
					c.Request.ID, c.Request.Version = 1000, 1
				}
				r, err := s.Save(s.Context(), c)
				if i%4 == 0 {
					s.wantsError(err, approvals.ErrNotFound)
					return
				}
				if err != nil {
					s.Errorf("save: %v", err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				got = append(got, r.ID)
			})
			slices.Sort(got)
			var want []approvals.ID
			for i := range people - people/4 {
				want = append(want, approvals.ID(i+1))
			}
			s.wants("ids", got, want)
			var seqs []approvals.ID
			for _, e := range s.all() {
				seqs = append(seqs, approvals.ID(e.Seq))
			}
			s.wants("seqs", seqs, want)
			s.must(s.Verify(s.Context()))
		}},
		{"A_claim_goes_to_one", "each request goes to one owner at a time, also where many claim at once", func(s *subject) {
			const requests = 30
			for range requests {
				s.make(noon())
			}
			var mu sync.Mutex
			var got []approvals.ID
			together(8, func(i int) {
				for range requests {
					due, err := s.Claim(s.Context(), approvals.Claim{Owner: fmt.Sprint(i), Now: at(1), Until: at(2), Limit: 1})
					if err != nil {
						s.Errorf("claim: %v", err)
						return
					}
					mu.Lock()
					got = append(got, ids(due)...)
					mu.Unlock()
				}
			})
			slices.Sort(got)
			var want []approvals.ID
			for i := range requests {
				want = append(want, approvals.ID(i+1))
			}
			s.wants("claimed", got, want)
		}},
		{"A_context_that_ends_at_once", "a save whose context ends is stored whole where it says so, and not at all where it returns an error", func(s *subject) {
			const people = 60
			stored := make([]bool, people)
			together(people, func(i int) {
				ctx, cancel := context.WithCancel(s.Context())
				var ending sync.WaitGroup
				ending.Go(cancel)
				_, err := s.Save(ctx, approvals.Change{Request: pending(noon()), Key: fmt.Sprint(i)})
				ending.Wait()
				if err != nil && !errors.Is(err, context.Canceled) {
					s.Errorf("save: %v", err)
				}
				stored[i] = err == nil
			})
			for i := range people {
				_, err := s.Keyed(s.Context(), fmt.Sprint(i))
				if stored[i] != (err == nil) {
					s.Errorf("change %d: Save said stored=%v, and Keyed says %v", i, stored[i], err)
				}
			}
		}},
		{"Close_while_others_save", "what was stored without an error is there after a Close in the middle, and nothing else", func(s *subject) {
			const people = 20
			stored := make([]int, people)
			begun := make(chan struct{}, people)
			var closing sync.WaitGroup
			closing.Go(func() {
				for range people {
					<-begun
				}
				if err := s.Close(); err != nil {
					s.Errorf("close: %v", err)
				}
			})
			together(people, func(i int) {
				for n := 0; ; n++ {
					_, err := s.Save(s.Context(), approvals.Change{Request: pending(noon()), Key: fmt.Sprint(i, " ", n)})
					if n == 0 {
						begun <- struct{}{}
					}
					if err != nil {
						if approvals.KindOf(err) != approvals.Unavailable {
							s.Errorf("save: %v", err)
						}
						return
					}
					stored[i]++
				}
			})
			closing.Wait()
			s.start()
			total := 0
			for i, n := range stored {
				total += n
				for k := range n {
					_, err := s.Keyed(s.Context(), fmt.Sprint(i, " ", k))
					s.must(err)
				}
			}
			open, err := s.Open(s.Context())
			s.must(err)
			s.wants("requests", len(open), total)
		}},
	}
}
