package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"passcodebot/approvals"
)

// A rule's name stands on the card beside what passcodebot says itself:
// letters, digits and a few signs cannot pretend to be anything else there.
var (
	ruleName = regexp.MustCompile(`^[\p{L}\p{N}](?:[\p{L}\p{N} .,_/-]*[\p{L}\p{N}])?$`)
	maxName  = 50
)

func checkName(name string) (wrong, remedy string) {
	const how = "Write a name that people understand on a card, such as many devices."
	switch {
	case len([]rune(name)) > maxName:
		return fmt.Sprintf("%s is longer than %d characters", cite(name), maxName), how
	case !ruleName.MatchString(name):
		return cite(name) + " has characters that could pretend to be something else on a card", "Use letters, digits, spaces and . , _ / - only, and a letter or digit first and last. " + how
	}
	return "", ""
}

func checkSentence(s string) (wrong, remedy string) {
	const how = "Write one sentence that says why, such as Personal phones are unlocked by their owners."
	strange := func(r rune) bool { return !unicode.IsPrint(r) || r == '<' || r == '>' }
	switch {
	case strings.TrimSpace(s) == "":
		return "is empty", how
	case len([]rune(s)) > 300:
		return "is longer than 300 characters", how
	case strings.ContainsFunc(s, strange):
		return "has line breaks, invisible characters, or angle brackets, which mean something to Slack", how
	}
	return "", ""
}

// pattern is a regular expression that a whole text must fit.
func pattern(field **regexp.Regexp) kind {
	return kind{name: "a regular expression in single quotes", read: func(v value) {
		written, ok := v.text()
		if !ok {
			return
		}
		const how = `Write one in Go's syntax and single quotes, such as 'INC\d{7}'. It must fit the whole ticket.`
		if len(written) > 200 {
			v.say("is longer than 200 characters", how)
			return
		}
		// Alone first: a)|(b would be two halves of the whole.
		if _, err := regexp.Compile(written); err != nil {
			v.say(cite(written)+" is not a regular expression: "+approvals.Excerpt(strings.TrimPrefix(err.Error(), "error parsing regexp: "), 100), how)
			return
		}
		whole, err := regexp.Compile("^(?:" + written + ")$")
		switch {
		case err != nil:
			v.say(cite(written)+" is not a regular expression of its own", how)
		case whole.MatchString(""):
			v.say(cite(written)+" would be met by no ticket at all", how)
		default:
			*field = whole
		}
	}}
}

// checkRules checks each rule by itself, with the settings that hold where it
// says nothing, and with the rules before it.
func checkRules(scopes []scope, rules []approvals.Rule) {
	for i, s := range scopes {
		r := rules[i]
		if len(s.places) == 0 && s.faulty() {
			continue // it is no mapping
		}
		if !s.has("name") {
			s.say("", s.start, "has no name", "Give it one, which appears on the card and in the log, such as name: many devices.")
		}
		for j := range i {
			if r.Name != "" && rules[j].Name == r.Name {
				s.wrong(fmt.Sprintf("%s is the name of the rule in line %d too", cite(r.Name), scopes[j].start.Line), "Give each rule a name of its own.", "name")
				break
			}
		}
		for j := range i {
			if !scopes[j].conditional() && !scopes[j].faulty() {
				s.say("", s.start, fmt.Sprintf("can never hold: the rule before it in line %d has no conditions, and the first that fits holds", scopes[j].start.Line),
					"Move the rule without conditions to the end, or give it some.")
				break
			}
		}
		s.conditions(r.When)
		s.terms(r)
	}
}

// conditional says that the rule does not fit everything.
func (s scope) conditional() bool {
	return slices.ContainsFunc(s.settings, func(one setting) bool { return strings.HasPrefix(one.key, "when.") && s.has(one.key) })
}

// conditions checks that a rule can fit anything.
func (s scope) conditions(w approvals.Conditions) {
	c := s.config
	if s.has("when") && !s.conditional() && !s.faulty("when") {
		s.wrong("has no conditions", "Write some below it, or remove the line: a rule without conditions holds for every request that reaches it.", "when")
	}
	if !s.faulty("when.min_devices", "when.max_devices") {
		switch {
		case w.MaxDevices > 0 && w.MinDevices > w.MaxDevices:
			s.wrong(fmt.Sprintf("no request has at least %d and at most %d devices", w.MinDevices, w.MaxDevices), "Lower it, or raise max_devices of the rule.", "when.min_devices")
		case w.MinDevices > c.MaxDevices && !s.top.faulty("max_devices"):
			s.wrong(fmt.Sprintf("no request may have more than %d devices (max_devices at the top)", c.MaxDevices), "Lower it, or raise max_devices at the top.", "when.min_devices")
		}
	}
	s.askable("when.channels", w.Channels)
	asks := func(id string) bool { return slices.Contains(c.Requesters.People, id) }
	if len(w.Requesters.People) > 0 && len(w.Requesters.Groups)+len(c.Requesters.Groups) == 0 && !slices.ContainsFunc(w.Requesters.People, asks) {
		s.wrong("none of these people may ask", "Name them below requesters.people at the top too, or remove the rule.", "when.requesters")
	}
}

// terms checks that a rule says something, and nothing that cannot be met.
func (s scope) terms(r approvals.Rule) {
	t := r.Terms
	demands := []string{"approvers", "quorum", "different_groups", "time_to_live", "ticket", "second_reason", "verified"}
	demanding := slices.IndexFunc(demands, s.has)
	// A demand that is false is none.
	silent := r.Refuse == "" && t.Approvers.Empty() && t.Quorum == 0 && t.Groups == 0 && t.TimeToLive == 0 && t.Ticket == nil && !t.SecondReason && !t.Verified
	switch {
	case s.has("refuse") && demanding >= 0:
		s.wrong("the rule refuses, so that nothing can be demanded", "Remove refuse, or all of "+strings.Join(demands, ", ")+".", demands[demanding])
		return
	case silent && !s.faulty():
		s.say("", s.start, "neither refuses nor demands anything",
			fmt.Sprintf("Write refuse, or one of %s. To leave what fits as it is, write quorum: %d.", strings.Join(demands, ", "), s.config.Quorum))
		return
	case silent || s.faulty("approvers", "quorum", "different_groups") || s.top.faulty("approvers", "quorum", "requesters"):
		return
	}
	approvers, quorum, askers := t.Approvers, t.Quorum, r.When.Requesters.People
	if approvers.Empty() {
		approvers = s.config.Approvers
	}
	if quorum == 0 {
		quorum = s.config.Quorum
	}
	if len(askers) == 0 && len(r.When.Requesters.Groups) == 0 {
		askers = s.config.Requesters.People
	}
	if s.has("quorum") || s.has("approvers") {
		s.enough(askers, approvers, quorum)
	}
	switch {
	case t.Groups > quorum:
		s.wrong(fmt.Sprintf("%d approvals cannot come from %d different groups", quorum, t.Groups), "Raise quorum, or lower different_groups.", "different_groups")
	case t.Groups > len(approvers.Groups):
		s.wrong(fmt.Sprintf("the approvers are %d groups, not %d", len(approvers.Groups), t.Groups), "Name more groups below approvers, or lower different_groups.", "different_groups")
	}
}
