package audit_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"unicode"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
)

// What is taken for an anchor is one: it says the same once written again,
// and its signature holds or not as before.
func FuzzParse(f *testing.F) {
	f.Add([]byte(audit.Make(head, at, nil).String()))
	f.Add([]byte(audit.Make(head, at, key('k')).String()))
	f.Add([]byte(`{"V":1,"at":"2026-11-24T23:00:00.5+01:00","through":18446744073709551615,"hash":"` + head.Hash + `"}`))
	f.Add([]byte(`{"v":1,"at":null}`))
	f.Fuzz(func(t *testing.T, object []byte) {
		a, err := audit.Parse(object)
		if err != nil {
			return
		}
		again, err := audit.Parse([]byte(a.String()))
		if err != nil || again.String() != a.String() {
			t.Fatalf("%s became %s: %v", a, again, err)
		}
		if was, is := a.SignedBy(nil), again.SignedBy(nil); !errors.Is(is, was) {
			t.Fatalf("%s: signed %v, then %v", a, was, is)
		}
		_ = a.SignedBy(public(key('k')))
	})
}

// A text is read or refused with a line number, and no more comes out of it
// than went in.
func FuzzRead(f *testing.F) {
	a := audit.Make(head, at, key('k')).String()
	f.Add(a + "\n" + a[:60] + "\n\n```" + a + "```\n")
	f.Add("Nov 24 22:00:00 host passcodebot[7]: " + a + "\r\n{")
	f.Add("{\n}\n{}\n")
	f.Fuzz(func(t *testing.T, text string) {
		found, cut, err := audit.Read(strings.NewReader(text), "x")
		if err != nil {
			e := approvals.AsError(err)
			if e.Kind != approvals.Invalid || !strings.HasPrefix(e.Text, "Line ") {
				t.Fatalf("got %v", err)
			}
			return
		}
		if n := strings.Count(text, "{"); len(found)+cut > n {
			t.Fatalf("%d anchors and %d halves from %d braces", len(found), cut, n)
		}
	})
}

// No cell begins a formula, in no program and at no separator, and none has
// a character that can't be seen.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"=1", " \t=1", "a;=1", "\u200b＝1", "'=1", "\"=1", "\x00\x1b[0m", "\u202e+", "a\r\n-b", "|@", "\xff="} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, text, data string) {
		raw := export(t, "csv", approvals.Event{Text: text, Data: map[string]string{"x": data}, Actor: approvals.Actor{Name: text}})
		rows, err := csv.NewReader(strings.NewReader(raw)).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(audit.Columns()) {
			t.Fatalf("%q: %v", raw, err)
		}
		for _, cell := range rows[1] {
			for piece := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(",;|\t\r\n", r) }) {
				if strings.ContainsAny(first(piece), "=+-@＝＋－＠") {
					t.Fatalf("%q has a formula in %q", cell, piece)
				}
			}
			for _, r := range cell {
				if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
					t.Fatalf("%q has %U", cell, r)
				}
			}
		}
	})
}

// first is what a lenient program takes for the beginning of a cell.
func first(piece string) string {
	s := strings.TrimLeftFunc(piece, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	for _, r := range s {
		return string(r)
	}
	return ""
}
