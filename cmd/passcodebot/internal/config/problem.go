package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Problem is one thing that is wrong.
type Problem struct {
	File         string // empty for environment variables
	Line, Column int    // from 1; zero where it is about the whole file, or something missing
	Key          string // a key such as log.level, or a variable; empty for the file as such
	Text         string // what is wrong, without a full stop
	Remedy       string // what to do, in whole sentences
}

// String returns the problem in one line, such as
//
//	passcodebot.yml:12: quorum: 0 is too small. Write a whole number from 1 to 20, such as 2.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Text + ".")
	if p.Remedy != "" {
		b.WriteString(" " + p.Remedy)
	}
	return oneLine(b.String())
}

// oneLine writes control characters, which a file's name or content may
// have, as Go does: \n and \x00.
func oneLine(s string) string {
	if !strings.ContainsFunc(s, unicode.IsControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unicode.IsControl(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Problems is all that is wrong: first what stands in the file, from top to
// bottom, then what is missing in it, then the environment.
type Problems []Problem

// Error returns one line for each problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

func (p Problems) sort() {
	rank := func(one Problem) int {
		switch {
		case one.File == "":
			return 2
		case one.Line == 0:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(rank(a)-rank(b), a.Line-b.Line, a.Column-b.Column)
	})
}
