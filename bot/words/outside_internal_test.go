package words

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"
)

// elsewhere are the files of bot whose words are read elsewhere than in
// Slack, with where that is.
var elsewhere = map[string]string{
	"examine.go":          "a terminal: passcodebot doctor",
	"examine_channels.go": "a terminal: passcodebot doctor",
	"examine_people.go":   "a terminal: passcodebot doctor",
	"examine_tokens.go":   "a terminal: passcodebot doctor",
}

// Nothing that people read is written past the catalogue.
func TestWords_goThroughTheCatalogue(t *testing.T) {
	t.Parallel()
	known := kept(t)
	used := map[string]bool{}
	for _, s := range sources(t) {
		s.walk(func(n ast.Node, inside []ast.Node) {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return
			}
			text, _ := literal(lit)
			if !forPeople(text, inside) || spoken(lit, inside) || internal(inside) || known[text] {
				return
			}
			if elsewhere[s.name] != "" {
				used[s.name] = true
				return
			}
			t.Errorf("%s: %q is not said through the catalogue", s.at(n), text)
		})
	}
	for name := range elsewhere {
		if !used[name] {
			t.Errorf("%s is excepted and has nothing that needs it", name)
		}
	}
}

// keptIn are the files of texts that were stored in English, and are said by
// Known.
var keptIn = []string{"refusals.yml", "hints.yml", "stored.yml"}

// kept is the English of the texts that are stored and that each language has.
func kept(t *testing.T) map[string]bool {
	t.Helper()
	only := fstest.MapFS{}
	for _, l := range Languages() {
		for _, name := range keptIn {
			name = path.Join("texts", string(l), name)
			if raw, err := files.ReadFile(name); err == nil {
				only[name] = &fstest.MapFile{Data: raw}
			}
		}
	}
	found, err := load(only)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for english := range found[German] {
		_, all[english] = found[Japanese][english]
	}
	return all
}

var (
	severalWords = regexp.MustCompile(`\pL{2,}[^\pL]* .*\pL|\pL.* [^\pL]*\pL{2,}|^\pL{2,}[^\pL]* $|^ [^\pL]*\pL{2,}`)
	aWord        = regexp.MustCompile(`\pL{2,}`)
)

// forPeople says that a literal looks like words: several, or one where Slack
// shows a text.
func forPeople(text string, inside []ast.Node) bool {
	if severalWords.MatchString(text) {
		return true
	}
	if !aWord.MatchString(text) {
		return false
	}
	for _, n := range slices.Backward(inside) {
		switch n := n.(type) {
		case *ast.IndexExpr:
			return false // the name of something in a map
		case *ast.CallExpr:
			_, name := called(n)
			if slices.Contains([]string{"plainText", "markdown", "heading", "footnote", "NewTextBlockObject", "MsgOptionText"}, name) {
				return true
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Text" {
				return true
			}
		}
	}
	return false
}

// spoken says that a literal is a sentence that Say says.
func spoken(lit *ast.BasicLit, inside []ast.Node) bool {
	for _, n := range inside {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			continue
		}
		if _, name := called(c); name == "Say" && len(c.Args) > 0 && within(c.Args[0], lit) {
			return true
		}
	}
	return false
}

func within(outer, inner ast.Node) bool {
	return outer.Pos() <= inner.Pos() && inner.End() <= outer.End()
}

// internal says that a literal is for the log, the error of a call, a
// pattern or the compiler, or is something that people type.
func internal(inside []ast.Node) bool {
	for _, n := range inside {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field:
			return true
		case *ast.CallExpr:
			of, name := called(n)
			switch {
			case slices.Contains([]string{"log", "Logger", "slog"}, of) && slices.Contains([]string{"Debug", "Info", "Warn", "Error", "Log", "String", "With"}, name):
				return true
			case of == "errors" && name == "New", of == "fmt" && name == "Errorf", of == "regexp" && name == "MustCompile", of == "" && name == "code":
				return true
			}
		}
	}
	return false
}
