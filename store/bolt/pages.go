package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"passcodebot/approvals"
)

// What bbolt writes at fixed places (its internal/common: Meta, Page). It
// trusts its file and maps it into memory, so that a file that is cut off or
// damaged there would end the process. inspect looks first.
const (
	pageHead   = 16 // id, flags, count, overflow
	metaSize   = 64
	magic      = 0xED0CDAED
	metaFormat = 2
	noFreelist = ^uint64(0)

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10

	elementSize   = 16 // of a leaf or branch page
	bucketElement = 0x01
	bucketHead    = 16 // root, sequence

	minPage, maxPage = 1 << 10, 16 << 20
)

// meta is one of bbolt's two meta pages.
type meta struct {
	pageSize                  int64
	root, freelist, pages, tx uint64
	marked, known, whole      bool // the magic number, the version, the checksum
}

// metaAt reads the meta page at a place of the file.
func metaAt(f io.ReaderAt, at int64) meta {
	b := make([]byte, metaSize)
	if _, err := f.ReadAt(b, at+pageHead); err != nil {
		return meta{}
	}
	u32, u64 := binary.NativeEndian.Uint32, binary.NativeEndian.Uint64
	sum := fnv.New64a()
	sum.Write(b[:56])
	return meta{
		pageSize: int64(u32(b[8:])), root: u64(b[16:]), freelist: u64(b[32:]), pages: u64(b[40:]), tx: u64(b[48:]),
		marked: u32(b) == magic, known: u32(b[4:]) == metaFormat, whole: u64(b[56:]) == sum.Sum64(),
	}
}

func (m meta) valid() bool {
	return m.marked && m.known && m.whole && m.pageSize >= minPage && m.pageSize <= maxPage
}

// metas returns the meta pages as far as they can be found. Where the first
// is no help, the second is looked for at every size that a page can have.
func metas(f io.ReaderAt) (meta, meta) {
	first := metaAt(f, 0)
	if first.valid() {
		return first, metaAt(f, first.pageSize)
	}
	for size := int64(minPage); size <= maxPage; size *= 2 {
		if second := metaAt(f, size); second.valid() && second.pageSize == size {
			return first, second
		}
	}
	return first, meta{}
}

// newestMeta returns the newer meta page of those that are valid, as bbolt
// takes it, and the first.
func newestMeta(f io.ReaderAt) (newest, first meta) {
	a, b := metas(f)
	if !a.valid() || b.valid() && b.tx > a.tx {
		return b, a
	}
	return a, a
}

// inspect returns why bbolt must not open the file, or nil. It changes
// nothing, and must be called while nobody else writes.
func inspect(f *os.File, path string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return failure(approvals.Invalid, "store-empty-file",
			fmt.Sprintf("The file %s is empty, and passcodebot does not know whether a database was lost there.", path),
			"Delete it if it is to be a new one; otherwise put the last backup in its place.", nil)
	}
	now, first := newestMeta(f)
	switch {
	case now.valid():
	case first.marked && first.whole && !first.known:
		return failure(approvals.Invalid, "store-newer",
			fmt.Sprintf("The database %s was made by another version of the database library.", path), "Run the passcodebot that made it.", nil)
	case first.marked:
		return broken(path, errors.New("both meta pages are invalid"))
	default:
		return notADatabase(path)
	}
	if there := info.Size() / now.pageSize; uint64(there) < now.pages {
		return failure(approvals.Invalid, "store-truncated",
			fmt.Sprintf("The database %s is cut off: of its %d pages, %d are there.", path, now.pages, there), restore, nil)
	}
	// Ours always has its list of free pages. Without one, bbolt would write
	// one when it opens the file.
	if now.freelist == noFreelist {
		return otherProgram(path)
	}
	flags, _, err := now.head(f, now.freelist)
	if err == nil && flags != freelistPage {
		err = fmt.Errorf("page %d is no freelist", now.freelist)
	}
	if err == nil {
		err = now.checkFree(f)
	}
	if err != nil {
		return broken(path, err)
	}
	if err := now.checkTrees(f, looked); err != nil {
		return broken(path, err)
	}
	return nil
}

// head returns the flags and the size in bytes of a page.
func (m meta) head(f io.ReaderAt, id uint64) (flags uint16, size int64, err error) {
	if id < 2 || id >= m.pages {
		return 0, 0, fmt.Errorf("page %d is beyond the file", id)
	}
	b := make([]byte, pageHead)
	if _, err := f.ReadAt(b, int64(id)*m.pageSize); err != nil {
		return 0, 0, err
	}
	n := uint64(binary.NativeEndian.Uint32(b[12:]))
	if got := binary.NativeEndian.Uint64(b); got != id || n >= m.pages-id {
		return 0, 0, fmt.Errorf("page %d is not itself", id)
	}
	return binary.NativeEndian.Uint16(b[8:]), int64(n+1) * m.pageSize, nil
}

// checkFree looks whether the free pages are pages of the file.
func (m meta) checkFree(f io.ReaderAt) error {
	b, err := m.page(f, m.freelist)
	if err != nil {
		return err
	}
	n, ids := uint64(binary.NativeEndian.Uint16(b[10:])), b[pageHead:]
	if n == 0xFFFF { // bbolt: the count is in the first place then
		n, ids = binary.NativeEndian.Uint64(ids), ids[8:]
	}
	if n > uint64(len(ids)/8) {
		return fmt.Errorf("the freelist has %d pages", n)
	}
	for i := range n {
		if id := binary.NativeEndian.Uint64(ids[8*i:]); id < 2 || id >= m.pages {
			return fmt.Errorf("the freelist has page %d", id)
		}
	}
	return nil
}

func (m meta) page(f io.ReaderAt, id uint64) ([]byte, error) {
	_, size, err := m.head(f, id)
	if err != nil {
		return nil, err
	}
	b := make([]byte, size)
	_, err = f.ReadAt(b, int64(id)*m.pageSize)
	return b, err
}
