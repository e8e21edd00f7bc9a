package bolt

import (
	"encoding/binary"
	"fmt"
	"io"
)

// thorough is up to how many pages the head of each is looked at. Beyond, the
// first of many leaves speaks for the others, so that a large file opens in
// milliseconds too.
const thorough = 50_000

// trees is a look through bbolt's trees of pages: that they end, for bbolt
// goes round in a circle of pages until there is no memory left.
type trees struct {
	meta
	f    io.ReaderAt
	all  bool   // each leaf is looked at
	seen []bool // by page; in a tree that ends, each is there once
}

// checkTrees looks through the tree of the buckets' names and through the
// tree of each bucket, and at each leaf where there are few pages.
func (m meta) checkTrees(f io.ReaderAt, few uint64) error {
	t := trees{m, f, m.pages <= few, make([]bool, m.pages)}
	roots, err := t.walk(m.root, true)
	for _, root := range roots {
		if err == nil {
			_, err = t.walk(root, false)
		}
	}
	return err
}

// walk looks through the tree at root. Of the tree of names it returns the
// roots of the buckets that have pages of their own.
func (t trees) walk(root uint64, names bool) (roots []uint64, err error) {
	for next := []uint64{root}; len(next) > 0; next = next[1:] {
		id := next[0]
		flags, _, err := t.head(t.f, id)
		if err != nil {
			return nil, err
		}
		if err := t.visit(id); err != nil {
			return nil, err
		}
		switch {
		case flags == leafPage && names:
			roots, err = t.buckets(id, roots)
		case flags == branchPage:
			next, err = t.children(id, names, next)
		case flags != leafPage:
			err = fmt.Errorf("page %d is neither leaf nor branch", id)
		}
		if err != nil {
			return nil, err
		}
	}
	return roots, nil
}

func (t trees) visit(id uint64) error {
	if id >= t.pages || t.seen[id] {
		return fmt.Errorf("page %d is in the trees twice, or beyond the file", id)
	}
	t.seen[id] = true
	return nil
}

// children appends the pages below a branch page, unless they are leaves
// that need no look.
func (t trees) children(id uint64, names bool, next []uint64) ([]uint64, error) {
	b, n, err := t.elements(id)
	if err != nil {
		return nil, err
	}
	var below []uint64
	for i := range n { // place from here, size of key, page
		at := pageHead + i*elementSize
		if err := within(b, id, at, u32(b, at), u32(b, at+4)); err != nil {
			return nil, err
		}
		below = append(below, binary.NativeEndian.Uint64(b[at+8:]))
	}
	if n == 0 || names || t.all {
		return append(next, below...), nil
	}
	if flags, _, err := t.head(t.f, below[0]); err != nil || flags != leafPage {
		return append(next, below...), err
	}
	for _, id := range below {
		if err := t.visit(id); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// buckets appends the roots of the buckets on a leaf page of names.
func (t trees) buckets(id uint64, roots []uint64) ([]uint64, error) {
	b, n, err := t.elements(id)
	if err != nil {
		return nil, err
	}
	for i := range n { // flags, place from here, size of key, size of value
		at := pageHead + i*elementSize
		pos, key, value := u32(b, at+4), u32(b, at+8), u32(b, at+12)
		if err := within(b, id, at, pos, key+value); err != nil {
			return nil, err
		}
		if u32(b, at) != bucketElement {
			continue
		}
		if value < bucketHead {
			return nil, fmt.Errorf("bucket %d of page %d is cut off", i, id)
		}
		bucket := b[uint64(at)+pos+key:][:value]
		if root := binary.NativeEndian.Uint64(bucket); root != 0 {
			roots = append(roots, root)
		} else if err := inline(bucket[bucketHead:], id); err != nil {
			return nil, err
		}
	}
	return roots, nil
}

// inline looks through the page that a small bucket has within the page of
// its name. bbolt takes it for each page that it names.
func inline(b []byte, id uint64) error {
	if len(b) < pageHead || binary.NativeEndian.Uint16(b[8:]) != leafPage {
		return fmt.Errorf("a bucket of page %d is no leaf", id)
	}
	n, err := count(b, id)
	for i := range n {
		if at := pageHead + i*elementSize; err == nil {
			err = within(b, id, at, u32(b, at+4), u32(b, at+8)+u32(b, at+12))
		}
	}
	return err
}

// elements returns a page and the number of its elements.
func (t trees) elements(id uint64) ([]byte, int, error) {
	b, err := t.page(t.f, id)
	if err != nil {
		return nil, 0, err
	}
	n, err := count(b, id)
	return b, n, err
}

// count returns how many elements a page has room for and says it has.
func count(b []byte, id uint64) (int, error) {
	n := int(binary.NativeEndian.Uint16(b[10:]))
	if pageHead+n*elementSize > len(b) {
		return 0, fmt.Errorf("page %d has %d elements", id, n)
	}
	return n, nil
}

func u32(b []byte, at int) uint64 { return uint64(binary.NativeEndian.Uint32(b[at:])) }

// within says that what an element points to lies on its page.
func within(b []byte, id uint64, at int, pos, size uint64) error {
	if uint64(at)+pos+size > uint64(len(b)) {
		return fmt.Errorf("an element of page %d lies outside", id)
	}
	return nil
}
