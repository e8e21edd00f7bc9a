package graph

import (
	"encoding/json"
	"strings"
	"unicode"
)

// longestSentence is what a sentence has room for, in characters.
const longestSentence = 300

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
