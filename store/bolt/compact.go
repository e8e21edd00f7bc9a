package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// compactAtOnce is how many bytes one transaction of a copy takes, all of
// which are in memory.
const compactAtOnce = 16 << 20

// Compact writes the database at path anew, without the pages that purges
// have given back, and returns the size of the file before and after. Nobody
// may use it meanwhile: Conflict. The copy takes the file's place once it is
// whole, verified and on the disk, so that a crash leaves the one or the
// other, and perhaps a draft beside it that the next Compact writes over.
func Compact(ctx context.Context, path string) (before, after int64, err error) {
	// Through links: the name of a link is not to become the file.
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return 0, 0, unopened(path, err)
	}
	src, _, err := openFile(ctx, target, false, os.OpenFile)
	if err != nil {
		return 0, 0, err
	}
	// It is locked until the copy has its name.
	defer func() { err = errors.Join(err, failed(src.Close())) }()

	info, err := os.Stat(target)
	if err != nil {
		return 0, 0, unopened(path, err)
	}
	draft := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".compact")
	defer os.Remove(draft) // gone already where all went well
	if err := copyTo(ctx, draft, src, info); err != nil {
		return 0, 0, uncompacted(path, err)
	}
	copied, err := os.Stat(draft)
	if err == nil {
		err = os.Rename(draft, target)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(target))
	}
	if err != nil {
		return 0, 0, uncompacted(path, err)
	}
	return info.Size(), copied.Size(), nil
}

// copyTo makes draft a verified copy of a database, with the owner and the
// mode of its file.
func copyTo(ctx context.Context, draft string, src *bbolt.DB, like os.FileInfo) error {
	if err := os.Remove(draft); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dst, err := bbolt.Open(draft, fileMode, &bbolt.Options{Timeout: lockTime, FreelistType: bbolt.FreelistMapType, NoStatistics: true, NoSync: true})
	if err != nil {
		return err
	}
	err = guarded(func() error { return bbolt.Compact(dst, src, compactAtOnce) })
	if err == nil {
		err = same(ctx, dst, src)
	}
	pages := int64(0)
	if err == nil {
		err = dst.View(func(tx *bbolt.Tx) error {
			pages = tx.Size()
			return nil
		})
	}
	if err = errors.Join(err, dst.Close()); err != nil {
		return err
	}
	if err := dress(draft, like); err != nil {
		return err
	}
	return trim(draft, pages)
}

// trim cuts off what bbolt has made the file larger than its pages, in
// advance of more, and makes it safe on the disk.
func trim(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Sync(), f.Close())
}

// same returns why a copy is not what it is a copy of.
func same(ctx context.Context, dst, src *bbolt.DB) error {
	if err := (&Store{db: dst}).Verify(ctx); err != nil {
		return err
	}
	was, err := summarize(src)
	if err != nil {
		return err
	}
	is, err := summarize(dst)
	if err == nil && is != was {
		err = damaged("The copy of the database differs from it.", fmt.Errorf("%+v became %+v", was, is))
	}
	return err
}

// summary is what a copy must have in common with its original.
type summary struct {
	last approvals.Seq
	hash link
	cut  cut
	ids  uint64 // how many requests there ever were
}

func summarize(db *bbolt.DB) (s summary, err error) {
	err = guarded(func() error {
		return db.View(func(tx *bbolt.Tx) error {
			l := openLog(tx)
			c, err := readCut(tx)
			s = summary{l.last, l.hash, c, in(tx, bucketRequests).Sequence()}
			return err
		})
	})
	return s, err
}

// uncompacted turns the error of a copy into one of ours. The database is
// as it was.
func uncompacted(path string, err error) error {
	e := *approvals.AsError(failed(err))
	switch e.Code {
	case "store-full":
		e.Text = fmt.Sprintf("There is not enough room beside %s for a copy of it, so it was left as it is.", path)
		e.Hint = "Make room on that disk for as much as the database holds, and start again."
	case "store-failed":
		e.Text, e.Hint = fmt.Sprintf("The database %s could not be written anew, so it was left as it is.", path), "See the cause in the log."
	}
	return &e
}
