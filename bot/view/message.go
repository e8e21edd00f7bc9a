package view

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// Slack's limits on one message, and how much of them we use.
const (
	maxBlocks  = 50    // Slack: 50 blocks a message
	maxSection = 2900  // Slack: 3000 characters in a section's text
	maxText    = 3900  // Slack: 4,000 characters of text are advised
	maxSize    = 11000 // about 13,200 characters of blocks in all bring msg_blocks_too_long (undocumented)
)

// Message is one post: the text that notifications and screen readers use,
// and the blocks that everybody else sees. Blocks may be nil.
type Message struct {
	Text   string
	Blocks []slack.Block
}

// Size is the length of the blocks as they are sent, in bytes.
func (m Message) Size() int {
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		return 0
	}
	return len(raw)
}

// paragraphs returns lines of mrkdwn as messages: as few sections as hold
// them, in as few messages as Slack takes. No line is cut; a line must be
// shorter than a section. The first line of the first message is its title.
func paragraphs(lines []string) []Message {
	var out []Message
	var blocks []slack.Block
	var section, text strings.Builder
	size := 0
	closeSection := func() {
		if section.Len() > 0 {
			blocks = append(blocks, markdown(section.String()))
			section.Reset()
		}
	}
	closeMessage := func() {
		closeSection()
		if len(blocks) > 0 {
			out = append(out, Message{Text: strings.TrimRight(text.String(), "\n"), Blocks: blocks})
			blocks, size = nil, 0
			text.Reset()
		}
	}
	for _, line := range lines {
		n := quotedLen(line)
		if size+n > maxSize-500 || len(blocks) == maxBlocks-1 || utf8.RuneCountInString(text.String())+utf8.RuneCountInString(line) > maxText {
			closeMessage()
		}
		if utf8.RuneCountInString(section.String())+utf8.RuneCountInString(line) > maxSection {
			closeSection()
		}
		if section.Len() > 0 {
			section.WriteByte('\n')
		}
		section.WriteString(line)
		text.WriteString(line + "\n")
		size += n + 4
	}
	closeMessage()
	return out
}

// single returns lines as one message. Where they do not all fit, the last
// line says how many are missing.
func single(lines []string) Message {
	for n := len(lines); n > 0; n-- {
		shown := lines[:n:n]
		if n < len(lines) {
			shown = append(shown, fmt.Sprintf("%s more do not fit here.", count(len(lines)-n, "line", "lines")))
		}
		if messages := paragraphs(shown); len(messages) == 1 {
			return messages[0]
		}
	}
	return Message{}
}

// fits says that one more line does not need another message.
func fits(lines []string, line string) bool {
	return len(paragraphs(append(lines[:len(lines):len(lines)], line))) <= 1
}

// quotedLen is how long a line is inside JSON.
func quotedLen(s string) int {
	raw, err := json.Marshal(s)
	if err != nil {
		return len(s)
	}
	return len(raw)
}

func markdown(s string) *slack.SectionBlock {
	return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, s, false, true), nil, nil)
}

func heading(s string) *slack.HeaderBlock {
	return slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, approvals.Excerpt(s, 150), false, false))
}

func footnote(s string) *slack.ContextBlock {
	return slack.NewContextBlock("", slack.NewTextBlockObject(slack.MarkdownType, s, false, true))
}

func plainText(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}
