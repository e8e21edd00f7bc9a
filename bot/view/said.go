package view

import (
	"unicode/utf8"

	"passcodebot/approvals"
)

// said is a text of the requester, with what stands before it on the card.
type said struct {
	label string // what stands before it, with a space
	whole string // what stands before all of it in the thread
	text  string
	most  int // characters on the card
	style func(s string, limit int) string
}

// statement lists what the requester said beside the reason.
func (v Renderer) statement(r approvals.Request) []said {
	s := r.Statement
	var out []said
	for _, t := range []said{
		{
			v.Say("*Break glass* to go ahead with fewer approvals; it is reviewed afterwards. Why:") + " ",
			v.Say("*The whole break-glass reason of %s*", r.ID), s.BreakGlass, 200, Plain,
		},
		{v.Say("*Ticket*") + " ", v.Say("*The whole ticket number of %s*", r.ID), s.Ticket, 40, code},
		{v.Say("*Second reason*") + " ", v.Say("*The whole second reason of %s*", r.ID), s.SecondReason, 150, Plain},
		{
			v.Say("*Verified* (%s's own words):", person(r.Requester.ID)) + " ",
			v.Say("*The whole statement on who was verified of %s*", r.ID), s.Verified, 150, Plain,
		},
	} {
		if t.text != "" {
			out = append(out, t)
		}
	}
	return out
}

// texts lists all that the requester typed.
func (v Renderer) texts(r approvals.Request) []said {
	return append([]said{{v.Say("*Reason*") + " ", v.Say("*The whole reason of %s*", r.ID), r.Reason, cardReason, Plain}}, v.statement(r)...)
}

// brief is the text as the card shows it, and whether that is not all of it.
// Characters that must be escaped take up to five times the room.
func (t said) brief() (s string, cut bool) {
	limit := t.most
	s = within(2*t.most, t.most, func(l int) string { limit = l; return t.style(t.text, l) })
	return s, long(t.text, limit)
}

// long says that a text is cut at so many characters.
func long(s string, limit int) bool { return utf8.RuneCountInString(visible(s, limit)) > limit }

// labelled is the text with its label, for the card.
func (v Renderer) labelled(t said) string {
	s, cut := t.brief()
	if cut {
		s = v.Say("%s (the thread has all of it)", s)
	}
	return t.label + s
}

// wholes are the texts, and the names of devices, that the card has cut.
func (v Renderer) wholes(r approvals.Request, shown int) []string {
	var lines []string
	for _, t := range v.texts(r) {
		if _, cut := t.brief(); cut {
			lines = append(lines, whole(t.whole+" ", t.text)...)
		}
	}
	for i, t := range r.Targets[:shown] {
		if name := t.Device.Name; long(name, nameRoom) {
			lines = append(lines, whole(v.Say("*The whole name of device %d of %s*", i+1, r.ID)+" ", name)...)
		}
		if owner := t.Device.Owner.String(); long(owner, ownerRoom) {
			lines = append(lines, whole(v.Say("*The whole owner of device %d of %s*", i+1, r.ID)+" ", owner)...)
		}
	}
	return lines
}

// terms say by which rule a request needs what it needs.
func (v Renderer) terms(r approvals.Request) string {
	needs := v.needed(r.Quorum, r.Groups)
	switch {
	case r.Rule == "" && r.Groups < 2:
		return "" // the status says as much
	case r.Rule == "":
		return v.Say("*Needs* %s", needs)
	case r.Statement.BreakGlass != "":
		return v.Say("*Rule* %s: %s, by break glass", Plain(r.Rule, 60), needs)
	}
	return v.Say("*Rule* %s: %s", Plain(r.Rule, 60), needs)
}

func (v Renderer) needed(quorum, groups int) string {
	if groups > 1 {
		return v.Say("%d approvals, from %d different groups", quorum, groups)
	}
	return v.Say("%d approvals", quorum)
}
