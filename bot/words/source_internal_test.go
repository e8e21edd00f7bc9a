package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// source is the code whose words people read, with the stack of what each
// node stands in.
type source struct {
	name  string // below bot
	where *token.FileSet
	file  *ast.File
}

// sources parses the code of bot and of bot/view, without tests.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, pattern := range []string{"../*.go", "../view/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			where := token.NewFileSet()
			file, err := parser.ParseFile(where, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, source{strings.TrimPrefix(filepath.ToSlash(name), "../"), where, file})
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d files were found", len(all))
	}
	return all
}

// at says where a node is.
func (s source) at(n ast.Node) string {
	return s.name + ":" + strconv.Itoa(s.where.Position(n.Pos()).Line)
}

// walk shows each node with those that it stands in, the innermost last.
func (s source) walk(see func(n ast.Node, inside []ast.Node)) {
	var stack []ast.Node
	ast.Inspect(s.file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		see(n, stack)
		stack = append(stack, n)
		return true
	})
}

// called is the name of the function or method that a call calls, with what
// stands before the last dot where that is a name.
func called(c *ast.CallExpr) (of, name string) {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return "", f.Name
	case *ast.SelectorExpr:
		switch x := f.X.(type) {
		case *ast.Ident:
			return x.Name, f.Sel.Name
		case *ast.SelectorExpr:
			return x.Sel.Name, f.Sel.Name
		}
		return "", f.Sel.Name
	}
	return "", ""
}

// literal is the text of a string literal, or of several that are added.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, first := literal(e.X)
		b, second := literal(e.Y)
		return a + b, e.Op == token.ADD && first && second
	case *ast.ParenExpr:
		return literal(e.X)
	}
	return "", false
}
