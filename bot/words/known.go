package words

import (
	"slices"
	"strings"
	"sync"
)

// Known says a text in the Speaker's language that was stored in English: one
// sentence, what to do next, or the two behind one another. What people typed
// stands in it as they typed it: it is never looked up, but for the places
// where words of ours go. A text that the catalogue does not know stays as it
// is.
func (s Speaker) Known(text string) string {
	if s.Language() == English || text == "" {
		return text
	}
	return indexes()[s.Language()].remember(s, text)
}

// The subjects of the catalogue that texts are looked up in. What the views
// say is never stored, and its short formats would fit too much.
var storedSubjects = []string{"refusals", hints, "stored", "counts"}

// hints is the subject of what stands behind another sentence.
const hints = "hints"

// index finds English sentences again whose arguments are filled in.
type index struct {
	exact   map[string]string // by what they look like
	formats []format          // those with most letters first
	hints   map[string]bool   // which of the exact ones may stand behind another

	mu    sync.Mutex
	known map[string]string // what was said before
}

// maxKnown bounds what is kept of what was said before; it is all forgotten
// then, which costs time only.
const maxKnown = 4096

// format is a sentence with places, in one of its forms.
type format struct {
	english  string   // its key
	literals []string // what stands before, between and behind its places
	verbs    []verb
	holds    string // the kinds of its places
	hint     bool
}

var indexes = sync.OnceValue(func() map[Language]*index {
	out := map[Language]*index{}
	for _, l := range Languages() {
		x := &index{exact: map[string]string{}, hints: map[string]bool{}, known: map[string]string{}}
		for _, english := range All(l) {
			if text, _ := Of(l, english); slices.Contains(storedSubjects, text.Subject) {
				x.add(english, text.Subject == hints)
			}
		}
		slices.SortStableFunc(x.formats, func(a, b format) int { return b.letters() - a.letters() })
		out[l] = x
	}
	return out
})

// add makes a sentence one that is found again, in each form that it has in
// English.
func (x *index) add(english string, hint bool) {
	forms := []string{english}
	if text, ok := Of(English, english); ok {
		for _, f := range text.Forms {
			if f != english {
				forms = append(forms, f)
			}
		}
	}
	for _, f := range forms {
		if v := verbs(f); len(v) > 0 {
			x.formats = append(x.formats, newFormat(english, f, v, hint))
			continue
		}
		x.exact[unescaped(f)] = english
		x.hints[english] = hint
	}
}

func newFormat(english, form string, v []verb, hint bool) format {
	f := format{english: english, verbs: v, holds: places[english], hint: hint}
	from := 0
	for _, verb := range v {
		f.literals = append(f.literals, unescaped(form[from:verb.at]))
		from = verb.end
	}
	f.literals = append(f.literals, unescaped(form[from:]))
	return f
}

// letters is how much of a text the format fixes.
func (f format) letters() int { return len(strings.Join(f.literals, "")) }

// fill finds what stands in the places of a text: as little as can be, from
// the first place on. It is false where the text is another.
func (f format) fill(text string) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, f.literals[0])
	if !ok {
		return nil, false
	}
	if rest, ok = strings.CutSuffix(rest, f.literals[len(f.literals)-1]); !ok {
		return nil, false
	}
	args := make([]string, len(f.verbs))
	return args, f.fillFrom(args, 0, rest)
}

// fillFrom fills the places from the i-th on.
func (f format) fillFrom(args []string, i int, rest string) bool {
	kind := f.kind(f.verbs[i])
	if i == len(args)-1 {
		args[i] = rest
		return kind.takes(rest)
	}
	between := f.literals[i+1]
	for from := 0; ; {
		at := strings.Index(rest[from:], between)
		if at < 0 {
			return false
		}
		at += from
		args[i] = rest[:at]
		if kind.takes(args[i]) && f.fillFrom(args, i+1, rest[at+len(between):]) {
			return true
		}
		if from = at + 1; from > len(rest) {
			return false
		}
	}
}

// kind is what goes into a place.
func (f format) kind(v verb) place {
	switch {
	case v.letter == "d":
		return number
	case v.arg > len(f.holds):
		return verbatim
	}
	return place(f.holds[v.arg-1])
}

func unescaped(s string) string { return strings.ReplaceAll(s, "%%", "%") }

// remember says a text, remembering what it was.
func (x *index) remember(s Speaker, text string) string {
	x.mu.Lock()
	said, ok := x.known[text]
	x.mu.Unlock()
	if ok {
		return said
	}
	said = x.text(s, text)
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.known) >= maxKnown {
		clear(x.known)
	}
	x.known[text] = said
	return said
}

// text says a sentence, or two of which the second is a hint. The first may
// be one of the configuration's where the hint says so.
func (x *index) text(s Speaker, text string) string {
	for at := range len(text) {
		if text[at] != ' ' {
			continue
		}
		key, hint, ok := x.one(s, text[at+1:], true)
		if !ok {
			continue
		}
		if first, ok := x.whole(s, text[:at]); ok {
			return first + s.gap() + hint
		}
		if key == behindRule {
			return text[:at] + " " + hint
		}
	}
	if said, ok := x.whole(s, text); ok {
		return said
	}
	return text
}

// gap is what stands between two sentences.
func (s Speaker) gap() string {
	if s.Language() == Japanese {
		return ""
	}
	return " "
}

// stop ends a sentence.
func (s Speaker) stop() string {
	if s.Language() == Japanese {
		return "。"
	}
	return "."
}

// whole says a text that is one sentence of the catalogue, with or without its
// full stop.
func (x *index) whole(s Speaker, text string) (said string, ok bool) {
	if _, said, ok = x.one(s, text, false); ok {
		return said, true
	}
	if bare, stopped := strings.CutSuffix(text, "."); stopped {
		if _, said, ok = x.one(s, bare, false); ok {
			return said + s.stop(), true
		}
	} else if _, said, ok = x.one(s, text+".", false); ok {
		return strings.TrimSuffix(said, s.stop()), true
	}
	return "", false
}

// one says a text that is one sentence of the catalogue to the letter, a hint
// where it must be, and tells which.
func (x *index) one(s Speaker, text string, hint bool) (key, said string, ok bool) {
	if english, ok := x.exact[text]; ok && (!hint || x.hints[english]) {
		return english, s.Say(english), true
	}
	for _, f := range x.formats {
		if hint && !f.hint {
			continue
		}
		found, ok := f.fill(text)
		if !ok {
			continue
		}
		args := make([]any, len(f.verbs))
		for i, v := range f.verbs {
			args[v.arg-1] = x.argument(s, v, f.kind(v), found[i])
		}
		return f.english, s.Say(f.english, args...), true
	}
	return "", "", false
}
