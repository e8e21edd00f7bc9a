package audit_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
)

// export writes events in a format.
func export(t *testing.T, format string, events ...approvals.Event) string {
	t.Helper()
	var out bytes.Buffer
	e := audit.NewExport(format, &out)
	err := e.Begin()
	for _, event := range events {
		if err == nil {
			err = e.Write(event)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// everyKind is an event of every kind, with all the data that it can have.
func everyKind() (events []approvals.Event) {
	for i, f := range audit.Facts() {
		e := approvals.Event{Seq: approvals.Seq(i + 1), At: at, Kind: f.Kind, Text: "because <it> & that"}
		for _, name := range f.Data {
			if e.Data == nil {
				e.Data = map[string]string{}
			}
			e.Data[name] = "value of " + name
		}
		if i%2 == 0 {
			e.Request, e.Device = approvals.ID(i+1), "d1"
			e.Actor = approvals.Actor{ID: "U0RITA", Name: "rita", Team: "T0"}
		}
		events = append(events, e)
	}
	return append(events, approvals.Event{Seq: 999, At: at, Kind: "newer.kind"})
}

// kinds reads the kinds of events from the code, which has them nowhere else.
func kinds(t *testing.T) (all []approvals.EventKind) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../../../approvals/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return true
		}
		if typ, ok := v.Type.(*ast.Ident); ok && typ.Name == "EventKind" {
			s, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, approvals.EventKind(s))
		}
		return true
	})
	if len(all) < 30 {
		t.Fatalf("only %d kinds were found", len(all))
	}
	return all
}

// A kind that is added is a kind that people must be told of.
func TestFacts_everyKind(t *testing.T) {
	t.Parallel()
	var have []approvals.EventKind
	for _, f := range audit.Facts() {
		have = append(have, f.Kind)
		if f.Meaning == "" || f.Outcome == "" {
			t.Errorf("%s has no meaning or no outcome", f.Kind)
		}
	}
	want := kinds(t)
	slices.Sort(have)
	slices.Sort(want)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

// expected is which types the Elastic Common Schema expects in a category.
var expected = map[string]string{
	"api":            "access admin allowed change creation deletion denied end info start user",
	"authentication": "start end info",
	"database":       "access change info error",
	"iam":            "admin change creation deletion group info user",
	"process":        "access change end info start",
	"session":        "start end info",
}

func TestFacts_elastic(t *testing.T) {
	t.Parallel()
	for _, f := range audit.Facts() {
		var types []string
		for _, c := range f.Category {
			if expected[c] == "" {
				t.Errorf("%s: there is no category %s", f.Kind, c)
			}
			types = append(types, strings.Fields(expected[c])...)
		}
		for _, typ := range f.Type {
			if !slices.Contains(types, typ) {
				t.Errorf("%s: type %s is not expected in %v", f.Kind, typ, f.Category)
			}
		}
		if (len(f.Category) == 0) != (len(f.Type) == 0) {
			t.Errorf("%s: category %v and type %v", f.Kind, f.Category, f.Type)
		}
		if !slices.Contains([]string{"success", "failure", "unknown"}, f.Outcome) {
			t.Errorf("%s: outcome %s", f.Kind, f.Outcome)
		}
	}
}

// The schema in the documentation is what is written, and tells it from what
// is not.
func TestJSONLines_schema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.NewCompiler().Compile("../../../../docs/audit.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(line string) error {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	lines := strings.Split(strings.TrimSuffix(export(t, "jsonl", everyKind()...), "\n"), "\n")
	if len(lines) != len(kinds(t))+1 {
		t.Errorf("%d lines for %d kinds", len(lines), len(kinds(t)))
	}
	for _, l := range lines {
		if err := check(l); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	}
	for _, change := range [][2]string{
		{"audit/1", "audit/2"},
		{`"seq":1,`, `"seq":0,`},
		{`"seq":1,`, `"seq":"1",`},
		{`"seq":1,`, ``},
		{`"at":"2026`, `"at":"x2026`},
		{`"kind":"request.asked",`, ``},
		{`"request":"R-1"`, `"request":1`},
		{`"request":"R-1"`, `"request":"R-0"`},
		{`{"id":"U0RITA",`, `{`},
		{`"device":"d1"`, `"device":"d1","passcode":"1234"`},
		{`"value of via"`, `1`},
	} {
		bad := strings.Replace(lines[0], change[0], change[1], 1)
		if bad == lines[0] {
			t.Errorf("%v changes nothing in %s", change, bad)
		}
		if check(bad) == nil {
			t.Errorf("the schema takes %s", bad)
		}
	}
}

func TestElastic(t *testing.T) {
	t.Parallel()
	got := export(t, "ecs", approvals.Event{
		Seq: 7, At: at, Request: 12, Kind: approvals.ResetFailed, Actor: approvals.Actor{ID: "U0RITA", Name: "rita", Team: "T0"}, Device: "d1",
		Text: "Intune refused it.", Data: map[string]string{"code": "forbidden", "graph_request_id": "g-1", "rule": "night"},
	}, approvals.Event{
		Seq: 8, At: at, Kind: approvals.ProcessSignedIn, Data: map[string]string{"service": "entra", "tenant": "t-1"},
	}, approvals.Event{
		Seq: 9, At: at, Kind: approvals.ResetOutside, Device: "d2", Data: map[string]string{"by": "ann@example.com", "owner": "bob@example.com"},
	}, approvals.Event{Seq: 10, At: at, Kind: approvals.RunEnded, Text: "failed"}, approvals.Event{Seq: 11, At: at, Kind: approvals.WasRefused, Data: map[string]string{"request": "99"}})
	want := `{"@timestamp":"2026-11-24T22:00:00Z","ecs":{"version":"8.17.0"},"message":"R-12: Intune refused the reset, by rita: Intune refused it.","event":{"kind":"event","category":["iam"],"type":["admin","change"],"action":"reset.failed","outcome":"failure","reason":"Intune refused it.","code":"forbidden","sequence":7,"module":"passcodebot","dataset":"passcodebot.audit"},"service":{"name":"passcodebot","type":"passcodebot"},"user":{"id":"U0RITA","name":"rita"},"organization":{"id":"T0"},"device":{"id":"d1"},"rule":{"name":"night"},"http":{"request":{"id":"g-1"}},"related":{"user":["U0RITA","rita"]},"labels":{"code":"forbidden","graph_request_id":"g-1","request":"R-12","rule":"night","schema":"passcodebot.audit/1"}}
{"@timestamp":"2026-11-24T22:00:00Z","ecs":{"version":"8.17.0"},"message":"passcodebot signed in to a service","event":{"kind":"event","category":["authentication"],"type":["start"],"action":"process.signed-in","outcome":"success","sequence":8,"module":"passcodebot","dataset":"passcodebot.audit"},"service":{"name":"passcodebot","type":"passcodebot"},"cloud":{"provider":"azure","account":{"id":"t-1"}},"labels":{"schema":"passcodebot.audit/1","service":"entra","tenant":"t-1"}}
{"@timestamp":"2026-11-24T22:00:00Z","ecs":{"version":"8.17.0"},"message":"a reset that Intune has recorded and passcodebot did not send","event":{"kind":"event","category":["iam"],"type":["admin","change"],"action":"reset.outside","outcome":"success","sequence":9,"module":"passcodebot","dataset":"passcodebot.audit"},"service":{"name":"passcodebot","type":"passcodebot"},"user":{"name":"ann@example.com"},"device":{"id":"d2"},"related":{"user":["ann@example.com","bob@example.com"]},"labels":{"by":"ann@example.com","owner":"bob@example.com","schema":"passcodebot.audit/1"}}
{"@timestamp":"2026-11-24T22:00:00Z","ecs":{"version":"8.17.0"},"message":"every device has its outcome; text says succeeded, partial or failed: failed","event":{"kind":"event","category":["iam"],"type":["admin","change"],"action":"run.ended","outcome":"failure","reason":"failed","sequence":10,"module":"passcodebot","dataset":"passcodebot.audit"},"service":{"name":"passcodebot","type":"passcodebot"},"labels":{"schema":"passcodebot.audit/1"}}
{"@timestamp":"2026-11-24T22:00:00Z","ecs":{"version":"8.17.0"},"message":"somebody tried what they may not do; why is in text","event":{"kind":"event","category":["iam","api"],"type":["admin","denied"],"action":"act.refused","outcome":"failure","sequence":11,"module":"passcodebot","dataset":"passcodebot.audit"},"service":{"name":"passcodebot","type":"passcodebot"},"labels":{"request":"99","schema":"passcodebot.audit/1"}}
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for l := range strings.Lines(export(t, "ecs", everyKind()...)) {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	got := export(t, "csv", approvals.Event{
		Seq: 7, At: at, Request: 12, Kind: approvals.WasRefused, Actor: approvals.Actor{ID: "U0RITA", Name: `=HYPERLINK("x")`, Team: "T0"}, Device: "d1",
		Text: "two\nlines, \u202eback", Data: map[string]string{"code": "x", "act": "=1"},
	})
	want := "schema,seq,at,kind,request,actor_id,actor_name,actor_team,device,text,data\r\n" +
		`passcodebot.audit/1,7,2026-11-24T22:00:00Z,act.refused,R-12,U0RITA,"'=HYPERLINK(""x"")",T0,d1,"two␊lines, [U+202E]back","{""act"":""=1"",""code"":""x""}"` + "\r\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, tt := range map[string][2]string{
		"plain":            {"lost his phone - again", "lost his phone - again"},
		"a formula":        {"=1+1", "'=1+1"},
		"a sum":            {"+49 30 123", "'+49 30 123"},
		"a difference":     {"-2", "'-2"},
		"an address":       {"@SUM(1)", "'@SUM(1)"},
		"full width":       {"＝1＋1", "'＝1＋1"},
		"behind spaces":    {"  \u00a0=1", "  [U+00A0]'=1"},
		"behind a quote":   {`"=1`, `"'=1`},
		"behind a ZWSP":    {"\u200b=1", "[U+200B]'=1"},
		"behind a tab":     {"\t=1", "'␉'=1"},
		"behind a return":  {"\r=1", "'␍'=1"},
		"other separators": {"a;=1|+2,\t-3\n@4", "a;'=1|'+2,'␉'-3␊'@4"},
		"only one":         {"==", "'=="},
		"nothing":          {"", ""},
		"escape":           {"\x1b[31m\x7f\u0085", "␛[31m␡[U+0085]"},
	} {
		rows, err := csv.NewReader(strings.NewReader(export(t, "csv", approvals.Event{Text: tt[0]}))).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][9] != tt[1] {
			t.Errorf("%s: got %q, want %q (%v)", name, rows, tt[1], err)
		}
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	rita := approvals.Event{At: at, Kind: approvals.Asked, Request: 1, Actor: approvals.Actor{ID: "U0RITA", Name: "Rita Ray"}}
	reset := approvals.Event{At: at, Kind: approvals.ResetAccepted, Request: 1, Device: "d1", Data: map[string]string{"by": "person"}}
	for name, tt := range map[string]struct {
		filter audit.Filter
		event  approvals.Event
		want   bool
	}{
		"all":             {audit.Filter{}, rita, true},
		"since then":      {audit.Filter{Since: at}, rita, true},
		"since later":     {audit.Filter{Since: at.Add(1)}, rita, false},
		"until then":      {audit.Filter{Until: at}, rita, false},
		"until later":     {audit.Filter{Until: at.Add(1)}, rita, true},
		"by id":           {audit.Filter{Person: "u0rita"}, rita, true},
		"by name":         {audit.Filter{Person: "rita ray"}, rita, true},
		"by half a name":  {audit.Filter{Person: "rita"}, rita, false},
		"nobody":          {audit.Filter{Person: "U0RITA"}, reset, false},
		"of a message":    {audit.Filter{Person: "U1"}, approvals.Event{Kind: approvals.MessagePosted, Data: map[string]string{"to": "U1"}}, true},
		"outside":         {audit.Filter{Person: "a@b.c"}, approvals.Event{Kind: approvals.ResetOutside, Data: map[string]string{"by": "a@b.c"}}, true},
		"by whom":         {audit.Filter{Person: "person"}, reset, true},
		"its request":     {audit.Filter{Request: 1}, rita, true},
		"another request": {audit.Filter{Request: 2}, rita, false},
		"its device":      {audit.Filter{Devices: map[string]bool{"d1": true}}, reset, true},
		"another device":  {audit.Filter{Devices: map[string]bool{"d2": true}}, reset, false},
		"no device":       {audit.Filter{Devices: map[string]bool{"d1": true}}, rita, false},
		"both":            {audit.Filter{Person: "U0RITA", Devices: map[string]bool{"d1": true}}, reset, false},
	} {
		if got := tt.filter.Wants(tt.event); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestNewExport_formats(t *testing.T) {
	t.Parallel()
	for _, f := range audit.Formats() {
		if audit.NewExport(f, os.Stdout) == nil {
			t.Errorf("there is no %s", f)
		}
	}
}
