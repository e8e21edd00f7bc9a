package graph

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// longestSentence is what a sentence has room for, in characters.
const longestSentence = 300

// maxMessage is as much of a message as is looked at, in bytes.
const maxMessage = 64 << 10

// confidential is what a service should not write into a message, and might: a
// passcode, a password or a token behind its name, and a JWT.
var confidential = regexp.MustCompile(`(?i)(\b(?:passcode|password|pin|secret|token|bearer)\b["']?(?:\s+is\b)?\s*[:=]?\s*["']?)[^\s"',;}]*[0-9][^\s"',;}]{2,}|eyJ[\w-]{8,}[\w.-]*`)

// scrub takes out of a message what must not be passed on.
func scrub(message string) string { return confidential.ReplaceAllString(message, "${1}…") }

// unwrap returns the Message inside of a message that is a JSON text, as
// Intune's often are, and others as they are.
func unwrap(message string) string {
	for range 3 {
		var wrapped struct{ Message string }
		if json.Unmarshal([]byte(message), &wrapped) != nil || wrapped.Message == "" {
			break
		}
		message = wrapped.Message
	}
	return message
}

// sentence makes words fit for the middle of a sentence: on one line, without
// the ids at their end, not too long, without a full stop.
func sentence(words string) string {
	words = oneLine(words, 4*longestSentence)
	for _, ids := range []string{" - Operation ID (for customer support)", " Trace ID:"} {
		words, _, _ = strings.Cut(words, ids)
	}
	return strings.TrimRight(oneLine(words, longestSentence), ". ")
}

// oneLine puts words on one line, of so many characters at most.
func oneLine(words string, most int) string {
	words = strings.ToValidUTF8(words, "�")
	words = strings.Join(strings.FieldsFunc(words, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(words); len(r) > most {
		return string(r[:most]) + "…"
	}
	return words
}
