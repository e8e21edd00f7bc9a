package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// reader fills a Config and gathers what is wrong.
type reader struct {
	name     string
	settings map[string]setting
	keys     []string                  // of settings, in their order
	sections map[string]bool           // keys that others stand below
	places   map[string]token.Position // of the keys that the file has
	unread   bool                      // nothing is known of what the file says
	config   Config
	problems Problems
}

func newReader(name string) *reader {
	r := &reader{
		name: name, config: Default(),
		settings: map[string]setting{}, sections: map[string]bool{}, places: map[string]token.Position{},
	}
	for _, s := range settings() {
		r.settings[s.key] = s
		r.keys = append(r.keys, s.key)
		if section, _, nested := strings.Cut(s.key, "."); nested {
			r.sections[section] = true
		}
	}
	return r
}

// say reports a problem at a place in the file, or without one if there is none.
func (r *reader) say(key string, place token.Position, text, remedy string) {
	r.problems = append(r.problems, Problem{
		File: r.name, Line: place.Line, Column: place.Column, Key: key, Text: text, Remedy: remedy,
	})
}

// whole reports a problem of the file as such.
func (r *reader) whole(text, remedy string) {
	r.problems = append(r.problems, Problem{File: r.name, Text: text, Remedy: remedy})
}

// faulty says whether a problem with this key, or one below it, is reported.
func (r *reader) faulty(key string) bool {
	return slices.ContainsFunc(r.problems, func(p Problem) bool {
		return p.Key == key || strings.HasPrefix(p.Key, key+".")
	})
}

// file reads the file's content. A file that cannot be read leaves nothing
// to say about single keys.
func (r *reader) file(data []byte) {
	if m, ok := r.document(data); ok {
		r.mapping("", m)
	}
}

// finish checks what takes more than one key, reads the environment, and
// returns the outcome.
func (r *reader) finish(getenv func(string) string) (Config, error) {
	r.unread = slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Key == "" })
	if !r.unread {
		r.people()
		r.doubt()
	}
	r.environment(getenv)
	if len(r.problems) > 0 {
		r.problems.sort()
		return Config{}, r.problems
	}
	return r.config, nil
}

// doubt checks that a reset that was not taken can be sent again before it is
// given up.
func (r *reader) doubt() {
	c := r.config
	if c.SettleTimeout > c.ResendAfter || r.faulty("settle_timeout") || r.faulty("resend_after") {
		return
	}
	r.say("settle_timeout", r.place("settle_timeout", "resend_after"),
		fmt.Sprintf("%s is not longer than resend_after (%s), so that no reset without an answer would ever be sent again", brief(c.SettleTimeout), brief(c.ResendAfter)),
		"Make it longer, or resend_after shorter.")
}

// mapping reads the keys of one level. section is empty for the top.
func (r *reader) mapping(section string, m ast.MapNode) {
	for it := m.MapRange(); it.Next(); {
		name, place := keyOf(it.Key())
		key := name
		if section != "" {
			key = section + "." + name
		}
		if strings.Contains(name, ".") {
			r.stranger(section, key, place, it.Value())
			continue
		}
		if first, twice := r.places[key]; twice {
			r.say(shown(key), place, fmt.Sprintf("stands here a second time, after line %d", first.Line), "Keep one of the two.")
			continue
		}
		r.places[key] = place
		s, known := r.settings[key]
		switch {
		case known:
			r.setting(s, place, it.Value())
		case r.sections[key]:
			r.section(key, place, it.Value())
		default:
			r.stranger(section, key, place, it.Value())
		}
	}
}

func (r *reader) setting(s setting, place token.Position, node ast.Node) {
	v := value{node: node, place: place, setting: s, reader: r}
	if node == nil {
		v.node = ast.Null(token.New("null", "null", &place))
	}
	if secretWithin(v.node) {
		v.say("holds what looks like a secret", environmentOnly())
		return
	}
	s.kind.read(v, &r.config)
}

func (r *reader) section(key string, place token.Position, node ast.Node) {
	switch n := node.(type) {
	case ast.MapNode:
		r.mapping(key, n)
	case *ast.NullNode, nil: // all that stood below it is commented out
	default:
		r.say(key, place, "keys are expected below it", "Write them indented, on lines of their own: "+strings.Join(r.below(key), ", ")+".")
	}
}

// below returns the names of the keys of a section, or those of the top
// level, sections included.
func (r *reader) below(section string) []string {
	var names []string
	for _, key := range r.keys {
		top, rest, nested := strings.Cut(key, ".")
		name := top
		if section != "" {
			if name = rest; !nested || top != section {
				continue
			}
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// stranger reports a key that is not known.
func (r *reader) stranger(section, key string, place token.Position, node ast.Node) {
	if remedy, ok := forEnvironment(key); ok {
		r.say(shown(key), place, "does not belong in the file", remedy)
		return
	}
	if m, ok := node.(ast.MapNode); ok && r.misplaced(key, m) {
		return
	}
	if secretWithin(node) {
		r.say(shown(key), place, "is not a known key, and holds what looks like a secret", environmentOnly())
		return
	}
	for _, k := range r.keys {
		if within, name, nested := strings.Cut(k, "."); nested && (name == key || k == key) {
			r.say(shown(key), place, "is not a known key here", fmt.Sprintf("Write %s on a line of its own, indented below %s.", name, within))
			return
		}
	}
	// A slip may be in the section too, so whole keys are compared.
	candidates := slices.Concat(r.below(""), r.keys)
	if near, ok := nearest(key, candidates); ok && !looksSecret(key) {
		r.say(shown(key), place, "is not a known key", fmt.Sprintf("Did you mean %s?", near))
		return
	}
	r.say(shown(key), place, "is not a known key", "Known here are "+strings.Join(r.below(section), ", ")+".")
}

// misplaced reports what stands below an unknown key but belongs in the
// environment, and says whether there was anything.
func (r *reader) misplaced(section string, m ast.MapNode) bool {
	found := false
	for it := m.MapRange(); it.Next(); {
		name, place := keyOf(it.Key())
		key := section + "." + name
		if remedy, ok := forEnvironment(key); ok {
			r.say(shown(key), place, "does not belong in the file", remedy)
			found = true
		}
	}
	return found
}

// keyOf returns a key as it is written, and where.
func keyOf(n ast.MapKeyNode) (string, token.Position) {
	place := position(n)
	switch k := n.(type) {
	case *ast.StringNode:
		return k.Value, place
	case *ast.MappingKeyNode: // after a question mark
		if k.Value != nil && k.Value.GetToken() != nil {
			return k.Value.GetToken().Value, place
		}
	}
	if n.GetToken() == nil {
		return "", place
	}
	return n.GetToken().Value, place
}

// secretWithin says whether any text at or below n must not be repeated.
func secretWithin(n ast.Node) bool {
	if n == nil {
		return false
	}
	found := false
	ast.Walk(finder(func(n ast.Node) bool {
		if tk := n.GetToken(); tk != nil && looksSecret(tk.Value) {
			found = true
		}
		return !found
	}), n)
	return found
}

// finder visits nodes until it returns false.
type finder func(ast.Node) bool

// Visit implements ast.Visitor.
func (f finder) Visit(n ast.Node) ast.Visitor {
	if n == nil || !f(n) {
		return nil
	}
	return f
}

var plainKey = regexp.MustCompile(`^[\w.-]{1,60}$`)

// shown returns a key as it may be repeated.
func shown(key string) string {
	if looksSecret(key) {
		return "(a secret, not shown)"
	}
	if !plainKey.MatchString(key) {
		return cite(key)
	}
	return key
}
