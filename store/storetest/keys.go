package storetest

import (
	"strings"

	"passcodebot/approvals"
	"passcodebot/store"
)

func keyCases() []testCase {
	return []testCase{
		{"The_same_key_twice", "ErrDuplicate where the key is stored already; then nothing of the change is stored: its effect has happened", func(s *subject) {
			first := s.save(approvals.Change{Request: pending(noon()), Events: []approvals.Event{{Kind: approvals.Asked}}, Key: "trigger-1"})
			for range 2 {
				_, err := s.Save(s.Context(), approvals.Change{Request: pending(noon()), Events: []approvals.Event{{Kind: approvals.Asked}}, Key: "trigger-1"})
				s.wantsError(err, approvals.ErrDuplicate)
				// Also for another request, and for none.
				r := first
				r.Reason = "changed"
				_, err = s.Save(s.Context(), approvals.Change{Request: &r, Key: "trigger-1"})
				s.wantsError(err, approvals.ErrDuplicate)
				_, err = s.Save(s.Context(), approvals.Change{Events: []approvals.Event{{Kind: approvals.Asked}}, Key: "trigger-1"})
				s.wantsError(err, approvals.ErrDuplicate)
				s.reopen()
			}
			_, err := s.Request(s.Context(), 2)
			s.wantsError(err, approvals.ErrNotFound)
			s.wants("events", len(s.all()), 1)
			read, err := s.Request(s.Context(), 1)
			s.must(err)
			s.wants("request", read, first)
		}},
		{"A_duplicate_of_a_stale_request", "who comes late with the same act is told that it has happened, not that somebody was faster", func(s *subject) {
			r := s.make(noon())
			s.save(approvals.Change{Request: &r, Key: "click"})
			_, err := s.Save(s.Context(), approvals.Change{Request: &r, Key: "click"})
			s.wantsError(err, approvals.ErrDuplicate)
		}},
		{"Keyed", "Keyed returns the request that was saved with a key, as it is now; ErrNotFound for any other", func(s *subject) {
			s.make(noon())
			r := s.save(approvals.Change{Request: pending(noon()), Key: "one"})
			s.make(noon())
			r.Reason = "changed"
			r = s.save(approvals.Change{Request: &r, Key: "two"})
			for _, key := range []string{"one", "two"} {
				read, err := s.Keyed(s.Context(), key)
				s.must(err)
				s.wants(key, read, r)
			}
			for _, key := range []string{"", "on", "one ", "ONE", "three", strings.Repeat("x", 5000)} {
				_, err := s.Keyed(s.Context(), key)
				s.wantsError(err, approvals.ErrNotFound)
			}
		}},
		{"A_key_without_a_request", "a change of events alone can have a key: it happens once, and no request belongs to the key", func(s *subject) {
			change := approvals.Change{Events: []approvals.Event{{Kind: approvals.WasRefused, Text: "no"}}, Key: "refusal"}
			s.save(change)
			_, err := s.Save(s.Context(), change)
			s.wantsError(err, approvals.ErrDuplicate)
			_, err = s.Keyed(s.Context(), "refusal")
			s.wantsError(err, approvals.ErrNotFound)
			s.wants("events", len(s.all()), 1)
			s.save(approvals.Change{Key: "alone"})
			_, err = s.Save(s.Context(), approvals.Change{Key: "alone"})
			s.wantsError(err, approvals.ErrDuplicate)
		}},
		{"No_key", "an empty key is none: it is never a duplicate", func(s *subject) {
			s.make(noon())
			s.make(noon())
		}},
		{"Keys_are_bytes", "keys differ where their bytes differ: NUL, trailing blanks, case, forms of one letter", func(s *subject) {
			keys := []string{"a", "a\x00", "a\x00b", "a ", "A", "é", "e\u0301", "\xff\xfe", "\x00", "日本", "'; DROP TABLE keys; --"}
			for _, key := range keys {
				s.save(approvals.Change{Request: pending(noon()), Key: key})
			}
			s.reopen()
			for i, key := range keys {
				r, err := s.Keyed(s.Context(), key)
				s.must(err)
				s.wants(key, r.ID, approvals.ID(i+1))
			}
		}},
		{"Long_keys", "a key has at most 512 bytes; a longer one is Invalid and nothing is stored", func(s *subject) {
			longest := strings.Repeat("ü", store.MaxKey/2)
			s.save(approvals.Change{Request: pending(noon()), Key: longest})
			_, err := s.Keyed(s.Context(), longest)
			s.must(err)
			_, err = s.Save(s.Context(), approvals.Change{Request: pending(noon()), Key: longest + "x"})
			s.wantsKind(err, approvals.Invalid)
			_, err = s.Request(s.Context(), 2)
			s.wantsError(err, approvals.ErrNotFound)
		}},
	}
}
