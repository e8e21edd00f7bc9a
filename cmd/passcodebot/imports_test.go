package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The table of who may import whom. The longest folder that holds a file
// counts. Tests may cross it.
var mayImport = map[string][]string{
	"approvals":          {},
	"store":              {"approvals", "store/bolt"},
	"store/bolt":         {"approvals", "go.etcd.io/bbolt"},
	"store/storetest":    {"approvals", "store", "github.com/anishathalye/porcupine", "github.com/google/go-cmp", "pgregory.net/rapid"},
	"graph":              {"approvals", "graph/odata", "github.com/Azure", "github.com/microsoft", "github.com/microsoftgraph"},
	"graph/odata":        {},
	"graph/fakeintune":   {"github.com/golang-jwt/jwt"},
	"graph/graphtest":    {"graph", "graph/fakeintune"},
	"bot":                {"approvals", "bot/view", "bot/command", "bot/words", "github.com/slack-go/slack", "github.com/gorilla/websocket", "golang.org/x/time"},
	"bot/view":           {"approvals", "bot/command", "bot/words", "github.com/slack-go/slack"},
	"bot/words":          {"github.com/goccy/go-yaml", "golang.org/x/text"},
	"bot/command":        {"approvals"},
	"bot/fakeslack":      {"bot/fakeslack/page", "github.com/coder/websocket"},
	"bot/fakeslack/page": {},
	"cmd/bench":          {"approvals", "store", "bot/fakeslack", "graph/fakeintune", "cmd/bench/internal/today", "cmd/internal/botprocess", "cmd/internal/built"},
	// What the product is compared with has Microsoft's SDK of its own.
	"cmd/bench/internal/today": {"github.com/Azure", "github.com/microsoft", "github.com/microsoftgraph"},
	"cmd/chaos":                {"cmd/chaos/internal/check", "cmd/internal/botprocess", "cmd/internal/built"},
	"cmd/chaos/internal/check": {"bot/fakeslack", "graph/fakeintune"},
	"cmd/internal/botprocess":  {},
	"cmd/internal/built":       {},
	"cmd/fakes":                {"bot/fakeslack", "graph/fakeintune"},
	"cmd/passcodebot":          {"approvals", "bot", "graph", "store", "cmd/passcodebot", "github.com/alecthomas/kong", "github.com/goccy/go-yaml", "github.com/robfig/cron"},
}

// The arrows point inwards, and each outside library has one home.
func TestImports_pointInwards(t *testing.T) {
	t.Parallel()
	const root = "../.."
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files++
		home := filepath.ToSlash(filepath.Dir(rel))
		for mayImport[home] == nil && home != "." {
			home = filepath.ToSlash(filepath.Dir(home))
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			target, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			ours, isOurs := strings.CutPrefix(target, "passcodebot/")
			first, _, _ := strings.Cut(target, "/")
			if !isOurs && !strings.Contains(first, ".") {
				continue // the standard library
			}
			if !slices.ContainsFunc(mayImport[home], func(allowed string) bool { return allows(home, allowed, ours) }) {
				t.Errorf("%s imports %s, which %s may not", rel, target, home)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("only %d files were looked at", files)
	}
}

// allows says that an entry of the table covers an import. Of our own
// packages only the binary may take what is below an entry.
func allows(home, allowed, target string) bool {
	if target == allowed {
		return true
	}
	outside := strings.Contains(strings.SplitN(allowed, "/", 2)[0], ".")
	return (outside || home == "cmd/passcodebot") && strings.HasPrefix(target, allowed+"/")
}
