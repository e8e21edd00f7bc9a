package pictures

import (
	"fmt"
	"html"
	"strings"
)

const intro = `# What passcodebot says

Every card, message, form and App Home, drawn by the sandbox's renderer from
the same files that the tests hold the code against, and every sentence in each
language. All of it is made by ` + "`make pictures`" + `: don't edit it.

Each message has a text that says all that its blocks say, for notifications and
screen readers. It is below the picture, as Slack is given it: Slack puts names
for ` + "`<@U0ANNA>`" + ` and the reader's time for ` + "`<!date^…>`" + `.

`

// Page is docs/messages.md. Read gives a golden by its name and language.
func Page(read func(name string) (Golden, error)) (string, error) {
	var b strings.Builder
	b.WriteString(intro)
	subjects := Subjects()
	for _, s := range append(subjects, Subject{Title: "All other sentences"}) {
		fmt.Fprintf(&b, "- [%s](#%s)\n", s.Title, anchor(s.Title))
	}
	for _, s := range subjects {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Title, s.Says)
		for _, p := range s.Pieces {
			if err := piece(&b, p, read); err != nil {
				return "", fmt.Errorf("%s: %w", p.Name, err)
			}
		}
	}
	tables, err := Tables()
	if err != nil {
		return "", err
	}
	b.WriteString("\n" + tables)
	return strings.TrimRight(b.String(), "\n") + "\n", nil
}

func anchor(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }

// piece writes one golden: its pictures and its text, or a table of what is
// not drawn.
func piece(b *strings.Builder, p Piece, read func(name string) (Golden, error)) error {
	fmt.Fprintf(b, "\n### %s\n\n%s\n", p.Heading, p.When)
	g, err := read(p.Name + ".en")
	if err != nil {
		return err
	}
	if !g.Drawn() {
		g.list(b)
		return nil
	}
	if n := len(g.Messages); n > len(g.shown()) {
		fmt.Fprintf(b, "The picture has the first and the last of its %d messages.\n", n)
	}
	for _, l := range p.Looks() {
		other, err := read(p.Name + "." + l.Language)
		if err != nil {
			return err
		}
		alt, err := other.alt()
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "\n<img src=\"pictures/%s\" width=\"%d\" alt=\"%s\">\n", l.File(p.Name), g.wide(), html.EscapeString(alt))
	}
	return g.details(b)
}

// details has all of the text, which can be unfolded.
func (g Golden) details(b *strings.Builder) error {
	all, err := g.read()
	if err != nil {
		return err
	}
	summary := "The text"
	if g.Messages == nil {
		summary = "What stands in it, in this order"
	} else if len(all) > 1 {
		summary = fmt.Sprintf("The texts of the %d messages", len(all))
	}
	fmt.Fprintf(b, "\n<details><summary>%s</summary>\n", summary)
	for i, s := range all {
		all[i] = plainly(s)
	}
	if g.Messages == nil {
		all = []string{strings.Join(all, "\n")}
	}
	for _, s := range all {
		fmt.Fprintf(b, "\n```text\n%s\n```\n", strings.ReplaceAll(s, "```", "'''"))
	}
	b.WriteString("\n</details>\n")
	return nil
}

// list tells in words what is not drawn.
func (g Golden) list(b *strings.Builder) {
	b.WriteString("\n")
	for _, s := range g.Texts {
		fmt.Fprintf(b, "- %s\n", plain(s))
	}
	for i, o := range g.Offers {
		fmt.Fprintf(b, "- Answer %d:\n", i+1)
		options(b, "", o.Options)
		for _, group := range o.Groups {
			options(b, group.Label.Text, group.Options)
		}
		if len(o.Options)+len(o.Groups) == 0 {
			b.WriteString("  - nothing is offered\n")
		}
	}
}

func options(b *strings.Builder, label string, all []option) {
	if label != "" {
		label = plain(label) + " – "
	}
	for _, o := range all {
		fmt.Fprintf(b, "  - %s**%s**", label, plain(o.Text.Text))
		if d := o.Description.Text; d != "" {
			fmt.Fprintf(b, ": %s", plain(d))
		}
		b.WriteString("\n")
	}
}

// plain is a text in a list, which formats nothing.
func plain(s string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`").Replace(plainly(s))
}
