package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"passcodebot/approvals"
	"passcodebot/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOpen_addresses(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "bolt:", "BOLT:", "bolt://"} {
		path := filepath.Join(t.TempDir(), "a b:c.db")
		for range 2 {
			s, err := store.Open(t.Context(), prefix+path)
			if err != nil {
				t.Fatalf("%s: %v", prefix, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpen_whenTheAddressIsWrong(t *testing.T) {
	t.Parallel()
	const known = " Known is bolt:, followed by the path of a file, as in bolt:/var/lib/passcodebot/passcodebot.db."
	for address, want := range map[string]string{
		"":                       "The store address names no file. Give a path, as in bolt:/var/lib/passcodebot/passcodebot.db.",
		"bolt:":                  "The store address names no file. Give a path, as in bolt:/var/lib/passcodebot/passcodebot.db.",
		"postgres://db/passcode": `The store address "postgres://db/passcode" begins with "postgres:", which is not a kind of store that this passcodebot knows.` + known,
		"blot:/var/lib/x.db":     `The store address "blot:/var/lib/x.db" begins with "blot:", which is not a kind of store that this passcodebot knows.` + known,
	} {
		s, err := store.Open(t.Context(), address)
		if s != nil {
			t.Errorf("%q: got a store", address)
		}
		e, ok := errors.AsType[*approvals.Error](err)
		if !ok || e.Kind != approvals.Invalid || e.Sentence() != want {
			t.Errorf("%q: got %v\nwant %s", address, err, want)
		}
	}
}

// An error comes without a store, also as an interface.
func TestOpen_whenTheFileCannotBeUsed(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "missing", "x.db"))
	if s != nil || approvals.KindOf(err) != approvals.NotFound {
		t.Errorf("got %v, %v", s, err)
	}
}

// Looking at an address says whether Open can use it, and makes nothing.
func TestInspect(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.db")
	if i, err := store.Inspect(t.Context(), "bolt:"+path); i.Exists || err != nil {
		t.Errorf("before it is made: %+v, %v", i, err)
	}
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if i, err := store.Inspect(t.Context(), "bolt:"+path); !i.Exists || !i.InUse || err != nil {
		t.Errorf("while it is used: %+v, %v", i, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for address, kind := range map[string]approvals.Kind{
		"postgres://db/passcode":  approvals.Invalid,
		path + ".missing/test.db": approvals.NotFound,
	} {
		if _, err := store.Inspect(t.Context(), address); approvals.KindOf(err) != kind {
			t.Errorf("%s: got %v, want kind %q", address, err, kind)
		}
	}
}
