package fakeslack

import (
	"regexp"
	"slices"
	"strings"
)

var (
	mention = regexp.MustCompile(`<(@|!subteam\^|!)([A-Za-z0-9]+)(?:\|[^>]*)?>`)
	// typed finds in what a person typed whatever Slack makes a reference
	// or a link of. Links come first, so that the @ of an address is none.
	typed = regexp.MustCompile(`https?://[^\s<>|]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[@#][A-Za-z0-9][A-Za-z0-9._-]*`)
)

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// notified returns whom a new message notifies, in the order of the people
// of the workspace. Nobody is notified of what they wrote themselves.
func (s *Server) notified(m *message) []string {
	p, _ := s.place(m.channel)
	told := map[string]bool{}
	if p.direct {
		for _, id := range p.Members {
			told[id] = true
		}
	}
	for _, text := range texts(m) {
		for _, found := range mention.FindAllStringSubmatch(text, -1) {
			switch kind, id := found[1], found[2]; {
			case kind == "@":
				told[id] = true
			case kind == "!subteam^":
				if g := s.group(id); g != nil {
					for _, member := range g.Members {
						told[member] = true
					}
				}
			case slices.Contains([]string{"here", "channel", "everyone"}, id):
				for _, member := range p.Members {
					told[member] = true
				}
			}
		}
	}
	var out []string
	for _, who := range s.people {
		// In a private channel, people outside are not told.
		if told[who.ID] && who.ID != m.user && !who.Deactivated && s.visible(who.ID, p) {
			out = append(out, who.ID)
		}
	}
	return out
}

// texts returns every text of a message in which a mention works.
func texts(m *message) []string {
	out := []string{m.text}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if text, ok := v["text"].(string); ok && v["type"] == "mrkdwn" {
				out = append(out, text)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(m.blocks)
	return out
}

// escape turns what a person typed into what Slack sends of it: entities,
// references and links.
func (s *Server) escape(text string) string {
	var b strings.Builder
	last := 0
	for _, at := range typed.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		if at[0] > 0 && strings.ContainsRune("@#", rune(word[0])) && !strings.ContainsRune(" \t\n(,:", rune(text[at[0]-1])) {
			continue
		}
		b.WriteString(entities.Replace(text[last:at[0]]))
		b.WriteString(s.reference(word))
		last = at[1]
	}
	b.WriteString(entities.Replace(text[last:]))
	return b.String()
}

// reference is one word that may be a reference or a link.
func (s *Server) reference(word string) string {
	bare := strings.TrimRight(word, ".,;:!?")
	rest := entities.Replace(word[len(bare):])
	switch {
	case strings.HasPrefix(bare, "http"):
		return "<" + entities.Replace(bare) + ">" + rest
	case bare[0] == '@':
		name := bare[1:]
		for _, p := range s.people {
			if p.Name == name {
				return "<@" + p.ID + "|" + p.Name + ">" + rest
			}
		}
		for _, g := range s.groups {
			if g.Handle == name {
				return "<!subteam^" + g.ID + "|@" + g.Handle + ">" + rest
			}
		}
		if slices.Contains([]string{"here", "channel", "everyone"}, name) {
			return "<!" + name + ">" + rest
		}
	case bare[0] == '#':
		for _, c := range s.channels {
			if c.Name == bare[1:] {
				return "<#" + c.ID + "|" + c.Name + ">" + rest
			}
		}
	default:
		return "<mailto:" + bare + "|" + bare + ">" + rest
	}
	return entities.Replace(word)
}
