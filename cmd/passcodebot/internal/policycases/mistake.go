package policycases

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"passcodebot/cmd/passcodebot/internal/config"
)

// mistake is what somebody wrote wrong, and what to do.
type mistake struct{ text, remedy string }

// Error implements error.
func (m mistake) Error() string { return m.text + ". " + m.remedy }

// Problems returns all mistakes of an error that Given.Case has returned, each
// as a problem like of.
func Problems(err error, of config.Problem) config.Problems {
	if err == nil {
		return nil
	}
	if joined, ok := errors.AsType[interface {
		error
		Unwrap() []error
	}](err); ok {
		var all config.Problems
		for _, one := range joined.Unwrap() {
			all = append(all, Problems(one, of)...)
		}
		return all
	}
	if m, ok := errors.AsType[mistake](err); ok {
		of.Text += m.text
		of.Remedy = m.remedy
		return config.Problems{of}
	}
	of.Text += err.Error()
	return config.Problems{of}
}

// oneOf returns that a word is not among those that could stand here, or nil.
func oneOf(key, word string, words []string) error {
	if slices.Contains(words, word) {
		return nil
	}
	m := mistake{fmt.Sprintf("%s: %q is not known", key, word), "Write one of " + strings.Join(words, ", ") + "."}
	if near, ok := config.Nearest(word, words); ok {
		m.remedy = fmt.Sprintf("Did you mean %s?", near)
	}
	return m
}
