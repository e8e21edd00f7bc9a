package odata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	end tokenKind = iota
	word
	text     // 'it''s'
	number   // 12
	instant  // 2026-01-31T00:00:00Z
	open     // (
	closing  // )
	comma    // ,
	badToken // anything else
)

type token struct {
	kind  tokenKind
	raw   string // as it stands in the expression
	value string // what it means: a text without its quotes
	at    int    // counted in characters from 1
	why   string // badToken: what is wrong with it
	fix   string // badToken: an example that is right
}

// lexer cuts an expression into tokens.
type lexer struct {
	rest string
	at   int
}

func (l *lexer) next() token {
	for l.rest != "" {
		r, size := utf8.DecodeRuneInString(l.rest)
		if !unicode.IsSpace(r) {
			break
		}
		l.rest = l.rest[size:]
		l.at++
	}
	if l.rest == "" {
		return token{kind: end, at: l.at}
	}
	switch r, size := utf8.DecodeRuneInString(l.rest); {
	case r == '(':
		return l.take(open, size)
	case r == ')':
		return l.take(closing, size)
	case r == ',':
		return l.take(comma, size)
	case r == '\'':
		return l.text()
	case isLetter(r):
		return l.take(word, l.span(func(r rune) bool { return isLetter(r) || isDigit(r) }))
	case isDigit(r), r == '-':
		return l.value()
	case strings.ContainsRune("\"“”‘’`´„", r):
		t := l.take(badToken, size)
		t.why, t.fix = "a text stands between straight single quotes", "deviceName eq 'Pixel 8'"
		return t
	case strings.ContainsRune("=<>!&|", r):
		t := l.take(badToken, l.span(func(r rune) bool { return strings.ContainsRune("=<>!&|", r) }))
		t.why, t.fix = "OData writes operators as words: eq, ne, gt, ge, lt, le, and, or, not", "operatingSystem eq 'Android'"
		return t
	default:
		t := l.take(badToken, size)
		t.why, t.fix = "this character has no meaning here", "operatingSystem eq 'Android'"
		return t
	}
}

// take cuts off the next size bytes as one token.
func (l *lexer) take(kind tokenKind, size int) token {
	t := token{kind: kind, raw: l.rest[:size], value: l.rest[:size], at: l.at}
	l.rest = l.rest[size:]
	l.at += utf8.RuneCountInString(t.raw)
	return t
}

// span returns the length in bytes of the longest start of what is left that
// consists of such characters.
func (l *lexer) span(in func(rune) bool) int {
	if n := strings.IndexFunc(l.rest, func(r rune) bool { return !in(r) }); n >= 0 {
		return n
	}
	return len(l.rest)
}

// text reads a text in single quotes. Two quotes inside mean one.
func (l *lexer) text() token {
	for i := 1; i < len(l.rest); i++ {
		if l.rest[i] != '\'' {
			continue
		}
		if i+1 < len(l.rest) && l.rest[i+1] == '\'' {
			i++
			continue
		}
		t := l.take(text, i+1)
		t.value = strings.ReplaceAll(t.raw[1:len(t.raw)-1], "''", "'")
		return t
	}
	t := l.take(badToken, len(l.rest))
	t.why, t.fix = "this text has no closing quote (an apostrophe in a text is written twice)", "deviceName eq 'Alice''s Pixel'"
	return t
}

// value reads what begins like a number: a number or an instant.
func (l *lexer) value() token {
	size := l.span(func(r rune) bool { return isLetter(r) || isDigit(r) || strings.ContainsRune("-:.+", r) })
	t := l.take(number, size)
	digits := strings.TrimPrefix(t.raw, "-")
	if digits == "" || strings.IndexFunc(digits, func(r rune) bool { return !isDigit(r) }) >= 0 {
		t.kind = instant
	}
	return t
}

func isLetter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_' || r == '$' || r == '@' || r == '/' || r == '.'
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// Quote writes a text as OData does, so that it can't end before its end.
func Quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
