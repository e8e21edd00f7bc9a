package view

import (
	"fmt"
	"strconv"

	"passcodebot/approvals"
)

// leftOut lists what a request goes on without, and what Intune answered too
// much, up to so many entries of each. Where says in words where the rest
// is: "; the thread lists them".
func leftOut(left []approvals.LeftOut, narrowed []approvals.Narrowing, most, mostNarrowed int, where string) []string {
	var lines []string
	if n := len(left); n > 0 {
		lines = append(lines, "*Left out* "+strconv.Itoa(n))
	}
	for i, l := range left {
		if i >= most {
			lines = append(lines, fmt.Sprintf("• and %d more%s.", len(left)-i, where))
			break
		}
		lines = append(lines, "• "+leftOutName(l)+": "+Plain(l.Reason, 200))
	}
	for i, n := range narrowed {
		if i >= mostNarrowed {
			lines = append(lines, fmt.Sprintf("The same is true of %s%s.", count(len(narrowed)-i, "more answer", "more answers"), where))
			break
		}
		lines = append(lines, fmt.Sprintf("Intune also answered %s with %s that %s not match; %s dropped.",
			code(n.Selector.String(), 200), devices(n.Dropped), either(n.Dropped, "does", "do"), either(n.Dropped, "it was", "they were")))
	}
	return lines
}

func leftOutName(l approvals.LeftOut) string {
	if l.Device.ID == "" {
		if l.Selector.Kind == approvals.ByPerson {
			return person(l.Selector.Value)
		}
		return code(l.Selector.String(), 120)
	}
	s := "*" + Plain(l.Device.Name, 60) + "*"
	if o := l.Device.Owner.String(); o != "" {
		s += " of " + Plain(o, 80)
	}
	return s
}
