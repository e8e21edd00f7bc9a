package command

import (
	"regexp"
	"slices"
	"strings"
)

var typedPing = regexp.MustCompile(`(?i)(?:^|[^\pL\pN._@])@(here|channel|everyone)\b|<!(here|channel|everyone)\b`)

// pings lists whom a reason names in a way that would notify them, each once,
// as people read it.
func pings(in []cell, reason string) []string {
	var out []string
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, c := range in {
		if c.ref != nil && c.ref.kind != channel {
			add(c.ref.shown)
		}
	}
	for _, m := range typedPing.FindAllStringSubmatch(reason, -1) {
		add("@" + strings.ToLower(m[1]+m[2]))
	}
	return out
}
