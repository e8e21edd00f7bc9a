package config

import (
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"passcodebot/approvals"
)

// kind is what a setting takes: its name in the documentation, how a value
// is written, and how it is read into a Config.
type kind struct {
	name string
	show func(Config) string
	read func(value, *Config)
}

func number(low, high int, field func(*Config) *int) kind {
	return kind{
		name: fmt.Sprintf("a whole number from %d to %d", low, high),
		show: func(c Config) string { return strconv.Itoa(*field(&c)) },
		read: func(v value, c *Config) {
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
				*field(c) = got
			}
		},
	}
}

func duration(low, high time.Duration, field func(*Config) *time.Duration) kind {
	return kind{
		name: fmt.Sprintf("a duration from %s to %s", brief(low), brief(high)),
		show: func(c Config) string {
			if *field(&c) == 0 {
				return "" // none is set, and none can be written
			}
			return brief(*field(&c))
		},
		read: func(v value, c *Config) {
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
				*field(c) = got
			}
		},
	}
}

// brief writes a duration as people do: 30m, not 30m0s.
func brief(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func truth(field func(*Config) *bool) kind {
	return kind{
		name: "true or false",
		show: func(c Config) string { return strconv.FormatBool(*field(&c)) },
		read: func(v value, c *Config) {
			b, ok := v.node.(*ast.BoolNode)
			if !ok {
				v.mistyped()
				return
			}
			*field(c) = b.Value
		},
	}
}

func choice(words []string, field func(*Config) *string) kind {
	return kind{
		name: oneOf(words),
		show: func(c Config) string { return *field(&c) },
		read: func(v value, c *Config) {
			if w, ok := v.word(words); ok {
				*field(c) = w
			}
		},
	}
}

func level() kind {
	words := []string{"debug", "info", "warn", "error"}
	return kind{
		name: oneOf(words),
		show: func(c Config) string { return strings.ToLower(c.Log.Level.String()) },
		read: func(v value, c *Config) {
			w, ok := v.word(words)
			if !ok {
				return
			}
			levels := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}
			c.Log.Level = levels[slices.Index(words, w)]
		},
	}
}

func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// text is a kind with a check of its own, which returns what is wrong and
// what to do, or two empty strings.
func text(name string, check func(string) (wrong, remedy string), field func(*Config) *string) kind {
	return kind{
		name: name,
		show: func(c Config) string {
			if s := *field(&c); strings.HasPrefix(s, "@") {
				return strconv.Quote(s) // YAML reserves the sign
			}
			return *field(&c)
		},
		read: func(v value, c *Config) {
			written, ok := v.text()
			if !ok {
				return
			}
			if wrong, remedy := check(written); wrong != "" {
				v.say(wrong, remedy)
				return
			}
			*field(c) = written
		},
	}
}

func oneID(what idKind, field func(*Config) *string) kind {
	return kind{
		name: "the id of " + what.article,
		show: func(c Config) string { return *field(&c) },
		read: func(v value, c *Config) {
			if written, ok := v.text(); ok && v.id(what, written) {
				*field(c) = written
			}
		},
	}
}

func idList(what idKind, field func(*Config) *[]string) kind {
	return kind{
		name: "a list of ids of " + what.plural,
		show: func(c Config) string { return strings.Join(*field(&c), ", ") },
		read: func(v value, c *Config) {
			if _, empty := v.node.(*ast.NullNode); empty {
				return // a key whose entries are all commented out
			}
			list, ok := v.node.(*ast.SequenceNode)
			if !ok {
				v.mistyped()
				return
			}
			var ids []string
			for _, node := range list.Values {
				entry := v.entry(node)
				written, ok := entry.scalar()
				switch {
				case !ok:
					entry.say("an entry of the list is not an id", what.where)
					continue
				case written == "":
					entry.say("an entry of the list is empty", "Write an id, or remove the entry. A # begins a comment in YAML. "+what.where)
					continue
				case !entry.id(what, written):
					continue
				}
				if slices.Contains(ids, written) {
					entry.say(cite(written)+" stands in the list twice", "Remove one of them.")
					continue
				}
				ids = append(ids, written)
			}
			*field(c) = ids
		},
	}
}
