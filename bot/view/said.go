package view

import (
	"fmt"
	"unicode/utf8"

	"passcodebot/approvals"
)

// said is a text of the requester, with what stands before it on the card.
type said struct {
	label string
	whole string // what the thread calls it
	text  string
	most  int // characters on the card
	style func(s string, limit int) string
}

// statement lists what the requester said beside the reason.
func statement(r approvals.Request) []said {
	s := r.Statement
	var out []said
	for _, t := range []said{
		{"*Break glass* to go ahead with fewer approvals; it is reviewed afterwards. Why: ", "break-glass reason", s.BreakGlass, 200, Plain},
		{"*Ticket* ", "ticket number", s.Ticket, 40, code},
		{"*Second reason* ", "second reason", s.SecondReason, 150, Plain},
		{"*Verified* (" + person(r.Requester.ID) + "'s own words): ", "statement on who was verified", s.Verified, 150, Plain},
	} {
		if t.text != "" {
			out = append(out, t)
		}
	}
	return out
}

// texts lists all that the requester typed.
func texts(r approvals.Request) []said {
	return append([]said{{"*Reason* ", "reason", r.Reason, cardReason, Plain}}, statement(r)...)
}

// brief is the text as the card shows it, and whether that is not all of it.
// Characters that must be escaped take up to five times the room.
func (t said) brief() (s string, cut bool) {
	limit := t.most
	s = within(2*t.most, t.most, func(l int) string { limit = l; return t.style(t.text, l) })
	return s, utf8.RuneCountInString(visible(t.text, limit)) > limit
}

// line is the text with its label, for the card.
func (t said) line() string {
	s, cut := t.brief()
	if cut {
		s += " (the thread has all of it)"
	}
	return t.label + s
}

// wholes are the texts, and the names of devices, that the card has cut.
func wholes(r approvals.Request, shown int) []string {
	var lines []string
	for _, t := range texts(r) {
		if _, cut := t.brief(); cut {
			lines = append(lines, whole("*The whole "+t.whole+" of "+r.ID.String()+"* ", t.text)...)
		}
	}
	for i, t := range r.Targets[:shown] {
		for _, n := range []struct {
			what, text string
			most       int
		}{{"name", t.Device.Name, nameRoom}, {"owner", t.Device.Owner.String(), ownerRoom}} {
			if utf8.RuneCountInString(visible(n.text, n.most)) > n.most {
				lines = append(lines, whole(fmt.Sprintf("*The whole %s of device %d of %s* ", n.what, i+1, r.ID), n.text)...)
			}
		}
	}
	return lines
}

// terms say by which rule a request needs what it needs.
func terms(r approvals.Request) string {
	needs := needed(r.Quorum, r.Groups)
	switch {
	case r.Rule == "" && r.Groups < 2:
		return "" // the status says as much
	case r.Rule == "":
		return "*Needs* " + needs
	case r.Statement.BreakGlass != "":
		needs += ", by break glass"
	}
	return "*Rule* " + Plain(r.Rule, 60) + ": " + needs
}

func needed(quorum, groups int) string {
	s := count(quorum, "approval", "approvals")
	if groups > 1 {
		s += fmt.Sprintf(", from %d different groups", groups)
	}
	return s
}
