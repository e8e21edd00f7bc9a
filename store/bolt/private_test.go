package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// makeUnder makes and compacts a database under an umask, as another process:
// it belongs to the whole process. It looks at every file meanwhile.
func makeUnder(ctx context.Context, mask, path string) error {
	n, err := strconv.ParseUint(mask, 8, 32)
	if err != nil {
		return err
	}
	syscall.Umask(int(n))
	watching, stop := context.WithCancel(ctx)
	defer stop()
	seen := make(chan error)
	go func() { seen <- watch(watching, filepath.Dir(path)) }()
	for i := range 10 {
		file := fmt.Sprint(path, i)
		s, err := bolt.Open(ctx, file)
		if err != nil {
			return err
		}
		_, err = s.Save(ctx, approvals.Change{Request: request(), Events: []approvals.Event{{Kind: approvals.Asked}}})
		if err := errors.Join(err, s.Close()); err != nil {
			return err
		}
		for range 2 {
			info, err := os.Stat(file)
			if err != nil {
				return err
			}
			if info.Mode() != 0o600 {
				return fmt.Errorf("%s has the mode %v", file, info.Mode())
			}
			if _, _, err := bolt.Compact(ctx, file); err != nil {
				return err
			}
		}
	}
	stop()
	return <-seen
}

// watch returns an error once any file in a folder is one that others can
// read or write.
func watch(ctx context.Context, dir string) error {
	for ctx.Err() == nil {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			info, err := os.Lstat(filepath.Join(dir, e.Name()))
			switch {
			case errors.Is(err, fs.ErrNotExist): // a draft that has its name now
			case err != nil:
				return err
			case info.Mode().Perm()&0o077 != 0:
				return fmt.Errorf("%s has the mode %v", e.Name(), info.Mode())
			}
		}
	}
	return nil
}

// Requests, reasons and names are nobody else's, whatever umask the process
// has got, and not for a moment.
func TestOpen_makesAPrivateFileUnderAnyUmask(t *testing.T) {
	t.Parallel()
	for _, mask := range []string{"0", "22", "277", "777"} {
		cmd, lines, _ := process(t, "umask "+mask, filepath.Join(t.TempDir(), "test.db"))
		said := ""
		for lines.Scan() {
			said += lines.Text()
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("umask %s: %v: %s", mask, err, said)
		}
	}
}
