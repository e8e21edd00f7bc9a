package bolt_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// inspected looks at a file that can be used, and compares all but the free
// space, which is somebody else's.
func inspected(t *testing.T, path string, want bolt.Inspection) {
	t.Helper()
	before := snapshot(t, path)
	got, err := bolt.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if got.Free <= 0 {
		t.Errorf("%d bytes are free", got.Free)
	}
	got.Free = 0
	if want.Exists {
		want.Size, want.Owner = fileSize(t, path), os.Geteuid()
	} else {
		want.Owner = -1
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the inspection differs (-want +got):\n%s", diff)
	}
	if got.Foreign() {
		t.Error("the file is said to be another user's")
	}
	if diff := cmp.Diff(before, snapshot(t, path)); diff != "" {
		t.Error("what is there has changed")
	}
}

// folder makes one whose mode is known.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err == nil {
		err = os.Chmod(dir, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestInspect(t *testing.T) {
	t.Parallel()
	path := filepath.Join(folder(t), "test.db")
	inspected(t, path, bolt.Inspection{Path: path, Folder: 0o700})

	s := opened(t, path)
	in := bolt.Inspection{Path: path, Exists: true, Mode: 0o600, Folder: 0o700, Layout: "4", Newest: true, InUse: true, Holder: os.Getpid()}
	inspected(t, path, in)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	in.InUse, in.Holder = false, 0
	inspected(t, path, in)

	link := filepath.Join(folder(t), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	inspected(t, link, in)
	opened(t, path) // nobody has kept the lock
}

func TestInspect_ofAnEarlierLayout(t *testing.T) {
	t.Parallel()
	path := firstLayout(t)
	got, err := bolt.Inspect(t.Context(), path)
	if err != nil || got.Layout != "1" || got.Newest {
		t.Errorf("got layout %q, newest %v, %v", got.Layout, got.Newest, err)
	}
}

func TestInspect_whoMayReadAndWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, folder fs.FileMode
		read, write  bool
	}{
		{0o600, 0o700, false, false},
		{0o400, 0o755, false, false},
		{0o640, 0o700, true, false},
		{0o604, 0o700, true, false},
		{0o620, 0o700, false, true},
		{0o602, 0o700, false, true},
		{0o666, 0o700, true, true},
		{0o600, 0o770, false, true},                  // the folder's group can put another in its place
		{0o600, 0o777, false, true},                  // everybody can
		{0o600, 0o777 | fs.ModeSticky, false, false}, // as in /tmp, only who has the file
	} {
		path := filled(t)
		if err := errors.Join(os.Chmod(path, c.file), os.Chmod(filepath.Dir(path), c.folder)); err != nil {
			t.Fatal(err)
		}
		got, err := bolt.Inspect(t.Context(), path)
		if err != nil || got.OthersRead() != c.read || got.OthersWrite() != c.write {
			t.Errorf("%v in %v: others read %v, write %v, %v; want %v, %v",
				c.file, c.folder, got.OthersRead(), got.OthersWrite(), err, c.read, c.write)
		}
	}
}

// What is being written looks as whole as what is not.
func TestInspect_whileABotWrites(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s := opened(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	for range 4 {
		writing.Go(func() {
			for ctx.Err() == nil {
				if _, err := s.Save(t.Context(), approvals.Change{Request: request(), Events: []approvals.Event{{Kind: approvals.Asked}}}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 300 {
		got, err := bolt.Inspect(t.Context(), path)
		if err != nil || got.Layout != "4" || !got.InUse {
			t.Errorf("got layout %q, in use %v, %v", got.Layout, got.InUse, err)
			break
		}
	}
	cancel()
	writing.Wait()
	if err := s.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// The version is found also where the names of the buckets fill many pages.
func TestInspect_ofManyBuckets(t *testing.T) {
	t.Parallel()
	path := filled(t)
	raw(t, path, nil, func(tx *bbolt.Tx) error {
		for i := range 3000 {
			if _, err := tx.CreateBucket([]byte{'p', byte(i >> 8), byte(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if got, err := bolt.Inspect(t.Context(), path); err != nil || got.Layout != "4" {
		t.Errorf("got layout %q, %v", got.Layout, err)
	}
}
