package words

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/message/catalog"
)

//go:embed texts
var files embed.FS

// Text is one sentence of the catalogue in one language.
type Text struct {
	// Forms are the sentence by plural category (CLDR: one, other). Where it
	// does not depend on a number there is only other.
	Forms map[string]string
	// Of is the argument, counted from 1, whose number chooses the form.
	Of int
	// Subject is the file that it is in, without its ending.
	Subject string
}

// entry is a Text as the files have it: a string, or forms.
type entry struct {
	One   string `yaml:"one"`
	Other string `yaml:"other"`
	Of    int    `yaml:"of"`
}

// UnmarshalYAML takes a plain string too.
func (e *entry) UnmarshalYAML(raw []byte) error {
	if yaml.Unmarshal(raw, &e.Other) == nil {
		return nil
	}
	type forms entry
	return yaml.UnmarshalWithOptions(raw, (*forms)(e), yaml.Strict())
}

// book is all texts by language and English sentence.
type book map[Language]map[string]Text

// load reads the files. They are part of the program, so that an error is one
// of ours.
func load(from fs.FS) (book, error) {
	all := book{}
	for _, l := range Languages() {
		all[l] = map[string]Text{}
		names, err := fs.Glob(from, path.Join("texts", string(l), "*.yml"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			raw, err := fs.ReadFile(from, name)
			if err != nil {
				return nil, err
			}
			entries := map[string]entry{}
			if err := yaml.Unmarshal(raw, &entries); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			for english, e := range entries {
				if _, twice := all[l][english]; twice {
					return nil, fmt.Errorf("%s: %q is in another file of %s too", name, english, l)
				}
				text := Text{Forms: map[string]string{"other": e.Other}, Of: e.Of, Subject: strings.TrimSuffix(path.Base(name), ".yml")}
				if e.One != "" {
					text.Forms["one"] = e.One
					text.Of = max(1, e.Of)
				}
				all[l][english] = text
			}
		}
	}
	return all, nil
}

// build makes what golang.org/x/text looks sentences up in.
func build(all book) (catalog.Catalog, error) {
	b := catalog.NewBuilder(catalog.Fallback(English.tag()))
	for l, texts := range all {
		for english, t := range texts {
			var err error
			if one, ok := t.Forms["one"]; ok {
				err = b.Set(l.tag(), english, plural.Selectf(t.Of, "%d", plural.One, one, plural.Other, t.Forms["other"]))
			} else {
				err = b.SetString(l.tag(), english, t.Forms["other"])
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %q: %w", l, english, err)
			}
		}
	}
	return b, nil
}

var (
	texts, broken = load(files)
	built         = mustBuild()
)

func mustBuild() catalog.Catalog {
	if broken != nil {
		panic("words: " + broken.Error())
	}
	c, err := build(texts)
	if err != nil {
		panic("words: " + err.Error())
	}
	return c
}

// All returns the English sentences that a language has texts for, sorted.
// Those of English are the ones with forms that go with a number.
func All(l Language) []string {
	var out []string
	for english := range texts[l] {
		out = append(out, english)
	}
	slices.Sort(out)
	return out
}

// Of returns the text of a sentence in a language; false where it has none.
func Of(l Language, english string) (Text, bool) {
	t, ok := texts[l][english]
	return t, ok
}

// verb is one place of a sentence where an argument goes.
type verb struct {
	at, end int    // where it stands
	arg     int    // which argument, counted from 1
	letter  string // s, d or q
}

// verbs finds the places of arguments in a format: %s, %d, %q, and %[2]s.
func verbs(format string) []verb {
	var out []verb
	next := 1
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		at := i
		i++
		if i < len(format) && format[i] == '%' {
			continue
		}
		if i < len(format) && format[i] == '[' {
			end := strings.IndexByte(format[i:], ']')
			if end < 0 {
				return out
			}
			if _, err := fmt.Sscanf(format[i:i+end+1], "[%d]", &next); err != nil {
				return out
			}
			i += end + 1
		}
		if i < len(format) {
			out = append(out, verb{at, i + 1, next, format[i : i+1]})
			next++
		}
	}
	return out
}
