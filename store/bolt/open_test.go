package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// filled makes a database with a few requests and returns its path.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	s := opened(t, path)
	for i := range 50 {
		c := approvals.Change{
			Request: request(), Key: fmt.Sprint("key ", i),
			Events: []approvals.Event{{Kind: approvals.Asked, Text: strings.Repeat("why ", i)}},
		}
		if _, err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func opened(t *testing.T, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// raw changes a database as somebody else would.
func raw(t *testing.T, path string, o *bbolt.Options, change func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// edit changes the bytes of a file.
func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newest returns the meta page that counts: its offset, and the offsets of
// the pages with the freelist and the root.
func newest(data []byte) (at, freelist, root int) {
	size := int(binary.NativeEndian.Uint32(data[24:]))
	u64 := func(i int) int { return int(binary.NativeEndian.Uint64(data[i:])) }
	if u64(size+64) > u64(64) {
		at = size
	}
	return at, u64(at+48) * size, u64(at+32) * size
}

func TestOpen_whenTheFileCannotBeUsed(t *testing.T) {
	t.Parallel()
	const leave = " Give another path for the store."
	const restore = " Keep the file as it is for whoever looks into it, and put the last backup in its place."
	put := func(data string) func(*testing.T) string {
		return func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "test.db")
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
	}
	spoil := func(change func(data []byte) []byte) func(*testing.T) string {
		return func(t *testing.T) string {
			path := filled(t)
			edit(t, path, change)
			return path
		}
	}
	foreign := func(o *bbolt.Options, buckets int) func(*testing.T) string {
		return func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "test.db")
			raw(t, path, o, func(tx *bbolt.Tx) error {
				for i := range buckets {
					if _, err := tx.CreateBucket(fmt.Appendf(nil, "their bucket %d", i)); err != nil {
						return err
					}
				}
				return nil
			})
			return path
		}
	}
	ours := func(change func(tx *bbolt.Tx) error) func(*testing.T) string {
		return func(t *testing.T) string {
			path := filled(t)
			raw(t, path, nil, change)
			return path
		}
	}
	for name, c := range map[string]struct {
		make func(*testing.T) string
		kind approvals.Kind
		want string
	}{
		"empty file": {
			put(""), approvals.Invalid,
			"The file DB is empty, and passcodebot does not know whether a database was lost there. Delete it if it is to be a new one; otherwise put the last backup in its place.",
		},
		"text":  {put("requesters:\n  - SHELP\n"), approvals.Invalid, "The file DB is not a database, so passcodebot leaves it alone." + leave},
		"zeros": {put(strings.Repeat("\x00", 1<<16)), approvals.Invalid, "The file DB is not a database, so passcodebot leaves it alone." + leave},
		"SQLite": {
			put("SQLite format 3\x00" + strings.Repeat("\x01", 1<<16)), approvals.Invalid,
			"The file DB is not a database, so passcodebot leaves it alone." + leave,
		},
		"another program's": {foreign(nil, 1), approvals.Invalid, "The database DB belongs to another program, so passcodebot leaves it alone." + leave},
		"another program's, without buckets": {
			foreign(nil, 0), approvals.Invalid,
			"The database DB belongs to another program, so passcodebot leaves it alone." + leave,
		},
		"another program's, with many buckets": {
			foreign(nil, 3000), approvals.Invalid,
			"The database DB belongs to another program, so passcodebot leaves it alone." + leave,
		},
		// bbolt would write a freelist into it.
		"another program's, without a freelist": {
			foreign(&bbolt.Options{NoFreelistSync: true}, 1), approvals.Invalid,
			"The database DB belongs to another program, so passcodebot leaves it alone." + leave,
		},
		"newer version": {
			ours(func(tx *bbolt.Tx) error { return tx.Bucket([]byte("passcodebot")).Put([]byte("version"), []byte("5")) }), approvals.Invalid,
			"The database DB is of a newer passcodebot: its version is 5, and this one knows 4. Run the newer version again. To go back, put the backup in its place that was made before.",
		},
		"bucket missing": {
			ours(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("wake")) }), approvals.Invalid,
			"The database DB is damaged." + restore,
		},
		"cut off": {
			spoil(func(data []byte) []byte { return data[:len(data)/4] }), approvals.Invalid,
			"The database DB is cut off: of its N pages, N are there." + restore,
		},
		"cut off within the first page": {
			spoil(func(data []byte) []byte { return data[:1000] }), approvals.Invalid,
			"The database DB is cut off: of its N pages, N are there." + restore,
		},
		"cut off within the mark": {spoil(func(data []byte) []byte { return data[:30] }), approvals.Invalid, "The file DB is not a database, so passcodebot leaves it alone." + leave},
		"both meta pages damaged": {
			spoil(func(data []byte) []byte {
				size := binary.NativeEndian.Uint32(data[24:])
				data[40]++
				data[size+40]++
				return data
			}), approvals.Invalid, "The database DB is damaged." + restore,
		},
		"another version of the library": {
			spoil(func(data []byte) []byte {
				for _, at := range []int{16, int(binary.NativeEndian.Uint32(data[24:])) + 16} {
					data[at+4]++
					sum := fnv.New64a()
					sum.Write(data[at : at+56])
					binary.NativeEndian.PutUint64(data[at+56:], sum.Sum64())
				}
				return data
			}), approvals.Invalid, "The database DB was made by another version of the database library. Run the passcodebot that made it.",
		},
		"freelist damaged": {
			spoil(func(data []byte) []byte {
				_, freelist, _ := newest(data)
				copy(data[freelist:], bytes.Repeat([]byte{0xff}, 64))
				return data
			}), approvals.Invalid, "The database DB is damaged." + restore,
		},
		"freelist too long": {
			spoil(func(data []byte) []byte {
				_, freelist, _ := newest(data)
				copy(data[freelist+10:], "\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\x00")
				return data
			}), approvals.Invalid, "The database DB is damaged." + restore,
		},
		"root damaged": {
			spoil(func(data []byte) []byte {
				_, _, root := newest(data)
				copy(data[root+16:], bytes.Repeat([]byte{0xee}, 64))
				return data
			}), approvals.Invalid, "The database DB is damaged." + restore,
		},
		// bbolt would look for the end of it for ever.
		"a small bucket that is no leaf": {
			func(t *testing.T) string {
				path := filepath.Join(t.TempDir(), "test.db")
				if err := opened(t, path).Close(); err != nil {
					t.Fatal(err)
				}
				edit(t, path, func(data []byte) []byte {
					_, _, root := newest(data)
					data[root+bytes.Index(data[root:], []byte("wake"))+4+16+8] = 1
					return data
				})
				return path
			}, approvals.Invalid, "The database DB is damaged." + restore,
		},
		"pages in a circle": {
			spoil(func(data []byte) []byte {
				size := int(binary.NativeEndian.Uint32(data[24:]))
				for at := 2 * size; at < len(data); at += size {
					if binary.NativeEndian.Uint16(data[at+8:]) == 1 { // a branch has itself below it
						copy(data[at+24:], data[at:at+8])
					}
				}
				return data
			}), approvals.Invalid, "The database DB is damaged." + restore,
		},
		"a pipe": {
			func(t *testing.T) string {
				path := filepath.Join(t.TempDir(), "test.db")
				if err := syscall.Mkfifo(path, 0o600); err != nil {
					t.Fatal(err)
				}
				return path
			}, approvals.Invalid, "The file DB is not a database, so passcodebot leaves it alone." + leave,
		},
		"a folder": {
			func(t *testing.T) string { return t.TempDir() }, approvals.Invalid,
			"DB is a folder, not a database. Name a file in it, such as DB/passcodebot.db.",
		},
		"a missing folder": {
			func(t *testing.T) string { return filepath.Join(t.TempDir(), "a", "b", "test.db") }, approvals.NotFound,
			"There is no folder DIR for the database test.db. Make it, for the user that passcodebot runs as, or give another path.",
		},
		"a file for a folder": {
			func(t *testing.T) string { return filepath.Join(put("x")(t), "test.db") }, approvals.NotFound,
			"There is no folder DIR for the database test.db. Make it, for the user that passcodebot runs as, or give another path.",
		},
		"a link to nowhere": {
			func(t *testing.T) string {
				path := filepath.Join(t.TempDir(), "test.db")
				if err := os.Symlink(path+".gone", path); err != nil {
					t.Fatal(err)
				}
				return path
			}, approvals.NotFound, "The database DB is not there. If it is a link, make what it points to.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := c.make(t)
			before := snapshot(t, path)
			s, err := bolt.Open(t.Context(), path)
			if err == nil {
				_ = s.Close()
				t.Fatal("it was opened")
			}
			wantSentence(t, err, path, c.kind, c.want)
			if name != "bucket missing" { // which is not looked for
				_, err := bolt.Inspect(t.Context(), path)
				wantSentence(t, err, path, c.kind, c.want)
			}
			if diff := cmp.Diff(before, snapshot(t, path)); diff != "" {
				t.Errorf("what is there has changed (-before +after):\n%s", diff)
			}
		})
	}
}

// wantSentence compares what a person reads, with the path and the numbers
// replaced.
func wantSentence(t *testing.T, err error, path string, kind approvals.Kind, want string) {
	t.Helper()
	e, ok := errors.AsType[*approvals.Error](err)
	if !ok {
		t.Fatalf("got error %v, want an *approvals.Error", err)
	}
	if e.Kind != kind || e.Code == "" {
		t.Errorf("got kind %q, code %q, want kind %q and a code", e.Kind, e.Code, kind)
	}
	got := strings.NewReplacer(path, "DB", filepath.Dir(path), "DIR").Replace(e.Sentence())
	if strings.Contains(want, " N ") {
		words := strings.Fields(got)
		for i, w := range words {
			if strings.Trim(w, "0123456789") == "" {
				words[i] = "N"
			}
		}
		got = strings.Join(words, " ")
	}
	if got != want {
		t.Errorf("got sentence\n%s\nwant\n%s", got, want)
	}
}

// snapshot is all that lies in the folder of a path.
func snapshot(t *testing.T, path string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(filepath.Dir(path), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		files[path] = d.Type().String()
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			files[path] = string(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestOpen_whenTheSystemRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		kind approvals.Kind
		want string
	}{
		{syscall.EACCES, approvals.Forbidden, "passcodebot may not read and write the database DB. Let the user that it runs as read and write the file and its folder."},
		{syscall.EROFS, approvals.Forbidden, "passcodebot may not read and write the database DB. Let the user that it runs as read and write the file and its folder."},
		{syscall.ENOSPC, approvals.Unavailable, "The disk of the database is full, so nothing was changed. Make room on it; passcodebot goes on by itself then."},
		{syscall.EIO, approvals.Unavailable, "The database DB could not be opened. See the cause in the log. Give another path for the store."},
	} {
		path := filled(t)
		_, err := bolt.OpenWith(t.Context(), path, func(path string, _ int, _ fs.FileMode) (*os.File, error) {
			return nil, &fs.PathError{Op: "open", Path: path, Err: c.err}
		})
		wantSentence(t, err, path, c.kind, c.want)
		if !errors.Is(err, c.err) {
			t.Errorf("the cause %v is not in %v", c.err, err)
		}
	}
}

func TestOpen_whenItIsInUse(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s := opened(t, path)
	_, err := bolt.Open(t.Context(), path)
	e, ok := errors.AsType[*approvals.Error](err)
	if !ok || e.Kind != approvals.Conflict || e.Code != "store-in-use" {
		t.Fatalf("got %v, want the file to be in use", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bolt.Open(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, path)
}

// A file of which only the last commit's meta page is torn is what a crash
// leaves: the commit before it counts, and Verify says so until the next one.
func TestOpen_afterATornMetaPage(t *testing.T) {
	t.Parallel()
	path := filled(t)
	edit(t, path, func(data []byte) []byte {
		at, _, _ := newest(data)
		data[at+40]++
		return data
	})
	s := opened(t, path)
	if err := s.Verify(t.Context()); approvals.AsError(err).Code != "log-torn" {
		t.Errorf("verify says %v", err)
	}
	open, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(open) != 49 {
		t.Errorf("%d requests are there, want the 49 before the last commit", len(open))
	}
	if _, err := s.Save(t.Context(), approvals.Change{Request: request(), Key: "next", Events: []approvals.Event{{Kind: approvals.Asked}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := opened(t, path).Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOpen_makesAPrivateFileAndNothingElse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	opened(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("its mode is %v, want 0600", info.Mode())
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("%d files are in its folder, want 1", len(entries))
	}
}

// A database that is only read keeps its bytes.
func TestOpen_changesNothing(t *testing.T) {
	t.Parallel()
	path := filled(t)
	before := snapshot(t, path)
	s := opened(t, path)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, snapshot(t, path)); diff != "" {
		t.Error("the file has changed")
	}
}

// A database of a version that knew fewer consumers lets a new one hear all
// that has happened.
func TestOpen_addsANewConsumer(t *testing.T) {
	t.Parallel()
	path := filled(t)
	raw(t, path, nil, func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte("cursors/threads")), tx.DeleteBucket([]byte("behind/threads")))
	})
	s := opened(t, path)
	behind, err := s.Behind(t.Context(), approvals.Threads)
	if err != nil {
		t.Fatal(err)
	}
	var want []approvals.ID
	for i := range 50 {
		want = append(want, approvals.ID(i+1))
	}
	if diff := cmp.Diff(want, behind); diff != "" {
		t.Errorf("behind differs (-want +got):\n%s", diff)
	}
}
