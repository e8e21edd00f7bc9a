package command

import (
	"slices"
	"strings"
	"unicode"

	"passcodebot/approvals"
)

// keys are the keys before a colon that name devices.
var keys = []string{
	string(approvals.ByUser), string(approvals.BySerial), string(approvals.ByName), string(approvals.ByFilter),
}

func isKey(w string) bool { return slices.Contains(keys, w) }

// value is what stands behind a key.
type value struct {
	key    string
	text   string
	from   int // the first cell of its key
	end    int // the cell behind it
	quoted bool
}

// sample is an example for a key.
func sample(key string) string {
	switch approvals.SelectorKind(key) {
	case approvals.ByUser:
		return "user:alice@contoso.com"
	case approvals.ByName:
		return `name:"Alice's Pixel"`
	case approvals.ByFilter:
		return `filter:"operatingSystem eq 'Android'"`
	}
	switch key {
	case ticketKey:
		return "ticket:INC0012345"
	case secondReasonKey:
		return `second-reason:"the shift starts at six"`
	case verifiedKey:
		return `verified:"called back on the number in the directory"`
	case breakGlassKey:
		return `break-glass:"the night shift cannot work"`
	}
	return "serial:R58M12ABCDE"
}

// selector reads what stands behind a key, and its colon.
func (p *parser) selector(kind approvals.SelectorKind, start int) error {
	key := string(kind)
	shownKey := quoted(typed(p.cells[start:p.at]))
	empty := func() error { return refusal("empty-value", shownKey, p.column(start), sample(key)) }
	colonEnd := p.at
	p.while(isSpace)
	if p.done() || isSeparator(p.cells[p.at]) || p.keyed() {
		return empty()
	}
	if p.at > colonEnd && isWord(hyphens(p.token(p.at))) {
		return empty()
	}
	if r := p.cells[p.at].ref; r != nil {
		switch {
		case r.kind != person:
			return refusal("not-a-person", quoted(r.shown), p.column(p.at), sample(key))
		case kind != approvals.ByUser:
			return refusal("mention-as-value", quoted(r.shown), p.column(p.at), key+":", brief(r.shown, 60))
		}
		p.at++
		return p.add(approvals.Selector{Kind: approvals.ByPerson, Value: r.id}, start)
	}
	v, err := p.value(key, start)
	if err != nil {
		return err
	}
	if v.text == "" {
		return empty()
	}
	if n := len([]rune(v.text)); n > maxValue {
		return refusal("long-value", shownKey, p.column(start), thousands(n), thousands(maxValue), "serial:R58M12ABCDE")
	}
	if err := p.plausible(v); err != nil {
		return err
	}
	if err := p.genuine(v.text, start); err != nil { // the card shows what names no device
		return err
	}
	p.before = v
	return p.add(approvals.Selector{Kind: kind, Value: v.text}, start)
}

// value reads a value, in quotation marks or up to the next separator.
func (p *parser) value(key string, start int) (value, error) {
	v := value{key: key, from: start}
	first := p.cells[p.at]
	switch {
	case isDouble(first):
		in, err := p.between(start)
		if err != nil {
			return v, err
		}
		v.text, v.quoted = straight(typed(in)), true
	case isSingle(first) && key == string(approvals.ByFilter):
		return v, refusal("single-quoted-filter", p.column(p.at), p.guess(key, p.at+1))
	case isSingle(first):
		open := p.at
		p.at++
		p.while(func(c cell) bool { return !p.closesSingle(c) })
		if p.done() {
			return v, p.unclosed(key, start, open)
		}
		v.text, v.quoted = straight(typed(p.cells[open+1:p.at])), true
		p.at++
	default:
		from := p.while(func(c cell) bool { return c.ref == nil && !isSeparator(c) })
		v.text = straight(typed(p.cells[from:p.at]))
	}
	if key != string(approvals.ByName) && key != string(approvals.ByFilter) {
		v.text = hyphens(v.text)
	}
	v.end = p.at
	if strings.ContainsFunc(v.text, func(r rune) bool { return isDouble(cell{r: r}) }) {
		return v, refusal("quote-inside", quoted(typed(p.cells[start:p.at])), p.column(start), key+":"+wrap(key, bared(key, v.text)))
	}
	return v, nil
}

// closesSingle says whether the next cell, c, ends a value in single
// quotation marks: an apostrophe is followed by a letter.
func (p *parser) closesSingle(c cell) bool {
	return isSingle(c) && (p.at+1 == len(p.cells) || isSeparator(p.cells[p.at+1]))
}

// between reads a text in double quotation marks.
func (p *parser) between(start int) ([]cell, error) {
	open := p.at
	p.at++
	from := p.while(func(c cell) bool { return !isDouble(c) })
	if p.done() {
		key, _, _ := strings.Cut(strings.ToLower(typed(p.cells[start:open])), ":")
		return nil, p.unclosed(key, start, open)
	}
	in := p.cells[from:p.at]
	p.at++
	if !p.done() && !isSeparator(p.cells[p.at]) {
		first, second := typed(p.cells[start:p.at]), p.token(p.at)
		return nil, refusal("stuck-together", quoted(first), quoted(second), p.column(p.at), brief(first, 100)+" "+brief(second, 60))
	}
	return in, nil
}

// unclosed refuses a text whose quotation mark at a cell is never closed.
func (p *parser) unclosed(key string, start, open int) error {
	if !isKey(key) && !isOption(key) {
		key = string(approvals.ByName)
	}
	return refusal("unclosed-quote", p.column(open), quoted(p.rest(start)), p.guess(key, open+1))
}

// guess is the selector that somebody meant whose value begins at a cell:
// all up to the reason or the next key, in quotation marks.
func (p *parser) guess(key string, from int) string {
	end := from
	for at := p.at; end < len(p.cells); end++ {
		if end > from && isSeparator(p.cells[end-1]) {
			p.at = end
			keyed := p.keyed()
			p.at = at
			if keyed {
				break
			}
		}
	}
	text := bared(key, straight(typed(p.cells[from:end])))
	text = strings.TrimRight(text, " ,;`")
	if key == string(approvals.ByFilter) && strings.Count(text, "'")%2 == 1 {
		text = strings.TrimSuffix(text, "'")
	}
	if text == "" {
		return sample(key)
	}
	return key + ":" + wrap(key, text)
}

// bared is a value without double quotation marks; in a filter they were
// meant as single ones.
func bared(key, s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case !isDouble(cell{r: r}):
			return r
		case key == string(approvals.ByFilter):
			return '\''
		}
		return -1
	}, s))
}

// wrap puts a value into quotation marks where its key usually has them.
func wrap(key, s string) string {
	s = brief(s, 150)
	if key == string(approvals.ByName) || key == string(approvals.ByFilter) || isText(key) || strings.ContainsAny(s, " ,") {
		return `"` + s + `"`
	}
	return s
}

// isText says that what stands behind a key is a text of any words.
func isText(key string) bool { return isOption(key) && key != ticketKey }

// plausible refuses values that can't be what their key says.
func (p *parser) plausible(v value) error {
	shown := typed(p.cells[v.from:v.end])
	kind := approvals.SelectorKind(v.key)
	if kind != approvals.ByUser && kind != approvals.BySerial {
		return nil
	}
	runes := []rune(v.text)
	odd := func(r rune) bool {
		c := cell{r: r}
		return isSeparator(c) && r != ' ' && r != ',' || isColon(c) || r == '<' || r == '>'
	}
	at := slices.IndexFunc(runes, odd)
	if isSingle(cell{r: runes[0]}) {
		at = 0
	}
	if at >= 0 {
		hint := sample(v.key)
		kept := strings.TrimLeft(string(slices.DeleteFunc(slices.Clone(runes), odd)), "' ")
		if kept != "" && (kind == approvals.BySerial || isAddress(kept)) {
			hint = v.key + ":" + wrap(v.key, kept)
		}
		return refusal("odd-character", quoted(shown), p.column(v.from), quoted(string(runes[at])), hint)
	}
	if kind == approvals.ByUser && !isAddress(v.text) {
		return refusal("not-an-address", quoted(shown), p.column(v.from), "user:"+address(v.text))
	}
	return nil
}

// isAddress says whether s looks like a mail address or user principal name.
func isAddress(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	return ok && name != "" && domain != "" && !strings.ContainsAny(s, " ,<>") && !strings.Contains(domain, "@")
}

// oneLine folds white space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// unwrapped takes the quotation marks off a text that stands in them whole.
func unwrapped(s string) (string, bool) {
	r := []rune(strings.TrimLeftFunc(s, isHidden))
	double := func(r rune) bool { return isDouble(cell{r: r}) }
	if len(r) < 2 || !double(r[0]) || !double(r[len(r)-1]) || slices.ContainsFunc(r[1:len(r)-1], double) {
		return s, false
	}
	return withoutEnd(strings.TrimSpace(string(r[1:len(r)-1])), unicode.IsSpace), true
}
