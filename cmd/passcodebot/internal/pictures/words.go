package pictures

import (
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
)

// parts are the keys of a view and its blocks that are read, in their order.
// What a button asks before it acts comes with the button.
var parts = []string{"title", "label", "text", "description", "hint", "placeholder", "fields", "rows", "elements", "element", "accessory", "options", "option_groups", "blocks", "submit", "close"}

// said lists the texts of a view in their order.
func said(view json.RawMessage) ([]string, error) {
	var v any
	if err := json.Unmarshal(view, &v); err != nil {
		return nil, err
	}
	return collect(v), nil
}

func collect(v any) (all []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, collect(e)...)
		}
	case map[string]any:
		if s, ok := v["text"].(string); ok {
			return []string{s}
		}
		for _, key := range parts {
			all = append(all, collect(v[key])...)
		}
		errs, _ := v["errors"].(map[string]any)
		for _, key := range sorted(errs) {
			all = append(all, "Error: "+errs[key].(string))
		}
	}
	return all
}

func sorted(m map[string]any) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// markup is what Slack shows otherwise than it is written: <!date^…|12:30>,
// <@U0ANNA>, <#C0HELP>, <!subteam^S0ONCALL>, <https://…|words>.
var markup = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)

// spoken is mrkdwn as it is heard: names for ids, and no signs.
func spoken(mrkdwn string) string {
	known := names()
	s := markup.ReplaceAllStringFunc(mrkdwn, func(m string) string {
		p := markup.FindStringSubmatch(m)
		id := strings.TrimPrefix(strings.TrimLeft(p[1], "@#!"), "subteam^")
		switch {
		case p[2] != "":
			return p[2]
		case known[id] != "":
			return known[id]
		}
		return id
	})
	return html.UnescapeString(strings.NewReplacer("*", "", "`", "").Replace(s))
}

// longest is how many characters the text of a picture has; the rest is below
// it.
const longest = 300

// alt is the text that stands for a picture.
func (g Golden) alt() (string, error) {
	all, err := g.read()
	if err != nil {
		return "", err
	}
	s := strings.Join(strings.Fields(spoken(strings.Join(all, " "))), " ")
	if r := []rune(s); len(r) > longest {
		s = strings.TrimSpace(string(r[:longest])) + "…"
	}
	return plainly(s), nil
}

// read is what a screen reader reads of a golden: the text of each message, or
// what stands in a view, in its order.
func (g Golden) read() ([]string, error) {
	switch {
	case g.Modal != nil:
		return said(g.Modal)
	case g.Home != nil:
		return said(g.Home)
	}
	var all []string
	for _, m := range g.Messages {
		all = append(all, m.Text)
	}
	return all, nil
}

// unseen are characters that can't be seen, or turn a text around.
var unseen = regexp.MustCompile(`[\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}\x{feff}]`)

// plainly leaves out what can't be seen, which a page of a repository had
// better not have.
func plainly(s string) string { return unseen.ReplaceAllString(s, "") }
