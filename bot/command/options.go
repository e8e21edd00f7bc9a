package command

import (
	"slices"
	"strings"

	"passcodebot/approvals"
)

// The keys of what can be said beside the reason.
const (
	ticketKey       = "ticket"
	secondReasonKey = "second-reason"
	verifiedKey     = "verified"
	breakGlassKey   = "break-glass"
)

var optionKeys = []string{ticketKey, secondReasonKey, verifiedKey, breakGlassKey}

func isOption(w string) bool { return slices.Contains(optionKeys, w) }

// maxTicket is how many characters a ticket number may have.
const maxTicket = 100

// slipped is the option that a key is but for its hyphen, or nothing.
func slipped(w string) string {
	bare := func(s string) string { return strings.NewReplacer("-", "", "_", "").Replace(s) }
	for _, key := range optionKeys {
		if key != w && bare(key) == bare(w) {
			return key
		}
	}
	return ""
}

// slot is where the text of an option goes.
func slot(s *approvals.Statement, key string) *string {
	switch key {
	case ticketKey:
		return &s.Ticket
	case secondReasonKey:
		return &s.SecondReason
	case verifiedKey:
		return &s.Verified
	}
	return &s.BreakGlass
}

// option reads what stands behind the key of an option, and its colon: in
// quotation marks, or up to the next key; a ticket number is one word.
// Devices stand before the reason, and are keys there only.
func (p *parser) option(key string, start int, behindReason bool) error {
	shown := quoted(typed(p.cells[start:p.at]))
	if *slot(&p.out.Statement, key) != "" {
		return refusal("said-twice", shown, p.column(start), sample(key))
	}
	p.while(isSpace)
	read := func(in []cell) string { return oneLine(straight(written(in, isText(key)))) }
	var text string
	var in []cell
	switch from := p.at; {
	case p.done():
	case isDouble(p.cells[from]):
		var err error
		if in, err = p.between(start); err != nil {
			return err
		}
		text = read(in)
	case key == ticketKey && p.keyed():
	case key == ticketKey:
		p.while(func(c cell) bool { return !isSeparator(c) })
		in = p.cells[from:p.at]
		text = strings.Trim(read(in), "'")
	default:
		p.at = p.endOfText(from, behindReason)
		in = p.cells[from:p.at]
		text = withoutEnd(read(in), func(r rune) bool { return isSeparator(cell{r: r}) })
	}
	limit := p.max
	if key == ticketKey {
		limit = maxTicket
		p.before = value{key: key, from: start, end: p.at}
	}
	switch n := len([]rune(text)); {
	case approvals.Blank(text):
		return refusal("empty-option", shown, p.column(start), sample(key))
	case n > limit:
		return refusal("long-option", shown, p.column(start), thousands(n), thousands(limit), sample(key))
	}
	*slot(&p.out.Statement, key) = text
	return p.decent(in, text, start)
}

// endOfText returns where a text without quotation marks ends: before the
// next key. Before the reason a device id or all-or-nothing ends it too: who
// is in a hurry must not lose a device to it.
func (p *parser) endOfText(from int, behindReason bool) int {
	end := from
	for ; end < len(p.cells); end++ {
		if end > from && !isSeparator(p.cells[end-1]) {
			continue
		}
		if p.keyAt(end, behindReason) {
			break
		}
		if token := hyphens(p.token(end)); !behindReason && end > from {
			if _, ok := approvals.ParseGUID(token); ok || strings.EqualFold(token, allOrNothing) {
				break
			}
		}
	}
	return end
}

// keyAt says whether a key begins at a cell that ends the text before it.
func (p *parser) keyAt(at int, behindReason bool) bool {
	back := p.at
	defer func() { p.at = back }()
	p.at = at
	w, _ := p.word()
	w = strings.ToLower(w)
	if !isOption(w) && slipped(w) == "" && !isReason(w) && (behindReason || !isKey(w)) {
		return false
	}
	return p.colon()
}

// endOfReason returns where the reason ends that begins at a cell: before
// the first option, or behind its quotation marks.
func (p *parser) endOfReason(from int) int {
	back := p.at
	defer func() { p.at = back }()
	option := func(at int) bool {
		p.at = at
		w, _ := p.word()
		w = strings.ToLower(w)
		return (isOption(w) || slipped(w) != "") && p.colon()
	}
	p.at = from
	p.while(isSpace)
	if !p.done() && isDouble(p.cells[p.at]) {
		p.at++
		if p.while(func(c cell) bool { return !isDouble(c) }); !p.done() {
			p.at++
			end := p.at
			if p.while(isSeparator); p.done() || p.at > end && option(p.at) {
				return end
			}
		}
	}
	for end := from; end < len(p.cells); end++ {
		if (end == from || isSeparator(p.cells[end-1])) && option(end) {
			return end
		}
	}
	return len(p.cells)
}

// tail reads what may follow a reason: options.
func (p *parser) tail() error {
	for {
		p.while(isSeparator)
		if p.done() {
			return nil
		}
		start := p.at
		w, _ := p.word()
		switch key := strings.ToLower(w); {
		case w == "" || !p.colon():
			p.at = start
			if p.continues(start) {
				return p.unquoted(p.token(start), start)
			}
			return refusal("after-reason", quoted(p.rest(start)), p.column(start), `reason:"`+bared("", brief(p.rest(p.behind), 150))+`"`)
		case isOption(key):
			if err := p.option(key, start, true); err != nil {
				return err
			}
		case isReason(key):
			return refusal("said-twice", quoted(typed(p.cells[start:p.at])), p.column(start), "reason: forgot the PIN")
		default:
			return p.unknownKey(w, start)
		}
	}
}

// decent refuses a text that would call a group of people, or that looks
// like words of ours. The people whom it names are noted.
func (p *parser) decent(in []cell, text string, start int) error {
	named, group := pings(in, text)
	if group != "" {
		return refusal("reason-pings", quoted(group), p.column(start))
	}
	for _, s := range named {
		if !slices.Contains(p.out.Pings, s) {
			p.out.Pings = append(p.out.Pings, s)
		}
	}
	return p.genuine(text, start)
}

// genuine refuses what looks like words of ours.
func (p *parser) genuine(text string, start int) error {
	if phrase := imitates(text); phrase != "" {
		return refusal("reason-imitates", quoted(phrase), p.column(start))
	}
	return nil
}
