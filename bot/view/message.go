package view

import (
	"encoding/json"
	"regexp"
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
	maxPage    = 10500 // the same for a message of a thread, to which a title may be added
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

// row is one line of mrkdwn, shorter than a section. The room that it takes
// is that of another text, at least as long: where a line may change after
// the first part of its listing is out, the parts stay the same.
type row struct {
	text string
	room string
}

// rows are lines that take the room that they need.
func rows(lines []string) []row {
	out := make([]row, len(lines))
	for i, s := range lines {
		out[i] = row{s, s}
	}
	return out
}

// paragraphs returns lines of mrkdwn as messages.
func paragraphs(lines []string) []Message { return pages(rows(lines)) }

// pages returns rows as messages: as few sections as hold them, in as few
// messages as Slack takes. No row is cut. Which row is in which message
// depends on their room alone.
func pages(in []row) []Message {
	var out []Message
	var p page
	for _, r := range in {
		if !p.add(r) {
			out = append(out, p.message())
			p = page{}
			p.add(r)
		}
	}
	if len(p.sections) > 0 {
		out = append(out, p.message())
	}
	return out
}

// page is a message that is being filled.
type page struct {
	sections [][]string
	section  int // characters of the last section
	text     int // characters of all
	size     int // bytes of all, as they are sent
}

// add takes a row, unless there is no room for it.
func (p *page) add(r row) bool {
	runes, bytes := utf8.RuneCountInString(r.room)+1, quotedLen(r.room)
	opens := len(p.sections) == 0 || p.section+runes > maxSection
	if opens {
		bytes += 100 // the section around it
	}
	full := p.size+bytes > maxPage || p.text+runes > maxText || opens && len(p.sections) == maxBlocks-1
	if full && len(p.sections) > 0 {
		return false
	}
	if opens {
		p.sections = append(p.sections, nil)
		p.section = 0
	}
	last := len(p.sections) - 1
	p.sections[last] = append(p.sections[last], r.text)
	p.section += runes
	p.text += runes
	p.size += bytes
	return true
}

func (p *page) message() Message {
	var m Message
	var all []string
	for _, lines := range p.sections {
		s := strings.Join(lines, "\n")
		m.Blocks = append(m.Blocks, markdown(s))
		all = append(all, s)
	}
	m.Text = strings.Join(all, "\n")
	return m
}

// single returns lines as one message. Where they do not all fit, the last
// line says how many are missing.
func (v Renderer) single(lines []string) Message {
	for n := len(lines); n > 0; n-- {
		shown := lines[:n:n]
		if n < len(lines) {
			shown = append(shown, v.missing(len(lines)-n))
		}
		if messages := paragraphs(shown); len(messages) == 1 {
			return messages[0]
		}
	}
	return Message{}
}

func (v Renderer) missing(n int) string {
	return v.Say("%d more lines do not fit here.", n)
}

var linked = regexp.MustCompile(`<https?://[^|>]*\|([^>]*)>`)

// spoken joins lines for screen readers, without their links: as many as fit
// from the first on, how many do not, and what comes last whatever is missing.
func (v Renderer) spoken(lines []string, last ...string) string {
	for i, s := range lines {
		lines[i] = linked.ReplaceAllString(s, "$1")
	}
	for n := len(lines); n > 0; n-- {
		shown := lines[:n:n]
		if n < len(lines) {
			shown = append(shown, v.missing(len(lines)-n))
		}
		if s := strings.Join(append(shown, last...), "\n"); utf8.RuneCountInString(s) <= maxText {
			return s
		}
	}
	return ""
}

// fits says that one more line does not need another message.
func fits(lines []string, line string) bool {
	return len(paragraphs(append(lines[:len(lines):len(lines)], line))) <= 1
}

// within renders a text with a limit that is lowered until the outcome has
// at most so many characters: escaping can make a text five times as long.
func within(most, limit int, render func(limit int) string) string {
	s := render(limit)
	for limit > 10 && utf8.RuneCountInString(s) > most {
		limit = limit * 3 / 4
		s = render(limit)
	}
	return s
}

// quotedLen is how long a line is inside JSON, in bytes.
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
