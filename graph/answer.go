package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	// maxAnswer and maxValues are more than the longest page of devices has,
	// in bytes and in JSON values. The SDK makes a tree of an answer, which
	// takes many times the room of its text.
	maxAnswer = 16 << 20
	maxValues = 150_000
	// maxText is the longest text of a device that is kept, in bytes.
	maxText = 1000
	// maxLink is the longest address of a next page that is followed.
	maxLink = 16 << 10
)

// errTooMuch is the error of an answer that is longer than any of Graph's.
var errTooMuch = errors.New("the answer is longer than any of Graph's")

// answerBody is the body of an answer, whose call ends with it. It breaks off
// where it becomes too much.
type answerBody struct {
	body   io.ReadCloser
	end    context.CancelFunc
	bytes  int
	values int
	text   bool // inside of a JSON text
	escape bool // behind a backslash
}

// Read implements io.Reader.
func (b *answerBody) Read(p []byte) (int, error) {
	if b.tooMuch() {
		return 0, errTooMuch
	}
	n, err := b.body.Read(p)
	b.bytes += n
	for _, c := range p[:n] {
		switch {
		case b.escape:
			b.escape = false
		case b.text:
			b.escape, b.text = c == '\\', c != '"'
		case c == '"':
			b.text = true
		case c == ',' || c == '[' || c == '{':
			b.values++
		}
	}
	if b.tooMuch() {
		return n, errTooMuch
	}
	return n, err
}

func (b *answerBody) tooMuch() bool { return b.bytes > maxAnswer || b.values > maxValues }

// Close implements io.Closer.
func (b *answerBody) Close() error {
	defer b.end()
	return b.body.Close()
}

// unread is an error of reading an answer, without the parts of the answer
// that some errors quote.
func unread(err error) error {
	if _, ok := errors.AsType[*time.ParseError](err); ok {
		return errors.New("a time in the answer is none")
	}
	if _, ok := errors.AsType[*strconv.NumError](err); ok {
		return errors.New("a number in the answer is none")
	}
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return errors.New("a value in the answer has another type")
	}
	return err
}

// guarded turns a panic into an error: the SDK's getters panic over what they
// don't expect.
func guarded(do func() error) (err error) {
	defer func() {
		p := recover()
		if known, ok := p.(runtime.Error); ok {
			err = fmt.Errorf("panic in the graph sdk: %w", known)
		} else if p != nil {
			err = fmt.Errorf("panic in the graph sdk with a %T", p)
		}
	}()
	return do()
}

// short is a text of an answer, not longer than what is kept.
func short(text *string) string { return cut(deref(text), maxText) }

// cut is at most so many bytes of a text, of whole characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
