package readme_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// told are the fields of errors, results and findings whose sentences people
// read, by the names of their types.
var told = map[string][]string{
	"Error": {"Text", "Hint", "Reason"}, "Eligibility": {"Enrollment", "Reason"}, "evidence": {"words"},
}

// set are the fields that are read wherever they are set.
var set = []string{"Text", "Hint", "Reason", "why"}

// given are the functions that are given sentences, by the places of these.
var given = map[string][]int{"newError": {2, 3}, "refused": {1}, "unexpected": {0}}

// telling are the functions that return nothing but sentences, or parts of
// them.
var telling = []string{
	"unmanaged", "deviceFailure", "because", "misfit", "verb", "service", "silentHint", "notGUID", "Disagrees", "contradicts", "platform",
}

// startup is the code whose errors end the process before it says anything in
// Slack, and what is for the command line.
var startup = []string{"client.go", "cloud.go", "credentials.go", "examine.go", "bot.go", "outside.go"}

// words of others, which are the same in all languages.
var names = []string{"Entra", "Android", "iPadOS", "iOS", "macOS", "ChromeOS", "Windows"}

// sentence is what an expression says: a text that is written out, or the
// format that it is made by. Known is false for what is said elsewhere.
func sentence(e ast.Expr) (text string, known bool) {
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) > 0 {
		if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Sprintf" {
			return literal(call.Args[0])
		}
	}
	return literal(e)
}

// glued says that an expression puts texts together of which one is written
// out, so that what it says cannot be found again.
func glued(e ast.Expr) bool {
	sum, ok := e.(*ast.BinaryExpr)
	if !ok || sum.Op != token.ADD {
		return false
	}
	_, left := literal(sum.X)
	end, right := literal(sum.Y)
	if right && end == "." {
		return glued(sum.X) // a full stop more is no other sentence
	}
	return left != right || glued(sum.X)
}

// sentences calls back with each expression that people read.
func sentences(f *ast.File, read func(ast.Expr)) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			fields := told[typeName(n.Type)]
			for _, e := range n.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					if key, ok := kv.Key.(*ast.Ident); ok && slices.Contains(fields, key.Name) {
						read(kv.Value)
					}
				}
			}
			if array, ok := n.Type.(*ast.ArrayType); ok && typeName(array.Elt) == "entraRefusal" {
				for _, e := range n.Elts {
					row := e.(*ast.CompositeLit).Elts
					read(row[2])
					read(row[3])
				}
			}
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				if field, ok := to.(*ast.SelectorExpr); ok && slices.Contains(set, field.Sel.Name) && len(n.Rhs) == len(n.Lhs) {
					read(n.Rhs[i])
				}
			}
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			for _, i := range given[name] {
				if i < len(n.Args) {
					read(n.Args[i])
				}
			}
		case *ast.FuncDecl:
			if slices.Contains(telling, n.Name.Name) {
				ast.Inspect(n, func(n ast.Node) bool {
					if _, inner := n.(*ast.FuncLit); inner {
						return false
					}
					if back, ok := n.(*ast.ReturnStmt); ok && len(back.Results) == 1 {
						read(back.Results[0])
					}
					return true
				})
			}
		}
		return true
	})
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// Each sentence that the code says is a format that the catalogue knows.
func TestWords_everySentence(t *testing.T) {
	t.Parallel()
	for _, dir := range homes {
		c, found := parsed(t, dir), 0
		for _, f := range c.files {
			if slices.Contains(startup, filepath.Base(c.where.Position(f.Pos()).Filename)) {
				continue
			}
			sentences(f, func(e ast.Expr) {
				at := c.where.Position(e.Pos()).String()
				if glued(e) {
					t.Errorf("%s: make it a format with places, so that it is found again in the catalogue", at)
				}
				if text, known := sentence(e); known && !slices.Contains(names, text) {
					found++
					translated(t, at, text)
				}
			})
		}
		if found == 0 && dir != "bot/command" {
			t.Errorf("no sentence in %s", dir)
		}
	}
}
