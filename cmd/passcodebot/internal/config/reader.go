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
	kept     keeping // how the file has to be kept
	top      scope
	later    []func() // checks that take more than one key
	unread   bool     // nothing is known of what the file says
	config   Config
	problems Problems
}

func newReader(name string) *reader {
	r := &reader{name: name, kept: unaltered, config: Default()}
	r.top = r.scope("", token.Position{}, settings(&r.config))
	r.later = append(r.later, r.top.people, r.top.doubt, r.top.exception, r.top.told, r.top.remembered)
	return r
}

// whole reports a problem of the file as such.
func (r *reader) whole(text, remedy string) {
	r.problems = append(r.problems, Problem{File: r.name, Text: text, Remedy: remedy})
}

// file reads the file's content. A file that cannot be read leaves nothing
// to say about single keys.
func (r *reader) file(data []byte) {
	if m, ok := r.document(data); ok {
		r.top.mapping("", m)
	}
}

// finish checks what takes more than one key, reads the environment, and
// returns the outcome.
func (r *reader) finish(getenv func(string) string) (Config, error) {
	r.together()
	r.environment(getenv)
	return r.outcome()
}

// together checks what takes more than one key.
func (r *reader) together() {
	r.unread = slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Key == "" })
	if r.unread {
		return
	}
	for _, check := range r.later {
		check()
	}
}

// outcome returns what was read, or all that is wrong.
func (r *reader) outcome() (Config, error) {
	if len(r.problems) > 0 {
		r.problems.sort()
		return Config{}, r.problems
	}
	return r.config, nil
}

// scope is one table of settings and where the file has their keys: the top,
// or an entry of a list.
type scope struct {
	*reader
	path     string // before the keys of an entry, such as "rules[2]."
	start    token.Position
	settings []setting
	places   map[string]token.Position // of the keys and sections that the file has
}

func (r *reader) scope(path string, start token.Position, settings []setting) scope {
	return scope{r, path, start, settings, map[string]token.Position{}}
}

// say reports a problem at a place in the file, or without one if there is none.
func (s scope) say(key string, place token.Position, text, remedy string) {
	s.problems = append(s.problems, Problem{
		File: s.name, Line: place.Line, Column: place.Column, Key: strings.TrimSuffix(s.path+key, "."), Text: text, Remedy: remedy,
	})
}

// wrong reports a problem of keys: of the first that the file has, or else at
// the beginning of the entry.
func (s scope) wrong(text, remedy string, keys ...string) {
	key := keys[0]
	for _, k := range keys {
		if s.has(k) {
			key = k
			break
		}
	}
	s.say(key, s.place(key), text, remedy)
}

func (s scope) has(key string) bool {
	_, ok := s.places[key]
	return ok
}

// place returns where the first of keys stands that the file has.
func (s scope) place(keys ...string) token.Position {
	for _, key := range keys {
		if p, ok := s.places[key]; ok {
			return p
		}
	}
	return s.start
}

// faulty says whether a problem with one of these keys, or below it, is
// reported; without keys, whether any of this scope is.
func (s scope) faulty(keys ...string) bool {
	if len(keys) == 0 {
		keys = []string{""}
	}
	return slices.ContainsFunc(s.problems, func(p Problem) bool {
		return slices.ContainsFunc(keys, func(key string) bool {
			key = strings.TrimSuffix(s.path+key, ".")
			return p.Key == key || strings.HasPrefix(p.Key, key+".") || strings.HasPrefix(p.Key, key+"[")
		})
	})
}

// section says whether settings stand below key.
func (s scope) section(key string) bool {
	return slices.ContainsFunc(s.settings, func(one setting) bool { return strings.HasPrefix(one.key, key+".") })
}

// mapping reads the keys of one level. section is empty for the scope's own.
func (s scope) mapping(section string, m ast.MapNode) {
	for it := m.MapRange(); it.Next(); {
		name, place := keyOf(it.Key())
		key := name
		if section != "" {
			key = section + "." + name
		}
		if strings.Contains(name, ".") {
			s.stranger(section, key, place, it.Value())
			continue
		}
		if first, twice := s.places[key]; twice {
			s.say(shown(key), place, fmt.Sprintf("stands here a second time, after line %d", first.Line), "Keep one of the two.")
			continue
		}
		s.places[key] = place
		known := slices.IndexFunc(s.settings, func(one setting) bool { return one.key == key })
		switch {
		case known >= 0:
			s.value(s.settings[known], place, it.Value())
		case s.section(key):
			s.below(key, place, it.Value())
		default:
			s.stranger(section, key, place, it.Value())
		}
	}
}

func (s scope) value(one setting, place token.Position, node ast.Node) {
	v := value{node: node, place: place, setting: one, scope: s}
	if node == nil {
		v.node = ast.Null(token.New("null", "null", &place))
	}
	// What stands in a list of tables is looked at there, at its own line.
	if one.kind.below == nil && secretWithin(v.node) {
		v.say("holds what looks like a secret", environmentOnly())
		return
	}
	one.kind.read(v)
}

func (s scope) below(key string, place token.Position, node ast.Node) {
	switch n := node.(type) {
	case ast.MapNode:
		s.mapping(key, n)
	case *ast.NullNode, nil: // all that stood below it is commented out
	default:
		s.say(key, place, "keys are expected below it", "Write them indented, on lines of their own: "+strings.Join(s.names(key), ", ")+".")
	}
}

// names returns the names of the keys right below a section, or those of the
// scope's first level, sections included.
func (s scope) names(section string) []string {
	var names []string
	for _, one := range s.settings {
		name := one.key
		if section != "" {
			rest, within := strings.CutPrefix(name, section+".")
			if !within {
				continue
			}
			name = rest
		}
		name, _, _ = strings.Cut(name, ".")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// stranger reports a key that is not known.
func (s scope) stranger(section, key string, place token.Position, node ast.Node) {
	if remedy, ok := forEnvironment(key); ok {
		s.say(shown(key), place, "does not belong in the file", remedy)
		return
	}
	if m, ok := node.(ast.MapNode); ok && s.misplaced(key, m) {
		return
	}
	if secretWithin(node) {
		s.say(shown(key), place, "is not a known key, and holds what looks like a secret", environmentOnly())
		return
	}
	// A slip may be in the section too, so whole keys are compared.
	candidates := s.names("")
	for _, one := range s.settings {
		if at := strings.LastIndex(one.key, "."); at >= 0 && (one.key[at+1:] == key || one.key == key) {
			s.say(shown(key), place, "is not a known key here", fmt.Sprintf("Write %s on a line of its own, indented below %s.", one.key[at+1:], one.key[:at]))
			return
		}
		candidates = append(candidates, one.key)
	}
	if near, ok := nearest(key, candidates); ok && !LooksSecret(key) {
		s.say(shown(key), place, "is not a known key", fmt.Sprintf("Did you mean %s?", near))
		return
	}
	s.say(shown(key), place, "is not a known key", "Known here are "+strings.Join(s.names(section), ", ")+".")
}

// misplaced reports what stands below an unknown key but belongs in the
// environment, and says whether there was anything.
func (s scope) misplaced(section string, m ast.MapNode) bool {
	found := false
	for it := m.MapRange(); it.Next(); {
		name, place := keyOf(it.Key())
		key := section + "." + name
		if remedy, ok := forEnvironment(key); ok {
			s.say(shown(key), place, "does not belong in the file", remedy)
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
		if tk := n.GetToken(); tk != nil && LooksSecret(tk.Value) {
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
	if LooksSecret(key) {
		return "(a secret, not shown)"
	}
	if !plainKey.MatchString(key) {
		return cite(key)
	}
	return key
}
