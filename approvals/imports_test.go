package approvals_test

import (
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// sources returns the names of the package's files that are not tests.
func sources(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		t.Fatal("no sources found")
	}
	return names
}

// The rules know nothing of Slack, Graph and databases; a path whose first
// element has no dot and is not this module's is the standard library's.
func TestImports_standardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, name := range sources(t) {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range f.Imports {
			path, err := strconv.Unquote(imported.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(path, "/")
			if strings.Contains(first, ".") || first == "passcodebot" {
				t.Errorf("%s imports %s; want the standard library only", name, path)
			}
		}
	}
}
