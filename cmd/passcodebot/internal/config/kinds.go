package config

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"passcodebot/approvals"
)

// kind is what a setting takes: its name in the documentation, the value that
// stands where the setting is read to, as it would be written, and how another
// is read.
type kind struct {
	name   string
	preset string // empty where there is none
	below  []setting
	read   func(value)
}

// unlessZero writes a value as a person would; zero stands for none.
func unlessZero[T comparable](value T, write func(T) string) string {
	var zero T
	if value == zero {
		return ""
	}
	return write(value)
}

func number(low, high int, field *int) kind {
	return kind{
		name:   fmt.Sprintf("a whole number from %d to %d", low, high),
		preset: unlessZero(*field, strconv.Itoa),
		read: func(v value) {
			n, ok := v.node.(*ast.IntegerNode)
			if !ok {
				v.mistyped()
				return
			}
			// Base 10 alone: 010 and 0x10 would surprise somebody either way.
			got, err := strconv.Atoi(n.GetToken().Value)
			switch {
			case err != nil:
				v.wrong(cite(n.GetToken().Value) + " is not a plain whole number")
			case got < low:
				v.wrong(fmt.Sprintf("%d is too small", got))
			case got > high:
				v.wrong(fmt.Sprintf("%d is too large", got))
			default:
				*field = got
			}
		},
	}
}

func duration(low, high time.Duration, field *time.Duration) kind {
	return kind{
		name:   fmt.Sprintf("a duration from %s to %s", approvals.Span(low), approvals.Span(high)),
		preset: unlessZero(*field, approvals.Span),
		read: func(v value) {
			switch v.node.(type) {
			case *ast.IntegerNode, *ast.FloatNode:
				n := approvals.Excerpt(v.node.GetToken().Value, 20)
				v.say(n+" has no unit", fmt.Sprintf("Write %ss for seconds, %sm for minutes or %sh for hours.", n, n, n))
				return
			}
			written, ok := v.text()
			if !ok {
				return
			}
			got, err := time.ParseDuration(written)
			switch {
			case err != nil:
				v.wrong(cite(written) + " is not a duration")
			case got < low:
				v.wrong(cite(written) + " is too short")
			case got > high:
				v.wrong(cite(written) + " is too long")
			default:
				*field = got
			}
		},
	}
}

// durationOrNever is a duration, or the word never, which is read as one that
// is negative.
func durationOrNever(low, high time.Duration, field *time.Duration) kind {
	k := duration(low, high, field)
	k.name += ", or never"
	read := k.read
	k.read = func(v value) {
		if written, ok := v.scalar(); ok && written == never {
			*field = -1
			return
		}
		read(v)
	}
	return k
}

// never is the word for what is not done at all.
const never = "never"

func truth(field *bool) kind {
	return kind{
		name:   "true or false",
		preset: strconv.FormatBool(*field),
		read: func(v value) {
			b, ok := v.node.(*ast.BoolNode)
			if !ok {
				v.mistyped()
				return
			}
			*field = b.Value
		},
	}
}

func choice[T ~string](words []string, field *T) kind {
	return kind{
		name:   oneOf(words),
		preset: string(*field),
		read: func(v value) {
			if w, ok := v.word(words); ok {
				*field = T(w)
			}
		},
	}
}

func level(field *slog.Level) kind {
	words := []string{"debug", "info", "warn", "error"}
	return kind{
		name:   oneOf(words),
		preset: strings.ToLower(field.String()),
		read: func(v value) {
			w, ok := v.word(words)
			if !ok {
				return
			}
			levels := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}
			*field = levels[slices.Index(words, w)]
		},
	}
}

func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// text is a kind with a check of its own, which returns what is wrong and
// what to do, or two empty strings.
func text(name string, check func(string) (wrong, remedy string), field *string) kind {
	return kind{
		name:   name,
		preset: quoted(*field),
		read: func(v value) {
			written, ok := v.text()
			if !ok {
				return
			}
			if wrong, remedy := check(written); wrong != "" {
				v.say(wrong, remedy)
				return
			}
			*field = written
		},
	}
}

// quoted puts a text in quotes where YAML reserves its first sign.
func quoted(s string) string {
	if strings.HasPrefix(s, "@") {
		return strconv.Quote(s)
	}
	return s
}

func oneID(what idKind, field *string) kind {
	return kind{
		name:   "the id of " + what.article,
		preset: *field,
		read: func(v value) {
			if written, ok := v.text(); ok && v.id(what, written) {
				*field = written
			}
		},
	}
}

func idList(what idKind, field *[]string) kind {
	return scalars("a list of ids of "+what.plural, field, entryWords{"an id", what.where}, func(entry value, written string) (string, bool) {
		return written, entry.id(what, written)
	})
}

// wordList is a list of words that are known.
func wordList[T comparable](name string, known map[string]T, field *[]T) kind {
	words := slices.Sorted(maps.Keys(known))
	return scalars("a list of "+name, field, entryWords{"one of " + name, "Write " + oneOf(words) + "."}, func(entry value, written string) (T, bool) {
		w, ok := entry.known(written, words)
		return known[w], ok
	})
}

// entryWords are how an entry of a list is called, and how it is found.
type entryWords struct{ article, where string }

// scalars is a list of texts, each of which becomes a T.
func scalars[T comparable](name string, field *[]T, words entryWords, read func(value, string) (T, bool)) kind {
	return kind{name: name, read: func(v value) {
		if _, empty := v.node.(*ast.NullNode); empty {
			return // a key whose entries are all commented out
		}
		list, ok := v.node.(*ast.SequenceNode)
		if !ok {
			v.mistyped()
			return
		}
		var all []T
		for _, node := range list.Values {
			entry := v.entry(node)
			written, ok := entry.scalar()
			switch {
			case !ok:
				entry.say("an entry of the list is not "+words.article, words.where)
				continue
			case written == "":
				entry.say("an entry of the list is empty", "Write "+words.article+", or remove the entry. A # begins a comment in YAML. "+words.where)
				continue
			}
			one, ok := read(entry, written)
			switch {
			case !ok:
				continue
			case slices.Contains(all, one):
				entry.say(cite(written)+" stands in the list twice", "Remove one of them.")
				continue
			}
			all = append(all, one)
		}
		*field = all
	}}
}

// some refuses a list without entries: a condition that names nothing would
// fit nothing, or all.
func some(k kind) kind {
	read := k.read
	k.read = func(v value) {
		list, ok := v.node.(*ast.SequenceNode)
		if _, none := v.node.(*ast.NullNode); none || ok && len(list.Values) == 0 {
			v.wrong("is empty")
			return
		}
		read(v)
	}
	return k
}

// tables is a list of entries that have settings of their own. The check is
// made when the whole file is read, and for an entry after those within it.
func tables[T any](name string, table func(*T) []setting, field *[]T, check func([]scope, []T)) kind {
	return kind{
		name: name, below: table(new(T)),
		read: func(v value) {
			if _, empty := v.node.(*ast.NullNode); empty {
				return // a key whose entries are all commented out
			}
			list, ok := v.node.(*ast.SequenceNode)
			if !ok {
				v.mistyped()
				return
			}
			all := make([]T, len(list.Values))
			scopes := make([]scope, len(list.Values))
			for i, node := range list.Values {
				entry := v.entry(node)
				path := fmt.Sprintf("%s%s[%d].", v.scope.path, v.setting.key, i+1)
				scopes[i] = v.scope.reader.scope(path, entry.place, table(&all[i]))
				if m, ok := node.(ast.MapNode); ok {
					scopes[i].mapping("", m)
				} else {
					scopes[i].say("", entry.place, "keys are expected here", "Write them on lines of their own: "+strings.Join(scopes[i].names(""), ", ")+".")
				}
			}
			*field = all
			v.scope.later = append(v.scope.later, func() { check(scopes, all) })
		},
	}
}
