package command

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"passcodebot/approvals"
)

// parser reads the cells of one command from left to right.
type parser struct {
	cells []cell
	at    int
	max   int // runes of a reason

	out    Command
	seen   map[approvals.Selector]bool
	before value // the value before the token at hand, for what it may lack
	behind int   // where the reason begins
}

// column is the place of a cell as a person counts it.
func (p *parser) column(at int) string {
	n := 1
	for _, c := range p.cells[:at] {
		if c.ref != nil {
			n += len([]rune(c.ref.shown))
		} else {
			n++
		}
	}
	return strconv.Itoa(n)
}

func (p *parser) done() bool { return p.at == len(p.cells) }

// while moves on over cells of one sort, and returns where they begin.
func (p *parser) while(is func(cell) bool) (from int) {
	from = p.at
	for !p.done() && is(p.cells[p.at]) {
		p.at++
	}
	return from
}

// token returns everything from a place to the next separator.
func (p *parser) token(from int) string {
	end := from
	for end < len(p.cells) && !isSeparator(p.cells[end]) {
		end++
	}
	return typed(p.cells[from:end])
}

// rest returns everything from a place on.
func (p *parser) rest(from int) string { return strings.TrimSpace(typed(p.cells[from:])) }

// word reads letters up to a separator, colon, double quotation mark or
// mention.
func (p *parser) word() (w string, from int) {
	from = p.while(func(c cell) bool {
		return c.ref == nil && !isSeparator(c) && !isColon(c) && !isDouble(c)
	})
	return hyphens(typed(p.cells[from:p.at])), from
}

// colon reads a colon, also with spaces before it, as in French.
func (p *parser) colon() bool {
	at := p.at
	p.while(isSpace)
	if !p.done() && isColon(p.cells[p.at]) {
		p.at++
		return true
	}
	p.at = at
	return false
}

// keyed says whether a known key begins at the next cell.
func (p *parser) keyed() bool {
	at := p.at
	defer func() { p.at = at }()
	w, _ := p.word()
	w = strings.ToLower(w)
	return (isKey(w) || isReason(w) || isOption(w)) && p.colon()
}

func isReason(w string) bool { return w == "reason" || w == "because" }

// command reads all of it.
func (p *parser) command() error {
	p.out.Verb = Help
	p.while(isSeparator)
	if p.done() {
		return nil
	}
	start := p.at
	w, _ := p.word()
	w = strings.ToLower(w)
	if !p.done() && !isSeparator(p.cells[p.at]) || p.colon() {
		w = "" // the start of something longer, or a key
	}
	p.while(isSeparator)
	switch w {
	case "help", "--help", "-h", "?":
		return p.nothingAfter("help")
	case "list":
		p.out.Verb = List
		return p.nothingAfter("list")
	case "show":
		return p.numbered(Show, start)
	case "cancel":
		return p.numbered(Cancel, start)
	case "dry-run":
		p.out.Verb = DryRun
		return p.ask()
	}
	p.out.Verb, p.at = Ask, start
	return p.ask()
}

func (p *parser) nothingAfter(form string) error {
	if p.done() {
		return nil
	}
	return refusal("extra-words", quoted(p.rest(p.at)), p.column(p.at), form, form)
}

// numbered reads the number of a request.
func (p *parser) numbered(v Verb, start int) error {
	p.out.Verb = v
	if p.done() {
		return refusal("no-number", quoted(string(v)), p.column(start), string(v)+" R-12")
	}
	from := p.at
	p.while(func(c cell) bool { return !isSeparator(c) })
	token := typed(p.cells[from:p.at])
	id, err := approvals.ParseID(hyphens(token))
	if err != nil {
		return refusal("bad-number", quoted(token), p.column(from), string(v)+" "+likelyNumber(token))
	}
	p.out.Request = id
	p.while(isSeparator)
	return p.nothingAfter(string(v) + " " + id.String())
}

// likelyNumber is the number that a token seems to mean.
func likelyNumber(token string) string {
	digits := strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, token), "0")
	if id, err := approvals.ParseID(digits); err == nil {
		return id.String()
	}
	return "R-12"
}

// ask reads devices, the reason and what else is said.
func (p *parser) ask() error {
	for {
		p.while(isSeparator)
		if p.done() {
			return p.ended()
		}
		start := p.at
		if r := p.cells[p.at].ref; r != nil {
			if r.kind != person {
				return refusal("not-a-person", quoted(r.shown), p.column(start), p.corrected("@alice user:bob@contoso.com"))
			}
			p.at++
			if err := p.add(approvals.Selector{Kind: approvals.ByPerson, Value: r.id}, start); err != nil {
				return err
			}
			continue
		}
		w, _ := p.word()
		key := strings.ToLower(w)
		wordEnd := p.at
		switch {
		case w == "":
			if err := p.unnamed(start); err != nil {
				return err
			}
		case !p.colon():
			p.at = wordEnd
			if err := p.bare(w, start); err != nil {
				return err
			}
		case isReason(key):
			if err := p.reason(start); err != nil {
				return err
			}
			return p.tail()
		case isOption(key):
			if err := p.option(key, start, false); err != nil {
				return err
			}
		case isKey(key):
			if err := p.selector(approvals.SelectorKind(key), start); err != nil {
				return err
			}
		default:
			return p.unknownKey(w, start)
		}
	}
}

// ended checks a command without a reason.
func (p *parser) ended() error {
	switch {
	case len(p.out.Selectors) == 0:
		return refusal("no-devices", p.corrected("serial:R58M12ABCDE reason: forgot the PIN"))
	case p.out.Verb == DryRun:
		return nil
	}
	end := len(p.cells)
	for end > 0 && isSeparator(p.cells[end-1]) {
		end--
	}
	last, _ := strconv.Atoi(p.column(end))
	return refusal("no-reason", strconv.Itoa(last-1), p.devices()+" reason: forgot the PIN")
}

// reason reads the reason: the rest, but for options at its end.
func (p *parser) reason(start int) error {
	key := typed(p.cells[start:p.at])
	p.behind = p.at
	end := p.endOfReason(p.at)
	in := p.cells[p.at:end]
	p.out.Reason = oneLine(written(in, true))
	if end < len(p.cells) {
		p.out.Reason = withoutEnd(p.out.Reason, func(r rune) bool { return strings.ContainsRune(" ,;", r) })
	}
	if s, ok := unwrapped(p.out.Reason); ok {
		p.out.Reason = s
	}
	why := "forgot the PIN"
	if !approvals.Blank(p.out.Reason) {
		why = brief(visible(p.out.Reason), 60)
	}
	n := len([]rune(p.out.Reason))
	switch {
	case len(p.out.Selectors) == 0:
		return refusal("no-devices", p.corrected(p.reordered("serial:R58M12ABCDE reason: "+why)))
	case approvals.Blank(p.out.Reason) && p.out.Verb != DryRun:
		return refusal("empty-reason", quoted(key), p.column(start), p.devices()+" reason: "+why)
	case n > p.max:
		return refusal("long-reason", p.column(start), thousands(n), thousands(p.max),
			thousands(n-p.max), p.devices()+" reason: forgot the PIN, INC-4711")
	}
	p.at = end
	return p.decent(in, p.out.Reason, start)
}

// reordered is a command whose devices stand behind its reason, in the right
// order, or the example where there are none.
func (p *parser) reordered(example string) string {
	from, at := p.at, p.at
	defer func() { p.at = at }()
	for ; p.at < len(p.cells); p.at++ {
		first := p.cells[p.at]
		named := first.ref != nil && first.ref.kind == person || isSeparator(p.cells[p.at-1]) && p.keyed() && !p.keyAt(p.at, true)
		if named {
			return brief(p.rest(p.at), 100) + " reason: " + cmp.Or(brief(typed(p.cells[from:p.at]), 60), "forgot the PIN")
		}
	}
	return example
}

// add takes a selector, once.
func (p *parser) add(s approvals.Selector, start int) error {
	key := s
	if s.Kind != approvals.ByFilter {
		key.Value = strings.ToLower(s.Value)
	}
	if p.seen[key] {
		return nil
	}
	if len(p.out.Selectors) == maxSelectors {
		return refusal("too-many-selectors", quoted(p.token(start)), p.column(start),
			strconv.Itoa(maxSelectors), p.corrected(`filter:"startswith(deviceName,'KIOSK-')" reason: kiosk swap`))
	}
	p.seen[key] = true
	p.out.Selectors = append(p.out.Selectors, s)
	return nil
}

// devices renders what has been understood so far, for an example.
func (p *parser) devices() string {
	var parts []string
	if p.out.Verb == DryRun {
		parts = append(parts, "dry-run")
	}
	if p.out.AllOrNothing {
		parts = append(parts, "all-or-nothing")
	}
	for i, s := range p.out.Selectors {
		// A person sees a name where we have an id.
		if s.Kind == approvals.ByPerson {
			parts = append(parts, p.shownPerson(s.Value))
		} else {
			parts = append(parts, strings.ReplaceAll(s.String(), "`", "'"))
		}
		if i == 2 && len(p.out.Selectors) > 3 {
			parts = append(parts, "…")
			break
		}
	}
	return approvals.Excerpt(strings.Join(parts, " "), 200)
}

func (p *parser) shownPerson(id string) string {
	i := slices.IndexFunc(p.cells, func(c cell) bool { return c.ref != nil && c.ref.kind == person && c.ref.id == id })
	return p.cells[i].ref.shown
}

// corrected is an example with the verb that was typed.
func (p *parser) corrected(example string) string {
	if p.out.Verb == DryRun {
		before, _, _ := strings.Cut(example, " reason:")
		return "dry-run " + before
	}
	return example
}
