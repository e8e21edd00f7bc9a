package sandbox_test

import (
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

// denying is what the form says that asks why a request is denied.
func denying() scenes {
	var first fakeslack.Message
	return scenes{"denying": {rows: []row{
		{name: "no reason but blanks", code: "no-why", args: []string{"R-1"}, do: func(s *stage) {
			first = s.asks(rita, pixel)
			s.denies(anna, first, " \u200b ")
		}},
		{name: "a form of a request that is not there", code: "unknown-request", args: []string{"R-99"}, do: func(s *stage) {
			s.clicks(anna, first, "deny", value("99"))
		}},
		{name: "a window that does not open", code: "not-opened", do: func(s *stage) {
			defer s.world.Slack.Fail(fakeslack.Fault{Method: "views.open", Error: "expired_trigger_id", Times: 1})()
			s.clicks(anna, first, "deny")
			s.eventually("Slack has refused the window", func() bool {
				for _, c := range s.world.Slack.Calls() {
					if c.Method == "views.open" && c.Error == "expired_trigger_id" {
						return true
					}
				}
				return false
			})
		}},
		{name: "somebody who may not deny", code: "not-approver", args: []string{"R-1"}, do: func(s *stage) { s.clicks(nora, first, "deny") }},
		{name: "one's own", code: "own-request", args: []string{"R-1"}, do: func(s *stage) { s.clicks(rita, first, "deny") }},
		{name: "denied meanwhile", code: "already-denied", says: "ben was first: R-1 is already denied. If the reset is still needed, ask again with '/reset-passcode'.", do: func(s *stage) {
			// Anna's form of the first row is still open.
			s.denied(ben, first, "call her first")
			s.mark(anna, "modal")
			said, err := sendWhy(s.t.Context(), s.world.Slack, anna, "it is not hers")
			if err != nil || said.Error != "" {
				s.t.Fatalf("%+v %v", said, err)
			}
		}},
	}}}
}

// handovers are answers to the question whether a person has set a passcode of
// their own: by others, and a second time.
func handovers() scenes {
	var own, none fakeslack.Message // the questions
	asked := func(s *stage, what string) fakeslack.Message {
		card := s.asks(rita, what)
		id := s.request
		s.approved(anna, card)
		s.clock.Move(5 * time.Hour)
		s.eventually("the requester is asked", func() bool { return s.question(rita, id).TS != "" })
		return s.question(rita, id)
	}
	answered := func(s *stage, m fakeslack.Message, action string) {
		s.clicks(rita, m, action)
		s.eventually("it is answered", func() bool { return len(s.events(approvals.HandoverAnswered)) == 1 })
	}
	days := scene{intune: func(c *fakeintune.Config) { c.TokenLife = 10 * 365 * 24 * time.Hour }}
	return scenes{"own passcodes": {scene: days, rows: []row{
		{name: "answered by another", code: "not-yours-to-answer", args: []string{"rita", "R-1"}, do: func(s *stage) {
			own, none = asked(s, pixel), asked(s, nokia)
			s.clicks(rita, own, "own_passcode", at("user.id", nora))
		}},
		{name: "answered elsewhere", code: "wrong-card", args: []string{"R-1", "R-1"}, do: func(s *stage) {
			s.clicks(rita, own, "own_passcode", at("container.channel_id", incidents))
		}},
		{name: "yes, and then again", code: "handover-answered", args: []string{"R-1"}, do: func(s *stage) {
			answered(s, own, "own_passcode")
			s.clicks(rita, none, "no_own_passcode", value("1"))
		}},
		{name: "no, and then again", code: "handover-noted", args: []string{"R-2"}, do: func(s *stage) {
			answered(s, none, "no_own_passcode")
			third := asked(s, xcover)
			s.clicks(rita, third, "no_own_passcode", value("2"))
		}},
	}}}
}

// secondTries are tries of what has failed while another one is under way, and
// after one that did not fail.
func secondTries() scenes {
	var results fakeslack.Message // with the button
	mend := func(s *stage, refuses string) {
		for _, d := range s.world.Intune.Devices() {
			if "serial:"+d.SerialNumber == xcover {
				s.world.Intune.Edit(d.ID, func(d *fakeintune.Device) { d.Refuses = refuses })
			}
		}
	}
	return scenes{"second tries": {rows: []row{
		{name: "tried again already", code: "again-open", args: []string{"R-1", "rita", "R-2"}, do: func(s *stage) {
			mend(s, "It is asleep.")
			card := s.asks(rita, xcover)
			s.approved(ben, card)
			s.eventually("the results have a button", func() bool {
				for _, m := range s.world.Slack.Messages("", incidents, card.TS) {
					if strings.Contains(string(m.Blocks), `"action_id":"again"`) {
						results = m
					}
				}
				return results.TS != ""
			})
			s.clicks(rita, results, "again")
			s.eventually("it is asked for again", func() bool { return s.card(2).TS != "" })
			s.clicks(anna, results, "again")
		}},
		{name: "tried again without a failure", code: "again-over", args: []string{"R-1", "R-2"}, do: func(s *stage) {
			mend(s, "")
			s.approved(ben, s.card(2))
			s.clicks(anna, results, "again")
		}},
	}}}
}
