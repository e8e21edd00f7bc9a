package readme_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/command"
	"passcodebot/bot/words"
)

// others are the languages that sentences are translated to.
var others = []words.Language{words.German, words.Japanese}

// subjects are the files of the catalogue in which sentences are that are not
// written by the views; words.Known finds them again there.
var subjects = []string{"refusals", "hints", "stored"}

// translated checks that a sentence is in the catalogue in every language,
// with the same arguments.
func translated(t *testing.T, at, english string) {
	t.Helper()
	if english == "" || english == "%s" {
		return
	}
	for _, l := range others {
		text, ok := words.Of(l, english)
		if !ok || !slices.Contains(subjects, text.Subject) {
			t.Errorf("%s: none of the files %s below bot/words/texts/%s has %q", at, strings.Join(subjects, ", "), l, english)
			continue
		}
		for form, said := range text.Forms {
			if got, want := arguments(said), arguments(english); !slices.Equal(got, want) {
				t.Errorf("%s: %s, form %s: %q has the arguments %v, and %q has %v", at, l, form, said, got, english, want)
			}
		}
	}
}

// arguments lists the arguments of a format, as 1s, in their order.
func arguments(format string) []string {
	var out []string
	next := 1
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		i++
		if number, _, found := strings.Cut(format[i:], "]"); found && format[i] == '[' {
			next, _ = strconv.Atoi(number[1:])
			i += len(number) + 1
		}
		if format[i] != '%' {
			out = append(out, strconv.Itoa(next)+format[i:i+1])
			next++
		}
	}
	slices.Sort(out)
	return out
}

// Whatever turns somebody down, and the help, can be read in each language.
func TestWords_tables(t *testing.T) {
	t.Parallel()
	for _, table := range [][]approvals.Refusal{approvals.Refusals(), bot.Refusals(), command.Refusals()} {
		for _, r := range table {
			translated(t, r.Code, r.Text)
			translated(t, r.Code+", what to do", r.Hint)
		}
	}
	for _, f := range command.Forms() {
		translated(t, f.Usage, f.Meaning)
	}
	for key, words := range approvals.Enrolments() {
		translated(t, key, words)
	}
}

// Whether a device may be reset, and why not, can be read in each language.
func TestWords_eligibility(t *testing.T) {
	t.Parallel()
	android := func(d approvals.Device) approvals.Device {
		d.Type, d.OS = "android", "Android"
		return d
	}
	codes := map[string]bool{}
	for _, d := range []approvals.Device{
		{},
		{Type: "iPad"},
		{Type: "iPhone"},
		{OS: "macOS"},
		{Type: "chromeOS"},
		{Type: "windowsRT"},
		{OS: "Tizen 7"},
		android(approvals.Device{Enrollment: "androidEnterpriseFullyManaged"}),
		android(approvals.Device{Enrollment: "androidEnterpriseDedicatedDevice"}),
		android(approvals.Device{Enrollment: "androidAOSPUserOwnedDeviceEnrollment"}),
		android(approvals.Device{Enrollment: "androidAOSPUserlessDeviceEnrollment"}),
		android(approvals.Device{Enrollment: "androidEnterpriseCorporateWorkProfile", OSVersion: "14"}),
		android(approvals.Device{Enrollment: "androidEnterpriseCorporateWorkProfile", OSVersion: "7.1"}),
		android(approvals.Device{Enrollment: "androidEnterpriseCorporateWorkProfile"}),
		android(approvals.Device{OSVersion: "6"}), android(approvals.Device{OSVersion: "14"}), android(approvals.Device{}),
		{Type: "androidForWork", OSVersion: "14"},
		{Type: "androidnGMS"},
		android(approvals.Device{State: "retireIssued"}), android(approvals.Device{State: "wipePending"}), android(approvals.Device{State: "delete"}),
		android(approvals.Device{State: "discovered"}), android(approvals.Device{State: "newState"}), android(approvals.Device{Agent: "eas"}),
	} {
		e := d.Check()
		codes[e.Code] = true
		for _, l := range others {
			for _, english := range []string{e.Enrollment, e.Reason} {
				if said := words.In(l).Known(english); english != "" && said == english {
					t.Errorf("%+v: %q is not known in %s", d, english, l)
				}
			}
		}
	}
	for _, code := range []string{"", "not-android", "not-managed", "unknown-enrolment", "work-profile-too-old", "device-administrator", "unknown-version"} {
		if !codes[code] {
			t.Errorf("no device is %q", code)
		}
	}
}

// code is the Go code of a package that people read sentences of.
type code struct {
	where *token.FileSet
	files []*ast.File
}

func parsed(t *testing.T, dir string) code {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("../../../..", dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	c := code{where: token.NewFileSet()}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(c.where, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		c.files = append(c.files, f)
	}
	if len(c.files) == 0 {
		t.Fatalf("no code in %s", dir)
	}
	return c
}

// literal is a text that is written out, in one piece or in several; false
// for anything else.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also && e.Op == token.ADD
	case *ast.ParenExpr:
		return literal(e.X)
	}
	return "", false
}

// homes are the packages whose sentences people read in Slack, but for the
// views.
var homes = []string{"approvals", "bot", "bot/command", "graph", "graph/odata"}

// foreign are words of Intune that are in the catalogue.
var foreign = []string{"company"}

// No sentence is kept that nobody says any more.
func TestWords_noneLeftOver(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, dir := range homes {
		for _, f := range parsed(t, dir).files {
			ast.Inspect(f, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					if s, ok := literal(e); ok {
						said[s] = true
					}
				}
				return true
			})
		}
	}
	for _, l := range others {
		for _, english := range words.All(l) {
			text, _ := words.Of(l, english)
			// What goes with a number is said by its nouns: group, groups.
			if slices.Contains(subjects, text.Subject) && !said[english] && !said[strings.TrimPrefix(english, "%d ")] && !slices.Contains(foreign, english) {
				t.Errorf("%s.yml of %s has %q, which no code says", text.Subject, l, english)
			}
		}
	}
}
