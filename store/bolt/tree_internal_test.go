package bolt

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"passcodebot/approvals"
)

// A large file is not looked through as a whole: a sound one is sound, and a
// circle where something was just written is seen in both ways.
func TestCheckTrees_wholeAndInPart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var saving sync.WaitGroup
	for i := range 2000 {
		saving.Go(func() {
			c := approvals.Change{Request: pendingRequest(), Key: fmt.Sprint("key ", i), Events: []approvals.Event{{Kind: approvals.Asked}}}
			if _, err := s.Save(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	saving.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	now, other := metas(f)
	if other.tx > now.tx {
		now = other
	}
	for _, most := range []int{1, looked} {
		if err := now.checkTrees(f, most); err != nil {
			t.Errorf("%d pages: %v", most, err)
		}
	}

	// The last child of every branch becomes the branch itself.
	branches := 0
	for id := uint64(2); id < now.pages; id++ {
		b := make([]byte, now.pageSize)
		if _, err := f.ReadAt(b, int64(id)*now.pageSize); err != nil {
			t.Fatal(err)
		}
		flags, n := b[8], int(b[10])|int(b[11])<<8
		if flags != branchPage || b[9] != 0 {
			continue
		}
		branches++
		if _, err := f.WriteAt(b[:8], int64(id)*now.pageSize+pageHead+int64(n-1)*elementSize+8); err != nil {
			t.Fatal(err)
		}
	}
	for _, most := range []int{1, looked} {
		if err := now.checkTrees(f, most); err == nil {
			t.Errorf("%d pages: the circles of %d branches were not seen", most, branches)
		}
	}
}
