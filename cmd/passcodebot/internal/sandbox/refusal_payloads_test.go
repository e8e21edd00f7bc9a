package sandbox_test

import (
	"strings"

	"passcodebot/bot/fakeslack"
)

// The devices of the sample fleet that rows ask for.
const (
	pixel  = "serial:3A161FDJH004XK" // Alice's, fully managed
	xcover = "serial:R5CT90WAREH"    // Bob's, with a work profile
	nokia  = "serial:NKX30FARID01"   // Farid's, fully managed
)

// payloads are acts whose payload is not what Slack sends for what is there.
func payloads() scenes {
	var card, other fakeslack.Message
	command := func(name, code string, alter func(map[string]any)) row {
		return row{name: name, code: code, do: func(s *stage) { s.types(rita, incidents, pixel+" reason: x", alter) }}
	}
	click := func(name, code string, alter func(map[string]any), args ...string) row {
		return row{name: name, code: code, args: args, do: func(s *stage) { s.clicks(anna, card, "approve", alter) }}
	}
	action := func(alter func(map[string]any)) func(map[string]any) {
		return func(p map[string]any) { alter(p["actions"].([]any)[0].(map[string]any)) }
	}
	return scenes{"payloads": {rows: []row{
		command("a command of another app id", "foreign-app", at("api_app_id", "A0OTHER")),
		command("a command of another team id", "foreign-team", at("team_id", "T0OTHER")),
		command("a command of another Enterprise Grid org", "foreign-team", at("enterprise_id", "E0OTHER")),
		{name: "a click of another app id", code: "foreign-app", do: func(s *stage) {
			card, other = s.asks(rita, pixel), s.asks(rita, nokia)
			s.clicks(anna, card, "approve", at("api_app_id", "A0OTHER"))
		}},
		click("a click of another team id", "foreign-team", at("team.id", "T0OTHER")),
		click("a click of another Enterprise Grid org", "foreign-team", at("enterprise", map[string]any{"id": "E0OTHER"})),
		click("a click of a person of another workspace", "other-workspace", at("user.team_id", "T0OTHER")),
		click("a click of a person of another Enterprise Grid org", "other-organisation", at("user.enterprise_user", map[string]any{"enterprise_id": "E0OTHER"})),
		click("a click of a stranger", "stranger", at("user.is_stranger", true)),
		{name: "a copied card", code: "wrong-card", args: []string{"R-1", "R-1"}, do: func(s *stage) {
			copied, err := s.world.Slack.Say(anna, incidents, "", card.Text)
			if err != nil {
				s.t.Fatal(err)
			}
			s.clicks(anna, card, "approve", at("container.message_ts", copied))
		}},
		click("a forwarded card, in another channel", "wrong-card", at("container.channel_id", security), "R-1", "R-1"),
		click("an ephemeral copy", "wrong-card", at("container.is_ephemeral", true), "R-1", "R-1"),
		click("no message at all", "wrong-card", at("container", nil), "R-1", "R-1"),
		click("a request of another card", "wrong-card", value("2"), "R-2", "R-2"),
		{name: "the card of another request", code: "wrong-card", args: []string{"R-1", "R-1"}, do: func(s *stage) {
			s.clicks(anna, card, "approve", at("container.message_ts", other.TS))
		}},
		{name: "a request of another channel", code: "wrong-card", args: []string{"{R}", "{R}"}, do: func(s *stage) {
			s.asksIn(security, rita, xcover)
			s.clicks(anna, card, "approve", value("3"))
		}},
		click("a request that is not there", "unknown-request", value("99"), "R-99"),
		{name: "a request that is not there, shown", code: "unknown-request", args: []string{"R-99"}, do: func(s *stage) { s.types(anna, incidents, "show R-99") }},
		click("a forged action value", "unknown-button", value("1 OR 1")),
		click("a forged action value, padded", "unknown-button", value("01")),
		click("a forged action value, huge", "unknown-button", value(strings.Repeat("9", 10_000))),
		click("a forged action", "unknown-button", action(at("action_id", "reset"))),
		{name: "an App Home of others", code: "home-outdated", do: func(s *stage) {
			// It is known which view is ours only once there is one.
			if _, err := s.world.Slack.OpenHome(s.t.Context(), anna); err != nil {
				s.t.Fatal(err)
			}
			s.eventually("there is one of ours", func() bool { _, shown := s.world.Slack.Home(anna); return shown })
			s.clicks(anna, card, "approve", func(p map[string]any) {
				p["container"] = map[string]any{"type": "view", "view_id": "V0OTHER"}
				p["view"] = map[string]any{"id": "V0OTHER", "type": "home", "hash": "1.other"}
			})
		}},
		click("two actions at once", "several-actions", func(p map[string]any) {
			one := p["actions"].([]any)[0]
			p["actions"] = []any{one, one}
		}),
		{name: "an older card", code: "wrong-card", args: []string{"R-1", "R-1"}, do: func(s *stage) {
			// The first approval of two moves a card that was deleted.
			s.world.Slack.DeleteMessage(incidents, card.TS)
			s.late(ben, card, 1, "approve", other)
			s.eventually("the card is posted again", func() bool { return s.card(1).TS > card.TS })
			s.late(anna, card, 1, "approve", other)
		}},
	}, scene: scene{settings: quorum(2)}}}
}
