package words

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Known says a text in the Speaker's language that was stored in English:
// whole, or sentence by sentence. What the catalogue does not know stays as
// it is.
func (s Speaker) Known(text string) string {
	if s.Language() == English || text == "" {
		return text
	}
	return indexes()[s.Language()].say(s, text)
}

// index finds English sentences again whose arguments are filled in.
type index struct {
	exact   map[string]string // by what they look like
	formats []format // those with most letters first

	mu    sync.Mutex
	known map[string]string // what was said before
}

// maxKnown bounds what is kept of what was said before; it is all forgotten
// then, which costs time only.
const maxKnown = 4096

type format struct {
	english string
	start   string // what it begins with, before any argument
	letters int
	pattern *regexp.Regexp
	verbs   []verb
}

var indexes = sync.OnceValue(func() map[Language]*index {
	out := map[Language]*index{}
	for _, l := range Languages() {
		x := &index{exact: map[string]string{}, known: map[string]string{}}
		for _, english := range All(l) {
			v := verbs(english)
			if len(v) == 0 {
				x.exact[unescaped(english)] = english
				continue
			}
			if f := newFormat(english, v); f.letters >= 6 {
				x.formats = append(x.formats, f)
			}
		}
		slices.SortStableFunc(x.formats, func(a, b format) int { return b.letters - a.letters })
		out[l] = x
	}
	return out
})

func newFormat(english string, v []verb) format {
	f := format{english: english, start: unescaped(english[:v[0].at]), verbs: v}
	var pattern strings.Builder
	pattern.WriteString("^")
	from := 0
	for _, verb := range v {
		pattern.WriteString(regexp.QuoteMeta(unescaped(english[from:verb.at])))
		f.letters += verb.at - from
		switch verb.letter {
		case "d":
			pattern.WriteString(`(-?\d+)`)
		case "q":
			pattern.WriteString(`("(?:[^"\\]|\\.)*")`)
		default:
			pattern.WriteString(`(.*?)`)
		}
		from = verb.end
	}
	pattern.WriteString(regexp.QuoteMeta(unescaped(english[from:])) + "$")
	f.letters += len(english) - from
	f.pattern = regexp.MustCompile("(?s)" + pattern.String())
	return f
}

func unescaped(s string) string { return strings.ReplaceAll(s, "%%", "%") }

// say says a text, remembering what it was.
func (x *index) say(s Speaker, text string) string {
	x.mu.Lock()
	said, ok := x.known[text]
	x.mu.Unlock()
	if ok {
		return said
	}
	said = x.sentences(s, text)
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.known) >= maxKnown {
		clear(x.known)
	}
	x.known[text] = said
	return said
}

// sentences says a text as a whole where it is known, else its beginning and
// its rest, cut where a sentence ends.
func (x *index) sentences(s Speaker, text string) string {
	if said, ok := x.whole(s, text, 2); ok {
		return said
	}
	for cut := len(text); ; {
		cut = strings.LastIndexAny(text[:cut], ".?!:;")
		if cut < 0 {
			return text
		}
		rest := text[cut+1:]
		if !strings.HasPrefix(rest, " ") {
			continue
		}
		if said, ok := x.whole(s, text[:cut+1], 2); ok {
			return said + " " + x.sentences(s, rest[1:])
		}
	}
}

// whole says a text that is one sentence of the catalogue, with arguments
// that may themselves be sentences of it.
func (x *index) whole(s Speaker, text string, depth int) (string, bool) {
	if english, ok := x.exact[text]; ok {
		return s.Say(english), true
	}
	if depth == 0 {
		return "", false
	}
	for _, f := range x.formats {
		if !strings.HasPrefix(text, f.start) {
			continue
		}
		found := f.pattern.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		args := make([]any, len(f.verbs))
		for i, v := range f.verbs {
			args[v.arg-1] = x.argument(s, v, found[i+1], depth-1)
		}
		return s.Say(f.english, args...), true
	}
	return "", false
}

func (x *index) argument(s Speaker, v verb, found string, depth int) any {
	switch v.letter {
	case "d":
		if n, err := strconv.Atoi(found); err == nil {
			return n
		}
	case "q":
		if plain, err := strconv.Unquote(found); err == nil {
			return plain
		}
	}
	if said, ok := x.whole(s, found, depth); ok {
		return said
	}
	return found
}
