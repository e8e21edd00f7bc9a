package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/policycases"
)

// policyCmd tries the rules of the config before they hold.
type policyCmd struct {
	Explain policyExplainCmd `cmd:"" help:"Say of a made-up request which rule holds, what it demands, and who could approve it now."`
	Test    policyTestCmd    `cmd:"" help:"Judge the made-up requests of files, and compare with what they expect."`
}

type policyTestCmd struct {
	Config string   `default:"passcodebot.yml" placeholder:"FILE" help:"The config file (default: ${default})."`
	JSON   bool     `name:"json" help:"Print JSON."`
	Cases  []string `arg:"" name:"cases" help:"The files of cases."`
}

// Help implements kong.HelpProvider.
func (policyTestCmd) Help() string {
	return `It asks nobody and needs no secrets, so it can run in any CI. docs/policy.example.yml shows what a file of cases holds.

Exit codes: 0 all cases hold, 1 one does not, 2 the config or a file of cases cannot be used.`
}

// errCases says that cases do not hold, which are printed already.
var errCases = errors.New("the policy is not what the cases expect")

// tested is how a case went, as --json prints it.
type tested struct {
	File        string                   `json:"file"`
	Line        int                      `json:"line"`
	Name        string                   `json:"name"`
	Holds       bool                     `json:"holds"`
	Differences []policycases.Difference `json:"differences,omitempty"`
}

// Run tests the cases.
func (c policyTestCmd) Run(s surroundings) error {
	settings, err := config.LoadPolicy(c.Config, nothing)
	if err != nil {
		return err
	}
	policy := settings.Policy(approvals.Home{})
	cases, err := readCases(c.Cases, policy)
	if err != nil {
		return err
	}
	results, failed := make([]tested, 0, len(cases)), 0
	for _, one := range cases {
		differences := one.Check(policy)
		if len(differences) > 0 {
			failed++
		}
		results = append(results, tested{one.File, one.Line, one.Name, len(differences) == 0, differences})
	}
	if c.JSON {
		err = printJSON(s.stdout, map[string]any{"version": 1, "cases": results, "failed": failed})
	} else {
		err = printCases(s.stdout, results, failed)
	}
	if err == nil && failed > 0 {
		err = errCases
	}
	return err
}

// nothing is an environment without variables.
func nothing(string) string { return "" }

// readCases reads all files, and returns all that is wrong with them.
func readCases(files []string, policy approvals.Policy) ([]policycases.Case, error) {
	var cases []policycases.Case
	var problems config.Problems
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			problems = append(problems, config.Problem{File: name, Text: "cannot be read: " + errors.Unwrap(err).Error(), Remedy: "Name a file of cases; docs/policy.example.yml is one."})
			continue
		}
		read, err := policycases.Read(name, data)
		if found, ok := errors.AsType[config.Problems](err); ok {
			problems = append(problems, found...)
			continue
		}
		problems = append(problems, policycases.Undated(read, policy)...)
		cases = append(cases, read...)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return cases, nil
}

// printCases prints a line for each case, and below it what is otherwise than
// expected.
func printCases(out io.Writer, results []tested, failed int) error {
	var p printer
	for _, r := range results {
		if r.Holds {
			p.line("✔ %s", r.Name)
			continue
		}
		p.line("✖ %s (%s:%d)", r.Name, r.File, r.Line)
		for _, d := range r.Differences {
			p.line("    %s", d.Key)
			p.line("      expected %s", d.Expected)
			p.line("      got      %s", d.Got)
			if d.Why != "" {
				p.line("      since    %s", d.Why)
			}
		}
	}
	all := plural(len(results), "case", "cases")
	if failed == 0 {
		p.line("%s, and the policy does what they expect.", all)
	} else {
		p.line("%d of %s: the policy does otherwise. Mend the rules, or the cases where they expect the wrong thing.", failed, all)
	}
	return p.to(out)
}

// printer gathers lines.
type printer struct{ text []byte }

func (p *printer) line(format string, args ...any) {
	p.text = fmt.Appendf(p.text, format+"\n", args...)
}

func (p *printer) to(out io.Writer) error {
	_, err := out.Write(p.text)
	return err
}

// printJSON prints a value as people and programs can read it.
func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
