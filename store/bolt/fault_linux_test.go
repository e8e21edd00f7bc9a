package bolt_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// disk is a file whose descriptor can be made to point elsewhere: to
// /dev/full, where every write finds no room, or to itself, read-only.
type disk struct {
	*os.File
	sound int // the descriptor as it was
}

func (d *disk) replace(t *testing.T, path string) {
	t.Helper()
	fd, err := syscall.Open(path, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if path != "/dev/full" {
		fd, err = syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	if err := syscall.Dup3(fd, int(d.Fd()), syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
}

func (d *disk) heal(t *testing.T) {
	t.Helper()
	if err := syscall.Dup3(d.sound, int(d.Fd()), syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
}

// A disk that is full or can't be written leaves every change undone and
// everything readable, and the store goes on by itself once it is well.
func TestSave_whenTheDiskFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		elsewhere func(path string) string
		want      string
	}{
		"full": {
			func(string) string { return "/dev/full" },
			"The disk of the database is full, so nothing was changed. Make room on it; passcodebot goes on by itself then.",
		},
		"read-only": {
			func(path string) string { return path },
			"The database could not be read or written, so nothing was changed. Try again in a moment; if it stays, tell the people who run passcodebot.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var d disk
			path := filepath.Join(t.TempDir(), "test.db")
			s, err := bolt.OpenWith(t.Context(), path, func(path string, flag int, mode fs.FileMode) (*os.File, error) {
				f, err := os.OpenFile(path, flag, mode)
				if err != nil {
					return nil, err
				}
				d.File = f
				d.sound, err = syscall.Dup(int(f.Fd()))
				return f, err
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := errors.Join(s.Close(), syscall.Close(d.sound)); err != nil {
					t.Error(err)
				}
			}()
			change := func(i int) approvals.Change {
				return approvals.Change{
					Request: request(), Key: fmt.Sprint("key ", i),
					Events: []approvals.Event{{Kind: approvals.Asked, Text: strings.Repeat("x", 100*i)}},
				}
			}
			said := false
			for i := range 30 {
				if _, err := s.Save(t.Context(), change(i)); err != nil {
					t.Fatal(err)
				}
				d.replace(t, c.elsewhere(path))
				// Large changes need a larger file, small ones do not. A
				// file that can't even be looked at is not called full.
				for _, size := range []int{1, 100} {
					failing := change(1000 + i)
					failing.Events[0].Text = strings.Repeat("y", size*1000)
					_, err := s.Save(t.Context(), failing)
					if e := approvals.AsError(err); e.Kind != approvals.Unavailable {
						t.Errorf("got %v, want an error of kind unavailable", err)
					} else if e.Sentence() == c.want {
						said = true
					}
				}
				if err := s.Advance(t.Context(), approvals.Slack, 1, approvals.Cursor{Seq: 1}); approvals.KindOf(err) != approvals.Unavailable {
					t.Errorf("advance: got %v, want an error of kind unavailable", err)
				}
				if open, err := s.Open(t.Context()); err != nil || len(open) != i+1 {
					t.Errorf("%d requests can be read, want %d: %v", len(open), i+1, err)
				}
				d.heal(t)
			}
			if !said {
				t.Errorf("nobody was told: %s", c.want)
			}
			if err := s.Verify(t.Context()); err != nil {
				t.Error(err)
			}
			if _, err := s.Save(t.Context(), change(1000)); err != nil {
				t.Errorf("what failed cannot be done later: %v", err)
			}
		})
	}
}
