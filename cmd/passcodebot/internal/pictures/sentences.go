package pictures

import (
	"fmt"
	"regexp"
	"strings"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/command"
	"passcodebot/bot/words"
)

// files are the subjects of the catalogue, in the order of the page.
var files = []struct{ subject, title, says string }{
	{"refusals", "Other refusals", "What Intune, Entra and Slack are the reason of, and parts of the sentences above."},
	{"hints", "What to do next", "Stands behind another sentence."},
	{"stored", "What is stored", "Reasons of devices, how they are enrolled, and the help. They are stored in English and said in the language of who reads."},
	{"thread", "Lines of the thread", "What is said of events."},
	{"card", "The card", ""},
	{"deciding", "Deciding, details and direct messages", ""},
	{"asking", "The form and mentions", ""},
	{"whispers", "Whispers", ""},
	{"home", "App Home", ""},
	{"notices", "Notices", ""},
	{"counts", "Numbers and names", ""},
}

const others = `## All other sentences

Each sentence of the catalogue (` + "`bot/words/texts`" + `), with … where a name, a number or
another sentence goes, and ①, ② and so on where there are several. Behind a
slash stands the form for one.

`

const head = "| English | Deutsch | 日本語 |\n| --- | --- | --- |\n"

// Tables are all refusals by their codes, and all other sentences of the
// catalogue.
func Tables() (string, error) {
	var b strings.Builder
	shown := map[string]bool{}
	for _, part := range []struct {
		title string
		table []approvals.Refusal
	}{{"Clicks", bot.Refusals()}, {"Acts", approvals.Refusals()}, {"Commands", command.Refusals()}} {
		fmt.Fprintf(&b, "### %s that are turned down\n\n| code | English | Deutsch | 日本語 |\n| --- | --- | --- | --- |\n", part.title)
		for _, r := range part.table {
			fmt.Fprintf(&b, "| `%s` |", r.Code)
			for _, l := range words.Languages() {
				fmt.Fprintf(&b, " %s |", strings.Join(nonempty(in(l, r.Text), in(l, r.Hint)), "<br>"))
			}
			b.WriteString("\n")
			shown[r.Text], shown[r.Hint] = true, true
		}
		b.WriteString("\n")
	}
	b.WriteString(others)
	known := map[string]bool{}
	for _, f := range files {
		known[f.subject] = true
		fmt.Fprintf(&b, "### %s\n\n", f.title)
		if f.says != "" {
			b.WriteString(f.says + "\n\n")
		}
		b.WriteString(head)
		for _, english := range words.All(words.German) {
			text, _ := words.Of(words.German, english)
			if text.Subject != f.subject || shown[english] {
				continue
			}
			b.WriteString("|")
			for _, l := range words.Languages() {
				fmt.Fprintf(&b, " %s |", in(l, english))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	for _, english := range words.All(words.German) {
		if text, _ := words.Of(words.German, english); !known[text.Subject] {
			return "", fmt.Errorf("the page has no place for the sentences of %s.yml", text.Subject)
		}
	}
	return b.String(), nil
}

func nonempty(all ...string) (out []string) {
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// in is a sentence in a language, in each of its forms, as a cell of a table.
func in(l words.Language, english string) string {
	text, ok := words.Of(l, english)
	if !ok {
		return cell(english)
	}
	s := cell(text.Forms["other"])
	if one := text.Forms["one"]; one != "" && one != text.Forms["other"] {
		s += " / " + cell(one)
	}
	return s
}

// place is where an argument goes.
var place = regexp.MustCompile(`%(?:\[(\d+)\])?[sdq]`)

// blanks shows the places of a sentence where others go: by their numbers
// where there are several, since the languages have orders of their own.
func blanks(s string) string {
	next, several := 0, len(place.FindAllString(s, -1)) > 1
	s = place.ReplaceAllStringFunc(s, func(m string) string {
		next++
		if explicit := place.FindStringSubmatch(m)[1]; explicit != "" {
			if _, err := fmt.Sscan(explicit, &next); err != nil {
				return m
			}
		}
		if !several {
			return "…"
		}
		return string(rune('①' + next - 1))
	})
	return strings.ReplaceAll(s, "%%", "%")
}

// cell is a text as a cell of a table that shows it as it is.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ", "*", `\*`, "_", `\_`, "~", `\~`).Replace(plainly(blanks(s)))
}
