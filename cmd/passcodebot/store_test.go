package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/store"
)

func TestStoreCompact(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	compact := func() (string, error) {
		var out bytes.Buffer
		err := storeCompactCmd{storeFlags{Store: "bolt:" + path}}.Run(surroundings{ctx: t.Context(), stdout: &out})
		return strings.ReplaceAll(out.String(), path, "PATH"), err
	}
	if out, err := compact(); approvals.KindOf(err) != approvals.Conflict || out != "" {
		t.Errorf("while it is in use: got %q, %v", out, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := compact()
	want := regexp.MustCompile(`^bolt:PATH had [0-9.]+ KB and has [0-9.]+ KB now, with the same requests and the same log\.\n$`)
	if err != nil || !want.MatchString(out) {
		t.Errorf("got %q, %v", out, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = compact()
	if e, ok := errors.AsType[*approvals.Error](err); !ok || e.Kind != approvals.NotFound {
		t.Errorf("got %v, want that there is no database", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it made a database where there was none")
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{
		0: "0 bytes", 1023: "1023 bytes", 1024: "1.0 KB", 65536: "64.0 KB", 150 << 10: "150 KB", 3 << 20: "3.0 MB", 5<<30 + 1<<29: "5.5 GB", 2 << 40: "2.0 TB", 3 << 50: "3072 TB",
	} {
		if got := size(bytes); got != want {
			t.Errorf("%d: got %q, want %q", bytes, got, want)
		}
	}
}
