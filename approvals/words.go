package approvals

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// plural returns a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Span writes a duration as people do: 24h, not 24h0m0s.
func Span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Blank says that a text says nothing: it has no letter and no digit that can
// be seen.
func Blank(s string) bool {
	const fillers = "\u115f\u1160\u3164\uffa0" // letters that show nothing
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !strings.ContainsRune(fillers, r)
	})
}
