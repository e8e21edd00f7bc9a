package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
)

// decision is what a config says of who approves, and how many of them.
type decision struct {
	who   string // such as approvers
	terms approvals.Terms
}

// decisionsOf are that of the config itself, and those of the rules that ask
// for others, or for more of them.
func decisionsOf(c config.Config) []decision {
	all := []decision{{"approvers", approvals.Terms{Approvers: c.Approvers, Quorum: c.Quorum}}}
	for _, r := range c.Rules {
		if r.Refuse != "" || r.Terms.Approvers.Empty() && r.Terms.Quorum <= c.Quorum {
			continue
		}
		t := r.Terms
		if t.Approvers.Empty() {
			t.Approvers = c.Approvers
		}
		if t.Quorum == 0 {
			t.Quorum = c.Quorum
		}
		all = append(all, decision{"approvers of the rule " + r.Name, t})
	}
	return all
}

// examineApprovals looks for approvers who may ask too, and for whose requests
// the others are too few. What is wrong with the approvers as such, or can't
// be read, is told elsewhere.
func examineApprovals(ctx context.Context, directory approvals.Directory, home approvals.Home, settings config.Config) []check {
	policy, mayAsk := settings.Policy(home), slices.Clone(settings.Requesters.People)
	for _, group := range settings.Requesters.Groups {
		members, err := directory.Members(ctx, group)
		if err != nil {
			return nil
		}
		mayAsk = append(mayAsk, members...)
	}
	var checks []check
	for _, d := range decisionsOf(settings) {
		all, err := policy.Electorate(ctx, directory, "", nil, d.terms)
		if err != nil || !all.Enough || len(all.Able) > d.terms.Quorum && d.terms.Groups < 2 {
			continue
		}
		var stuck []string
		for _, p := range all.Able {
			if !slices.Contains(mayAsk, p.ID) {
				continue
			}
			if others, err := policy.Electorate(ctx, directory, p.ID, nil, d.terms); err == nil && !others.Enough {
				stuck = append(stuck, fmt.Sprintf("%s (%s)", p.Name, p.ID))
			}
		}
		if len(stuck) > 0 {
			checks = append(checks, check{
				warns, "approvers-ask", fmt.Sprintf("What %s may ask for, nobody can approve: of the %s, those who do not ask are too few for a quorum of %d.", strings.Join(stuck, " or "), d.who, d.terms.Quorum),
				"Add people to the approvers, or have others ask: nobody approves their own request.", "",
			})
		}
	}
	return checks
}
