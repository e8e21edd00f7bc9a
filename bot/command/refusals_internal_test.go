package command

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Every refusal in the code is listed and gets as many arguments as its
// sentences have places; every listed one is in use.
func TestRefusals_fitTheirCalls(t *testing.T) {
	t.Parallel()
	places := map[string]int{}
	for _, r := range Refusals() {
		if _, twice := places[r.Code]; twice {
			t.Errorf("%s is listed twice", r.Code)
		}
		places[r.Code] = strings.Count(r.Text+r.Hint, "%s")
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	fset := token.NewFileSet()
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := goparser.ParseFile(fset, e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != "refusal" {
				return true
			}
			at := fset.Position(call.Pos())
			literal, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s: the code of a refusal must be written out", at)
			}
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			used[code] = true
			if want, listed := places[code]; !listed || want != len(call.Args)-1 {
				t.Errorf("%s: %s (listed: %v) gets %d arguments; want %d", at, code, listed, len(call.Args)-1, want)
			}
			return true
		})
	}
	for code := range places {
		if !used[code] {
			t.Errorf("%s is listed and never used", code)
		}
	}
}
