package bolt_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// Whoever looks into a file leaves it as it was found, whatever its layout,
// and leaves no copy of it behind.
func TestOpenToRead(t *testing.T) {
	for name, file := range map[string]func(*testing.T) string{
		"layout 1":    firstLayout,
		"layout 2":    func(t *testing.T) string { return ofLayout(t, 2) },
		"layout 3":    func(t *testing.T) string { return ofLayout(t, 3) },
		"this layout": filled,
	} {
		t.Run(name, func(t *testing.T) {
			path, temporary := file(t), t.TempDir()
			t.Setenv("TMPDIR", temporary)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var readers []*bolt.Store
			for range 2 {
				s, err := bolt.OpenToRead(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				readers = append(readers, s)
				if err := s.Verify(t.Context()); err != nil {
					t.Error(err)
				}
				if events, err := s.Events(t.Context(), 0, 10); err != nil || len(events) != 10 {
					t.Errorf("%d events of ten (%v)", len(events), err)
				}
			}
			for _, s := range readers {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(before) != string(after) {
				t.Error("the file was changed")
			}
			left, err := filepath.Glob(filepath.Join(temporary, "*"))
			if err != nil || len(left) > 0 {
				t.Errorf("%v is left (%v)", left, err)
			}
		})
	}
}

func TestOpenToRead_refuses(t *testing.T) {
	t.Parallel()
	wants := func(what string, err error, kind approvals.Kind, code string) {
		t.Helper()
		e, ok := errors.AsType[*approvals.Error](err)
		if !ok {
			t.Fatalf("%s: %v", what, err)
		}
		got := []any{e.Kind, e.Code}
		if diff := cmp.Diff([]any{kind, code}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	missing := filepath.Join(t.TempDir(), "none.db")
	_, err := bolt.OpenToRead(t.Context(), missing)
	wants("no file", err, approvals.NotFound, "store-no-file")
	if _, err := os.Stat(missing); err == nil {
		t.Error("it was made")
	}

	path := filled(t)
	reader, err := bolt.OpenToRead(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = reader.Save(t.Context(), approvals.Change{Request: request(), Key: "one more", Events: []approvals.Event{{Kind: approvals.Asked}}})
	wants("a change", err, approvals.Unavailable, "store-failed")
	_, err = bolt.Open(t.Context(), path)
	wants("a bot that starts meanwhile", err, approvals.Conflict, "store-in-use")
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, path)
	_, err = bolt.OpenToRead(t.Context(), path)
	wants("beside a bot that runs", err, approvals.Conflict, "store-in-use")
}

// Where no copy of a file of an earlier layout can be made, that is said, and
// not that the file is lost.
func TestOpenToRead_withoutRoom(t *testing.T) {
	path := firstLayout(t)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	_, err := bolt.OpenToRead(t.Context(), path)
	if e := approvals.AsError(err); e.Kind != approvals.Unavailable || e.Code != "store-no-copy" {
		t.Errorf("got %v", err)
	}
}
