package bolt

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"passcodebot/approvals"
)

// storedPreferences returns what the bucket has of somebody.
func storedPreferences(t *testing.T, s *Store, person string) (data []byte) {
	t.Helper()
	err := s.view(t.Context(), func(tx *bbolt.Tx) error {
		data = append(data, in(tx, bucketPreferences).Get([]byte(person))...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// A field that is added to approvals.Preferences and not stored fails here.
// Whoever wants the usual leaves nothing in the file.
func TestPreferences_keepEveryField(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	var want approvals.Preferences
	n := 0
	fillFields(reflect.ValueOf(&want).Elem(), &n)
	set := func(p approvals.Preferences) {
		t.Helper()
		if _, err := s.Save(t.Context(), approvals.Change{Preferences: map[string]approvals.Preferences{"URITA": p}}); err != nil {
			t.Fatal(err)
		}
	}
	set(want)
	got, err := s.Preferences(t.Context(), "URITA")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("preferences differ: %v (-want +got):\n%s", err, diff)
	}
	golden(t, "preferences-v1.json", storedPreferences(t, s, "URITA"))
	set(approvals.Preferences{})
	if data := storedPreferences(t, s, "URITA"); data != nil {
		t.Errorf("the usual is stored as %s", data)
	}
}

func TestPreferences_ofAnotherVersion(t *testing.T) {
	t.Parallel()
	for body, code := range map[string]string{
		`{"v":2,"no_named":"x"}`: "store-newer-record", `{"v":0}`: "store-damaged", `{`: "store-damaged", `{"v":1,"no_named":7}`: "store-damaged",
	} {
		if _, err := decodePreferences("URITA", []byte(body)); approvals.AsError(err).Code != code {
			t.Errorf("%s: got %v, want %s", body, err, code)
		}
	}
}
