package sandbox

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"

	"passcodebot/bot/fakeslack"
)

// Read returns a message as a person reads it: all texts of its blocks, or
// its text where it has none, with mentions, dates and links as Slack shows
// them.
func Read(s *fakeslack.Server, c fakeslack.Config, m fakeslack.Message) string {
	var lines []string
	var blocks []block
	if json.Unmarshal(m.Blocks, &blocks) != nil || len(blocks) == 0 {
		lines = append(lines, m.Text)
	}
	for _, b := range blocks {
		switch b.Type {
		case "divider":
		case "actions":
			var labels []string
			for _, e := range b.Elements {
				labels = append(labels, "["+e.Text.String()+"]")
			}
			lines = append(lines, strings.Join(labels, " "))
		default:
			if t := b.Text.String(); t != "" {
				lines = append(lines, t)
			}
			for _, e := range b.Elements {
				lines = append(lines, e.Text.String())
			}
		}
	}
	return Readable(c, strings.Join(lines, "\n"))
}

type block struct {
	Type     string    `json:"type"`
	Text     text      `json:"text"`
	Elements []element `json:"elements"`
}

type element struct {
	Text text `json:"text"`
}

// text is a text object, or the plain string that a context's element has.
type text struct{ value string }

func (t text) String() string { return t.value }

func (t *text) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, &t.value) == nil {
		return nil
	}
	var object struct {
		Text string `json:"text"`
	}
	err := json.Unmarshal(raw, &object)
	t.value = object.Text
	return err
}

var (
	reference = regexp.MustCompile(`<(@|#|!subteam\^|!date\^\d+\^)([^>|]*)(?:\|([^>]*))?>`)
	anchor    = regexp.MustCompile(`<(https?://[^>|]*)\|([^>]*)>`)
	marker    = regexp.MustCompile(`(^|[\s(])[*]([^*\n]+)[*]`)
)

// Readable turns Slack's markup into what it looks like.
func Readable(c fakeslack.Config, s string) string {
	s = reference.ReplaceAllStringFunc(s, func(ref string) string {
		part := reference.FindStringSubmatch(ref)
		switch {
		case part[1] == "@":
			for _, p := range c.People {
				if p.ID == part[2] {
					return "@" + p.Name
				}
			}
			return "@" + part[2]
		case part[1] == "#":
			for _, ch := range c.Channels {
				if ch.ID == part[2] {
					return "#" + ch.Name
				}
			}
		case strings.HasPrefix(part[1], "!subteam"):
			for _, g := range c.Groups {
				if g.ID == part[2] {
					return "@" + g.Handle
				}
			}
		case strings.HasPrefix(part[1], "!date"):
			return part[3]
		}
		return part[2]
	})
	s = anchor.ReplaceAllString(s, "$2")
	s = marker.ReplaceAllString(s, "$1$2")
	return strings.ReplaceAll(html.UnescapeString(s), "\u2060", "")
}
