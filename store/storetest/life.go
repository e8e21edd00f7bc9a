package storetest

import (
	"context"
	"fmt"

	"passcodebot/approvals"
)

func lifeCases() []testCase {
	return []testCase{
		{"Reopening_keeps_all", "whatever a method has returned without an error survives", func(s *subject) {
			for i := range 20 {
				r := s.save(approvals.Change{
					Request: full(i), Key: fmt.Sprint("key ", i),
					Events: []approvals.Event{{At: at(i), Kind: approvals.Asked, Text: fmt.Sprint(i)}},
				})
				if i%3 == 0 {
					s.must(r.Cancel(r.Requester, at(i)))
					r = s.save(approvals.Change{Request: &r})
				}
				if i%2 == 0 {
					s.advance(r.ID, approvals.Seq(1+i), fmt.Sprint("note ", i))
				}
			}
			type all struct {
				Requests, Open []approvals.Request
				Events         []approvals.Event
				Behind         []approvals.ID
				Cursors        []approvals.Cursor
			}
			read := func() all {
				var a all
				var err error
				for i := range 20 {
					r, err := s.Keyed(s.Context(), fmt.Sprint("key ", i))
					s.must(err)
					a.Requests = append(a.Requests, r)
					cur, err := s.Cursor(s.Context(), approvals.Threads, r.ID)
					s.must(err)
					a.Cursors = append(a.Cursors, cur)
				}
				a.Open, err = s.Open(s.Context())
				s.must(err)
				a.Events, a.Behind = s.all(), s.behind()
				return a
			}
			before := read()
			s.reopen()
			s.wants("everything", read(), before)
			s.must(s.Verify(s.Context()))
		}},
		{"After_Close", "every call after Close is an error of kind Unavailable, none hangs; closing twice is allowed", func(s *subject) {
			r := s.make(noon())
			s.must(s.Close())
			s.must(s.Close())
			ctx := s.Context()
			for name, err := range map[string]error{
				"save":    second(s.Save(ctx, approvals.Change{Request: &r})),
				"request": second(s.Request(ctx, 1)),
				"open":    second(s.Open(ctx)),
				"keyed":   second(s.Keyed(ctx, "k")),
				"latest":  second(s.Latest(ctx, 0, 9)),
				"wishes":  second(s.Preferences(ctx, "URITA")),
				"wish":    second(s.Save(ctx, approvals.Change{Preferences: map[string]approvals.Preferences{"URITA": {NoNamed: true}}})),
				"history": second(s.History(ctx, 1, 0, 9)),
				"events":  second(s.Events(ctx, 0, 9)),
				"traces":  second(s.Traces(ctx, subjects()[0], noon(), 9)),
				"head":    second(s.Head(ctx)),
				"origin":  second(s.Origin(ctx)),
				"verify":  s.Verify(ctx),
				"claim":   second(s.Claim(ctx, approvals.Claim{Owner: "o", Now: at(1), Until: at(2), Limit: 1})),
				"renew":   s.Renew(ctx, "o", 1, at(3)),
				"release": s.Release(ctx, "o", 1),
				"behind":  second(s.Behind(ctx, approvals.Threads)),
				"cursor":  second(s.Cursor(ctx, approvals.Threads, 1)),
				"advance": s.Advance(ctx, approvals.Threads, 1, approvals.Cursor{Seq: 1}),
				"purge":   second(s.Purge(ctx, at(99), 9)),
			} {
				if kind := approvals.KindOf(err); kind != approvals.Unavailable {
					s.Errorf("%s: got error %v, want one of kind %q", name, err, approvals.Unavailable)
				}
			}
			s.start()
			read, err := s.Request(s.Context(), 1)
			s.must(err)
			s.wants("request", read, r)
		}},
		{"A_context_that_has_ended", "a call whose context has ended returns its error and changes nothing", func(s *subject) {
			r := s.make(noon())
			ctx, cancel := context.WithCancel(s.Context())
			cancel()
			for name, err := range map[string]error{
				"save":    second(s.Save(ctx, approvals.Change{Request: &r, Key: "k"})),
				"request": second(s.Request(ctx, 1)),
				"open":    second(s.Open(ctx)),
				"keyed":   second(s.Keyed(ctx, "k")),
				"latest":  second(s.Latest(ctx, 0, 9)),
				"wishes":  second(s.Preferences(ctx, "URITA")),
				"wish":    second(s.Save(ctx, approvals.Change{Preferences: map[string]approvals.Preferences{"URITA": {NoNamed: true}}})),
				"history": second(s.History(ctx, 1, 0, 9)),
				"events":  second(s.Events(ctx, 0, 9)),
				"traces":  second(s.Traces(ctx, subjects()[0], noon(), 9)),
				"head":    second(s.Head(ctx)),
				"origin":  second(s.Origin(ctx)),
				"verify":  s.Verify(ctx),
				"claim":   second(s.Claim(ctx, approvals.Claim{Owner: "o", Now: at(1), Until: at(2), Limit: 1})),
				"renew":   s.Renew(ctx, "o", 1, at(3)),
				"release": s.Release(ctx, "o", 1),
				"behind":  second(s.Behind(ctx, approvals.Threads)),
				"cursor":  second(s.Cursor(ctx, approvals.Threads, 1)),
				"advance": s.Advance(ctx, approvals.Threads, 1, approvals.Cursor{Seq: 1}),
				"purge":   second(s.Purge(ctx, at(99), 9)),
			} {
				s.wantsError(err, context.Canceled)
				if kind := approvals.KindOf(err); kind != approvals.Unavailable {
					s.Errorf("%s: got error %v, want one of kind %q", name, err, approvals.Unavailable)
				}
			}
			read, err := s.Request(s.Context(), 1)
			s.must(err)
			s.wants("request", read, r)
			s.wantsCursor(1, 0, "")
			s.wantsPreferences("URITA", approvals.Preferences{})
			s.wants("not leased", s.claims("o", at(1), at(2), 9), []approvals.ID{1})
		}},
	}
}

func second[T any](_ T, err error) error { return err }
