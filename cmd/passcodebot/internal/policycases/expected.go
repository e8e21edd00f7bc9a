package policycases

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"passcodebot/approvals"
)

// Expected is what must come of a case. What is not written may be anything,
// but for Refused: a case that does not speak of it must not be turned down.
type Expected struct {
	Rule            *string   `yaml:"rule"`    // empty for none
	Refused         any       `yaml:"refused"` // true, false, the sentence, or its code such as not-requester
	Quorum          *int      `yaml:"quorum"`
	DifferentGroups *int      `yaml:"different_groups"`
	TimeToLive      *string   `yaml:"time_to_live"`
	Approvers       *Audience `yaml:"approvers"`
	Needs           *[]string `yaml:"needs"` // of ticket, second_reason and verified
}

// Audience is people, as the configuration names them.
type Audience struct {
	Groups []string `yaml:"groups"`
	People []string `yaml:"people"`
}

// check returns what nothing could ever be.
func (x Expected) check() error {
	var errs []error
	switch x.Refused.(type) {
	case nil, bool, string:
	default:
		errs = append(errs, mistake{"refused: it is neither true nor false nor a text", "Write true, false, or the sentence that people read."})
	}
	if x.TimeToLive != nil {
		if _, err := time.ParseDuration(*x.TimeToLive); err != nil {
			errs = append(errs, mistake{fmt.Sprintf("time_to_live: %q is not a duration", *x.TimeToLive), "Write one such as 30m."})
		}
	}
	if x.Needs != nil {
		for _, n := range *x.Needs {
			errs = append(errs, oneOf("needs", n, []string{"ticket", "second_reason", "verified"}))
		}
	}
	return errors.Join(errs...)
}

// Difference is something that came otherwise than expected.
type Difference struct {
	Key      string `json:"key"`
	Expected string `json:"expected"`
	Got      string `json:"got"`
	Why      string `json:"why,omitempty"`
}

// Check returns what is otherwise than the case expects, by a policy.
func (c Case) Check(p approvals.Policy) []Difference {
	v := c.Given.Judge(p, c.made)
	x := c.Expected
	var out []Difference
	differ := func(key, want, got, why string) {
		if want != got {
			out = append(out, Difference{key, want, got, why})
		}
	}
	if x.Rule != nil {
		differ("rule", named(*x.Rule), named(v.Rule), v.why(*x.Rule))
	}
	if refusal, ok := x.refusal(v.Refused); !ok {
		differ("refused", refusal, refusedAs(v.Refused), "")
	}
	if x.Quorum != nil {
		differ("quorum", strconv.Itoa(*x.Quorum), strconv.Itoa(v.Terms.Quorum), "")
	}
	if x.DifferentGroups != nil {
		differ("different_groups", strconv.Itoa(max(*x.DifferentGroups, 1)), strconv.Itoa(max(v.Terms.Groups, 1)), "")
	}
	if x.TimeToLive != nil {
		want, _ := time.ParseDuration(*x.TimeToLive)
		differ("time_to_live", want.String(), v.Terms.TimeToLive.String(), "")
	}
	if x.Approvers != nil {
		differ("approvers.groups", list(x.Approvers.Groups), list(v.Terms.Approvers.Groups), "")
		differ("approvers.people", list(x.Approvers.People), list(v.Terms.Approvers.People), "")
	}
	if x.Needs != nil {
		differ("needs", list(*x.Needs), list(Needs(v.Terms)), "")
	}
	return out
}

// why says why a rule that was expected does not hold.
func (v Verdict) why(rule string) string {
	for _, p := range v.Passed {
		if p.Name == rule {
			return p.Why
		}
	}
	return ""
}

// refusal returns what is expected of the refusal, and whether it is so.
func (x Expected) refusal(got *approvals.Error) (want string, ok bool) {
	switch w := x.Refused.(type) {
	case string:
		return w, got != nil && (w == got.Code || strings.TrimSuffix(w, ".") == strings.TrimSuffix(got.Text, "."))
	case bool:
		if w {
			return "yes", got != nil
		}
	}
	return "no", got == nil
}

func refusedAs(e *approvals.Error) string {
	if e == nil {
		return "no"
	}
	return fmt.Sprintf("%s (%s)", e.Text, e.Code)
}

func named(rule string) string {
	if rule == "" {
		return "none"
	}
	return strconv.Quote(rule)
}

func list(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(slices.Values(all)), ", ")
}
