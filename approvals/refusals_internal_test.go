package approvals

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// refusalCalls returns where the package refuses, by code: for each call
// its position and how many arguments it gives.
func refusalCalls(t *testing.T) map[string]map[string]int {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]map[string]int{}
	fset := token.NewFileSet()
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.Ident); !ok || f.Name != "refusal" {
				return true
			}
			at := fset.Position(call.Pos()).String()
			code, ok := call.Args[0].(*ast.BasicLit)
			if !ok || call.Ellipsis.IsValid() {
				t.Errorf("%s: the code and the arguments of a refusal must be written out", at)
				return true
			}
			name, err := strconv.Unquote(code.Value)
			if err != nil {
				t.Fatal(err)
			}
			if calls[name] == nil {
				calls[name] = map[string]int{}
			}
			calls[name][at] = len(call.Args) - 1
			return true
		})
	}
	return calls
}

// Every refusal in the code is listed and gets as many arguments as its
// sentences have places; every listed one is in use.
func TestRefusals_fitTheirCalls(t *testing.T) {
	t.Parallel()
	calls := refusalCalls(t)
	listed := map[string]bool{}
	for _, r := range Refusals() {
		if listed[r.Code] {
			t.Errorf("%s is listed twice", r.Code)
		}
		listed[r.Code] = true
		if len(calls[r.Code]) == 0 {
			t.Errorf("%s is listed and never used", r.Code)
		}
		for at, args := range calls[r.Code] {
			if want := places(r.Text) + places(r.Hint); args != want {
				t.Errorf("%s: %s gets %d arguments; want %d", at, r.Code, args, want)
			}
		}
	}
	for code, at := range calls {
		if !listed[code] {
			t.Errorf("%s is used at %v and not listed", code, at)
		}
	}
}

func TestRefusals_sentences(t *testing.T) {
	t.Parallel()
	for _, r := range Refusals() {
		n := places(r.Text)
		var args []any
		for i := range n + places(r.Hint) {
			args = append(args, "ARG"+strconv.Itoa(i))
		}
		e := refusal(r.Code, args...)
		if e.Kind != r.Kind || e.Code != r.Code || e.Kind == "" || e.Text == "" {
			t.Errorf("%s: refusal is %+v", r.Code, e)
		}
		for i, arg := range args {
			in := e.Text
			if i >= n {
				in = e.Hint
			}
			if strings.Count(in, arg.(string)) != 1 {
				t.Errorf("%s: argument %d is not once in %q", r.Code, i, in)
			}
		}
		if s := e.Sentence(); strings.Contains(s, "%") {
			t.Errorf("%s: %q is not filled in", r.Code, s)
		}
	}
}

// A person's name may look like a format.
func TestRefusal_argumentsAreNotFormats(t *testing.T) {
	t.Parallel()
	want := "100%s%d has already cancelled R-1. If the reset is still needed, ask again with `/reset-passcode`."
	if got := refusal("already-cancelled", "100%s%d", "R-1").Sentence(); got != want {
		t.Errorf("sentence is %q; want %q", got, want)
	}
}
