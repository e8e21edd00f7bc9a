package sandbox_test

import (
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/graph/fakeintune"
)

func quorum(n int) func(*config.Config) { return func(c *config.Config) { c.Quorum = n } }

// lives are acts that come at the wrong time of a request, and those that
// nobody can be asked about or that can't be stored.
func lives() scenes {
	var shown fakeslack.Message // a card that has its buttons
	// ended clicks on a card after something has become of its request.
	ended := func(name, code, who string, become func(s *stage, card fakeslack.Message), args ...string) row {
		return row{name: name, code: code, args: args, do: func(s *stage) {
			card := s.asks(rita, pixel)
			become(s, card)
			s.late(who, card, s.request, "approve", shown)
		}}
	}
	silent := func(name, code string, f fakeslack.Fault) row {
		return row{name: name, code: code, do: func(s *stage) {
			defer s.world.Slack.Fail(f)()
			s.clicks(anna, s.card(1), "approve")
		}}
	}
	return scenes{
		"ended": {scene: scene{settings: func(c *config.Config) { c.TimeToLive = time.Hour }}, rows: []row{
			{name: "cancelled by another", code: "not-yours-to-cancel", args: []string{"rita", "R-1"}, do: func(s *stage) {
				shown = s.asks(rita, nokia)
				s.types(anna, incidents, "cancel R-1")
			}},
			{name: "shown to another", code: "not-yours-to-see", args: []string{"R-1"}, do: func(s *stage) { s.types(nora, incidents, "show R-1") }},
			ended("denied", "already-denied", anna, func(s *stage, card fakeslack.Message) {
				s.denied(ben, card, "call her first")
			}, "ben", "{R}"),
			ended("cancelled", "already-cancelled", anna, func(s *stage, _ fakeslack.Message) {
				s.types(rita, incidents, "cancel "+s.request.String())
			}, "rita", "{R}"),
			ended("ended", "already-ended", anna, func(s *stage, card fakeslack.Message) { s.approved(ben, card) }, "{R}"),
			{name: "turned down", code: "already-rejected", args: []string{"R-5"}, do: func(s *stage) {
				s.types(rita, incidents, "serial:NONE reason: forgotten")
				s.eventually("it is turned down", func() bool { return len(s.events(approvals.WasRejected)) == 1 })
				s.types(rita, incidents, "cancel R-5")
			}},
			ended("approved and turned down", "already-withdrawn", anna, func(s *stage, _ fakeslack.Message) {
				s.forges(func(r *approvals.Request) {
					r.State, r.DecidedAt, r.WakeAt = approvals.Approved, r.CreatedAt, r.CreatedAt
					r.Decisions = []approvals.Decision{{Actor: approvals.Actor{ID: ben}, Approved: true, At: r.CreatedAt}}
				})
				s.eventually("it is turned down", func() bool { return len(s.events(approvals.WasRejected)) == 1 })
			}, "{R}"),
			ended("approved already", "already-approved", anna, func(s *stage, card fakeslack.Message) {
				s.world.Intune.Fail(fakeintune.Fault{Path: "managedDevices", Method: "GET", Status: 503})
				s.clicks(ben, card, "approve")
				s.eventually("it runs", func() bool { return len(s.events(approvals.RunStarted)) == 1 })
			}, "ben", "{R}"),
			{name: "running", code: "already-running", args: []string{"{R}"}, do: func(s *stage) { s.types(rita, incidents, "cancel "+s.request.String()) }},
		}},
		"expired": {rows: []row{{name: "expired", code: "expired", args: []string{"R-1"}, do: func(s *stage) {
			card := s.asks(rita, pixel)
			s.clock.Move(11 * time.Minute)
			shown := s.asks(rita, nokia)
			s.late(anna, card, 1, "approve", shown)
		}}}},
		"twice": {scene: scene{settings: quorum(2)}, rows: []row{
			{name: "approved twice", code: "decided-by-you", args: []string{"R-1", "1 approval"}, do: func(s *stage) {
				s.clicks(anna, s.asks(rita, pixel), "approve")
				s.eventually("it is approved once", func() bool { return len(s.events(approvals.GotApproval)) == 1 })
				s.clicks(anna, s.card(1), "approve")
			}},
			{
				name: "a voided approval (left the group between two approvals)", code: "not-approver", log: approvals.ApprovalVoided,
				says: "The approval of @anna no longer counts: they have left the group.",
				do: func(s *stage) {
					s.world.Slack.EditGroup(oncall, func(g *fakeslack.Group) { g.Members = []string{ben} })
					s.clicks(ben, s.card(1), "approve")
				},
			},
			{
				name: "a voided approval (deactivated between two approvals)", code: "deactivated", log: approvals.ApprovalVoided,
				says: "The approval of @ben no longer counts: they have been deactivated in Slack.",
				do: func(s *stage) {
					s.world.Slack.EditPerson(ben, func(p *fakeslack.Person) { p.Deactivated = true })
					s.world.Slack.EditGroup(oncall, func(g *fakeslack.Group) { g.Members = []string{anna, ben} })
					s.clicks(anna, s.card(1), "approve")
				},
			},
		}},
		"silent": {rows: []row{
			{name: "Slack silent about the person", code: "slack-silent", do: func(s *stage) {
				s.asks(rita, pixel)
				defer s.world.Slack.Fail(fakeslack.Fault{Method: "users.info", Error: "internal_error"})()
				s.clicks(anna, s.card(1), "approve")
			}},
			silent("Slack silent about the group", "slack-silent", fakeslack.Fault{Method: "usergroups.users.list", Error: "internal_error"}),
			silent("Slack silent with a 500", "slack-silent", fakeslack.Fault{Method: "users.info", Status: 500}),
			silent("Slack cut off", "slack-silent", fakeslack.Fault{Method: "users.info", Cut: true}),
			silent("a group that is gone", "group-unread", fakeslack.Fault{Method: "usergroups.users.list", Error: "no_such_subteam"}),
			{name: "a card that is just being posted", code: "card-not-ready", args: []string{"R-2"}, do: func(s *stage) {
				defer s.world.Slack.Fail(fakeslack.Fault{Method: "conversations.history", Error: "internal_error"})()
				defer s.world.Slack.Fail(fakeslack.Fault{Method: "chat.postMessage", LoseAnswer: true})()
				s.types(rita, incidents, nokia+" reason: forgotten")
				s.eventually("the card is seen", func() bool { return s.card(2).TS != "" })
				s.clicks(anna, s.card(2), "approve")
			}},
			{name: "the database takes nothing", code: "store-failed", do: func(s *stage) {
				s.store.fails.Store(true)
				defer s.store.fails.Store(false)
				s.clicks(anna, s.card(1), "approve")
			}},
		}},
	}
}
