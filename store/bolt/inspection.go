package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"passcodebot/approvals"
)

// Inspection is what can be said of a database file without opening it as a
// database.
type Inspection struct {
	Path   string      // where links lead
	Exists bool        // Open makes a file that is not there
	Size   int64       // bytes
	Free   int64       // bytes that are left on the disk for this user; -1 where the system does not tell
	Mode   fs.FileMode // who may read and write it; zero where the system has no such rights
	Folder fs.FileMode // the same of its folder
	Owner  int         // the user id of who has it; -1 where the system does not tell
	Layout string      // the version of its layout
	Newest bool        // it is the latest that this passcodebot knows; Open brings an earlier one to it
	InUse  bool        // a process has it open as a database; false where the system does not tell
	Holder int         // its process id; zero where the system does not tell
}

// OthersRead says that other users than its owner may read it.
func (i Inspection) OthersRead() bool { return i.Mode&0o044 != 0 }

// OthersWrite says that other users than its owner may write into it or put
// another in its place.
func (i Inspection) OthersWrite() bool {
	return i.Mode&0o022 != 0 || i.Folder&0o022 != 0 && i.Folder&fs.ModeSticky == 0
}

// Foreign says that another user than this one has it.
func (i Inspection) Foreign() bool { return i.Exists && i.Owner >= 0 && i.Owner != os.Geteuid() }

// Inspect looks at the database file at path, also while a process uses it.
// It changes nothing and waits for nobody. A file that is not there is no
// error where Open could make it. The errors are those of Open but for
// Conflict, with what is known all the same.
func Inspect(ctx context.Context, path string) (Inspection, error) {
	i := Inspection{Path: path, Free: -1, Owner: -1}
	if err := ctx.Err(); err != nil {
		return i, failed(err)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		i.Path = target
	}
	dir := filepath.Dir(i.Path)
	folder, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), err == nil && !folder.IsDir():
		return i, noFolder(path, err)
	case err != nil:
		return i, unopened(path, err)
	}
	i.Folder, _ = rights(folder)
	i.Free = freeBytes(dir)

	info, err := os.Lstat(i.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := mayMakeFiles(dir); err != nil {
			return i, unopened(path, err)
		}
		return i, nil
	case err != nil:
		return i, unopened(path, err)
	}
	i.Exists, i.Size = true, info.Size()
	i.Mode, i.Owner = rights(info)
	if err := usable(path, info); err != nil {
		return i, err
	}
	f, err := os.OpenFile(i.Path, os.O_RDWR, 0) // as Open does, to see whether it may
	if err != nil {
		return i, unopened(path, err)
	}
	defer f.Close()
	i.InUse, i.Holder = inUseBy(f)
	check := func() error { return inspect(f, path) }
	if i.InUse { // by one that has looked already
		check = func() error { return nil }
	}
	i.Layout, err = layoutOf(ctx, f, path, check)
	i.Newest = i.Layout == layout
	return i, err
}

// usable returns why there can be no database in what is at path, or nil.
func usable(path string, info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return failure(approvals.Invalid, "store-is-folder",
			fmt.Sprintf("%s is a folder, not a database.", path),
			fmt.Sprintf("Name a file in it, such as %s.", filepath.Join(path, "passcodebot.db")), nil)
	case info.Mode()&fs.ModeSymlink != 0: // to nowhere: it was followed before
		return unopened(path, fs.ErrNotExist)
	case !info.Mode().IsRegular():
		return notADatabase(path)
	}
	return nil
}

// layoutOf checks a file that others may write meanwhile, and reads the
// version of its layout. The pages of a commit stay as they are until the one
// after the next, so that what was read counts where the newest meta page is
// the same afterwards.
func layoutOf(ctx context.Context, f io.ReaderAt, path string, check func() error) (version string, err error) {
	for {
		before, _ := newestMeta(f)
		if err = check(); err == nil {
			version, err = before.layout(f, path)
		}
		if after, _ := newestMeta(f); after == before {
			return version, err
		}
		if err = ctx.Err(); err != nil {
			return "", failed(err)
		}
	}
}

// layout reads the version of the layout of a file, as ours does.
func (m meta) layout(f io.ReaderAt, path string) (string, error) {
	mark, err := m.small(f, bucketMark)
	if err != nil {
		return "", broken(path, err)
	}
	version := string(valueIn(mark, "version"))
	return version, knownLayout(version, path)
}

// small returns the page of a bucket that is small enough to be kept with its
// name, as ours with the version is; nil where there is none.
func (m meta) small(f io.ReaderAt, name string) ([]byte, error) {
	t := trees{meta: m, f: f}
	seen := map[uint64]bool{}
	for next := []uint64{m.root}; len(next) > 0; next = next[1:] {
		id := next[0]
		if seen[id] {
			return nil, fmt.Errorf("page %d is in the trees twice", id)
		}
		seen[id] = true
		below, err := t.below(id)
		if err != nil {
			return nil, err
		}
		if below != nil {
			next = append(next, below...)
			continue
		}
		b, _, err := t.elements(id)
		if err != nil {
			return nil, err
		}
		if bucket := valueIn(b, name); len(bucket) >= bucketHead && binary.NativeEndian.Uint64(bucket) == 0 {
			return bucket[bucketHead:], nil
		}
	}
	return nil, nil
}

// valueIn returns the value of a key on a leaf page; nil where it is not there.
func valueIn(b []byte, want string) []byte {
	if len(b) < pageHead {
		return nil
	}
	n, err := count(b, 0)
	for i := range n {
		at := pageHead + i*elementSize
		pos, key, value := u32(b, at+4), u32(b, at+8), u32(b, at+12)
		if err != nil || within(b, 0, at, pos, key+value) != nil {
			return nil
		}
		if entry := b[uint64(at)+pos:][:key+value]; bytes.Equal(entry[:key], []byte(want)) {
			return entry[key:]
		}
	}
	return nil
}
