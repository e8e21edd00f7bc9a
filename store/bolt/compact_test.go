package bolt_test

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// purged makes a database from which most was purged.
func purged(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	s := opened(t, path)
	finish(t, s, 300, day(1))
	finish(t, s, 20, day(3))
	purgeAll(t, s, day(2), 100)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// contents is all that is stored, by bucket and key.
func contents(t *testing.T, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	raw(t, path, nil, func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				all[string(name)+" "+string(k)] = string(v)
				return nil
			})
		})
	})
	return all
}

func TestCompact(t *testing.T) {
	t.Parallel()
	path := purged(t)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	want, size := contents(t, path), fileSize(t, path)
	// What a crash has left of an earlier one.
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), ".test.db.compact"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, after, err := bolt.Compact(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	if before != size || after != fileSize(t, path) || after > before/2 {
		t.Errorf("it said %d and %d bytes, and the file had %d and has %d", before, after, size, fileSize(t, path))
	}
	if diff := cmp.Diff(want, contents(t, path)); diff != "" {
		t.Errorf("what is stored differs (-before +after):\n%s", diff)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%d files are in the folder, want 1: %v", len(entries), err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	meta, _, _ := newest(data)
	pages := int(binary.NativeEndian.Uint64(data[meta+56:]))
	if size := int(binary.NativeEndian.Uint32(data[24:])); len(data) != pages*size {
		t.Errorf("the file has %d bytes for %d pages of %d", len(data), pages, size)
	}
	s := opened(t, link)
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	r, err := s.Save(t.Context(), approvals.Change{Request: request()})
	if err != nil || r.ID != 321 {
		t.Errorf("the next request is %v, want R-321: %v", r.ID, err)
	}
}

func TestCompact_whenItCannotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string)
		kind  approvals.Kind
		code  string
	}{
		"missing": {func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, approvals.NotFound, "store-no-file"},
		"in use":    {func(t *testing.T, path string) { opened(t, path) }, approvals.Conflict, "store-in-use"},
		"truncated": {func(t *testing.T, path string) { edit(t, path, func(b []byte) []byte { return b[:len(b)/2] }) }, approvals.Invalid, "store-truncated"},
		"tampered with": {func(t *testing.T, path string) {
			raw(t, path, nil, func(tx *bbolt.Tx) error {
				key, v := tx.Bucket([]byte("events")).Cursor().First()
				return tx.Bucket([]byte("events")).Put(append([]byte(nil), key...), append([]byte{v[0] + 1}, v[1:]...))
			})
		}, approvals.Invalid, "log-broken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := purged(t)
			c.spoil(t, path)
			before := snapshot(t, path)
			_, _, err := bolt.Compact(t.Context(), path)
			if e, ok := errors.AsType[*approvals.Error](err); !ok || e.Kind != c.kind || e.Code != c.code || e.Text == "" || e.Hint == "" {
				t.Errorf("got %v, want %s", err, c.code)
			}
			if diff := cmp.Diff(before, snapshot(t, path)); diff != "" {
				t.Error("what is there has changed")
			}
		})
	}
}

// Who waits for the lock of a file that another takes the place of opens the
// other: what is written into the old one would be lost.
func TestOpen_whenTheFileIsReplacedMeanwhile(t *testing.T) {
	t.Parallel()
	path := filled(t)
	copied := path + ".copy"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(copied, data, 0o600); err != nil {
		t.Fatal(err)
	}
	opens := 0
	s, err := bolt.OpenWith(t.Context(), path, func(path string, flag int, mode fs.FileMode) (*os.File, error) {
		f, err := os.OpenFile(path, flag, mode)
		if opens++; err == nil && opens == 1 {
			err = os.Rename(copied, path)
		}
		return f, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(t.Context(), approvals.Change{Request: request(), Key: "new"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := opened(t, path).Keyed(t.Context(), "new"); err != nil {
		t.Errorf("what was saved is not in the file that has the name: %v", err)
	}
}

// A kill at any moment leaves the old file or the new one, and nothing that
// the next start stumbles over.
func TestCompact_survivesAKill(t *testing.T) {
	t.Parallel()
	path := purged(t)
	want := contents(t, path)
	for round := range 12 {
		cmd, lines, _ := process(t, "compact", path)
		for range 1 + 2000*round { // it says a line again and again while it compacts again and again
			if !lines.Scan() {
				t.Fatal("the other process ended")
			}
		}
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait() // it was killed
		s := opened(t, path)
		if err := s.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, contents(t, path)); diff != "" {
			t.Fatalf("what is stored differs (-before +after):\n%s", diff)
		}
	}
}
