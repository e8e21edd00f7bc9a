package odata

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxLength is the longest expression, in bytes: more than a person
	// types, less than a URL holds.
	maxLength = 1500
	// maxDepth is how deep parentheses may be nested.
	maxDepth = 30
)

// Parse understands an expression over the properties of a schema. What it
// does not accept is an *Error.
func Parse(source string, schema Schema) (Expression, error) {
	p := &parser{lexer: lexer{rest: source, at: 1}, schema: schema, used: map[string]bool{}}
	switch {
	case len(source) > maxLength:
		return Expression{}, &Error{Position: maxLength + 1, Word: "…", Reason: "the filter is too long; 1,500 characters is the most", Example: example}
	case strings.TrimSpace(source) == "":
		return Expression{}, &Error{Position: 1, Reason: "there is nothing in it, and an empty filter would name every device", Example: example}
	}
	p.advance()
	root, err := p.either(0)
	if err == nil && p.now.kind != end {
		err = p.leftOver()
	}
	if err != nil {
		return Expression{}, err
	}
	properties := make([]string, 0, len(p.used))
	for name := range p.used {
		properties = append(properties, name)
	}
	slices.Sort(properties)
	return Expression{source: source, root: root, properties: properties}, nil
}

const example = "operatingSystem eq 'Android' and deviceName eq 'Pixel 8'"

// parser is a recursive descent over the tokens, one ahead.
type parser struct {
	lexer  lexer
	last   token // the one that was taken last
	now    token
	schema Schema
	used   map[string]bool
}

func (p *parser) advance() token {
	p.last, p.now = p.now, p.lexer.next()
	return p.last
}

// is says whether the next token is this word.
func (p *parser) is(w string) bool { return p.now.kind == word && p.now.raw == w }

func (p *parser) either(depth int) (node, error) {
	left, err := p.both(depth)
	for err == nil && p.is("or") {
		p.advance()
		var right node
		right, err = p.both(depth)
		left = either{left, right}
	}
	return left, err
}

func (p *parser) both(depth int) (node, error) {
	left, err := p.single(depth)
	for err == nil && p.is("and") {
		p.advance()
		var right node
		right, err = p.single(depth)
		left = both{left, right}
	}
	return left, err
}

// single is one condition, or one in parentheses, or the opposite of one.
func (p *parser) single(depth int) (node, error) {
	if depth > maxDepth {
		return nil, p.unexpected("parentheses are nested too deeply here", example)
	}
	switch {
	case p.is("not"):
		p.advance()
		// Without parentheses OData reads "not a eq b" as "(not a) eq b",
		// which nobody means.
		if p.now.kind != open && !isSearch(p.now) {
			return nil, p.unexpected("what stands behind not needs parentheses", "not (operatingSystem eq 'iOS')")
		}
		of, err := p.single(depth + 1)
		return opposite{of}, err
	case p.now.kind == open:
		p.advance()
		inner, err := p.either(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.now.kind != closing {
			return nil, p.unexpected("a closing parenthesis was expected here", "(operatingSystem eq 'Android') and (complianceState eq 'noncompliant')")
		}
		p.advance()
		return inner, nil
	case isSearch(p.now):
		return p.search()
	}
	return p.comparison()
}

// leftOver is the error that what stands behind a whole expression is.
func (p *parser) leftOver() error {
	if p.last.kind == text && p.now.kind == word && p.now.at == p.last.at+utf8.RuneCountInString(p.last.raw) {
		return p.unexpected("the text ends before it; an apostrophe in a text is written twice", "deviceName eq 'Alice''s Pixel'")
	}
	return p.unexpected("and or or was expected here", "operatingSystem eq 'Android' and complianceState eq 'noncompliant'")
}

// unexpected is the error that the next token is.
func (p *parser) unexpected(reason, example string) error {
	return refused(p.now, reason, example)
}

// refused is the error that a token is. What the lexer says of a token is
// the better reason.
func refused(t token, reason, example string) error {
	if t.kind == badToken {
		reason, example = t.why, t.fix
	}
	if t.kind == word && slices.Contains(operators, strings.ToLower(t.raw)) && strings.ToLower(t.raw) != t.raw {
		reason = fmt.Sprintf("operators are written in lower case: %s", strings.ToLower(t.raw))
	}
	return &Error{Position: t.at, Word: cut(t.raw), Reason: reason, Example: example}
}

var operators = []string{"eq", "ne", "gt", "ge", "lt", "le", "in", "and", "or", "not"}

// cut shortens a word that is shown to a person.
func cut(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "�")); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return strings.ToValidUTF8(s, "�")
}
