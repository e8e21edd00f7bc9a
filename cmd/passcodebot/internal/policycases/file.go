package policycases

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
)

// Case is one case of a file.
type Case struct {
	File     string
	Line     int
	Name     string
	Given    Given
	Expected Expected

	made approvals.Case
}

// written is a case as it stands in the file.
type written struct {
	Name     string    `yaml:"name"`
	Given    *Given    `yaml:"given"`
	Expected *Expected `yaml:"expected"`
}

// maxCases is how large a file of cases may be.
const maxCases = 1 << 20

// noTime is when a request is made that does not say: any instant does, where
// no rule looks at the time.
var noTime = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

const shape = "Write cases: and below it a list, each with name, given and expected; docs/policy.example.yml shows them."

// Read reads a file of cases: given, which all cases share, and cases, the list
// of them. The error is of type config.Problems, and has all that is wrong.
func Read(name string, data []byte) ([]Case, error) {
	f := file{name: name}
	f.read(data)
	if len(f.problems) > 0 {
		return nil, f.problems
	}
	return f.cases, nil
}

// file is a file that is being read.
type file struct {
	name     string
	shared   ast.Node // what all cases share; nil for nothing
	cases    []Case
	problems config.Problems
}

func (f *file) say(line int, key, text, remedy string) {
	f.problems = append(f.problems, config.Problem{File: f.name, Line: line, Key: key, Text: text, Remedy: remedy})
}

func (f *file) read(data []byte) {
	if len(data) > maxCases || !utf8.Valid(data) {
		f.say(0, "", fmt.Sprintf("is no text in UTF-8, or is larger than %d KiB", maxCases>>10), "Name a file of cases. "+shape)
		return
	}
	tokens := lexer.Tokenize(string(data))
	if place, deep := config.TooDeep(tokens); deep {
		f.say(place.Line, "", "this is nested more deeply than cases need", shape)
		return
	}
	parsed, err := parser.Parse(tokens, 0)
	if err != nil {
		f.refuse(err)
		return
	}
	var top ast.MapNode
	for _, d := range parsed.Docs {
		if m, ok := d.Body.(ast.MapNode); ok && top == nil {
			top = m
		} else if d.Body != nil {
			f.say(line(d.Body), "", "one set of keys is expected in the file", shape)
			return
		}
	}
	if top == nil {
		f.say(0, "", "there is nothing in it", shape)
		return
	}
	f.top(top)
}

// top reads the keys of the file.
func (f *file) top(m ast.MapNode) {
	var list ast.Node
	for it := m.MapRange(); it.Next(); {
		switch key := it.Key().String(); key {
		case "given":
			f.shared = it.Value()
			var g Given
			f.decode(f.shared, &g)
		case "cases":
			list = it.Value()
		default:
			f.unknown(line(it.Key()), key)
		}
	}
	items, ok := list.(*ast.SequenceNode)
	if !ok || len(items.Values) == 0 {
		if len(f.problems) == 0 {
			f.say(line(list), "cases", "there are no cases", shape)
		}
		return
	}
	for _, node := range items.Values {
		f.one(node)
	}
}

// one reads one case: what all share first, and then its own.
func (f *file) one(node ast.Node) {
	var w written
	g := Given{}
	if f.shared != nil && yaml.NodeToValue(f.shared, &g) != nil {
		return // it is reported already
	}
	w.Given = &g
	if !f.decode(node, &w) {
		return
	}
	c := Case{File: f.name, Line: line(node), Name: w.Name}
	if w.Given != nil {
		g = *w.Given
	}
	c.Given = g
	switch {
	case w.Name == "":
		f.say(c.Line, "name", "the case has no name", "Write name: and a few words that say what it shows.")
		return
	case slices.ContainsFunc(f.cases, func(other Case) bool { return other.Name == w.Name }):
		f.say(c.Line, "name", fmt.Sprintf("there are two cases %q", w.Name), "Give each its own name.")
	case w.Expected == nil || reflect.DeepEqual(*w.Expected, Expected{}):
		f.say(c.Line, "expected", fmt.Sprintf("nothing is expected of %q, so that it could never fail", w.Name), "Write expected: and below it what must come of it, such as rule or quorum.")
		return
	case g.Requester == "" && len(g.Groups) == 0:
		f.say(c.Line, "given", fmt.Sprintf("nobody asks in %q", w.Name), "Write requester: with a Slack id, or requester_groups: with the groups that the requester is in.")
	}
	c.Expected = *w.Expected
	named := config.Problem{File: f.name, Line: c.Line, Key: "expected", Text: strconv.Quote(w.Name) + ": "}
	f.problems = append(f.problems, Problems(c.Expected.check(), named)...)
	var err error
	c.made, err = g.Case(noTime)
	named.Key = "given"
	f.problems = append(f.problems, Problems(err, named)...)
	f.cases = append(f.cases, c)
}

// decode reads a node, and says whether it could.
func (f *file) decode(node ast.Node, into any) bool {
	err := yaml.NodeToValue(node, into, yaml.Strict())
	if err != nil {
		f.refuse(err)
	}
	return err == nil
}

// Undated returns a problem for each case that says no time though a rule
// of the policy depends on it.
func Undated(cases []Case, p approvals.Policy) config.Problems {
	timed := slices.IndexFunc(p.Rules, func(r approvals.Rule) bool { return len(r.When.Times) > 0 })
	if timed < 0 {
		return nil
	}
	var problems config.Problems
	for _, c := range cases {
		if c.Given.At == "" {
			problems = append(problems, config.Problem{
				File: c.File, Line: c.Line, Key: "given",
				Text:   fmt.Sprintf("%q does not say when it is asked, and the rule %q looks at the time", c.Name, p.Rules[timed].Name),
				Remedy: "Write at: and a time, such as 2026-03-02 22:30 Europe/Berlin, in the case, or in given: at the top for all.",
			})
		}
	}
	return problems
}
