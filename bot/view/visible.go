package view

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many marks may stand on one letter: no language has more,
// and a flood of them covers the lines around it.
const maxMarks = 3

// visible folds white space, and shows characters that would hide something
// or cover other text: ⟨U+202E⟩. It stops soon after limit runes.
func visible(s string, limit int) string {
	var b strings.Builder
	space, marks := false, maxMarks // no mark stands on nothing
	before := ' '
	for n := 0; s != "" && n <= limit; {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		next, _ := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError {
			continue
		}
		if unicode.IsSpace(r) || r == '\u200b' {
			space = b.Len() > 0
			before, marks = ' ', maxMarks
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
			n++
		}
		shown := string(r)
		switch {
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks || hides(r) || unicode.Is(unicode.Variation_Selector, r) && unicode.Is(unicode.Variation_Selector, before) {
				shown = named(r)
			}
		case r == '\u200c' || r == '\u200d':
			if !joined(before) || !joined(next) {
				shown = named(r)
			}
		case hides(r):
			shown = named(r)
			marks = maxMarks
		case r == '`':
			shown = "'" // begins code, whatever stands around it
			marks = maxMarks
		case r == '*' || r == '_' || r == '~':
			if !inWord(before) || !inWord(next) {
				shown = mark + shown + mark
			}
			marks = maxMarks
		default:
			marks = 0
		}
		b.WriteString(shown)
		n += utf8.RuneCountInString(shown)
		before = r
	}
	return b.String()
}

// named shows a character that shows nothing, or something else than it is.
func named(r rune) string { return fmt.Sprintf("⟨U+%04X⟩", r) }

// hides says that a character shows nothing, or changes how others show.
func hides(r rune) bool {
	switch {
	case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Co, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point):
		return true
	case unicode.Is(unicode.Variation_Selector, r):
		return r != '\ufe0e' && r != '\ufe0f' // as text, or as an emoji
	}
	return r == '\u2800' // a pattern of no dots
}

// joined says that a character can be one of two that a joiner belongs
// between: a part of an emoji, or a letter of a script that has them.
func joined(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sk, unicode.M) || unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
