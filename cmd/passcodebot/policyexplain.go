package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/policycases"
)

type policyExplainCmd struct {
	Config string `default:"passcodebot.yml" placeholder:"FILE" help:"The config file (default: ${default})."`

	Requester string   `placeholder:"U…" help:"Who asks, by the Slack id."`
	Groups    []string `name:"requester-groups" placeholder:"S…,S…" help:"The groups that the requester is in; without it Slack is asked."`
	Channel   string   `placeholder:"C…" help:"Where it is asked (default: the first of channels in the config)."`

	Devices   int      `name:"device-count" default:"1" placeholder:"N" help:"How many devices there are, all alike (default: ${default})."`
	Ownership string   `placeholder:"WHOSE" help:"Whose the devices are: company or personal."`
	Enrolment string   `placeholder:"HOW" help:"How they are enrolled, such as fully-managed or personal-work-profile."`
	Owner     string   `placeholder:"MAIL" help:"The user of the devices, who cannot approve."`
	Selector  []string `placeholder:"KIND" help:"How they are named: id, user, person, serial, name or filter."`

	At           string         `placeholder:"TIME" help:"When it is asked, such as '2026-03-02 22:30 Europe/Berlin' (default: now)."`
	Repeated     map[string]int `placeholder:"WHAT=N" help:"It is reset N of the same device, owner or requester, all within the last minute: device=3."`
	Ticket       string         `placeholder:"NUMBER" help:"The ticket number that is given."`
	SecondReason string         `placeholder:"WHY" help:"The second reason that is given."`
	Verified     string         `placeholder:"HOW" help:"How the person's identity was verified."`
	BreakGlass   bool           `help:"It is to go ahead with fewer approvals."`

	Offline bool `help:"Do not ask Slack."`
	JSON    bool `name:"json" help:"Print JSON."`
}

// Help implements kong.HelpProvider.
func (policyExplainCmd) Help() string {
	return `It changes nothing. Slack is asked with SLACK_BOT_TOKEN who could approve; where there is none, and with --offline, it says all but that. A ticket, a second reason and the like are held against the rule where one of them is given.

Example: passcodebot policy explain --requester U0RITA --device-count 6 --ownership personal --repeated device=3`
}

// explanation is what is said of a made-up request; --json prints it.
type explanation struct {
	Version int                  `json:"version"`
	Request string               `json:"request"`
	Notes   []string             `json:"notes"` // what was taken to be so, or could not be found out
	Passed  []policycases.Passed `json:"rules_that_do_not_fit"`
	Rule    string               `json:"rule"` // empty for none
	Refused *refused             `json:"refused,omitempty"`
	Demands demands              `json:"demands"`
	Who     approvers            `json:"approvers"`
}

type refused struct {
	Code string `json:"code"`
	Text string `json:"text"`
	Hint string `json:"hint,omitempty"`
}

// demands are the terms of a request.
type demands struct {
	Quorum          int      `json:"quorum"`
	DifferentGroups int      `json:"different_groups"`
	Groups          []string `json:"approver_groups"`
	People          []string `json:"approver_people"`
	TimeToLive      string   `json:"time_to_live"`
	Ticket          string   `json:"ticket,omitempty"` // its pattern
	SecondReason    bool     `json:"second_reason"`
	Verified        bool     `json:"verified"`
}

// Run explains.
func (c policyExplainCmd) Run(s surroundings) error {
	getenv := s.getenv
	if c.Offline {
		getenv = nothing
	}
	settings, err := config.LoadPolicy(c.Config, getenv)
	if err != nil {
		return err
	}
	given, made, err := c.made(settings)
	if err != nil {
		return err
	}
	slack, home, why := c.slack(s.ctx, settings)
	policy := settings.Policy(home)
	notes := []string{}
	if c.Groups == nil {
		var said []string
		made.Groups, said = slack.groupsOf(s.ctx, policy, c.Requester, why)
		given.Groups, notes = made.Groups, append(notes, said...)
	}
	v := given.Judge(policy, made)
	e := explanation{
		Version: 1, Request: c.describe(given, made), Notes: notes, Passed: v.Passed, Rule: v.Rule, Demands: demanded(v.Terms),
	}
	if v.Refused != nil {
		e.Refused = &refused{v.Refused.Code, v.Refused.Text, v.Refused.Hint}
	}
	e.Who = slack.approvers(s.ctx, policy, made, v, why)
	if c.JSON {
		return printJSON(s.stdout, e)
	}
	return e.print(s.stdout, policy)
}

// made returns the request that the flags describe.
func (c policyExplainCmd) made(settings config.Config) (policycases.Given, approvals.Case, error) {
	g := policycases.Given{
		Requester: c.Requester, Groups: c.Groups, Channel: c.Channel, Selectors: c.Selector, At: c.At, BreakGlass: c.BreakGlass,
		Devices: []policycases.Device{{Ownership: c.Ownership, Enrolment: c.Enrolment, Owner: c.Owner, Count: c.Devices}},
	}
	if c.Channel == "" && len(settings.Channels) > 0 {
		g.Channel = settings.Channels[0]
	}
	if c.Ticket+c.SecondReason+c.Verified != "" {
		g.Statement = &policycases.Statement{Ticket: c.Ticket, SecondReason: c.SecondReason, Verified: c.Verified}
	}
	for of, n := range c.Repeated {
		g.Earlier = append(g.Earlier, policycases.Earlier{Of: of, Times: n - 1, Ago: "1m"})
	}
	g.Earlier = slices.DeleteFunc(g.Earlier, func(e policycases.Earlier) bool { return e.Times == 0 })
	made, err := g.Case(time.Now())
	problems := policycases.Problems(err, config.Problem{Key: "the made-up request"})
	say := func(flag, text, remedy string) {
		problems = append(problems, config.Problem{Key: flag, Text: text, Remedy: remedy})
	}
	if c.Requester == "" && len(c.Groups) == 0 {
		say("--requester", "nobody asks", "Give a Slack id, or --requester-groups with the groups that somebody is in.")
	}
	if c.Devices < 1 {
		say("--device-count", strconv.Itoa(c.Devices)+" devices cannot be asked for", "Give a number from 1.")
	}
	for of, n := range c.Repeated {
		if n < 1 {
			say("--repeated", fmt.Sprintf("a reset cannot be number %d of its %s", n, of), "Give a number from 1, such as device=3.")
		}
	}
	if len(problems) > 0 {
		return g, made, problems
	}
	return g, made, nil
}

// describe says what was asked about.
func (c policyExplainCmd) describe(g policycases.Given, made approvals.Case) string {
	words := []string{plural(len(made.Targets), "device", "devices")}
	for _, s := range []struct{ before, what string }{
		{"owned as ", c.Ownership},
		{"enrolled as ", c.Enrolment},
		{"of ", c.Owner},
		{"named by ", strings.Join(c.Selector, " and ")},
		{"asked for by ", c.Requester},
		{"in ", g.Channel},
	} {
		if s.what != "" {
			words = append(words, s.before+s.what)
		}
	}
	return strings.Join(words, ", ") + ", on " + made.At.Format("Mon 2 Jan 2006 15:04 MST")
}

func demanded(t approvals.Terms) demands {
	d := demands{
		Quorum: t.Quorum, DifferentGroups: max(t.Groups, 1), TimeToLive: approvals.Span(t.TimeToLive), SecondReason: t.SecondReason, Verified: t.Verified,
		Groups: append([]string{}, t.Approvers.Groups...), People: append([]string{}, t.Approvers.People...),
	}
	if t.Ticket != nil {
		// As it was written: the config makes it fit the whole number.
		d.Ticket = strings.TrimSuffix(strings.TrimPrefix(t.Ticket.String(), "^(?:"), ")$")
	}
	return d
}

// sentences say what is demanded.
func (d demands) sentences() []string {
	approvals := plural(d.Quorum, "approval", "approvals")
	if d.DifferentGroups > 1 {
		approvals += fmt.Sprintf(" from people of %d different groups", d.DifferentGroups)
	}
	all := []string{
		approvals + ", by " + strings.Join(slices.Concat(d.Groups, d.People), ", "),
		"within " + d.TimeToLive,
	}
	if d.Ticket != "" {
		all = append(all, "a ticket number that matches "+strconv.Quote(d.Ticket))
	}
	if d.SecondReason {
		all = append(all, "a second reason")
	}
	if d.Verified {
		all = append(all, "how the person's identity was verified")
	}
	return all
}
