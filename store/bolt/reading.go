package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// OpenToRead opens the database file at path for reading alone: not a byte of
// it changes, and whoever may only read it can. The errors are those of Open;
// a file that is not there is NotFound, and every change that is tried is
// Unavailable. Any number of processes may read it, but none while another
// has it open with Open.
//
// A file of an earlier layout is read as Open would make it: from a copy in
// the folder for temporary files, which is deleted by Close.
func OpenToRead(ctx context.Context, path string) (*Store, error) {
	s, err := opened(ctx, path, true, os.OpenFile)
	if err != nil {
		return nil, err
	}
	version, err := s.version()
	if err == nil && version == layout {
		go s.run()
		return s, nil
	}
	var copied string
	if err == nil {
		if copied, err = s.copied(); err != nil {
			err = failure(approvals.Unavailable, "store-no-copy",
				fmt.Sprintf("The database %s is of an earlier passcodebot, and no copy could be made in %s to read it from.", path, os.TempDir()),
				"Set TMPDIR to a folder with room for it.", err)
		}
	}
	if err := errors.Join(err, s.db.Close()); err != nil {
		return nil, unopened(path, err)
	}
	s, err = Open(ctx, copied)
	if err != nil {
		return nil, errors.Join(err, os.Remove(copied))
	}
	s.tidy = func() error { return os.Remove(copied) }
	return s, nil
}

// version returns the version of the file's layout.
func (s *Store) version() (version string, err error) {
	err = s.within(false, func(tx *bbolt.Tx) error {
		version = string(in(tx, bucketMark).Get([]byte("version")))
		return nil
	})
	return version, err
}

// copied returns the path of a copy that nobody else may read.
func (s *Store) copied() (path string, err error) {
	f, err := os.CreateTemp("", "passcodebot-*.db")
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = io.Copy(f, io.NewSectionReader(s.file, 0, math.MaxInt64))
	return f.Name(), err
}
