package audit_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
)

var update = flag.Bool("update", false, "write the table of kinds into docs/audit.md")

// The page for auditors has every kind of event, as the code knows it.
func TestDocs_kinds(t *testing.T) {
	t.Parallel()
	const path, begin, end = "../../../../docs/audit.md", "<!-- begin kinds -->\n", "<!-- end kinds -->\n"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), begin)
	table, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("the page has no place for the table")
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+kindsTable()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(kindsTable(), "\n"), strings.Split(table, "\n")); diff != "" {
		t.Errorf("run this test with -update (-want +got):\n%s", diff)
	}
	for _, c := range audit.Columns() {
		if !strings.Contains(before, "`"+c+"`") {
			t.Errorf("the column %s is not on the page", c)
		}
	}
	if !strings.Contains(before, audit.Schema) || !strings.Contains(before, "`"+audit.ECSVersion+"`") {
		t.Error("the schema or the version of ECS is not on the page")
	}
}

func kindsTable() string {
	var b strings.Builder
	b.WriteString("| kind | what it says | `data` | ECS category | type | outcome |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, f := range audit.Facts() {
		var data []string
		for _, name := range f.Data {
			data = append(data, "`"+name+"`")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n",
			f.Kind, f.Meaning, strings.Join(data, " "), strings.Join(f.Category, ", "), strings.Join(f.Type, ", "), f.Outcome)
	}
	return b.String()
}

// A log that was recorded of a real process has no names in its data that
// auditors are not told of.
func TestFacts_recordedLog(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../../chaos/internal/check/testdata/audit.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for l := range bytes.Lines(raw) {
		var e struct {
			Kind approvals.EventKind
			Data map[string]string
		}
		if err := json.Unmarshal(l, &e); err != nil {
			t.Fatal(err)
		}
		lines++
		for name := range e.Data {
			if !slices.Contains(audit.FactOf(e.Kind).Data, name) {
				t.Errorf("%s has %s in its data, which its Fact has not", e.Kind, name)
			}
		}
	}
	if lines < 20 {
		t.Errorf("only %d events were looked at", lines)
	}
}
