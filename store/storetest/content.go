package storetest

import (
	"fmt"
	"strings"
	"time"

	"passcodebot/approvals"
)

// full returns a request with something in every field.
func full(devices int) *approvals.Request {
	r := pending(at(7))
	r.CardChannel, r.AllOrNothing, r.Looks, r.Delayed = "CCARDS", true, 3, true
	r.Selectors = []approvals.Selector{{Kind: approvals.ByFilter, Value: `deviceName eq "x"`}, {Kind: approvals.ByUser, Value: "a@b.c"}}
	r.Approvers = approvals.Audience{Groups: []string{"SONCALL"}, People: []string{"UANNA", "UBEN"}}
	r.ReadyAt, r.DecidedAt, r.StartedAt, r.EndedAt = at(1), at(2), at(3), at(4)
	r.Closing = "closed & done"
	r.LeftOut = []approvals.LeftOut{
		{Selector: approvals.Selector{Kind: approvals.BySerial, Value: "R58"}, Code: "no-device", Reason: "none"},
		{Device: device(0), Selector: r.Selectors[0], Code: "not-android", Reason: "it runs iOS"},
	}
	r.Narrowed = []approvals.Narrowing{{Selector: r.Selectors[0], Dropped: 812}}
	anna := approvals.Actor{ID: "UANNA", Name: "Anna", Team: "T1"}
	r.Decisions = []approvals.Decision{
		{Actor: anna, Groups: []string{"SONCALL", "SLEADS"}, Approved: true, Comment: "fine", At: at(2)},
		{Actor: approvals.Actor{ID: "UBEN", Name: "Ben", Team: "T1"}, Approved: true, At: at(2), Void: "left-group"},
	}
	r.Statement = approvals.Statement{Ticket: "INC0012345", SecondReason: "it is urgent", Verified: "called back", BreakGlass: "ward 3 is locked out"}
	r.Rule, r.Groups, r.Policy = "executives", 2, "5f2a"
	r.Earlier = []approvals.Past{
		{Device: device(1).ID, Owner: "entra-1", At: at(-70), Request: 7, By: anna, Reason: "again"},
		{Device: device(1).ID, At: at(-90), By: approvals.Actor{Name: "admin@contoso.com"}},
	}
	r.Thread, r.ThreadLink, r.Again, r.Reminded = "1.000100", "https://slack.example/archives/CHELP/p1000100", 6, 2
	r.Borrowed = approvals.Borrowed{By: anna, Of: 5}
	r.Unusual = []approvals.Unusual{approvals.UnusualRepeated, approvals.UnusualOutsideHours}
	r.Handover = approvals.Handover{Due: true, Asked: at(9), Times: 2, Answered: anna, Own: true, At: at(10)}
	r.Review = approvals.Review{Due: true, Signed: anna, At: at(8), Asked: at(6)}
	for i := range devices {
		d := device(i + 1)
		r.Targets = append(r.Targets, approvals.Target{
			Device: d, Scope: approvals.WorkProfileScope, Enrollment: "personally-owned work profile",
			Result: approvals.Result{
				Phase: approvals.Failed, Reason: "Intune said no", Code: "BadRequest", GraphRequestID: d.ID,
				Baseline: d.LastReset, IntendedAt: at(5), ChangedAt: at(6), Unconfirmed: true,
			},
		})
	}
	return r
}

func device(i int) approvals.Device {
	return approvals.Device{
		ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Name: fmt.Sprintf("Alice's Pixel %d", i),
		Manufacturer: "Google", Model: "Pixel 9", Serial: fmt.Sprintf("R58M%07d", i), OS: "Android", OSVersion: "15",
		Type: "androidForWork", Enrollment: "unknown", Ownership: "personal", State: "managed", Agent: "mdm",
		Owner:      approvals.Owner{ID: "entra-1", UPN: "alice@contoso.com", Email: "a@contoso.com", Name: "Alice"},
		EnrolledAt: at(-9000), LastCheckIn: at(-10),
		LastReset: approvals.Action{State: approvals.ActionFailed, Started: at(-70), Updated: at(-60), ErrorCode: -2016330908},
	}
}

func contentCases() []testCase {
	texts := []string{
		"", "plain", "O'Brien \"quoted\" \\ back", "NUL\x00inside\x00", "tab\tnewline\nreturn\r", "<!channel> & <@U1>",
		"emoji 👩🏽‍🔧 ☎", "日本語 العربية", "e\u0301 and é", "zero\u200bwidth \u202eright-to-left", "\ufeffmark \ufffd", "\u2028\u2029",
	}
	return []testCase{
		{"A_request_of_100_devices", "every field of every device is as it was, also of the largest request", func(s *subject) {
			want := full(100)
			saved := s.save(approvals.Change{Request: want})
			want.ID, want.Version = 1, 1
			s.wants("saved", saved, *want)
			s.reopen()
			read, err := s.Request(s.Context(), 1)
			s.must(err)
			s.wants("read", read, *want)
		}},
		{"Texts_of_any_characters", "people and Intune write anything: it is stored as it was written", func(s *subject) {
			for i, text := range texts {
				r := full(1)
				r.Reason, r.Requester.Name, r.Targets[0].Device.Name, r.Decisions[0].Comment = text, text, text, text
				s.save(approvals.Change{Request: r, Events: []approvals.Event{{
					At: noon(), Kind: approvals.Asked, Text: text, Device: text, Actor: approvals.Actor{ID: "U1", Name: text},
					Data: map[string]string{"value": text, "key" + text: ""},
				}}})
				id := approvals.ID(i + 1)
				read, err := s.Request(s.Context(), id)
				s.must(err)
				r.ID, r.Version = id, 1
				s.wants(fmt.Sprintf("request with %q", text), read, *r)
			}
			for i, e := range s.all() {
				text := texts[i]
				s.wants(fmt.Sprintf("event with %q", text), e, approvals.Event{
					Seq: approvals.Seq(i + 1), At: noon(), Request: approvals.ID(i + 1), Kind: approvals.Asked, Text: text, Device: text,
					Actor: approvals.Actor{ID: "U1", Name: text}, Data: map[string]string{"value": text, "key" + text: ""},
				})
			}
			s.must(s.Verify(s.Context()))
		}},
		{"Large_texts", "a text of a megabyte is stored whole", func(s *subject) {
			long := strings.Repeat("ünïcödé ", 1<<17)
			r := pending(noon())
			r.Reason = long
			s.save(approvals.Change{Request: r, Events: []approvals.Event{{Text: long}, {Text: "after"}}})
			s.reopen()
			read, err := s.Request(s.Context(), 1)
			s.must(err)
			if read.Reason != long {
				s.Errorf("the reason has %d bytes, want %d", len(read.Reason), len(long))
			}
			events := s.all()
			if len(events) != 2 || events[0].Text != long || events[1].Text != "after" {
				s.Errorf("the events are not as they were written")
			}
			s.must(s.Verify(s.Context()))
		}},
		{"Times_are_UTC_microseconds", "an instant is stored in UTC, in whole microseconds, whatever zone and precision it came in; zero stays zero", func(s *subject) {
			zone := time.FixedZone("east", 5*3600+1800)
			given := time.Date(2026, 7, 1, 2, 3, 4, 123456789, zone)
			want := time.Date(2026, 6, 30, 20, 33, 4, 123456000, time.UTC)
			r := full(1)
			r.CreatedAt, r.WakeAt, r.Decisions[0].At, r.Targets[0].Device.LastCheckIn = given, given, given, given
			r.EndedAt = time.Time{}
			saved := s.save(approvals.Change{Request: r, Events: []approvals.Event{{At: given}, {}}})
			read, err := s.Request(s.Context(), saved.ID)
			s.must(err)
			events := s.all()
			for name, got := range map[string]time.Time{
				"saved": saved.CreatedAt, "read": read.CreatedAt, "wake": read.WakeAt, "decision": read.Decisions[0].At,
				"check-in": read.Targets[0].Device.LastCheckIn, "event": events[0].At,
			} {
				if got != want { // the zone too
					s.Errorf("%s: got %v, want %v", name, got, want)
				}
			}
			if !read.EndedAt.IsZero() || !events[1].At.IsZero() {
				s.Errorf("a zero time became %v and %v", read.EndedAt, events[1].At)
			}
		}},
	}
}
