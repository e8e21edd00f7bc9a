package bolt

import (
	"bytes"
	"io"
	"testing"

	"passcodebot/approvals"
)

// overwritten is a file of which the first page that is read after the meta
// pages is written over just then.
type overwritten struct {
	io.ReaderAt
	data int64 // where the pages after the meta pages begin
	by   func()
}

func (o *overwritten) ReadAt(b []byte, at int64) (int, error) {
	if o.by == nil || at < o.data {
		return o.ReaderAt.ReadAt(b, at)
	}
	o.by()
	o.by = nil
	return copy(b, bytes.Repeat([]byte{0xff}, len(b))), nil
}

// Who looks at a file while it is written, and finds a page that was used
// again meanwhile, looks again.
func TestInspect_whenAPageIsUsedAgain(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	f := &overwritten{s.file, 2 * s.page, func() {
		if _, err := s.Save(t.Context(), approvals.Change{Key: "meanwhile"}); err != nil {
			t.Error(err)
		}
	}}
	got, err := layoutOf(t.Context(), f, "test.db", func() error { return nil })
	if got != layout || err != nil {
		t.Errorf("got layout %q, %v", got, err)
	}
	if f.by != nil {
		t.Error("no page was written over")
	}
}
