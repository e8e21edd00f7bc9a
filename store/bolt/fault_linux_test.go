package bolt_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// disk is a file whose descriptor can be made to point elsewhere: to
// /dev/full, where every write finds no room; to /dev/zero, where a write is
// lost and the sync after it fails; or to itself, read-only.
type disk struct {
	*os.File
	sound int // the descriptor as it was
}

func (d *disk) replace(t *testing.T, path string) {
	t.Helper()
	how := syscall.O_RDONLY
	if strings.HasPrefix(path, "/dev/") {
		how = syscall.O_RDWR
	}
	fd, err := syscall.Open(path, how|syscall.O_CLOEXEC, 0)
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
		"failing": {
			func(string) string { return "/dev/zero" },
			"The database could not be read or written, so nothing was changed. Try again in a moment; if it stays, tell the people who run passcodebot.",
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
			finish(t, s, 1, day(0)) // for a purge that can't be
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
				if _, err := s.Purge(t.Context(), day(1), 10); approvals.KindOf(err) != approvals.Unavailable {
					t.Errorf("purge: got %v, want an error of kind unavailable", err)
				}
				if err := s.Advance(t.Context(), approvals.Threads, 2, approvals.Cursor{Seq: 1}); approvals.KindOf(err) != approvals.Unavailable {
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

// asRoot is set for a test that runs as root of a user namespace.
const asRoot = "PASSCODEBOT_TEST_AS_ROOT"

// smallDisk returns a folder that is a file system of 4 MB. Only root can make
// one: for anybody else the whole test runs in a process that is root of a
// user namespace, and is over here with what came of it.
func smallDisk(t *testing.T) (dir string, here bool) {
	t.Helper()
	dir = t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m")
	if err == nil {
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, 0); err != nil {
				t.Errorf("unmount: %v", err)
			}
		})
		return dir, true
	}
	if !errors.Is(err, syscall.EPERM) || os.Getenv(asRoot) != "" {
		t.Fatalf("no file system of 4 MB: %v", err)
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), asRoot+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{Size: 1, HostID: os.Getuid()}},
		GidMappings: []syscall.SysProcIDMap{{Size: 1, HostID: os.Getgid()}},
	}
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("as root of a user namespace: %v\n%s", err, out)
	}
	return "", false
}

// A file system without room, as the kernel says it: what finds none is not
// stored, all else can be read, and once there is room the store goes on.
func TestSave_whenTheFileSystemIsFull(t *testing.T) {
	t.Parallel()
	dir, here := smallDisk(t)
	if !here {
		return
	}
	s, err := bolt.Open(t.Context(), filepath.Join(dir, "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 3<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	save := func() error {
		_, err := s.Save(t.Context(), approvals.Change{Request: request(), Events: []approvals.Event{{Text: strings.Repeat("x", 5000)}}})
		return err
	}
	stored := 0
	for err == nil {
		if err = save(); err == nil {
			stored++
		}
	}
	if e := approvals.AsError(err); e.Code != "store-full" || e.Kind != approvals.Unavailable || stored == 0 {
		t.Errorf("after %d requests: got %v, want that it is full", stored, err)
	}
	if open, err := s.Open(t.Context()); err != nil || len(open) != stored {
		t.Errorf("%d requests can be read, want %d: %v", len(open), stored, err)
	}
	if _, _, err := bolt.Compact(t.Context(), filepath.Join(dir, "test.db")); approvals.KindOf(err) != approvals.Conflict {
		t.Errorf("compact: got %v, want that it is in use", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := save(); err != nil {
		t.Errorf("there is room again: %v", err)
	}
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// A compaction that finds no room leaves the database as it is.
func TestCompact_whenTheFileSystemIsFull(t *testing.T) {
	t.Parallel()
	dir, here := smallDisk(t)
	if !here {
		return
	}
	path := filepath.Join(dir, "test.db")
	data, err := os.ReadFile(purged(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 4<<20-len(data)-64<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err = bolt.Compact(t.Context(), path)
	wantSentence(t, err, path, approvals.Unavailable,
		"There is not enough room beside DB for a copy of it, so it was left as it is. Make room on that disk for as much as the database holds, and start again.")
	if after, err := os.ReadFile(path); err != nil || string(after) != string(data) {
		t.Errorf("the database has changed: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("%d files are in the folder, want 2: %v", len(entries), err)
	}
}

// What can't be read is an error for whoever needs it, not the end of the
// process and no standstill; when it can be read again, all is well.
func TestStore_whenTheDiskCannotBeRead(t *testing.T) {
	t.Parallel()
	path := purged(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := opened(t, path)
	read := func() error {
		_, err := s.Request(t.Context(), 301)
		return err
	}
	save := func() error {
		_, err := s.Save(t.Context(), approvals.Change{Request: request()})
		return err
	}
	for _, size := range []int64{8192, 0} { // without all that is stored, and without everything
		if err := os.Truncate(path, size); err != nil { // its pages are gone from memory too
			t.Fatal(err)
		}
		for range 2 {
			if err := read(); approvals.KindOf(err) != approvals.Unavailable {
				t.Errorf("read: got %v, want an error of kind unavailable", err)
			}
			if err := save(); approvals.KindOf(err) != approvals.Unavailable {
				t.Errorf("save: got %v, want an error of kind unavailable", err)
			}
		}
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(read(), save(), s.Verify(t.Context())); err != nil {
			t.Errorf("the disk is well again: %v", err)
		}
		if whole, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
}
