package bolt

import (
	"encoding/binary"
	"fmt"
	"io"
)

// looked is about how many leaves of the trees are looked at, the upper pages
// first, so that a large file opens as fast as a small one: all of a file of
// 4 MB. Branch pages cost more, by how much is below them.
const (
	looked    = 1024
	perBranch = 16
)

// trees is a look through bbolt's trees of pages: that they end, for bbolt
// goes round in a circle of pages until there is no memory left.
type trees struct {
	meta
	f    io.ReaderAt
	left *int            // how many leaves may still be looked at
	seen map[uint64]bool // in a tree that ends, each page is there once
}

// checkTrees looks through the tree of the buckets' names and through the
// trees of all buckets, at about so many leaves, and in any case at the last
// page of each with what lies above it: what was written last is there.
func (m meta) checkTrees(f io.ReaderAt, leaves int) error {
	t := trees{m, f, &leaves, map[uint64]bool{}}
	roots, err := t.walk([]uint64{m.root}, true)
	for _, root := range roots {
		if err == nil {
			err = t.last(root)
		}
	}
	if err == nil {
		_, err = t.walk(roots, false)
	}
	return err
}

// walk looks through trees level by level. The tree of names is looked at as
// a whole, and the roots of the buckets that have pages of their own returned.
func (t trees) walk(next []uint64, names bool) (roots []uint64, err error) {
	for ; len(next) > 0 && (names || *t.left > 0); next = next[1:] {
		id := next[0]
		if t.seen[id] {
			return nil, fmt.Errorf("page %d is in the trees twice", id)
		}
		t.seen[id] = true
		below, err := t.below(id)
		if err == nil && below == nil && names {
			roots, err = t.buckets(id, roots)
		}
		if err != nil {
			return nil, err
		}
		*t.left -= 1 + len(below)/perBranch
		next = append(next, below...)
	}
	return roots, nil
}

// last goes down to the last page of a tree.
func (t trees) last(id uint64) error {
	const deepest = 64 // far more than a tree of any file has
	for range deepest {
		below, err := t.below(id)
		if err != nil || below == nil {
			return err
		}
		id = below[len(below)-1]
	}
	return fmt.Errorf("the tree has no end below page %d", id)
}

// below returns the pages below a branch page; nil for a leaf.
func (t trees) below(id uint64) ([]uint64, error) {
	flags, _, err := t.head(t.f, id)
	switch {
	case err != nil:
		return nil, err
	case flags == leafPage:
		return nil, nil
	case flags != branchPage:
		return nil, fmt.Errorf("page %d is neither leaf nor branch", id)
	}
	b, n, err := t.elements(id)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fmt.Errorf("page %d branches into nothing", id)
	}
	pages := make([]uint64, n)
	for i := range n { // place from here, size of key, page
		at := pageHead + i*elementSize
		if err := within(b, id, at, u32(b, at), u32(b, at+4)); err != nil {
			return nil, err
		}
		pages[i] = binary.NativeEndian.Uint64(b[at+8:])
	}
	return pages, nil
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
