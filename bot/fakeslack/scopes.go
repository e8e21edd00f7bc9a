package fakeslack

import (
	"slices"
	"strings"
)

// granted is the scopes of the call's token.
func (c *call) granted() []string {
	if c.token == c.config.App.AppToken {
		return c.config.App.AppScopes
	}
	return c.scopes
}

// needs refuses a call whose token lacks a scope.
func (c *call) needs(scope string) *refusal {
	if slices.Contains(c.granted(), scope) {
		return nil
	}
	return &refusal{code: "missing_scope", extra: answer{
		"needed": scope, "provided": strings.Join(c.granted(), ","),
	}}
}

// reads refuses a call that reads a place of a kind for which the token has
// no scope: channels:read for a public channel, groups:history for what was
// said in a private one, and so on.
func (c *call) reads(p place, what string) *refusal {
	return c.needs(p.scope() + ":" + what)
}

// any refuses a call whose token has none of the scopes that a method needs
// for one kind of conversation or another.
func (c *call) any(what string) *refusal {
	var needed []string
	for _, kind := range []string{"channels", "groups", "mpim", "im"} {
		scope := kind + ":" + what
		if slices.Contains(c.granted(), scope) {
			return nil
		}
		needed = append(needed, scope)
	}
	return &refusal{code: "missing_scope", extra: answer{
		"needed": strings.Join(needed, ","), "provided": strings.Join(c.granted(), ","),
	}}
}
