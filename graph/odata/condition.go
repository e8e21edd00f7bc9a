package odata

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// searches are the functions that are true or false.
var searches = map[string]func(s, part string) bool{
	"contains":   strings.Contains,
	"startswith": strings.HasPrefix,
	"endswith":   strings.HasSuffix,
}

// changes are the functions that make a text of a text.
var changes = []string{"tolower", "toupper", "trim"}

func isSearch(t token) bool {
	return t.kind == word && searches[strings.ToLower(t.raw)] != nil
}

// search is a function such as contains(deviceName,'kiosk').
func (p *parser) search() (node, error) {
	name := p.advance()
	fix := name.raw + "(deviceName,'Pixel')"
	if p.now.kind != open {
		return nil, p.unexpected(fmt.Sprintf("an opening parenthesis was expected behind %s", name.raw), fix)
	}
	p.advance()
	at := p.now
	f, err := p.field(0)
	if err != nil {
		return nil, err
	}
	if f.Type != Text {
		return nil, refused(at, fmt.Sprintf("%s looks into texts, and %s is none", name.raw, f.property), fix)
	}
	if p.now.kind != comma {
		return nil, p.unexpected("a comma and a text in single quotes were expected here", fix)
	}
	p.advance()
	at = p.now
	v, err := p.value(f)
	if err != nil {
		return nil, err
	}
	part, ok := v.(string)
	if !ok {
		return nil, refused(at, fmt.Sprintf("%s looks for a text in single quotes", name.raw), fix)
	}
	if p.now.kind != closing {
		return nil, p.unexpected("a closing parenthesis was expected here", fix)
	}
	p.advance()
	found := search{f, searches[strings.ToLower(name.raw)], part}
	if !p.is("eq") && !p.is("ne") {
		return found, nil
	}
	// OData lets the answer of a function be compared: contains(…) eq false.
	operator := p.advance()
	switch {
	case p.is("true") == (operator.raw == "eq") && (p.is("true") || p.is("false")):
		p.advance()
		return found, nil
	case p.is("true"), p.is("false"):
		p.advance()
		return opposite{found}, nil
	}
	return nil, p.unexpected("true or false was expected here", fix)
}

// comparison is a property, an operator and a value, or a yes/no property
// alone.
func (p *parser) comparison() (node, error) {
	f, err := p.field(0)
	if err != nil {
		return nil, err
	}
	fix := f.property + " eq " + f.sample()
	switch at := p.now; {
	case at.kind == word && slices.Contains([]string{"eq", "ne", "gt", "ge", "lt", "le"}, at.raw):
		// The order of texts is not that of what they mean: '6.0.1' comes
		// after '14', so that a comparison of versions chose wrong devices.
		if ordered := at.raw != "eq" && at.raw != "ne"; ordered && (f.Type == Bool || f.Type == Enum || f.Type == Text) {
			return nil, refused(at, fmt.Sprintf("%s has no order; eq and ne can be used with it", f.property), fix)
		}
		p.advance()
		v, err := p.value(f)
		if err != nil {
			return nil, err
		}
		return comparison{f, at.raw, v}, nil
	case p.is("in"):
		p.advance()
		return p.list(f)
	case f.Type == Bool && (at.kind == end || at.kind == closing || p.is("and") || p.is("or")):
		return flag{f.property}, nil
	}
	return nil, p.unexpected("an operator was expected here: eq, ne, gt, ge, lt, le or in", fix)
}

// list is the values behind in.
func (p *parser) list(f field) (node, error) {
	fix := f.property + " in (" + f.sample() + ")"
	if p.now.kind != open {
		return nil, p.unexpected("a list in parentheses was expected behind in", fix)
	}
	var any node
	for p.now.kind == open || p.now.kind == comma {
		p.advance()
		v, err := p.value(f)
		if err != nil {
			return nil, err
		}
		one := comparison{f, "eq", v}
		if any == nil {
			any = one
		} else {
			any = either{any, one}
		}
	}
	if p.now.kind != closing {
		return nil, p.unexpected("a comma or a closing parenthesis was expected here", fix)
	}
	p.advance()
	return any, nil
}

// field is a property, perhaps inside functions that change it.
func (p *parser) field(depth int) (field, error) {
	t := p.now
	if t.kind == number || t.kind == text || t.kind == instant {
		return field{}, refused(t, "a condition begins with a property, not with a value", example)
	}
	if t.kind != word || depth > maxDepth {
		return field{}, refused(t, "the name of a property was expected here", example)
	}
	name := strings.ToLower(t.raw)
	if slices.Contains(changes, name) {
		return p.changed(depth, name)
	}
	known, ok := p.schema[t.raw]
	if !ok {
		return field{}, p.noProperty(t)
	}
	p.advance()
	p.used[t.raw] = true
	return field{property: t.raw, Property: known}, nil
}

// changed is a field inside tolower and its kind. Since texts are compared
// without regard to case, only trim makes a difference.
func (p *parser) changed(depth int, name string) (field, error) {
	fix := name + "(deviceName) eq 'pixel 8'"
	p.advance()
	if p.now.kind != open {
		return field{}, p.unexpected(fmt.Sprintf("an opening parenthesis was expected behind %s", name), fix)
	}
	p.advance()
	at := p.now
	f, err := p.field(depth + 1)
	switch {
	case err != nil:
		return field{}, err
	case f.Type != Text:
		return field{}, refused(at, fmt.Sprintf("%s changes texts, and %s is none", name, f.property), f.property+" eq "+f.sample())
	case p.now.kind != closing:
		return field{}, p.unexpected("a closing parenthesis was expected here", fix)
	}
	p.advance()
	f.trimmed = f.trimmed || name == "trim"
	return f, nil
}

func (p *parser) noProperty(t token) error {
	ahead := p.lexer // a copy, to look one token further
	switch near := p.schema.nearest(t.raw); {
	case slices.Contains(operators, strings.ToLower(t.raw)):
		return refused(t, "the name of a property was expected here", example)
	case ahead.next().kind == open:
		return refused(t, "this function cannot be checked here; contains, startswith, endswith, tolower, toupper and trim can", "contains(deviceName,'Pixel')")
	case t.raw == "true" || t.raw == "false" || t.raw == "null":
		return refused(t, "a condition begins with a property, not with a value", example)
	case near != "":
		return refused(t, fmt.Sprintf("there is no such property; %s may be meant", near), near+" eq "+p.schema[near].sample())
	}
	return refused(t, "this property cannot be checked here, so it cannot be relied on", example)
}

// value is a constant that a field is compared with.
func (p *parser) value(f field) (any, error) {
	t := p.now
	fix := f.property + " eq " + f.sample()
	switch {
	case t.kind == word && t.raw == "null":
		p.advance()
		return nil, nil
	case (t.kind == text || t.kind == number || t.kind == instant || t.kind == word) && !matches(t, f.Type):
		return nil, refused(t, misfit(t, f, p.schema), fix)
	case t.kind == text && strings.TrimSpace(t.value) == "":
		return nil, refused(t, "Intune takes an empty text for every device, so it cannot be used", fix)
	}
	switch {
	case t.kind == text:
		p.advance()
		return strings.ToLower(t.value), nil
	case t.kind == number:
		n, err := strconv.ParseInt(t.raw, 10, 64)
		if err != nil {
			return nil, refused(t, "this number is too large", fix)
		}
		p.advance()
		return n, nil
	case t.kind == instant:
		at, err := time.Parse(time.RFC3339, strings.ToUpper(t.raw))
		if err != nil {
			return nil, refused(t, "an instant is written with its time and zone", f.property+" gt 2026-01-31T00:00:00Z")
		}
		p.advance()
		return at, nil
	case t.kind == word:
		p.advance()
		return t.raw == "true", nil
	}
	return nil, p.unexpected("a value was expected here", fix)
}

func matches(t token, typ Type) bool {
	switch t.kind {
	case text:
		return typ == Text || typ == Enum
	case number:
		return typ == Number
	case instant:
		return typ == Time
	default:
		return typ == Bool && (t.raw == "true" || t.raw == "false")
	}
}

// misfit says why a value can't be compared with a field.
func misfit(t token, f field, schema Schema) string {
	if _, property := schema[t.raw]; property && t.kind == word {
		return "a property is compared with a value, not with another property"
	}
	switch f.Type {
	case Text, Enum:
		return fmt.Sprintf("%s is compared with a text in single quotes", f.property)
	case Bool:
		return fmt.Sprintf("%s is compared with true or false, without quotes", f.property)
	case Time:
		return fmt.Sprintf("%s is compared with an instant such as 2026-01-31T00:00:00Z, without quotes", f.property)
	}
	return fmt.Sprintf("%s is compared with a whole number, without quotes", f.property)
}
