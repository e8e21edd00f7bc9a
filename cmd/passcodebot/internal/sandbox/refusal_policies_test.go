package sandbox_test

import (
	"regexp"
	"slices"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/config"
)

// ruled is who asks under a rule of their own.
func ruled(id string) approvals.Conditions {
	return approvals.Conditions{Requesters: approvals.Audience{People: []string{id}}}
}

// policies are what the rules and limits refuse, and what has changed in them
// since somebody asked.
func policies() scenes {
	const text = "serial:3A161FDJH004XK reason: forgotten"
	requesters := []string{"U0REFUSED", "U0TICKET", "U0SECOND", "U0VERIFIED", "U0MANY", "U0GROUPS", "U0OWNERS", "U0HIDDEN", "U0MIXED"}
	rules := scene{
		slack: func(c *fakeslack.Config) {
			for _, id := range requesters {
				somebody(c, fakeslack.Person{ID: id}, helpdesk)
			}
			somebody(c, fakeslack.Person{ID: "U0NOMAIL", Email: "none"})
			c.People[len(c.People)-1].Email = ""
		},
		settings: func(c *config.Config) {
			c.Channels, c.MaxDevices = []string{incidents}, 3
			c.Rules = []approvals.Rule{
				{Name: "contractors", When: ruled("U0REFUSED"), Refuse: "Contractors ask at the depot."},
				{Name: "tickets", When: ruled("U0TICKET"), Terms: approvals.Terms{Ticket: regexp.MustCompile(`INC\d+`)}},
				{Name: "at night", When: ruled("U0SECOND"), Terms: approvals.Terms{SecondReason: true}},
				{Name: "by phone", When: ruled("U0VERIFIED"), Terms: approvals.Terms{Verified: true}},
				{Name: "nine", When: ruled("U0MANY"), Terms: approvals.Terms{Quorum: 9}},
				{Name: "two groups", When: ruled("U0GROUPS"), Terms: approvals.Terms{Quorum: 2, Groups: 2}},
				{Name: "unnamed", When: ruled("U0HIDDEN"), Terms: approvals.Terms{Approvers: approvals.Audience{People: []string{"U0NOMAIL"}}}},
				{
					Name:  "kiosks",
					When:  approvals.Conditions{Requesters: approvals.Audience{People: []string{"U0MIXED"}}, Enrolments: []string{"dedicated"}},
					Terms: approvals.Terms{Approvers: approvals.Audience{People: []string{ben}}},
				},
				{Name: "anna alone", When: ruled("U0OWNERS"), Terms: approvals.Terms{Approvers: approvals.Audience{People: []string{anna}}}},
			}
		},
	}
	limits := scene{
		slack:    func(c *fakeslack.Config) { somebody(c, fakeslack.Person{ID: "U0LEO"}, helpdesk) },
		settings: func(c *config.Config) { c.Limits = config.Limits{RequestsPerHour: 2, DevicesPerHour: 3} },
	}
	return scenes{
		"rules": {rules, []row{
			asking("rule refused", "rule-refused", "U0REFUSED", text, "Contractors ask at the depot.", "contractors"),
			asking("ticket missing", "needs-ticket", "U0TICKET", text, "tickets"),
			asking("ticket of another form", "wrong-ticket", "U0TICKET", "ticket:CHG1 "+text, "“CHG1”", "tickets", `INC\d+`),
			asking("second reason missing", "needs-second-reason", "U0SECOND", text, "at night"),
			asking("verified missing", "needs-verified", "U0VERIFIED", text, "by phone"),
			asking("quorum unreachable (too few approvers)", "too-few-approvers", "U0MANY", text, "This request", "9 approvals", "only 3"),
			asking("quorum unreachable (too few groups)", "too-few-groups", "U0GROUPS", text, "This request", "2 approvals", "2 groups"),
			asking("quorum unreachable (approvers own devices)", "approvers-own-devices", "U0OWNERS", "serial:R5CX10ANNA7 reason: forgotten", "This request", "1 approval", "nobody", "anna"),
			asking("quorum unreachable (approvers whose devices are not known)", "approvers-unidentified", "U0HIDDEN", text, "This request", "1 approval", "nobody", "nomail"),
			asking("devices under different rules", "mixed-rules", "U0MIXED", "serial:R9WT20LOBBY1 "+text, "kiosks"),
			told("in another channel", "wrong-channel", random, "#incidents", text),
			asking("too many devices", "too-many-devices", rita, "user:alice@contoso.com user:bob@contoso.com user:carla@contoso.com reason: all forgotten"),
			asking("no such device", "no-device", rita, "serial:NONE reason: forgotten", "serial:NONE"),
			asking("no such devices", "no-devices", rita, "serial:NONE serial:NADA reason: forgotten"),
			asking("none that can be reset", "none-eligible", rita, "serial:F4GXQ1CARLA reason: forgotten"),
			asking("not all can be reset", "not-all-eligible", rita, "all-or-nothing serial:F4GXQ1CARLA "+text),
			{name: "a person without an address", code: "no-mail", args: []string{"nomail"}, log: approvals.WasRejected, do: func(s *stage) {
				s.types(rita, incidents, "x", at("text", "<@U0NOMAIL|nomail> reason: forgotten"))
			}},
			{name: "a person whom nobody knows", code: "unknown-person", args: []string{"U0NOBODY"}, log: approvals.WasRejected, do: func(s *stage) {
				s.types(rita, incidents, "x", at("text", "<@U0NOBODY|nobody> reason: forgotten"))
			}},
			asking("break glass not set up", "no-break-glass", rita, `break-glass:"nobody is here" `+text),
		}},
		"limits": {limits, []row{
			{name: "over a limit of requests", code: "over-limit", args: []string{"2 requests"}, log: approvals.WasRejected, do: func(s *stage) {
				s.asks(rita, pixel)
				s.asks(rita, nokia)
				s.types(rita, incidents, text)
			}},
			{name: "over a limit of devices", code: "over-limit", args: []string{"3 devices"}, log: approvals.WasRejected, do: func(s *stage) {
				s.asks("U0LEO", pixel+" "+nokia)
				s.types("U0LEO", incidents, pixel+" "+nokia+" reason: forgotten")
			}},
			asking("more devices than an hour's", "too-many-devices", "U0LEO", "user:alice@contoso.com user:bob@contoso.com user:carla@contoso.com reason: all forgotten"),
		}},
		"again": {scene{settings: func(c *config.Config) {
			c.Rules = []approvals.Rule{{
				Name:   "once a day",
				When:   approvals.Conditions{Repeated: []approvals.Repetition{{Of: approvals.SameDevice, Times: 2, Within: 24 * time.Hour}}},
				Refuse: "Once a day is enough.",
			}}
		}}, []row{{name: "reset since it was asked for", code: "reset-since", args: []string{"{R}", "Once a day is enough"}, do: func(s *stage) {
			first, second := s.asks(rita, pixel), s.asks(rita, pixel)
			s.approved(anna, first)
			s.clicks(anna, second, "approve")
		}}}},
		"policy": {rows: []row{
			changed("the policy changed: who may ask", "requester-gone", func(c *config.Config) {
				c.Requesters = approvals.Audience{People: []string{nora}}
			}, "rita", "{R}", "they are no longer in a group that may ask"),
			changed("the policy changed: where one may ask", "policy-changed", func(c *config.Config) {
				c.Channels = []string{security}
			}, "{R}", "Passcode resets cannot be asked for in this channel"),
			changed("the policy changed: a rule refuses", "policy-changed", func(c *config.Config) {
				c.Rules = []approvals.Rule{{Name: "never", Refuse: "Nothing is reset this week."}}
			}, "{R}", "Nothing is reset this week"),
			changed("the policy changed: who may approve", "not-approver-now", func(c *config.Config) {
				c.Approvers = approvals.Audience{People: []string{ben}}
			}, "{R}"),
			{name: "the policy changed: the stricter quorum holds", code: "decided-by-you", args: []string{"{R}", "1 approval"}, do: func(s *stage) {
				s.restart(nil)
				s.asks(rita, pixel)
				s.restart(quorum(2))
				s.clicks(anna, s.card(s.request), "approve")
				s.eventually("it is approved once", func() bool { return len(s.events(approvals.GotApproval)) == 1 })
				s.clicks(anna, s.card(s.request), "approve")
			}},
		}},
	}
}

// told is a row of what can't be asked for in a channel, but in another.
func told(name, code, channel, instead, text string) row {
	return row{name: name, code: code, also: " " + instead, log: approvals.WasRejected, do: func(s *stage) { s.types(rita, channel, text) }}
}

// changed is a row of a request that is asked for by the first settings and
// approved by others.
func changed(name, code string, settings func(*config.Config), args ...string) row {
	return row{name: name, code: code, args: args, do: func(s *stage) {
		s.restart(nil)
		s.asks(rita, pixel)
		s.restart(settings)
		s.clicks(anna, s.card(s.request), "approve")
	}}
}

// breakGlass is going ahead with fewer approvals, and its review.
func breakGlass() scenes {
	var first, second fakeslack.Message // their reviews
	breaks := func(s *stage, what string) fakeslack.Message {
		before := len(s.reviews())
		card := s.asksIn(security, rita, what+` break-glass:"the plant stands still"`)
		s.approved(anna, card)
		s.eventually("the review is asked for", func() bool { return len(s.reviews()) > before })
		return s.reviews()[before]
	}
	set := scene{
		slack: func(c *fakeslack.Config) { somebody(c, fakeslack.Person{ID: "U0LEO"}, helpdesk) },
		settings: func(c *config.Config) {
			c.Quorum = 2
			c.BreakGlass = approvals.BreakGlass{
				Who: approvals.Audience{People: []string{rita}}, Channels: []string{security}, Quorum: 1, Notice: security,
				Reviewers: approvals.Audience{People: []string{rita, anna, ben, nora}},
			}
		},
	}
	const text = `serial:3A161FDJH004XK break-glass:"nobody is here" reason: forgotten`
	return scenes{"break glass": {set, []row{
		told("break glass, wrong channel", "break-glass-channel", incidents, "#security-ops", text),
		{name: "break glass, not in the group", code: "break-glass-group", log: approvals.WasRejected, do: func(s *stage) { s.types("U0LEO", security, text) }},
		{name: "review by the requester", code: "review-own", args: []string{"{R}"}, do: func(s *stage) {
			first, second = breaks(s, pixel), breaks(s, nokia)
			s.clicks(rita, second, "review")
		}},
		{name: "review by an approver", code: "review-own", args: []string{"{R}"}, do: func(s *stage) { s.clicks(anna, second, "review") }},
		{name: "review by a non-reviewer", code: "not-reviewer", args: []string{"{R}"}, do: func(s *stage) { s.clicks("U0LEO", second, "review") }},
		{name: "review on another message", code: "wrong-review", args: []string{"R-3"}, do: func(s *stage) { s.clicks(ben, second, "review", value("3")) }},
		{name: "review twice", code: "review-signed", args: []string{"ben", "R-3"}, do: func(s *stage) {
			s.clicks(ben, first, "review")
			s.eventually("it is signed", func() bool { return len(s.events(approvals.ReviewSigned)) == 1 })
			s.late(ben, first, 3, "review", second)
		}},
		{name: "a review that is just being posted", code: "review-not-ready", args: []string{"{R}"}, do: func(s *stage) {
			card := s.asksIn(security, rita, xcover+` break-glass:"the plant stands still"`)
			s.eventually("break glass is told", func() bool {
				return slices.ContainsFunc(s.events(approvals.MessagePosted), func(e approvals.Event) bool { return e.Data["as"] == "notice" })
			})
			before := len(s.reviews())
			defer s.world.Slack.Fail(fakeslack.Fault{Method: "conversations.history", Error: "internal_error"})()
			defer s.world.Slack.Fail(fakeslack.Fault{Method: "chat.postMessage", LoseAnswer: true})()
			s.clicks(anna, card, "approve")
			s.eventually("the review is seen", func() bool { return len(s.reviews()) > before })
			s.clicks(ben, s.reviews()[before], "review")
		}},
	}}}
}
