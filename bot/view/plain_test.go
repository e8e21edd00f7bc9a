package view_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
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
		{"a\x00b\x1b[31m\ufffd\xff", "a⟨U+0000⟩b⟨U+001B⟩[31m", 60},
		{"\u2066gpj.exe\u2069", "⟨U+2066⟩gpj.exe⟨U+2069⟩", 60},
		{"two\u2028lines\u2029more\u0085", "two lines more", 60},
		{"pay\u2060pal\ufeff\u00ad", "pay⟨U+2060⟩pal⟨U+FEFF⟩⟨U+00AD⟩", 60},
		{"pass\u200dcode\u200cbot", "pass⟨U+200D⟩code⟨U+200C⟩bot", 60},
		{"می\u200cخواهم", "می\u200cخواهم", 60},
		{"ok\U000e0041\U000e007f", "ok⟨U+E0041⟩⟨U+E007F⟩", 60},
		{"❤\ufe0f\ufe0f\ufe0e", "❤\ufe0f⟨U+FE0F⟩⟨U+FE0E⟩", 60},
		{"a\ufe01\U000e0101", "a⟨U+FE01⟩⟨U+E0101⟩", 60},
		{"Z\u0310\u0311\u0312\u0313\u0314", "Z\u0310\u0311\u0312⟨U+0313⟩⟨U+0314⟩", 60},
		{"\u0301x \u0301", "⟨U+0301⟩x ⟨U+0301⟩", 60},
		{"Nguye\u0302\u0303n, พี่ส้ม, שָּׁלוֹם", "Nguye\u0302\u0303n, พี่ส้ม, שָּׁלוֹם", 60},
		{"a\u3164b\u2800c\u115fd\u034fe\ue000", "a⟨U+3164⟩b⟨U+2800⟩c⟨U+115F⟩d⟨U+034F⟩e⟨U+E000⟩", 80},
		{"👩🏽\u200d💻 🏳\ufe0f\u200d🌈", "👩🏽\u200d💻 🏳\ufe0f\u200d🌈", 30},
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
	for _, s := range []string{"", "<!channel>", "a & b", "*b*", "`c`", "\u202e", "\xff<", nasty, "a\u0301\u0301\u0301\u0301", "\ufe0f\u200dx", "👩\u200d💻", "\U000e0041", "a\u2066b\u2069", "\u3164\u2800\ue000"} {
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
		marks := 0
		for _, r := range strings.ReplaceAll(got, joiner, "") {
			if unicode.Is(unicode.M, r) {
				marks++
			} else {
				marks = 0
			}
			joins := r == '\u200c' || r == '\u200d'
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Bidi_Control) && !joins || marks > 3 {
				t.Errorf("Plain(%q) is %q, with %U", s, got, r)
			}
		}
		if found := bare.FindString(got); found != "" {
			t.Errorf("Plain(%q) is %q, where %q formats", s, got, found)
		}
		if n := utf8.RuneCountInString(entity.ReplaceAllString(got, "x")); n > 300 {
			t.Errorf("Plain(%q) has %d characters", s, n)
		}
	})
}
