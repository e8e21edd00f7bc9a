package command

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"passcodebot/approvals"
)

const allOrNothing = "all-or-nothing"

// isWord says whether w is one of the words that are not devices.
func isWord(w string) bool {
	return slices.Contains([]string{"help", "list", "show", "cancel", "dry-run", allOrNothing}, strings.ToLower(w))
}

// bare takes a word without a key: a device id or all-or-nothing. Anything
// else is refused with what was likely meant.
func (p *parser) bare(w string, start int) error {
	if id, ok := approvals.ParseGUID(w); ok && p.wordEnds() {
		p.before = value{}
		return p.add(approvals.Selector{Kind: approvals.ByID, Value: id}, start)
	}
	lower := strings.ToLower(w)
	if lower == allOrNothing && p.wordEnds() {
		p.before = value{}
		p.out.AllOrNothing = true
		return nil
	}
	token := p.token(start)
	shown, at := quoted(token), p.column(start)
	switch {
	case (isKey(lower) || isReason(lower) || isOption(lower) && !p.continues(start)) && p.wordEnds():
		return refusal("no-colon", shown, at, p.withColon(lower))
	case isWord(lower) && p.wordEnds():
		return refusal("misplaced-word", shown, at, p.placed(lower))
	case p.continues(start):
		return p.unquoted(token, start)
	case strings.HasPrefix(w, "@"):
		return refusal("plain-handle", shown, at, "user:"+address(w))
	case isAddress(w):
		return refusal("bare-address", shown, at, "user:"+brief(token, 100))
	}
	if why := notGUID(w); why != "" {
		return refusal("bad-device-id", shown, at, why, likelyGUID(w))
	}
	if near := p.near(lower); near != "" {
		return refusal("near-word", shown, at, near)
	}
	switch {
	case joining(lower):
		return refusal("joining-word", shown, at, strings.TrimSpace(p.devices()+" "+brief(p.rest(p.at), 100)))
	case serialLike(token):
		return refusal("bare-word", shown, at, "serial:"+brief(token, 60), "name:"+wrap("name", token))
	}
	return refusal("bare-name", shown, at, p.whole("name", start, p.at))
}

// joining says that a word only joins others.
func joining(w string) bool {
	return slices.Contains([]string{"and", "or", "und", "oder", "et", "ou", "y", "o"}, w) ||
		!strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// serialLike says that a word may be a serial number: it has a digit, and
// nothing odd.
func serialLike(s string) bool {
	return strings.ContainsFunc(s, unicode.IsDigit) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._/", r)
	})
}

// continues says that the word at a cell seems to belong to the value before
// it: a name or filter of several words.
func (p *parser) continues(start int) bool {
	b := p.before
	if b.key != string(approvals.ByName) && b.key != string(approvals.ByFilter) && b.key != ticketKey {
		return false
	}
	if slices.ContainsFunc(p.cells[b.end:start], func(c cell) bool { return !isSpace(c) }) {
		return false
	}
	return !b.quoted || strings.ContainsFunc(p.token(start), func(r rune) bool { return isDouble(cell{r: r}) })
}

// unquoted refuses a word that belongs to the value before it.
func (p *parser) unquoted(token string, start int) error {
	b := p.before
	if b.quoted {
		p.while(func(c cell) bool { return !isSeparator(c) })
		both := typed(p.cells[b.from:p.at])
		_, text, _ := strings.Cut(both, ":")
		return refusal("quote-inside", quoted(both), p.column(b.from), b.key+":"+wrap(b.key, bared(b.key, text)))
	}
	from := b.from
	for !isColon(p.cells[from]) {
		from++
	}
	return refusal("unquoted-value", quoted(token), p.column(start), quoted(b.key+":"), p.whole(b.key, from+1, p.at))
}

// placed is a command with a word in its place, at the start.
func (p *parser) placed(word string) string {
	switch word {
	case "show", "cancel":
		return word + " " + likelyNumber(p.rest(p.at))
	case "dry-run":
		return strings.TrimSpace(word + " " + p.devices())
	}
	return word
}

// address is a mail address for a name.
func address(name string) string {
	name = strings.Trim(strings.ToLower(strings.Join(strings.Fields(name), ".")), "@")
	if name == "" || strings.Contains(name, "@") {
		name = "alice"
	}
	return brief(name, 60) + "@contoso.com"
}

// wordEnds says that a separator follows, or nothing.
func (p *parser) wordEnds() bool { return p.done() || isSeparator(p.cells[p.at]) }

// unnamed takes what begins with a quotation mark or a colon. Only a device
// id may stand in quotation marks without a key.
func (p *parser) unnamed(start int) error {
	if !isDouble(p.cells[start]) {
		token := p.token(start)
		return refusal("unknown-key", quoted(token), p.column(start), p.corrected("serial:R58M12ABCDE reason: forgot the PIN"))
	}
	in, err := p.between(start)
	if err != nil {
		return err
	}
	text := straight(typed(in))
	if id, ok := approvals.ParseGUID(hyphens(text)); ok {
		p.before = value{}
		return p.add(approvals.Selector{Kind: approvals.ByID, Value: id}, start)
	}
	shown, at := quoted(typed(p.cells[start:p.at])), p.column(start)
	switch {
	case text == "":
		return refusal("bare-name", shown, at, sample("name"))
	case serialLike(text):
		return refusal("bare-word", shown, at, "serial:"+brief(text, 60), "name:"+wrap("name", text))
	}
	return refusal("bare-name", shown, at, "name:"+wrap("name", text))
}

// withColon is a key that lacks its colon, with what stands behind it.
func (p *parser) withColon(key string) string {
	at := p.at
	defer func() { p.at = at }()
	p.while(isSeparator)
	switch {
	case isReason(key):
		return key + ": " + cmp.Or(brief(p.rest(p.at), 80), "forgot the PIN")
	case p.done() || p.cells[p.at].ref != nil || p.keyed():
		return sample(key)
	}
	if isText(key) && !isDouble(p.cells[p.at]) {
		return p.whole(key, p.at, p.at+1)
	}
	if next := p.token(p.at); !isDouble(cell{r: []rune(next)[0]}) {
		return key + ":" + wrap(key, bared(key, next))
	}
	return p.guess(key, p.at+1)
}

// whole is a value that begins at a cell, with all words behind it up to the
// next separator that is no space, key or word of ours, in quotation marks.
func (p *parser) whole(key string, from, end int) string {
	at := p.at
	defer func() { p.at = at }()
	for ; end < len(p.cells); end++ {
		c := p.cells[end]
		if c.ref != nil || isSeparator(c) && !isSpace(c) {
			break
		}
		if isSpace(p.cells[end-1]) {
			p.at = end
			if p.keyed() || isWord(hyphens(p.token(end))) {
				break
			}
		}
	}
	text := bared(key, straight(typed(p.cells[from:end])))
	if text == "" {
		return sample(key)
	}
	return key + ":" + wrap(key, text)
}

// unknownKey refuses a key that nobody knows.
func (p *parser) unknownKey(w string, start int) error {
	shown, at := quoted(typed(p.cells[start:p.at])), p.column(start)
	p.while(isSpace)
	token := p.token(p.at)
	if id, ok := approvals.ParseGUID(hyphens(bared("", token))); ok {
		return refusal("named-id", quoted(typed(p.cells[start:p.at])+token), at, id)
	}
	key := meant(strings.ToLower(w))
	switch {
	case isReason(key):
		return refusal("reason-key", shown, at, key+": "+cmp.Or(brief(p.rest(p.at), 80), "forgot the PIN"))
	case key == "":
		return refusal("unknown-key", shown, at, sample("serial"))
	case isOption(key):
		return refusal("option-key", shown, at, p.optionMeant(key, token))
	case token == "" || p.cells[p.at].ref != nil || p.keyed():
		return refusal("unknown-key", shown, at, sample(key))
	case isDouble(p.cells[p.at]):
		return refusal("unknown-key", shown, at, p.guess(key, p.at+1))
	case key == string(approvals.ByName) || key == string(approvals.ByFilter):
		return refusal("unknown-key", shown, at, p.whole(key, p.at, p.at+1))
	}
	return refusal("unknown-key", shown, at, key+":"+wrap(key, bared(key, token)))
}

// optionMeant is an option with what stands at the next cell.
func (p *parser) optionMeant(key, token string) string {
	switch {
	case token == "" || p.cells[p.at].ref != nil || p.keyed():
		return sample(key)
	case isDouble(p.cells[p.at]):
		return p.guess(key, p.at+1)
	case isText(key):
		return p.whole(key, p.at, p.at+1)
	}
	return key + ":" + wrap(key, bared(key, token))
}

// meant is the known key that an unknown one is likely for.
func meant(w string) string {
	for key, others := range map[string][]string{
		"user":   {"mail", "email", "e-mail", "upn", "owner", "person", "userprincipalname", "employee"},
		"serial": {"sn", "s/n", "serialnumber", "serial-number", "serial_number"},
		"name":   {"device", "devicename", "device-name", "device_name", "hostname", "host", "display_name"},
		"filter": {"odata", "query", "where", "$filter", "odata_filter"},
		"reason": {"why", "cause", "comment", "justification", "grund"},

		ticketKey:       {"inc", "incident", "case", "ticket-number", "ticketnumber", "ticket_number", "tickets", "ticketno", "ref", "reference"},
		secondReasonKey: {"second", "reason2", "second-because", "2nd-reason", "secondreason", "second_reason"},
		verifiedKey:     {"verify", "verified-by", "verification", "identity", "identified"},
		breakGlassKey:   {"glass", "emergency", "breakglass", "break_glass", "breaking-glass"},
	} {
		if slices.Contains(others, w) {
			return key
		}
	}
	return nearest(w, slices.Concat(keys, optionKeys, []string{"reason", "because"}))
}

// near is the word that a mistyped one is likely for, with what belongs to
// it.
func (p *parser) near(w string) string {
	words := []string{allOrNothing}
	if len(p.out.Selectors) == 0 && p.out.Verb == Ask {
		words = append(words, "help", "list", "show", "cancel", "dry-run")
	}
	rest := p.rest(p.at)
	for _, key := range optionKeys {
		// second reason: x
		first, second, several := strings.Cut(key, "-")
		if next, text, ok := strings.Cut(rest, ":"); several && ok && w == first && strings.EqualFold(strings.TrimSpace(next), second) {
			return key + ":" + wrap(key, cmp.Or(bared(key, brief(text, 80)), "…"))
		}
	}
	best := nearest(w, words)
	for _, word := range words {
		// Several words for one: all or nothing, dry run.
		first, others, several := strings.Cut(strings.ReplaceAll(word, "-", " "), " ")
		behind := oneLine(rest) + " "
		if n := len(others); several && w == first && len(behind) > n && strings.EqualFold(behind[:n+1], others+" ") {
			return strings.TrimSpace(word + " " + brief(behind[n:], 100))
		}
	}
	switch best {
	case "show", "cancel":
		return best + " " + likelyNumber(rest)
	case "dry-run":
		return best + " " + cmp.Or(brief(rest, 100), sample("serial"))
	}
	return best
}

// nearest is the word that w differs from least, where that is little.
func nearest(w string, words []string) string {
	best, least := "", max(1, min(2, len(w)/3))+1
	for _, word := range words {
		if d := distance(w, word); d < least {
			best, least = word, d
		}
	}
	return best
}

// distance is how many characters must be put in, left out, replaced or
// swapped with their neighbour to make a into b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 40 {
		return len(x)
	}
	var last, row, next []int
	for j := range len(y) + 1 {
		row = append(row, j)
	}
	for i := range x {
		next = []int{i + 1}
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			d := min(next[j]+1, row[j+1]+1, row[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				d = min(d, last[j-1]+1)
			}
			next = append(next, d)
		}
		last, row = row, next
	}
	return row[len(y)]
}

var likeGUID = regexp.MustCompile(`^\{?[0-9A-Za-z]+(-[0-9A-Za-z]+){4}\}?$|^\{?[0-9a-fA-F-]{24,}\}?$|^\{.*\}?$|^[0-9a-fA-F]{8}-[0-9a-fA-F-]{8,}\}?$`)

// notGUID says what is wrong with a word that looks like a device id, and
// nothing for other words.
func notGUID(w string) string {
	if !likeGUID.MatchString(w) {
		return ""
	}
	bare := strings.Trim(w, "{}")
	digits := strings.ReplaceAll(bare, "-", "")
	for _, r := range digits {
		if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
			return fmt.Sprintf("%s is none of its digits", quoted(string(r)))
		}
	}
	switch n := len(digits); {
	case n == 32 && strings.HasPrefix(w, "{") != strings.HasSuffix(w, "}"):
		return "a brace is missing"
	case n == 32:
		return "its hyphens are not in their places"
	case n == 1:
		return "it has 1 digit"
	default:
		return fmt.Sprintf("it has %d digits", n)
	}
}

// likelyGUID is the device id that a word seems to mean, or an example.
func likelyGUID(w string) string {
	d := strings.ToLower(strings.NewReplacer("-", "", "{", "", "}", "").Replace(w))
	if len(d) == 32 {
		if id, ok := approvals.ParseGUID(d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]); ok {
			return id
		}
	}
	return "0a1b2c3d-0000-4000-8000-00000000000f"
}
