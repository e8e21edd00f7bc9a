package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"passcodebot/approvals"
)

// maxLine bounds a line of a text with anchors.
const maxLine = 64 << 10

// Noted is an anchor and where it was read.
type Noted struct {
	Anchor
	Where string // the name of its text and the line
}

// Read reads the anchors of a text: a file of lines, lines of syslog with
// whatever stands before them, or what was copied from a channel. A line
// without an opening brace is prose and passed over. With one it must hold
// an anchor, and nothing but an anchor from the first brace to the last;
// else the error names it. The one exception is a line that begins as an
// anchor does and is cut off, as a crash leaves it: those are counted.
func Read(text io.Reader, name string) (found []Noted, cut int, err error) {
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := lines.Bytes()
		begin := bytes.IndexByte(line, '{')
		if begin < 0 {
			continue
		}
		object := line[begin:]
		end := bytes.LastIndexByte(object, '}') + 1
		if end == 0 && cutOff(object) {
			cut++
			continue
		}
		if end == 0 {
			end = len(object)
		}
		a, err := Parse(object[:end])
		if err != nil {
			return nil, 0, unread(name, n, err)
		}
		found = append(found, Noted{a, fmt.Sprintf("%s:%d", name, n)})
	}
	if err := lines.Err(); err != nil {
		return nil, 0, unread(name, n+1, err)
	}
	return found, cut, nil
}

// cutOff says that a text is the beginning of an anchor.
func cutOff(line []byte) bool {
	begin := []byte(`{"v":1,"at":"`)
	return bytes.HasPrefix(line, begin) || bytes.HasPrefix(begin, line)
}

func unread(name string, n int, err error) error {
	e := &approvals.Error{
		Kind: approvals.Invalid, Code: "anchor-unreadable", Err: err,
		Text: fmt.Sprintf("Line %d of %s holds no anchor.", n, name),
		Hint: `Copy the line again as passcodebot wrote it. Lines of other programs that have braces must be left out, as with grep '{"v":1,'.`,
	}
	if errors.Is(err, bufio.ErrTooLong) {
		e.Err = fmt.Errorf("it is longer than %d bytes", maxLine)
	}
	return e
}
