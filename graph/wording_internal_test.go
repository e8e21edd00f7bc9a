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
		"AADSTS999999: Something new.\r\nTrace ID: t Correlation ID: c":                                           "AADSTS999999: Something new",
		" Two\r\n lines.\x00 ":    "Two lines",
		strings.Repeat("ä", 1000): strings.Repeat("ä", 300) + "…",
		"\xffbroken":              "�broken",
	} {
		if got := sentence(words); got != want {
			t.Errorf("Sentence(%.40q) = %.80q; want %.80q", words, got, want)
		}
	}
}

func TestUnwrap(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"plain":                                "plain",
		`{"Message":"inside","_version":3}`:    "inside",
		`{"Message":"{\"Message\":\"deep\"}"}`: "deep",
		`{"Message":""}`:                       `{"Message":""}`,
		`{"Message":7}`:                        `{"Message":7}`,
		`[1]`:                                  `[1]`,
	} {
		if got := unwrap(message); got != want {
			t.Errorf("Unwrap(%q) = %q; want %q", message, got, want)
		}
	}
}

func TestScrub(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"The passcode is 48151623.":                       "The passcode is …",
		`{"passcode":"48151623","x":1}`:                   `{"passcode":"…","x":1}`,
		"PIN: 4815 is set":                                "PIN: … is set",
		"Bearer eyJhbGciOiJub25lIn0.e30.sig was refused":  "Bearer … was refused",
		"got eyJhbGciOiJub25lIn0.e30.sig":                 "got …",
		"secret='Ab8~cdef'":                               "secret='…'",
		"Access token is empty.":                          "Access token is empty.",
		"The action resetPasscode is not supported on 7.": "The action resetPasscode is not supported on 7.",
		"Token validation failed (AADSTS7000215)":         "Token validation failed (AADSTS7000215)",
	} {
		if got := scrub(message); got != want {
			t.Errorf("scrub(%q) = %q; want %q", message, got, want)
		}
	}
}

// Whatever a service writes becomes one short line.
func FuzzMessage(f *testing.F) {
	f.Add(`{"Message":"{\"Message\":\"x\"}"}`)
	f.Add("a\r\nb - Operation ID (for customer support): 1")
	f.Fuzz(func(t *testing.T, message string) {
		got := sentence(unwrap(message))
		if strings.ContainsAny(got, "\r\n") || utf8.RuneCountInString(got) > 301 || !utf8.ValidString(got) {
			t.Errorf("the sentence of %q is %q", message, got)
		}
	})
}
