package storetest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"passcodebot/approvals"
)

func (s *subject) head() approvals.Head {
	s.Helper()
	h, err := s.Head(s.Context())
	s.must(err)
	return h
}

func (s *subject) origin() approvals.Head {
	s.Helper()
	h, err := s.Origin(s.Context())
	s.must(err)
	return h
}

// headed saves some requests that are told, and returns the head after each.
func (s *subject) headed(n int) []approvals.Head {
	s.Helper()
	var heads []approvals.Head
	for i := range n {
		s.ended(at(i), "")
		heads = append(heads, s.head())
	}
	return heads
}

// breaks says that heads don't belong to the log, with an error that has a
// word in it.
func (s *subject) breaks(what, word string, heads ...approvals.Head) {
	s.Helper()
	err := s.Verify(s.Context(), heads...)
	s.wantsKind(err, approvals.Invalid)
	if err != nil && !strings.Contains(approvals.AsError(err).Text, word) {
		s.Errorf("%s: got %q, want %q in it", what, approvals.AsError(err).Text, word)
	}
}

// another returns a head with another hash.
func another(h approvals.Head) approvals.Head {
	last := "0"
	if strings.HasSuffix(h.Hash, last) {
		last = "1"
	}
	h.Hash = h.Hash[:len(h.Hash)-1] + last
	return h
}

func headCases() []testCase {
	return []testCase{
		{"Head", "Head is the last event and the hash of the chain up to it; zero for an empty log", func(s *subject) {
			s.wants("empty", s.head(), approvals.Head{})
			form := regexp.MustCompile(`^[0-9a-f]{64}$`)
			var seen []string
			for i := range 5 {
				s.make(noon()) // the same again is another link of the chain
				h := s.head()
				s.wants("seq", h.Seq, approvals.Seq(i+1))
				if !form.MatchString(h.Hash) || slices.Contains(seen, h.Hash) {
					s.Errorf("the hash %q is not one of its own in lower-case hexadecimal", h.Hash)
				}
				seen = append(seen, h.Hash)
				s.must(s.Advance(s.Context(), approvals.Cards, 1, approvals.Cursor{Seq: h.Seq})) // no event
				s.reopen()
				s.wants("head", s.head(), h)
			}
		}},
		{"Origin", "Origin is what the log begins after: zero where nothing was purged, else the head that was there", func(s *subject) {
			s.wants("empty", s.origin(), approvals.Head{})
			heads := s.headed(4)
			s.wants("nothing purged", s.origin(), approvals.Head{})
			s.purge(at(2), 100, 2)
			s.wants("origin", s.origin(), heads[1])
			s.reopen()
			s.wants("origin", s.origin(), heads[1])
			end := s.head()
			s.purge(noon().AddDate(200, 0, 0), 100, 2)
			s.wants("all of it, with what said so", s.origin(), end)
			s.wants("goes on", s.head().Seq, end.Seq+1)
		}},
		{"Verify_with_heads", "heads that were kept elsewhere belong to the log, in any order, however often one is given, also after it was purged: those before its beginning are passed over", func(s *subject) {
			s.must(s.Verify(s.Context(), approvals.Head{}))
			heads := s.headed(6)
			slices.Reverse(heads)
			for _, more := range []struct{ until, gone int }{{0, 0}, {3, 3}, {5, 2}} {
				s.purge(at(more.until), 100, more.gone)
				heads = append(heads, s.head(), s.origin())
				s.must(s.Verify(s.Context(), heads...))
				s.must(s.Verify(s.Context(), heads[2], heads[2]))
				s.reopen()
				s.must(s.Verify(s.Context(), heads...))
			}
		}},
		{"Verify_of_a_log_that_was_cut_off", "a head beyond the end says that events were taken off it, and which is the first", func(s *subject) {
			s.breaks("empty", "Event 1 ", approvals.Head{Seq: 1, Hash: strings.Repeat("a", 64)})
			heads := s.headed(3)
			s.breaks("at the end", "Event 4 ", append(heads, approvals.Head{Seq: 4, Hash: heads[0].Hash})...)
			s.breaks("far beyond", "Event 4 ", approvals.Head{Seq: 1 << 62, Hash: heads[0].Hash})
			s.purge(at(9), 100, 3) // event 4
			s.breaks("after a purge", "Event 5 ", approvals.Head{Seq: 5, Hash: heads[0].Hash})
		}},
		{"Verify_of_a_log_that_was_written_anew", "a head with another hash says that the chain was calculated anew, at its place or before", func(s *subject) {
			heads := s.headed(5)
			for i, h := range heads {
				s.breaks("another hash", fmt.Sprintf("Event %d ", h.Seq), another(h))
				wrong := append(slices.Clone(heads[:i]), another(h))
				s.breaks("another hash among others", fmt.Sprintf("Event %d ", h.Seq), append(wrong, heads[i+1:]...)...)
			}
			s.breaks("the first of two", "Event 2 ", another(heads[3]), another(heads[1]))
			s.purge(at(3), 100, 3)
			s.must(s.Verify(s.Context(), another(heads[0]), another(heads[1]))) // nobody can know any more
			s.breaks("at the cut", "Event 3 ", another(heads[2]))
			s.breaks("after the cut", "Event 4 ", another(heads[3]))
			s.breaks("what said that it was cut", "Event 6 ", another(s.head()))
		}},
		{"Verify_with_heads_that_disagree", "two heads of one place with different hashes can't both be of this log", func(s *subject) {
			heads := s.headed(3)
			s.breaks("one right, one wrong", "event 2", heads[1], another(heads[1]))
			s.breaks("beyond the end", "event 9", approvals.Head{Seq: 9, Hash: heads[0].Hash}, approvals.Head{Seq: 9, Hash: heads[1].Hash})
			s.purge(at(2), 100, 2)
			s.breaks("before the beginning", "event 1", heads[0], another(heads[0]))
		}},
		{"Verify_of_a_long_log_with_heads", "heads are found wherever they are in it", func(s *subject) {
			var heads []approvals.Head
			for range 5 {
				c := approvals.Change{}
				for range 777 {
					c.Events = append(c.Events, approvals.Event{At: at(1), Kind: approvals.WasRefused})
				}
				s.save(c)
				heads = append(heads, s.head())
			}
			s.must(s.Verify(s.Context(), heads...))
			for _, h := range heads {
				s.breaks("another hash", fmt.Sprintf("Event %d ", h.Seq), another(h))
			}
			s.purge(at(2), 1, 0)
			s.must(s.Verify(s.Context(), append(heads, s.head())...))
			s.wants("origin", s.origin(), heads[4])
		}},
	}
}
