package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

const (
	// lockTime is how long another process may take to let go of the file,
	// as one that is being replaced.
	lockTime  = time.Second
	lockPause = 20 * time.Millisecond
	// fileMode keeps requests, reasons and names from other users.
	fileMode fs.FileMode = 0o600
)

// opener is os.OpenFile, or what stands for it in a test.
type opener func(path string, flag int, mode fs.FileMode) (*os.File, error)

// openFile opens the database at path and makes it first where there is none,
// unless it is only to be read. A file that can't be used is left as it is.
func openFile(ctx context.Context, path string, readOnly bool, open opener) (*bbolt.DB, *os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !readOnly:
		if err := create(path); err != nil {
			return nil, nil, err
		}
	case errors.Is(err, syscall.ENOTDIR):
		return nil, nil, noFolder(path, err)
	case err != nil:
		return nil, nil, unopened(path, err)
	default:
		if err := usable(path, info); err != nil {
			return nil, nil, err
		}
	}

	var f *os.File
	opened := func(path string, flag int, mode fs.FileMode) (_ *os.File, err error) {
		for {
			// Without O_CREATE: bbolt would make a file where one has just gone.
			if f, err = open(path, flag&^os.O_CREATE, mode); err != nil {
				return nil, err
			}
			if err := lock(ctx, f, path, readOnly); err != nil {
				return nil, err
			}
			if there, err := inPlace(f, path); err != nil {
				return nil, err
			} else if there {
				return f, inspect(f, path)
			}
			_ = f.Close()
		}
	}
	var db *bbolt.DB
	err = guarded(func() (err error) {
		db, err = bbolt.Open(path, fileMode, &bbolt.Options{
			Timeout: lockTime, FreelistType: bbolt.FreelistMapType, NoStatistics: true, OpenFile: opened, ReadOnly: readOnly,
		})
		return err
	})
	if err == nil {
		err = guarded(func() error { return db.View(func(tx *bbolt.Tx) error { return ours(tx, path) }) })
	}
	if err == nil {
		return db, f, nil
	}
	if db != nil {
		_ = db.Close()
	}
	if f != nil {
		_ = f.Close() // which bbolt leaves open when it panics, and with it the lock
	}
	if e, ok := errors.AsType[*approvals.Error](err); ok && e.Kind == approvals.Unavailable && e.Code == "store-damaged" {
		return nil, nil, broken(path, err)
	}
	return nil, nil, unopened(path, err)
}

// inPlace says whether an open file is still the one at path. Compact puts
// another there, and whoever has waited for its lock has the old one, which
// has no name any more: what is written into it is lost.
func inPlace(f *os.File, path string) (bool, error) {
	have, err := f.Stat()
	if err != nil {
		return false, err
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(have, there), err
}

// ours returns why an open database is not one that this program can use.
func ours(tx *bbolt.Tx, path string) error {
	mark := tx.Bucket([]byte(bucketMark))
	if mark == nil {
		return otherProgram(path)
	}
	version := string(mark.Get([]byte("version")))
	if err := knownLayout(version, path); err != nil {
		return err
	}
	for _, name := range buckets(version) {
		if tx.Bucket([]byte(name)) == nil {
			return broken(path, fmt.Errorf("bucket %q is missing", name))
		}
	}
	return nil
}

// knownLayout returns why a database of a layout can't be used, or nil.
func knownLayout(version, path string) error {
	switch version {
	case "":
		return otherProgram(path)
	case layout, thirdLayout, secondLayout, firstLayout:
		return nil
	}
	return failure(approvals.Invalid, "store-newer",
		fmt.Sprintf("The database %s is of a newer passcodebot: its version is %s, and this one knows %s.", path, version, layout),
		"Run the newer version again. To go back, put the backup in its place that was made before.", nil)
}

// create makes an empty database at path. It is complete before it gets its
// name: a process that ends in between leaves none, instead of one that
// looks like another program's.
func create(path string) error {
	dir := filepath.Dir(path)
	switch info, err := os.Stat(dir); {
	case err == nil && info.IsDir():
	case err == nil, errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return noFolder(path, err)
	default:
		return unopened(path, err)
	}
	draft, err := os.CreateTemp(dir, "."+filepath.Base(path)+".new-*")
	if err != nil {
		return unopened(path, err)
	}
	defer os.Remove(draft.Name()) // gone already where all went well
	// Whatever the umask takes away.
	if err := errors.Join(draft.Chmod(fileMode), draft.Close()); err != nil {
		return unopened(path, err)
	}
	if err := fill(draft.Name()); err != nil {
		return unopened(path, err)
	}
	// A link fails where another process was faster, and its file is used.
	// Some file systems have no links; the name is then taken over.
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.Rename(draft.Name(), path); err != nil {
			return unopened(path, err)
		}
	}
	if err := syncFolder(dir); err != nil {
		return unopened(path, err)
	}
	return nil
}

// fill makes an empty file an empty database of ours.
func fill(path string) error {
	db, err := bbolt.Open(path, fileMode, &bbolt.Options{Timeout: lockTime, NoStatistics: true})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets(layout) {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return in(tx, bucketMark).Put([]byte("version"), []byte(layout))
	})
	return errors.Join(err, db.Close())
}

// syncFolder makes a new name in a folder survive a crash of the machine.
// Systems on which a folder can't be synced do so by themselves.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

func noFolder(path string, err error) error {
	dir := filepath.Dir(path)
	return failure(approvals.NotFound, "store-no-folder",
		fmt.Sprintf("There is no folder %s for the database %s.", dir, filepath.Base(path)),
		"Make it, for the user that passcodebot runs as, or give another path.", err)
}
