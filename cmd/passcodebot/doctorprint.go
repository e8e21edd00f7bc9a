package main

import (
	"io"
	"regexp"
)

// width is how long the lines of a remedy are at the most.
const width = 100

// print prints a line for each check, and below it what to do.
func (d diagnosis) print(out io.Writer) error {
	signs := map[mark]string{well: "✔", note: "·", warns: "!", wrong: "✖"}
	var p printer
	wrongs, warnings := 0, 0
	for _, s := range d.Sections {
		p.line("%s", s.Name)
		wrongs, warnings = wrongs+s.has(wrong), warnings+s.has(warns)
		for _, k := range s.Checks {
			p.line("  %s %s", signs[k.Mark], k.Text)
			for _, l := range wrapped(k.Hint, width) {
				p.line("      %s", l)
			}
			if k.Ref != "" && k.Mark == wrong {
				p.line("      Microsoft's support asks for this: %s", k.Ref)
			}
		}
		p.line("")
	}
	switch looks := plural(warnings, "thing deserves a look", "things deserve a look"); {
	case wrongs > 0 && warnings > 0:
		p.line("%s, and %s.", plural(wrongs, "thing is wrong", "things are wrong"), looks)
	case wrongs > 0:
		p.line("%s.", plural(wrongs, "thing is wrong", "things are wrong"))
	case warnings > 0:
		p.line("Nothing is wrong; %s.", looks)
	default:
		p.line("All is well.")
	}
	return p.to(out)
}

// unbroken matches what stays in one line: a word, or a path in quotes.
var unbroken = regexp.MustCompile(`'[^']*(?:'\\''[^']*)*'\S*|\S+`)

// wrapped breaks a text into lines at its blanks.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range unbroken.FindAllString(text, -1) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
