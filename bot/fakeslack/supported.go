package fakeslack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Support is one thing of Slack's that the fake does.
type Support struct {
	Kind   string // method, event, payload, block or element
	Name   string
	Limits string // what is to be known of it
}

// Supported returns everything of Slack's that the fake does, from the tables
// that it works by.
func Supported() []Support {
	var out []Support
	for _, name := range slices.Sorted(maps.Keys(methods())) {
		m := methods()[name]
		var limits []string
		switch {
		case m.app:
			limits = append(limits, "app token, scope "+m.scope)
		case m.scope != "":
			limits = append(limits, "scope "+m.scope)
		}
		if m.tier > 0 {
			limits = append(limits, fmt.Sprintf("%d a minute", m.tier))
		}
		if m.limits != "" {
			limits = append(limits, m.limits)
		}
		out = append(out, Support{Kind: "method", Name: name, Limits: strings.Join(limits, "; ")})
	}
	for _, name := range slices.Sorted(maps.Keys(eventKinds())) {
		k := eventKinds()[name]
		out = append(out, Support{Kind: "event", Name: name, Limits: scoped(k.scope, k.limits)})
	}
	for _, name := range slices.Sorted(maps.Keys(payloadKinds())) {
		k := payloadKinds()[name]
		out = append(out, Support{Kind: "payload", Name: name, Limits: scoped(k.scope, k.limits)})
	}
	for _, kind := range []string{"block", "element"} {
		shapes := map[string]map[string]shape{"block": blockShapes(), "element": elementShapes()}[kind]
		for _, name := range slices.Sorted(maps.Keys(shapes)) {
			s := shapes[name]
			limits := "in " + strings.ReplaceAll(s.in, " ", ", ")
			if text := strings.TrimPrefix(s.limits, "; "); text != "" {
				limits += "; " + text
			}
			out = append(out, Support{Kind: kind, Name: name, Limits: limits})
		}
	}
	return out
}

func scoped(scope, limits string) string {
	if scope == "" {
		return limits
	}
	return "scope " + scope + "; " + limits
}
