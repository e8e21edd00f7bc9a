package storetest

import (
	"fmt"
	"time"

	"passcodebot/approvals"
)

func cutCases() []testCase {
	return []testCase{
		{"The_log_is_cut", "the log begins at the first event that is not before the time or belongs to a request that stays; what went is said by an event, and the rest stays verifiable", func(s *subject) {
			s.ended(at(1), "")                                                                           // event 1
			s.ended(at(2), "")                                                                           // 2
			s.save(approvals.Change{Events: []approvals.Event{{At: at(3), Kind: approvals.WasRefused}}}) // 3, of nobody
			s.make(noon())                                                                               // 4, open
			s.ended(at(5), "")                                                                           // 5
			s.ended(at(60), "")                                                                          // 6
			before := s.all()
			s.purge(at(30), 100, 3)
			log := s.all()
			s.wants("what stays is as it was", log[:3], before[3:])
			said := log[3]
			s.wants("the rest", len(log), 4)
			s.wants("the event", []any{said.Seq, said.Kind, said.Request, said.Data["through"], said.Data["requests"]},
				[]any{approvals.Seq(7), approvals.LogCut, approvals.ID(0), "3", "3"})
			if len(said.Data["hash"]) < 32 || said.At.IsZero() {
				s.Errorf("the event %+v does not say when, and of which hash", said)
			}
			s.must(s.Verify(s.Context()))
			s.reopen()
			s.must(s.Verify(s.Context()))
			s.wants("a place that is gone", len(s.all()), 4)

			// When the request that stayed goes, the log goes on to where the
			// next one stays.
			r, err := s.Request(s.Context(), 3)
			s.must(err)
			r.State, r.WakeAt = approvals.Expired, time.Time{}
			s.save(approvals.Change{Request: &r})
			s.told(r.ID)
			s.purge(at(30), 100, 1)
			s.wants("begins", s.begins(), approvals.Seq(6))
			s.must(s.Verify(s.Context()))
		}},
		{"Purge_of_everything", "also the events of earlier cuts go when they are old, but for the last", func(s *subject) {
			for range 3 {
				s.ended(at(1), "")
				s.purge(noon().AddDate(200, 0, 0), 100, 1)
				s.wants("events", len(s.all()), 1)
				s.must(s.Verify(s.Context()))
				s.reopen()
			}
			last := s.all()
			s.purge(noon().AddDate(200, 0, 0), 100, 0)
			s.wants("log", s.all(), last)
			s.ended(at(1), "")
			s.wants("goes on", s.all()[1].Seq, last[0].Seq+1)
			s.must(s.Verify(s.Context()))
		}},
		{"Purge_of_much", "the log is cut as far as it can be by the time that Purge returns zero, however much there is", func(s *subject) {
			for i := range 3 {
				r := pending(time.Time{})
				r.State = approvals.Done
				c := approvals.Change{Request: r}
				for range 3000 {
					c.Events = append(c.Events, approvals.Event{At: at(i), Kind: approvals.WasRefused})
				}
				s.told(s.save(c).ID)
			}
			s.save(approvals.Change{Events: []approvals.Event{{At: at(60), Kind: approvals.WasRefused}}})
			purged := 0
			for n := 1; n > 0; purged += n {
				var err error
				n, err = s.Purge(s.Context(), at(30), 100)
				s.must(err)
				s.must(s.Verify(s.Context()))
			}
			s.wants("purged", purged, 3)
			s.wants("begins", s.begins(), approvals.Seq(9001))
		}},
		{"Purge_spares_what_belongs_to_no_request_and_is_yet_to_be_told", "the log is cut before the first event of request zero that Notices has not seen, or a channel would never be told", func(s *subject) {
			outside := approvals.Change{Events: []approvals.Event{
				{At: at(1), Kind: approvals.WasRefused},   // nobody is told
				{At: at(1), Kind: approvals.ResetOutside}, // Notices tells
			}}
			s.save(outside)    // 1, 2
			s.ended(at(2), "") // 3
			s.save(outside)    // 4, 5
			s.purge(at(10), 100, 1)
			s.wants("stored", s.stored(1), []approvals.ID(nil))
			s.wants("begins", s.begins(), approvals.Seq(2))
			s.purge(at(10), 100, 0)
			s.wants("begins", s.begins(), approvals.Seq(2))
			s.must(s.Advance(s.Context(), approvals.Notices, 0, approvals.Cursor{Seq: 2, Note: []byte("told")}))
			s.purge(at(10), 100, 0)
			s.wants("begins", s.begins(), approvals.Seq(5))
			s.reopen()
			s.must(s.Verify(s.Context()))
			s.wantsBehind(approvals.Notices, 0)
			history, err := s.History(s.Context(), 0, 0, 9)
			s.must(err)
			s.wants("history", seqs(history), []approvals.Seq{5})
			s.must(s.Advance(s.Context(), approvals.Notices, 0, approvals.Cursor{Seq: 5, Note: []byte("all told")}))
			s.purge(at(10), 100, 0)
			s.wants("begins", s.begins() > 5, true)
			history, err = s.History(s.Context(), 0, 0, 9)
			s.must(err)
			s.wants("history", seqs(history), []approvals.Seq(nil))
			cur, err := s.Cursor(s.Context(), approvals.Notices, 0)
			s.must(err)
			s.wants("the place of Notices outlasts it", cur, approvals.Cursor{Seq: 5, Note: []byte("all told")})
			s.must(s.Verify(s.Context()))
		}},
		{"A_key_of_no_request_goes_with_the_log", "the key of a change without a request goes when the log is cut beyond it", func(s *subject) {
			refusal := func(minutes int) approvals.Change {
				return approvals.Change{Key: fmt.Sprint(minutes), Events: []approvals.Event{{At: at(minutes), Kind: approvals.WasRefused}}}
			}
			s.save(refusal(1))
			s.save(refusal(20))
			s.purge(at(10), 100, 0)
			s.wants("begins", s.begins(), approvals.Seq(2))
			s.save(refusal(1))
			_, err := s.Save(s.Context(), refusal(20))
			s.wantsError(err, approvals.ErrDuplicate)
			s.must(s.Verify(s.Context()))
		}},
	}
}
