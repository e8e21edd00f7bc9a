package command

import (
	"regexp"
	"slices"
)

var typedPing = regexp.MustCompile(`(?:^|[^\pL\pN._@])(@(?:here|channel|everyone))(?:[^\pL\pN]|$)|<(!(?:here|channel|everyone|subteam\^))`)

// pings lists the people whom a text names, each once, as people read it, and
// gives the first group of people that it names in any way.
func pings(in []cell, text string) (named []string, group string) {
	for _, c := range in {
		switch {
		case c.ref == nil || c.ref.kind == channel:
		case c.ref.kind == person:
			if !slices.Contains(named, c.ref.shown) {
				named = append(named, c.ref.shown)
			}
		case group == "":
			group = c.ref.shown
		}
	}
	if m := typedPing.FindStringSubmatch(plain(text)); m != nil && group == "" {
		group = m[1]
		if group == "" {
			group = m[2]
		}
	}
	return named, group
}
