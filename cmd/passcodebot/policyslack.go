package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/policycases"
)

// policyAsks bounds how long Slack is asked for one explanation.
const policyAsks = time.Minute

// people is Slack, where it can be asked; nil where it can't.
type people struct{ directory *bot.Directory }

// approvers is who could approve now.
type approvers struct {
	Asked  bool     `json:"asked"`
	Why    string   `json:"why_not,omitempty"` // why Slack was not asked
	Enough bool     `json:"enough"`
	Able   []member `json:"able"`
	Unable []member `json:"unable"`
}

type member struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Groups []string `json:"groups,omitempty"`
	Why    string   `json:"why,omitempty"` // why they can't
}

// slack signs in with the bot's token, or says why it can't be asked.
func (c policyExplainCmd) slack(ctx context.Context, settings config.Config) (*people, approvals.Home, string) {
	switch {
	case c.Offline:
		return nil, approvals.Home{}, "--offline was given"
	case settings.Slack.BotToken.IsZero():
		return nil, approvals.Home{}, "SLACK_BOT_TOKEN is not set"
	}
	ctx, cancel := context.WithTimeout(ctx, policyAsks)
	defer cancel()
	api, err := bot.NewAPI(settings.Slack.BotToken.Reveal(), "", settings.Endpoints.Slack, nil)
	if err != nil {
		return nil, approvals.Home{}, approvals.AsError(err).Sentence()
	}
	who, err := bot.SignIn(ctx, api)
	if err != nil {
		return nil, approvals.Home{}, approvals.AsError(err).Sentence()
	}
	directory := bot.NewDirectory(api, slog.New(slog.DiscardHandler)).WithEntraID(settings.Slack.EntraIDField)
	return &people{directory}, who.Home, ""
}

// groupsOf returns in which groups of the policy the requester is, with what
// to say of it.
func (p *people) groupsOf(ctx context.Context, policy approvals.Policy, requester, why string) (in, notes []string) {
	asked := slices.Concat(policy.Requesters.Groups, policy.RequesterGroups(), policy.BreakGlass.Who.Groups)
	slices.Sort(asked)
	asked = slices.Compact(asked)
	if len(asked) == 0 {
		return nil, nil
	}
	if p == nil {
		return asked, []string{"In which groups the requester is was not asked (" + why + "), and is taken to be all of " + strings.Join(asked, ", ") + "; say otherwise with --requester-groups."}
	}
	ctx, cancel := context.WithTimeout(ctx, policyAsks)
	defer cancel()
	for _, g := range asked {
		members, err := p.directory.Members(ctx, g)
		if err != nil {
			notes = append(notes, fmt.Sprintf("Who is in %s is not known: %s", g, approvals.AsError(err).Sentence()))
			continue
		}
		if slices.Contains(members, requester) {
			in = append(in, g)
		}
	}
	return in, notes
}

// approvers asks who could approve a request now.
func (p *people) approvers(ctx context.Context, policy approvals.Policy, made approvals.Case, v policycases.Verdict, why string) approvers {
	a := approvers{Why: why, Able: []member{}, Unable: []member{}}
	if p == nil {
		return a
	}
	ctx, cancel := context.WithTimeout(ctx, policyAsks)
	defer cancel()
	e, err := policy.Electorate(ctx, p.directory, made.Requester, made.Targets, v.Terms)
	if err != nil {
		a.Why = approvals.AsError(err).Sentence()
		return a
	}
	a.Asked, a.Enough = true, e.Enough
	for _, who := range e.Able {
		a.Able = append(a.Able, member{ID: who.ID, Name: who.Name, Groups: e.Groups[who.ID]})
	}
	unable := func(who approvals.Person, why string) {
		a.Unable = append(a.Unable, member{who.ID, who.Name, e.Groups[who.ID], why})
	}
	for _, who := range e.Owners {
		unable(who, "They use one of the devices themselves.")
	}
	for _, who := range e.Unknown {
		unable(who, "Slack tells neither their mail address nor their Entra id, so it is not known that none of the devices is theirs.")
	}
	for _, b := range e.Barred {
		unable(b.Person, approvals.AsError(b.Why).Text)
	}
	return a
}

// print says it all to a person.
func (e explanation) print(out io.Writer, policy approvals.Policy) error {
	var p printer
	p.line("%s.", e.Request)
	for _, n := range e.Notes {
		p.line("! %s", n)
	}
	p.line("\nRules")
	for _, r := range e.Passed {
		p.line("  ✖ %s: %s", r.Name, r.Why)
	}
	switch {
	case e.Rule != "":
		p.line("  ✔ %s: it holds", e.Rule)
	case len(policy.Rules) == 0:
		p.line("  ✔ there are none, so the config's own quorum, approvers and time_to_live hold")
	default:
		p.line("  ✔ none fits, so the config's own quorum, approvers and time_to_live hold")
	}
	if e.Refused != nil {
		p.line("\nIt is turned down (%s), and the requester reads\n  %s", e.Refused.Code, strings.TrimSpace(e.Refused.Text+" "+e.Refused.Hint))
		if e.Refused.Code == "rule-refused" {
			return p.to(out)
		}
		p.line("\nIf it were not, it would need")
	} else {
		p.line("\nIt needs")
	}
	for _, s := range e.Demands.sentences() {
		p.line("  %s", s)
	}
	e.Who.print(&p, e.Demands)
	return p.to(out)
}

func (a approvers) print(p *printer, d demands) {
	p.line("\nWho could approve it now")
	if !a.Asked {
		p.line("  ! Slack was not asked: %s.", strings.TrimSuffix(a.Why, "."))
		return
	}
	for _, m := range a.Able {
		p.line("  ✔ %s", m)
	}
	for _, m := range a.Unable {
		p.line("  ✖ %s: %s", m, m.Why)
	}
	const where = "so the request would be turned down. Add people to the groups of its approvers"
	switch {
	case a.Enough && len(a.Able) < approvals.MostCandidates:
		p.line("  That is enough: %d needed.", d.Quorum)
	case a.Enough:
		p.line("  That is enough: %d needed. There may be more of them, who were not asked for.", d.Quorum)
	case len(a.Able) >= d.Quorum:
		p.line("  That is not enough: they are not of %d different groups, %s.", d.DifferentGroups, where)
	default:
		p.line("  That is not enough: %d needed, %s, or ask for fewer approvals.", d.Quorum, where)
	}
}

// String names somebody with their groups.
func (m member) String() string {
	s := m.Name + " (" + m.ID
	for _, g := range m.Groups {
		s += ", " + g
	}
	return s + ")"
}
