package sandbox_test

import (
	"strings"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/config"
)

// asking is a row of what is stored and then turned down.
func asking(name, code, who, text string, args ...string) row {
	return row{name: name, code: code, args: args, log: approvals.WasRejected, do: func(s *stage) {
		s.types(who, incidents, text)
	}}
}

// somebody adds a person to groups.
func somebody(c *fakeslack.Config, p fakeslack.Person, groups ...string) {
	p.Name = strings.ToLower(strings.TrimPrefix(p.ID, "U0"))
	if p.Email == "" {
		p.Email = p.Name + "@contoso.com"
	}
	c.People = append(c.People, p)
	for i := range c.Channels {
		c.Channels[i].Members = append(c.Channels[i].Members, p.ID)
	}
	for _, name := range groups {
		for i := range c.Groups {
			if c.Groups[i].ID == name {
				c.Groups[i].Members = append(c.Groups[i].Members, p.ID)
			}
		}
	}
}

const helpdesk, oncall = "S0HELPDESK", "S0ONCALL"

// people are who may do nothing, whatever groups they are in.
func people() scenes {
	kinds := []struct {
		name, code string
		person     fakeslack.Person
		args       []string
	}{
		{"deactivated", "deactivated", fakeslack.Person{ID: "U0GONE", Deactivated: true}, []string{"gone"}},
		{"guest (multi-channel)", "guest", fakeslack.Person{ID: "U0GUEST", Guest: true}, nil},
		{"guest (single-channel, restricted)", "guest", fakeslack.Person{ID: "U0SINGLE", Guest: true, UltraGuest: true}, nil},
		{"bot", "bot", fakeslack.Person{ID: "U0ROBOT", Bot: true}, nil},
		{"workflow", "bot", fakeslack.Person{ID: "U0FLOW", WorkflowBot: true}, nil},
		{"app user", "bot", fakeslack.Person{ID: "U0APPUSER", AppUser: true}, nil},
		{"connector bot", "bot", fakeslack.Person{ID: "U0BRIDGE", ConnectorBot: true}, nil},
		{"another workspace", "other-workspace", fakeslack.Person{ID: "U0FAR", Team: "T0OTHER"}, nil},
		{"another Enterprise Grid org", "other-organisation", fakeslack.Person{ID: "U0ORG", Enterprise: "E0OTHER"}, nil},
		{"a stranger in a shared channel", "stranger", fakeslack.Person{ID: "U0STRANGER", Stranger: true, Team: "T0FABRIKAM"}, nil},
	}
	// They act with somebody else's hands, because Slack offers most of them
	// nothing: nothing of the payload but their id is trusted.
	asked := []row{
		asking("not in the group", "not-requester", nora, "serial:3A161FDJH004XK reason: forgotten"),
	}
	asked = append(asked, row{name: "not in the group, in a dry run", code: "not-requester", do: func(s *stage) {
		s.types(nora, incidents, "dry-run serial:3A161FDJH004XK")
	}})
	clicked := []row{{
		name: "not in the group", code: "not-approver", args: []string{"{R}"},
		do: func(s *stage) { s.clicks(nora, s.asks(rita, "serial:3A161FDJH004XK"), "approve") },
	}}
	for _, k := range kinds {
		asked = append(asked, row{name: k.name, code: k.code, args: k.args, log: approvals.WasRejected, do: func(s *stage) {
			s.types(nora, incidents, "serial:3A161FDJH004XK reason: forgotten", at("user_id", k.person.ID))
		}})
		clicked = append(clicked, row{name: k.name, code: k.code, args: k.args, do: func(s *stage) {
			s.clicks(nora, s.card(1), "approve", at("user.id", k.person.ID))
		}})
	}
	with := scene{slack: func(c *fakeslack.Config) {
		for _, k := range kinds {
			somebody(c, k.person, helpdesk, oncall)
		}
	}}
	entra := scene{
		slack: func(c *fakeslack.Config) {
			c.App.Scopes = append(c.App.Scopes, "users.profile:read")
			somebody(c, fakeslack.Person{ID: "U0ELLA", Email: "ella@elsewhere.example", Fields: map[string]string{"XfENTRA": carlasID}}, oncall)
			somebody(c, fakeslack.Person{ID: "U0HIDDEN", Email: "none"}, oncall)
			c.People[len(c.People)-1].Email = ""
		},
		settings: func(c *config.Config) { c.Slack.EntraIDField = "XfENTRA" },
	}
	return scenes{
		"people ask":     {with, asked},
		"people approve": {with, clicked},
		"whose device": {entra, []row{
			{
				name: "own request", code: "own-request", args: []string{"{R}"},
				do: func(s *stage) { s.clicks(rita, s.asks(rita, "serial:31091JEHN01234"), "approve") },
			},
			{
				name: "owner of a device (by Entra id)", code: "owner", args: []string{"Carla's Pixel 7a", "{R}"},
				do: func(s *stage) { s.clicks("U0ELLA", s.card(1), "approve") },
			},
			{
				name: "whose devices are not known", code: "no-identity", args: []string{"Carla's Pixel 7a", "{R}"},
				do: func(s *stage) { s.clicks("U0HIDDEN", s.card(1), "approve") },
			},
			{
				name: "owner of a device (by mail)", code: "owner", args: []string{"Anna's Galaxy S24", "{R}"},
				do: func(s *stage) { s.clicks(anna, s.asks(rita, "serial:R5CX10ANNA7"), "approve") },
			},
		}},
	}
}

// carlasID is Carla's Entra object id, in the sample fleet.
const carlasID = "e0636105-0000-4000-8000-000000000000"
