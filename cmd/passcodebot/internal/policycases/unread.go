package policycases

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/config"
)

// refuse reports what the YAML library has against the file.
func (f *file) refuse(err error) {
	e, ok := errors.AsType[yaml.Error](err)
	if !ok || e.GetToken() == nil {
		f.say(0, "", "it cannot be read: "+approvals.Excerpt(err.Error(), 200), shape)
		return
	}
	place := e.GetToken().Position.Line
	if _, unknown := errors.AsType[*yaml.UnknownFieldError](err); unknown {
		f.unknown(place, e.GetToken().Value)
		return
	}
	remedy := shape
	if _, mistyped := errors.AsType[*yaml.TypeError](err); mistyped {
		remedy = "Look whether a word, a number or a list is meant here."
	}
	text, _, _ := strings.Cut(e.GetMessage(), "\n")
	f.say(place, "", text, remedy)
}

// unknown reports a key that is not known.
func (f *file) unknown(line int, key string) {
	known := append(keysOf(reflect.TypeFor[written]()), "cases")
	if near, ok := config.Nearest(key, known); ok {
		f.say(line, key, "is not a known key here", fmt.Sprintf("Did you mean %s?", near))
		return
	}
	slices.Sort(known)
	f.say(line, key, "is not a known key", "Known are "+strings.Join(slices.Compact(known), ", ")+".")
}

// keysOf returns the keys of a struct and of all that is below it.
func keysOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for f := range t.Fields() {
		if tag := f.Tag.Get("yaml"); tag != "" {
			keys = append(append(keys, tag), keysOf(f.Type)...)
		}
	}
	return keys
}

// line is where a node begins; zero where it does not say.
func line(n ast.Node) int {
	if n == nil {
		return 0
	}
	tk := n.GetToken()
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		tk = m.Values[0].Key.GetToken()
	}
	if tk == nil || tk.Position == nil {
		return 0
	}
	return tk.Position.Line
}
