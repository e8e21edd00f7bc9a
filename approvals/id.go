package approvals

import (
	"fmt"
	"strconv"
	"strings"
)

// ID is a request's number, counted from 1 in one store. People write it
// Zero is no request.
type ID uint64

// String returns the form that people read, R-12.
func (id ID) String() string { return "R-" + strconv.FormatUint(uint64(id), 10) }

// ParseID reads R-12, r-12, R12 or 12. It returns an Error of kind Invalid
// for anything else.
func ParseID(s string) (ID, error) {
	digits, lettered := strings.CutPrefix(strings.ToUpper(s), "R")
	if lettered {
		digits = strings.TrimPrefix(digits, "-")
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || n == 0 || digits[0] == '0' {
		return 0, newError(Invalid, "bad-request-number",
			fmt.Sprintf("“%s” is not the number of a request.", Excerpt(s, 40)), "Numbers look like R-12; `/reset-passcode list` shows the open ones.")
	}
	return ID(n), nil
}

// Seq is an event's place in the log, counted from 1. Zero is before the first.
type Seq uint64

// Excerpt returns s cut to at most limit runes, the last of them an ellipsis
// where something was cut.
func Excerpt(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}
