package graph

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSentence_isFitForPeople(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"": "",
		"An error has occurred - Operation ID (for customer support): 00000000 - Activity ID: 1 - Url: https://x": "An error has occurred",
		" Two\r\n lines.\x00 ":    "Two lines",
		strings.Repeat("ä", 1000): strings.Repeat("ä", 300) + "…",
		"\xffbroken":              "�broken",
	} {
		if got := sentence(words); got != want {
			t.Errorf("sentence(%.40q) = %.80q; want %.80q", words, got, want)
		}
	}
}

// FuzzMessage: whatever Intune writes becomes one short line.
func FuzzMessage(f *testing.F) {
	f.Add(`{"Message":"{\"Message\":\"x\"}"}`)
	f.Add("a\r\nb - Operation ID (for customer support): 1")
	f.Fuzz(func(t *testing.T, message string) {
		got := sentence(inner(message))
		if strings.ContainsAny(got, "\r\n") || utf8.RuneCountInString(got) > 301 || !utf8.ValidString(got) {
			t.Errorf("sentence(%q) = %q", message, got)
		}
	})
}

func TestEntraError_code(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body entraError
		want int
	}{
		{entraError{Codes: []int{7000215}}, 7000215},
		{entraError{Description: "AADSTS90002: Tenant"}, 90002},
		{entraError{Description: "nothing"}, 0},
	} {
		if got := test.body.code(); got != test.want {
			t.Errorf("code of %+v = %d; want %d", test.body, got, test.want)
		}
	}
}
