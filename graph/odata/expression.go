package odata

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Expression is a filter that can be evaluated.
type Expression struct {
	source     string
	root       node
	properties []string
}

// String returns the expression as it was written.
func (e Expression) String() string { return e.source }

// Properties returns the names of the properties that it asks about, sorted.
func (e Expression) Properties() []string { return slices.Clone(e.properties) }

// Matches evaluates the expression. The function get returns the value of a
// property, of the Go type that belongs to its Type, or nil where there is
// none. The zero Expression matches nothing.
func (e Expression) Matches(get func(property string) any) bool {
	return e.root != nil && e.root.eval(get) == yes
}

// truth has three values, as in OData: a comparison with a property that has
// no value is neither true nor false, and neither is its opposite.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// node is a part of an expression that is true or not.
type node interface {
	eval(get func(string) any) truth
}

type either struct{ left, right node }

func (n either) eval(get func(string) any) truth { return max(n.left.eval(get), n.right.eval(get)) }

type both struct{ left, right node }

func (n both) eval(get func(string) any) truth { return min(n.left.eval(get), n.right.eval(get)) }

type opposite struct{ of node }

func (n opposite) eval(get func(string) any) truth { return yes - n.of.eval(get) }

// flag is a yes/no property that stands alone.
type flag struct{ property string }

func (n flag) eval(get func(string) any) truth {
	b, ok := get(n.property).(bool)
	if !ok {
		return unknown
	}
	return truthOf(b)
}

// field is a property, changed by functions such as tolower.
type field struct {
	Property
	property string
	trimmed  bool
}

// value returns a form of the field's value that can be compared: texts in
// lower case.
func (f field) value(get func(string) any) any {
	v := get(f.property)
	if s, ok := v.(string); ok {
		if f.trimmed {
			s = strings.TrimSpace(s)
		}
		return strings.ToLower(s)
	}
	return v
}

// comparison is a field, an operator, and a value; nil is null.
type comparison struct {
	field    field
	operator string
	value    any
}

func (n comparison) eval(get func(string) any) truth {
	v := n.field.value(get)
	if v == nil || n.value == nil {
		switch n.operator {
		case "eq":
			return truthOf(v == nil && n.value == nil)
		case "ne":
			return truthOf((v == nil) != (n.value == nil))
		}
		return unknown
	}
	order, ok := compare(v, n.value)
	if !ok {
		return unknown
	}
	switch n.operator {
	case "eq":
		return truthOf(order == 0)
	case "ne":
		return truthOf(order != 0)
	case "gt":
		return truthOf(order > 0)
	case "ge":
		return truthOf(order >= 0)
	case "lt":
		return truthOf(order < 0)
	default:
		return truthOf(order <= 0)
	}
}

// compare orders two values of the same type, texts already in lower case.
func compare(a, b any) (order int, ok bool) {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return strings.Compare(a, b), ok
	case time.Time:
		b, ok := b.(time.Time)
		return a.Compare(b), ok
	case int64:
		b, ok := b.(int64)
		return cmp.Compare(a, b), ok
	case bool:
		b, ok := b.(bool)
		switch {
		case a == b:
			return 0, ok
		case b:
			return -1, ok
		}
		return 1, ok
	}
	return 0, false
}

// search looks for a text in a field.
type search struct {
	field field
	how   func(s, part string) bool
	part  string
}

func (n search) eval(get func(string) any) truth {
	s, ok := n.field.value(get).(string)
	if !ok {
		return unknown
	}
	return truthOf(n.how(s, n.part))
}
