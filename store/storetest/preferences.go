package storetest

import (
	"strings"

	"passcodebot/approvals"
	"passcodebot/store"
)

func (s *subject) wantsPreferences(person string, want approvals.Preferences) {
	s.Helper()
	got, err := s.Preferences(s.Context(), person)
	s.must(err)
	s.wants("preferences of "+person, got, want)
}

func preferenceCases() []testCase {
	quiet := approvals.Preferences{NoRequests: true, NoNamed: true}
	half := approvals.Preferences{NoNamed: true}
	usual := approvals.Preferences{}
	of := func(person string, p approvals.Preferences) map[string]approvals.Preferences {
		return map[string]approvals.Preferences{person: p}
	}
	return []testCase{
		{"Preferences", "each person's are their own, as they were said last; who has never said has the usual ones", func(s *subject) {
			s.wantsPreferences("URITA", usual)
			s.save(approvals.Change{Preferences: map[string]approvals.Preferences{"URITA": quiet, "UANNA": half}})
			s.reopen()
			s.wantsPreferences("URITA", quiet)
			s.wantsPreferences("UANNA", half)
			for _, other := range []string{"UBEN", "", "urita", "URITAS", "URIT"} {
				s.wantsPreferences(other, usual)
			}
			s.save(approvals.Change{Preferences: of("URITA", half)})
			s.wantsPreferences("URITA", half)
			s.save(approvals.Change{Preferences: of("URITA", usual)})
			s.reopen()
			s.wantsPreferences("URITA", usual)
			s.wantsPreferences("UANNA", half)
		}},
		{"Preferences_with_their_event", "preferences and the event that tells of them are one change: both are there, or neither", func(s *subject) {
			change := approvals.Change{
				Preferences: of("URITA", quiet), Key: "wish",
				Events: []approvals.Event{{At: noon(), Kind: approvals.PreferencesSet, Actor: approvals.Actor{ID: "URITA"}}},
			}
			s.save(change)
			change.Preferences = of("URITA", half)
			_, err := s.Save(s.Context(), change)
			s.wantsError(err, approvals.ErrDuplicate)
			stale := s.make(noon())
			s.save(approvals.Change{Request: &stale})
			_, err = s.Save(s.Context(), approvals.Change{Request: &stale, Preferences: of("URITA", half)})
			s.wantsError(err, approvals.ErrConflict)
			_, err = s.Save(s.Context(), approvals.Change{Preferences: of("URITA", half), Events: []approvals.Event{{Request: 77, Kind: approvals.WasRefused}}})
			s.wantsError(err, approvals.ErrNotFound)
			s.wantsPreferences("URITA", quiet)
			told := 0
			for _, e := range s.all() {
				if e.Kind == approvals.PreferencesSet {
					told++
				}
			}
			s.wants("events", told, 1)
			s.must(s.Verify(s.Context()))
		}},
		{"Preferences_outlast_purges", "they are a person's and no request's: no purge takes them away", func(s *subject) {
			s.save(approvals.Change{Preferences: of("URITA", quiet)})
			s.ended(noon(), "")
			s.purge(at(1), 9, 1)
			s.wantsPreferences("URITA", quiet)
		}},
		{"Preferences_of_nobody", "an id of no bytes, or of more than 256, is Invalid and nothing is stored", func(s *subject) {
			longest := strings.Repeat("U", store.MaxSubject)
			s.save(approvals.Change{Preferences: of(longest, half)})
			s.wantsPreferences(longest, half)
			for _, person := range []string{"", longest + "U"} {
				_, err := s.Save(s.Context(), approvals.Change{Preferences: map[string]approvals.Preferences{person: quiet, "URITA": quiet}})
				s.wantsKind(err, approvals.Invalid)
			}
			s.wantsPreferences("URITA", usual)
		}},
	}
}
