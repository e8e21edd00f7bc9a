package view

import "passcodebot/approvals"

// place is where the rest of a list is.
type place string

const (
	nowhere  place = ""
	inThread place = "thread"
	onCard   place = "card" // and in its thread
)

// leftOut lists what a request goes on without, and what Intune answered too
// much, up to so many entries of each, and says where the rest is.
func (v Renderer) leftOut(left []approvals.LeftOut, narrowed []approvals.Narrowing, most, mostNarrowed int, where place) []string {
	var lines []string
	if n := len(left); n > 0 {
		lines = append(lines, v.Say("*Left out* %d", n))
	}
	for i, l := range left {
		if i >= most {
			lines = append(lines, "• "+v.moreLeftOut(len(left)-i, where))
			break
		}
		lines = append(lines, "• "+v.leftOutName(l)+": "+v.stored(l.Reason, 200))
	}
	for i, n := range narrowed {
		if i >= mostNarrowed {
			lines = append(lines, v.moreAnswers(len(narrowed)-i, where))
			break
		}
		lines = append(lines, v.Say("Intune also answered %s with %d devices that do not match; they were dropped.", code(n.Selector.String(), 200), n.Dropped))
	}
	return lines
}

func (v Renderer) leftOutName(l approvals.LeftOut) string {
	if l.Device.ID == "" {
		if l.Selector.Kind == approvals.ByPerson {
			return person(l.Selector.Value)
		}
		return code(l.Selector.String(), 120)
	}
	return v.owned(Plain(l.Device.Name, 60), Plain(l.Device.Owner.String(), 80))
}

// owned names a device with its owner, where it has one. Both are fit for
// Slack.
func (v Renderer) owned(name, owner string) string {
	if owner == "" {
		return "*" + name + "*"
	}
	return v.Say("*%s* of %s", name, owner)
}

func (v Renderer) moreLeftOut(n int, where place) string {
	switch where {
	case inThread:
		return v.Say("and %d more; the thread lists them.", n)
	case onCard:
		return v.Say("and %d more; the card and its thread list them.", n)
	}
	return v.Say("and %d more.", n)
}

func (v Renderer) moreAnswers(n int, where place) string {
	switch where {
	case inThread:
		return v.Say("The same is true of %d more answers; the thread lists them.", n)
	case onCard:
		return v.Say("The same is true of %d more answers; the card and its thread list them.", n)
	}
	return v.Say("The same is true of %d more answers.", n)
}
