package view

import (
	"strings"

	"github.com/slack-go/slack/slackutilsx"

	"passcodebot/approvals"
)

// Plain returns s as it may stand in a message: on one line, cut to limit
// runes with an ellipsis, with what would hide or cover something made
// visible, and escaped, so that it is shown and does nothing. Whatever others
// have typed comes into a message by this, or by code.
// Slack: & < > are the characters that must be escaped in text.
func Plain(s string, limit int) string {
	return slackutilsx.EscapeMessage(approvals.Excerpt(visible(s, limit), limit))
}

// prose returns a sentence of ours as it may stand in a message. Its code
// style stays; what people typed and it quotes can still do nothing.
func prose(s string, limit int) string {
	parts := strings.Split(approvals.Excerpt(s, limit), "`")
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

// mark is put around the characters that Slack would read as formatting: it
// shows nothing and keeps the text from pretending.
// Slack: there is no escape for * _ ~; they format only in pairs that have
// no letter outside and something to show inside.
const mark = "\u2060"

// code returns s in Slack's code style, for ids and serials.
func code(s string, limit int) string {
	s = strings.ReplaceAll(visible(s, 3*limit), mark, "")
	return "`" + slackutilsx.EscapeMessage(approvals.Excerpt(s, limit)) + "`"
}

// verbatim returns a line of ours as it may stand in a code block.
func verbatim(s string) string {
	return slackutilsx.EscapeMessage(approvals.Excerpt(strings.ReplaceAll(visible(s, anchorRoom), mark, ""), anchorRoom))
}

// link returns a link with a text that is already fit for Slack.
func link(url, text string) string {
	return "<" + strings.NewReplacer("|", "%7C", ">", "%3E", "<", "%3C", " ", "%20").Replace(url) + "|" + text + ">"
}

// person mentions somebody by id.
func person(id string) string { return "<@" + id + ">" }

func (v Renderer) devices(n int) string { return v.Say("%d devices", n) }

// channel names a channel by id.
func channel(id string) string { return "<#" + id + ">" }

// anchorRoom is more than an anchor of the log has.
const anchorRoom = 500
