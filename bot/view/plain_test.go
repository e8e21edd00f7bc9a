package view_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"passcodebot/bot/view"
)

const joiner = "\u2060" // shows nothing, and keeps Slack from formatting

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in, want string
		limit    int
	}{
		{"", "", 10},
		{"Alice's Pixel", "Alice's Pixel", 20},
		{"two\n\tlines\u00a0and\u200bmore ", "two lines and more", 30},
		{"<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;", 30},
		{"alice_AndroidForWork_1/2/2026", "alice_AndroidForWork_1/2/2026", 30},
		{"*bold*", joiner + "*" + joiner + "bold" + joiner + "*" + joiner, 30},
		{"_x ~y", joiner + "_" + joiner + "x " + joiner + "~" + joiner + "y", 30},
		{"2*3", "2*3", 30},
		{"`rm`", "'rm'", 30},
		{"a\u202eb", "a⟨U+202E⟩b", 30},
		{"a \u202eb", "a ⟨U+202E⟩b", 30},
		{"a\x00b\ufffd\xff", "ab", 30},
		{"👩\u200d💻", "👩\u200d💻", 30},
		{"longer than that", "longer th…", 10},
		{"&&&&", "&amp;…", 2},
	} {
		if got := view.Plain(tt.in, tt.limit); got != tt.want {
			t.Errorf("Plain(%q, %d) is %q; want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

// Slack reads * _ ~ as formatting where no letter stands outside of them.
var bare = regexp.MustCompile(`(^|[^\pL\p{Nd}` + joiner + `])[*_~]|[*_~]([^\pL\p{Nd}` + joiner + `…]|$)`)

// Nothing that Plain returns can ping, link, format or hide something.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", "<!channel>", "a & b", "*b*", "`c`", "\u202e", "\xff<", nasty} {
		f.Add(s)
	}
	entity := regexp.MustCompile(`&(amp|lt|gt);`)
	f.Fuzz(func(t *testing.T, s string) {
		got := view.Plain(s, 300)
		if strings.ContainsAny(got, "<>`\n\r\u202e\u2028\u0000") || !utf8.ValidString(got) {
			t.Errorf("Plain(%q) is %q", s, got)
		}
		if strings.Contains(entity.ReplaceAllString(got, ""), "&") {
			t.Errorf("Plain(%q) is %q, with & that is not escaped", s, got)
		}
		if found := bare.FindString(got); found != "" {
			t.Errorf("Plain(%q) is %q, where %q formats", s, got, found)
		}
		if n := utf8.RuneCountInString(entity.ReplaceAllString(got, "x")); n > 300 {
			t.Errorf("Plain(%q) has %d characters", s, n)
		}
	})
}
