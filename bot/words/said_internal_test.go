package words

import (
	"go/ast"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// Each sentence that the code says is a literal with as many arguments as it
// has places, and is in every language.
func TestSay_isInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		s.walk(func(n ast.Node, _ []ast.Node) {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return
			}
			if _, name := called(c); name != "Say" {
				return
			}
			english, ok := literal(c.Args[0])
			if !ok {
				t.Errorf("%s: Say has no literal", s.at(n))
				return
			}
			if want := len(arguments(english)); len(c.Args)-1 != want || c.Ellipsis.IsValid() {
				t.Errorf("%s: %q has %d arguments, want %d", s.at(n), english, len(c.Args)-1, want)
			}
			for _, l := range []Language{German, Japanese} {
				if _, ok := Of(l, english); !ok {
					t.Errorf("%s: %q is not in texts/%s", s.at(n), english, l)
				}
			}
		})
	}
}

// Each text of the catalogue is said by the code, or was stored.
func TestTexts_areSaid(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, s := range sources(t) {
		s.walk(func(n ast.Node, _ []ast.Node) {
			if c, ok := n.(*ast.CallExpr); ok {
				if _, name := called(c); name == "Say" && len(c.Args) > 0 {
					english, _ := literal(c.Args[0])
					said[english] = true
				}
			}
		})
	}
	names, err := fs.Glob(files, "texts/*/*.yml")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		if slices.Contains(keptIn, path.Base(name)) {
			continue
		}
		raw, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		entries := map[string]any{}
		if err := yaml.Unmarshal(raw, &entries); err != nil {
			t.Fatal(err)
		}
		for _, english := range slices.Sorted(maps.Keys(entries)) {
			if !said[english] {
				t.Errorf("%s: nothing says %q", name, english)
			}
		}
	}
}

// Each text has the places of its English, in each of its forms, and its
// forms go with those of the others.
func TestTexts_goWithTheirEnglish(t *testing.T) {
	t.Parallel()
	for _, l := range Languages() {
		for _, english := range All(l) {
			text, _ := Of(l, english)
			for form, s := range text.Forms {
				if diff := cmp.Diff(arguments(english), arguments(s)); diff != "" {
					t.Errorf("%s: %q, %s: the arguments are not those of the English (-want +got):\n%s", l, english, form, diff)
				}
				if diff := cmp.Diff(marks(english), marks(s)); diff != "" {
					t.Errorf("%s: %q, %s: the marks are not those of the English (-want +got):\n%s", l, english, form, diff)
				}
				if found := unmarked(s); found != "" {
					t.Errorf("%s: %q, %s: Slack does not format %q inside of a word", l, english, form, found)
				}
			}
			_, forms := text.Forms["one"]
			if forms && arguments(english)[text.Of] != "d" {
				t.Errorf("%s: %q: argument %d, of which the form depends, is no number", l, english, text.Of)
			}
			if forms && l == Japanese {
				t.Errorf("%s: %q has forms, and Japanese has one", l, english)
			}
			if !forms && l == English {
				t.Errorf("%s: %q has no forms, so it need not be there", l, english)
			}
			if _, ok := Of(English, english); forms && !ok {
				t.Errorf("%s: %q has forms, and the English has none", l, english)
			}
			if l == English {
				for _, other := range []Language{German, Japanese} {
					if _, ok := Of(other, english); !ok {
						t.Errorf("%s: %q is not in texts/%s", l, english, other)
					}
				}
				if other, _ := Of(German, english); other.Forms["one"] == "" {
					t.Errorf("%s: %q has no forms in German", l, english)
				}
			}
		}
	}
}

// arguments are what kind each argument of a format is, by number.
func arguments(format string) map[int]string {
	out := map[int]string{}
	for _, v := range verbs(format) {
		out[v.arg] = v.letter
	}
	return out
}

var (
	tokens = regexp.MustCompile(`\{[a-z_]+\}`)
	coded  = regexp.MustCompile("`[^`]*`")
	styled = regexp.MustCompile("(.?)(\\*[^*]+\\*|`[^`]+`)(.?)")
)

// marks are what Slack reads in a text: that something is bold, the parts of
// times, and what is code, up to what people type in quotation marks.
func marks(s string) map[string]int {
	out := map[string]int{}
	if n := strings.Count(s, "*"); n > 0 {
		out["*"] = 2 - n%2
	}
	for _, c := range append(tokens.FindAllString(s, -1), coded.FindAllString(s, -1)...) {
		typed, _, _ := strings.Cut(c, `"`)
		out[typed]++
	}
	return out
}

// unmarked returns what is meant to be formatted and is not.
// Slack: a mark formats only where no letter stands outside of it.
func unmarked(s string) string {
	for _, m := range styled.FindAllStringSubmatch(s, -1) {
		if !apart.MatchString(m[1]) || !apart.MatchString(m[3]) {
			return m[0]
		}
	}
	return ""
}

// apart is what may stand beside a mark: an argument may begin with a letter.
var apart = regexp.MustCompile(`^[^\pL\p{Nd}%]?$`)
