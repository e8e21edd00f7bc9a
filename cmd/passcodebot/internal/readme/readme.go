// Package readme writes the parts of README.md that come from the code: the
// transcript of the tour, the references of commands and configuration, the
// messages that refuse, and the figures of make bench as they are kept in
// docs/bench.jsonl. Its test holds README.md against them, and rewrites it
// with -update.
package readme

import (
	"fmt"
	"strings"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/command"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/graph/fakeintune"
)

// Fill puts each part between its marks, <!-- begin NAME --> and
// <!-- end NAME -->. Marks that are missing are an error.
func Fill(text string, parts map[string]string) (string, error) {
	for name, part := range parts {
		begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
		before, rest, found := strings.Cut(text, begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			return "", fmt.Errorf("README.md has no marks for %s", name)
		}
		text = before + begin + strings.TrimRight(part, "\n") + "\n" + end + after
	}
	return text, nil
}

// Commands is the reference of what can be typed.
func Commands() string {
	var b strings.Builder
	b.WriteString("| behind `/reset-passcode` | what it does | example |\n| --- | --- | --- |\n")
	for _, f := range command.Forms() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(f.Usage), cell(f.Meaning), code(f.Example))
	}
	return b.String()
}

// Config is the reference of the config file and the environment.
func Config() string {
	var b strings.Builder
	b.WriteString("| key | type | default | meaning | example |\n| --- | --- | --- | --- | --- |\n")
	for _, o := range append(config.Reference(), config.Environment()...) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(o.Key), cell(o.Type), code(o.Default), cell(o.Meaning), code(o.Example))
	}
	return b.String()
}

// Refusals is the list of the sentences that turn something down: first what
// is wrong with a click itself, then what the rules have against an act, then
// what is not understood of a command.
func Refusals() string {
	var b strings.Builder
	b.WriteString("| code | kind | of | what it says | what to do |\n| --- | --- | --- | --- | --- |\n")
	for _, part := range []struct {
		of    string
		table []approvals.Refusal
	}{{"a click", bot.Refusals()}, {"an act", approvals.Refusals()}, {"what was typed", command.Refusals()}} {
		for _, r := range part.table {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(r.Code), r.Kind, part.of, cell(blanks(r.Text)), cell(blanks(r.Hint)))
		}
	}
	return b.String()
}

// Fakes is what the faked Slack and the faked Intune do, for those who test
// programs of their own against them.
func Fakes() string {
	var b strings.Builder
	b.WriteString("| of | kind | what | to know |\n| --- | --- | --- | --- |\n")
	for _, s := range fakeslack.Supported() {
		fmt.Fprintf(&b, "| Slack | %s | %s | %s |\n", s.Kind, code(s.Name), cell(s.Limits))
	}
	for _, s := range fakeintune.Supported() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", s.Of, s.Method, code(s.Path), cell(s.Limits))
	}
	return b.String()
}

// blanks shows the places of a sentence where names and numbers go.
func blanks(s string) string { return strings.ReplaceAll(s, "%s", "…") }

func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(s)
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + strings.NewReplacer("|", `\|`, "\n", " ", "`", "'").Replace(s) + "`"
}
