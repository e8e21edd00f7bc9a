package command

import "strings"

// Said reads a text that was typed into a field of a form, as Parse reads a
// reason: on one line, and refused with the same sentences where it would call
// a group of people, or where an approver could take it for words of
// passcodebot. Pings are the people whom it names.
func Said(text string, o Options) (said string, pings []string, err error) {
	if o.MaxReason <= 0 {
		o.MaxReason = DefaultMaxReason
	}
	// Slack: what is typed into a field is not encoded, as a command is.
	p := &parser{cells: read(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)), max: o.MaxReason}
	said = oneLine(written(p.cells, true))
	if n := len([]rune(said)); n > p.max {
		return "", nil, refusal("long-reason", p.column(0), thousands(n), thousands(p.max), thousands(n-p.max), "ticket:INC0012345")
	}
	if err := p.decent(p.cells, said, 0); err != nil {
		return "", nil, err
	}
	return said, p.out.Pings, nil
}
