package command

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// cell is one character of what was typed, or one thing that Slack has put
// in its place, such as a mention.
type cell struct {
	r   rune
	ref *ref // not nil: a mention, and r is zero
	// hidden are the characters before it that show nothing. Phones and web
	// pages put them anywhere, so that they belong to nothing but prose.
	hidden string
}

// ref is a mention.
type ref struct {
	kind  refKind
	id    string // of a person
	shown string // as people read it, such as @alice
}

type refKind int

const (
	person   refKind = iota
	group            // a user group, or everybody in a channel
	channel          // a channel's name, which notifies nobody
	literate         // a link or date: its text is typed text
)

// read undoes what Slack and phones put into typed text.
func read(text string) []cell {
	return hiding(decode([]rune(strings.ToValidUTF8(text, ""))))
}

// decode undoes Slack's encoding.
// Slack: & < > come as &amp; &lt; &gt;; <…> holds mentions and links.
func decode(in []rune) []cell {
	var out []cell
	for i := 0; i < len(in); {
		if r, n := entity(in[i:]); n > 0 {
			out = append(out, cell{r: r})
			i += n
			continue
		}
		if in[i] == '<' {
			end := i + 1 + slices.IndexFunc(in[i+1:], func(r rune) bool { return r == '<' || r == '>' })
			if end > i && in[end] == '>' {
				if ref, ok := reference(string(in[i+1 : end])); ok {
					out = append(out, cells(ref)...)
					i = end + 1
					continue
				}
			}
		}
		out = append(out, cell{r: in[i]})
		i++
	}
	return out
}

// entity reads one escaped character at the start of in.
func entity(in []rune) (r rune, length int) {
	if in[0] != '&' {
		return 0, 0
	}
	for _, e := range []struct {
		name string
		r    rune
	}{{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}} {
		if len(in) >= len(e.name) && string(in[:len(e.name)]) == e.name {
			return e.r, len(e.name)
		}
	}
	return 0, 0
}

func unescape(s string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(s)
}

func cells(r ref) []cell {
	if r.kind != literate {
		return []cell{{ref: &r}}
	}
	var out []cell
	for _, c := range r.shown {
		out = append(out, cell{r: c})
	}
	return out
}

var (
	personRef  = regexp.MustCompile(`^@([UW][A-Z0-9]+)$`)
	channelRef = regexp.MustCompile(`^#([CGD][A-Z0-9]+)$`)
	groupRef   = regexp.MustCompile(`^!subteam\^([A-Z0-9]+)$`)
	allRef     = regexp.MustCompile(`^!(here|channel|everyone)$`)
	linkRef    = regexp.MustCompile(`^(?:mailto:|tel:)?((?:[a-z][a-z0-9+.-]*:)?[^\s<>]+)$`)
)

// reference reads what stands between < and >.
func reference(s string) (ref, bool) {
	target, label, _ := strings.Cut(s, "|")
	label = oneLine(typed(hiding(cells(ref{kind: literate, shown: unescape(label)}))))
	at := func(sign, otherwise string) string {
		if label == "" {
			label = otherwise
		}
		return sign + strings.TrimPrefix(label, sign)
	}
	if m := personRef.FindStringSubmatch(target); m != nil {
		return ref{kind: person, id: m[1], shown: at("@", m[1])}, true
	}
	if m := channelRef.FindStringSubmatch(target); m != nil {
		return ref{kind: channel, shown: at("#", m[1])}, true
	}
	if m := groupRef.FindStringSubmatch(target); m != nil {
		return ref{kind: group, shown: at("@", m[1])}, true
	}
	if m := allRef.FindStringSubmatch(target); m != nil {
		return ref{kind: group, shown: "@" + m[1]}, true
	}
	switch {
	case strings.HasPrefix(target, "!") && label != "":
		return ref{kind: literate, shown: label}, true
	case strings.Contains(target, ":") && linkRef.MatchString(target):
		if label == "" {
			label = unescape(linkRef.FindStringSubmatch(target)[1])
		}
		return ref{kind: literate, shown: label}, true
	}
	return ref{}, false
}

// hiding puts characters that show nothing into the next cell that does, and
// is no white space. Those that join the parts of an emoji or of letters of
// some scripts stay between such.
func hiding(in []cell) []cell {
	out := in[:0:0]
	var hidden []rune
	for i, c := range in {
		if c.ref == nil && isHidden(c.r) && !(isJoiner(c.r) && joins(out, in[i+1:])) {
			hidden = append(hidden, c.r)
			continue
		}
		if !isSpace(c) {
			c.hidden, hidden = string(hidden), hidden[:0]
		}
		out = append(out, c)
	}
	return out
}

// isHidden says that a character shows nothing by itself.
func isHidden(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r)
}

func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

func joins(before, after []cell) bool {
	wide := func(c cell) bool { return c.r > unicode.MaxASCII && !unicode.IsSpace(c.r) && !isHidden(c.r) }
	for len(after) > 0 && isHidden(after[0].r) {
		after = after[1:]
	}
	return len(before) > 0 && len(after) > 0 && wide(before[len(before)-1]) && wide(after[0])
}

// typed returns cells as people read them.
func typed(in []cell) string { return written(in, false) }

// written returns cells as people read them, for prose also with what is
// hidden among them: its readers are shown that.
func written(in []cell, hidden bool) string {
	var b strings.Builder
	for _, c := range in {
		if hidden {
			b.WriteString(c.hidden)
		}
		if c.ref != nil {
			b.WriteString(c.ref.shown)
		} else {
			b.WriteRune(c.r)
		}
	}
	return b.String()
}

// withoutEnd is prose without certain characters at its end, and without what
// is hidden before them.
func withoutEnd(s string, is func(rune) bool) string {
	return strings.TrimRightFunc(s, func(r rune) bool { return is(r) || isHidden(r) })
}

// visible is prose without what is hidden.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if isHidden(r) {
			return -1
		}
		return r
	}, s)
}

// The characters that separate, quote and join. Phones have many forms.

func isSpace(c cell) bool { return c.ref == nil && unicode.IsSpace(c.r) }

func isSeparator(c cell) bool {
	return isSpace(c) || c.ref == nil && strings.ContainsRune(",;，；、`", c.r)
}

func isColon(c cell) bool { return c.ref == nil && strings.ContainsRune(":：﹕", c.r) }

func isDouble(c cell) bool {
	return c.ref == nil && strings.ContainsRune(`"“”„‟″＂«»`, c.r)
}

func isSingle(c cell) bool { return c.ref == nil && strings.ContainsRune("'‘’‚‛′ʼ＇", c.r) }

// straight makes apostrophes and white space in a value the plain ones.
func straight(s string) string {
	s = strings.Map(func(r rune) rune {
		switch c := (cell{r: r}); {
		case isSingle(c):
			return '\''
		case isSpace(c):
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// hyphens makes every dash a hyphen: in words, ids and numbers nothing else
// is meant.
func hyphens(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("‐‑‒–—―−﹘﹣－", r) {
			return '-'
		}
		return r
	}, s)
}
