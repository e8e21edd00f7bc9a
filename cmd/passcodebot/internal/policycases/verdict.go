package policycases

import (
	"slices"

	"passcodebot/approvals"
)

// Verdict is what a policy says of a made-up request.
type Verdict struct {
	Rule    string           // the rule that holds; empty where none does
	Refused *approvals.Error // why it is turned down, or nil
	Terms   approvals.Terms
	Passed  []Passed // the rules before it, in their order
}

// Passed is a rule that does not hold, and why.
type Passed struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// Judge returns what a policy says of a request, whose case is c.
func (g Given) Judge(p approvals.Policy, c approvals.Case) Verdict {
	said, told := g.statement()
	whole, rules := p.Judge(c), p
	if !told && !whole.Mixed { // what is mixed is turned down whatever is said, also by its tickets
		rules.Rules = undemanding(p.Rules)
	}
	ruling, err := rules.Consider(c, said)
	v := Verdict{Rule: ruling.Rule, Terms: ruling.Terms, Passed: []Passed{}}
	if err != nil {
		v.Refused = approvals.AsError(err)
	}
	v.Terms.Ticket, v.Terms.SecondReason, v.Terms.Verified = whole.Terms.Ticket, whole.Terms.SecondReason, whole.Terms.Verified
	for _, r := range p.Rules {
		why := r.When.Misfit(c)
		if why == "" {
			break
		}
		v.Passed = append(v.Passed, Passed{r.Name, why})
	}
	return v
}

// undemanding returns rules that ask nothing of what the requester says.
func undemanding(rules []approvals.Rule) []approvals.Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		t := &rules[i].Terms
		t.Ticket, t.SecondReason, t.Verified = nil, false, false
	}
	return rules
}

// Needs names what a requester must say beside the reason, as the
// configuration does.
func Needs(t approvals.Terms) []string {
	needs := []string{}
	if t.Ticket != nil {
		needs = append(needs, "ticket")
	}
	if t.SecondReason {
		needs = append(needs, "second_reason")
	}
	if t.Verified {
		needs = append(needs, "verified")
	}
	return needs
}
