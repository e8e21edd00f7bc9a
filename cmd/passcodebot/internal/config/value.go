package config

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"passcodebot/approvals"
)

// value is what stands behind a key, or one entry of a list there, with
// where to report what is wrong with it.
type value struct {
	node    ast.Node
	place   token.Position
	setting setting
	scope   scope
}

// entry returns the value for one node of a list.
func (v value) entry(node ast.Node) value {
	v.node = node
	if m, ok := node.(ast.MapNode); ok {
		if it := m.MapRange(); it.Next() {
			v.place = position(it.Key())
			return v
		}
	}
	if tk := node.GetToken(); tk != nil && tk.Position != nil {
		v.place = *tk.Position
	}
	return v
}

// say reports what is wrong and what to do.
func (v value) say(wrong, remedy string) { v.scope.say(v.setting.key, v.place, wrong, remedy) }

// wrong reports what is wrong, and advises by the setting's kind and example.
func (v value) wrong(text string) {
	v.say(text, fmt.Sprintf("Write %s, such as %s.", v.setting.kind.name, v.setting.example))
}

// mistyped reports that the value is of another type than the setting takes.
func (v value) mistyped() {
	switch v.node.(type) {
	case *ast.NullNode:
		remedy := fmt.Sprintf("Write %s, such as %s, or remove the line", v.setting.kind.name, v.setting.example)
		if d := v.setting.kind.preset; d != "" {
			remedy += " to have " + d
		}
		v.say("has no value", remedy+".")
	case *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
		v.say("uses a YAML anchor, alias or tag, which passcodebot does not read", "Write the value itself.")
	case *ast.StringNode:
		shown := cite(v.node.GetToken().Value)
		if tk := v.node.GetToken(); tk.Type == token.SingleQuoteType || tk.Type == token.DoubleQuoteType {
			shown += " in quotes"
		}
		v.wrong(shown + " is not " + v.setting.kind.name)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		v.wrong(cite(v.node.GetToken().Value) + " is not " + v.setting.kind.name)
	case ast.MapNode:
		v.wrong("has keys below it")
	case *ast.SequenceNode:
		v.wrong("is a list")
	default:
		v.wrong("is not " + v.setting.kind.name)
	}
}

// text returns the text that stands here, or reports that there is none.
func (v value) text() (string, bool) {
	switch n := v.node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	v.mistyped()
	return "", false
}

// scalar returns what stands here in one word, whatever YAML takes it for,
// and the empty string for nothing.
func (v value) scalar() (string, bool) {
	switch n := v.node.(type) {
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	case *ast.StringNode:
		return n.Value, true
	}
	return "", false
}

// word returns the text if it is one of words, and else reports which it could be.
func (v value) word(words []string) (string, bool) {
	written, ok := v.text()
	if !ok {
		return "", false
	}
	return v.known(written, words)
}

// known returns what is written if it is one of words, and else reports which
// it could be.
func (v value) known(written string, words []string) (string, bool) {
	if slices.Contains(words, written) {
		return written, true
	}
	if near, ok := nearest(written, words); ok {
		v.say(cite(written)+" is not known here", fmt.Sprintf("Did you mean %s? Write %s.", near, oneOf(words)))
	} else {
		v.say(cite(written)+" is not known here", fmt.Sprintf("Write %s.", oneOf(words)))
	}
	return "", false
}

// cite quotes what somebody wrote, as far as it may be repeated.
func cite(s string) string {
	if LooksSecret(s) {
		return "(a secret, not shown)"
	}
	return fmt.Sprintf("%q", approvals.Excerpt(s, 60))
}
