package bolt_test

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// lived makes a database with requests that are open, told, traced and
// purged, and returns its path, its log and the head of it.
func lived(t testing.TB) (string, []approvals.Event, approvals.Head) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := bolt.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		c := approvals.Change{
			Request: request(), Key: string(rune('a' + i)), Events: []approvals.Event{{At: day(1), Kind: approvals.Asked, Text: "why"}},
			Traces: []approvals.Trace{{Of: approvals.Subject{Kind: approvals.RequestsBy, ID: "URITA"}, At: day(1)}},
		}
		if i < 3 {
			c.Request.State = approvals.Done
		}
		if _, err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	tell(t, s)
	purgeAll(t, s, day(2), 2)
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	log, err := s.Events(t.Context(), 0, 100)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return path, log, head
}

// seal makes the meta pages of a database valid again where their bytes were
// changed.
func seal(data []byte) {
	if len(data) < 28 {
		return
	}
	for _, at := range []int{16, int(binary.NativeEndian.Uint32(data[24:])) + 16} {
		if at+64 <= len(data) {
			sum := fnv.New64a()
			sum.Write(data[at : at+56])
			binary.NativeEndian.PutUint64(data[at+56:], sum.Sum64())
		}
	}
}

// FuzzOpen changes a small database in two places and cuts it off. Whatever
// it is then, it is refused and left as it is, or can be used as far as it
// goes, and never ends the process or costs more than a file of its size may.
// A log that Verify finds to be sound is the one that was written.
func FuzzOpen(f *testing.F) {
	path, log, head := lived(f)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	whole = whole[:len(whole):len(whole)]
	size := uint32(len(whole))
	f.Add(uint32(0), []byte{}, uint32(0), []byte{}, size, false)
	f.Add(uint32(0), []byte{}, uint32(0), []byte{}, size/2, false)
	f.Add(uint32(0), []byte{}, uint32(0), []byte{}, uint32(0), false)
	f.Add(uint32(0), []byte("SQLite format 3\x00"), uint32(0), []byte{}, uint32(16), false)
	f.Add(uint32(32), []byte{3}, uint32(0), []byte{}, size, true)                         // the root
	f.Add(uint32(24), []byte{0, 0, 0, 1}, uint32(0), []byte{}, size, true)                // the size of pages
	f.Add(uint32(48), []byte{0xff}, uint32(56), []byte{0xff, 0xff, 0xff, 0}, size, true)  // the freelist, the number of pages
	f.Add(uint32(8192+8), []byte{1}, uint32(12288+10), []byte{0xff, 0xff}, size, false)   // kinds and counts
	f.Add(uint32(8192+16), []byte{1, 0, 0, 0}, uint32(8192+24), []byte{0xff}, size, true) // elements
	f.Fuzz(func(t *testing.T, at uint32, patch []byte, at2 uint32, patch2 []byte, length uint32, sealed bool) {
		data := append([]byte(nil), whole...)
		copy(data[at%size:], patch)
		copy(data[at2%size:], patch2)
		data = data[:min(length, size)]
		if sealed {
			seal(data)
		}
		begun, allocated := time.Now(), allocatedBytes()
		mutated(t, data, log, head)
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
		if used := allocatedBytes() - allocated; used > 256<<20 {
			t.Errorf("it took %d bytes of memory", used)
		}
	})
}

func allocatedBytes() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// mutated opens and reads a database that may be damaged in any way, and
// returns what came of it.
func mutated(t *testing.T, data []byte, log []approvals.Event, head approvals.Head) (outcome string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := bolt.Inspect(t.Context(), path)
	ours(t, err)
	s, err := bolt.Open(t.Context(), path)
	if err != nil {
		ours(t, err)
		if after, _ := os.ReadFile(path); string(after) != string(data) {
			t.Error("the file has changed")
		}
		return "refused"
	}
	outcome = "found by Verify"
	if s.Verify(t.Context(), head) == nil {
		outcome = "outside of the log"
		got, err := s.Events(t.Context(), 0, len(log)+1)
		if err != nil {
			t.Errorf("a log that is sound cannot be read: %v", err)
		}
		if diff := cmp.Diff(log, got); diff != "" {
			t.Errorf("a log that is said to be sound differs (-want +got):\n%s", diff)
		}
	}
	readAll(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	return outcome
}

// One byte that is another is noticed wherever it is, or has nothing to do
// with the log: where Verify and the head that was kept say that all is well,
// the log is the one that was written.
func TestVerify_whenAByteOfTheFileIsAnother(t *testing.T) {
	t.Parallel()
	path, log, head := lived(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var used []int // what is not empty
	for at, b := range whole {
		if b != 0 {
			used = append(used, at)
		}
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	outcomes := map[string]int{}
	for i := range 600 {
		at := rnd.IntN(len(whole))
		if i%4 != 0 {
			at = used[rnd.IntN(len(used))]
		}
		data := append([]byte(nil), whole...)
		data[at] ^= byte(1 + rnd.IntN(255))
		outcomes[mutated(t, data, log, head)]++
		if t.Failed() {
			t.Fatalf("byte %d became %d", at, data[at])
		}
	}
	if len(outcomes) != 3 {
		t.Errorf("the changes were %v, want some of each kind", outcomes)
	}
	t.Log(outcomes)
}

// ours says that an error is nil or one that can be shown.
func ours(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*approvals.Error](err); err != nil && (!ok || e.Text == "") {
		t.Errorf("got error %v, want an *approvals.Error", err)
	}
}
