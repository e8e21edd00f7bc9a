package bolt

import (
	"crypto/sha256"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"passcodebot/approvals"
)

// FuzzDecodeEvent reads any bytes as an entry of the log. What can be read is
// the same after it was written and read again.
func FuzzDecodeEvent(f *testing.F) {
	stored, err := os.ReadFile("testdata/event-v1.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(make([]byte, sha256.Size), stored...))
	f.Add(append(make([]byte, sha256.Size), `{"v":1,"seq":1,"kind":"request.asked","data":{"a":"b"}}`...))
	f.Add(append(make([]byte, sha256.Size), `{"v":2,"seq":"x"}`...))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, e, err := decodeEntry(3, data)
		if shown(t, err); err != nil {
			return
		}
		for range 2 { // the first time brings instants to microseconds
			body, err := encodeEvent(e)
			if shown(t, err); err != nil {
				return
			}
			hash := chain(link{}, body)
			_, _, again, err := decodeEntry(e.Seq, append(hash[:], body...))
			if err != nil {
				t.Fatal(err)
			}
			e.At = stamp(e.At)
			if diff := cmp.Diff(e, again); diff != "" {
				t.Fatalf("event differs (-want +got):\n%s", diff)
			}
			e = again
		}
	})
}

// FuzzDecodeRequest reads any bytes as a stored request. What can be read is
// the same after it was written and read again twice.
func FuzzDecodeRequest(f *testing.F) {
	for _, name := range []string{"request-v1.json", "request-v2.json"} {
		stored, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append(head(1, 2), stored...))
	}
	latest, err := encodeRequest(filledRequest())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(latest)
	f.Add(append(head(1, 0), `{"v":99,"state":{}}`...))
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeRequest(12, data)
		if shown(t, err); err != nil {
			return
		}
		written := func(r approvals.Request) (approvals.Request, bool) {
			body, err := encodeRequest(r)
			if shown(t, err); err != nil {
				return r, false
			}
			again, err := decodeRequest(12, body)
			if err != nil {
				t.Fatal(err)
			}
			return again, true
		}
		once, ok := written(r)
		if !ok {
			return
		}
		twice, ok := written(once)
		if diff := cmp.Diff(once, twice, cmpopts.IgnoreUnexported(approvals.Request{})); !ok || diff != "" {
			t.Fatalf("request differs (-want +got):\n%s", diff)
		}
	})
}

// shown says that an error is nil or one that can be shown.
func shown(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*approvals.Error](err); err != nil && (!ok || e.Text == "") {
		t.Errorf("got error %v, want an *approvals.Error", err)
	}
}
