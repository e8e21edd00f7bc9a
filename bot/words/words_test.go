package words_test

import (
	"testing"

	"passcodebot/bot/words"
)

func TestSay_number(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   words.Language
		n    int
		want string
	}{
		{"", 1, "1 device"},
		{words.English, 2, "2 devices"},
		{words.English, 0, "0 devices"},
		{words.English, 1200, "1,200 devices"},
		{words.German, 1, "1 Gerät"},
		{words.German, 1200, "1.200 Geräte"},
		{words.Japanese, 1, "1 台のデバイス"},
		{words.Japanese, 2, "2 台のデバイス"},
	} {
		if got := words.In(c.in).Say("%d devices", c.n); got != c.want {
			t.Errorf("%d devices in %q: %q, want %q", c.n, c.in, got, c.want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]words.Language{
		"de-DE": words.German, "de-AT": words.German, "ja-JP": words.Japanese, "en-US": words.English, "en-GB": words.English,
		"fr-FR": words.Japanese, "": words.Japanese, "not a locale": words.Japanese,
	} {
		if got := words.Match(locale, words.Japanese); got != want {
			t.Errorf("%s: %s, want %s", locale, got, want)
		}
	}
}
