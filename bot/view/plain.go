package view

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/slack-go/slack/slackutilsx"

	"passcodebot/approvals"
)

// Plain returns s as it may stand in a message: on one line, cut to limit
// runes with an ellipsis, control and direction characters made visible or
// dropped, and escaped, so that it is shown and does nothing.
// Slack: & < > are the characters that must be escaped in text.
func Plain(s string, limit int) string {
	return slackutilsx.EscapeMessage(approvals.Excerpt(visible(s), limit))
}

// prose returns a sentence of ours as it may stand in a message. Its code
// style stays; what people typed and it quotes can still do nothing.
func prose(s string, limit int) string {
	parts := strings.Split(s, "`")
	for i := range parts {
		lead, trail := strings.HasPrefix(parts[i], " "), strings.HasSuffix(parts[i], " ") && strings.TrimSpace(parts[i]) != ""
		parts[i] = Plain(parts[i], limit)
		if lead {
			parts[i] = " " + parts[i]
		}
		if trail {
			parts[i] += " "
		}
	}
	return strings.TrimSpace(strings.Join(parts, "`"))
}

// mark is put between the characters that Slack would read as formatting and
// what is beside them: it shows nothing and keeps the text from pretending.
const mark = "\u2060"

// visible folds white space, and shows characters that would hide something.
func visible(s string) string {
	var b strings.Builder
	space := false
	before := ' '
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || r == '\u200b':
			space = b.Len() > 0
			before = ' '
			continue
		case unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c':
			// Direction marks and the like: a reader must see them.
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
			continue
		case unicode.IsControl(r), r == unicode.ReplacementChar:
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
		// Formatting begins where no letter stands before.
		if strings.ContainsRune("*_~`", r) && !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			b.WriteString(mark)
		}
		before = r
	}
	return b.String()
}

// code returns s in Slack's code style, for ids and serials.
func code(s string, limit int) string {
	s = strings.NewReplacer("`", "'", mark, "").Replace(visible(s))
	return "`" + slackutilsx.EscapeMessage(approvals.Excerpt(s, limit)) + "`"
}

// link returns a link with a text that is already fit for Slack.
func link(url, text string) string {
	return "<" + strings.NewReplacer("|", "%7C", ">", "%3E", "<", "%3C", " ", "%20").Replace(url) + "|" + text + ">"
}

// person mentions somebody by id.
func person(id string) string { return "<@" + id + ">" }

// audience mentions groups and people, each once.
func audience(a approvals.Audience) string {
	var parts []string
	for _, g := range a.Groups {
		parts = append(parts, "<!subteam^"+g+">")
	}
	for _, p := range a.People {
		parts = append(parts, person(p))
	}
	const most = 10
	if len(parts) > most {
		parts = append(parts[:most], fmt.Sprintf("and %d more", len(parts)-most))
	}
	return strings.Join(parts, " ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func passcodes(n int) string { return count(n, "passcode", "passcodes") }
func devices(n int) string   { return count(n, "device", "devices") }
