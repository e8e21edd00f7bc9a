package bolt_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

func forgetKeys(tx *bbolt.Tx) error {
	if err := tx.DeleteBucket([]byte("keys")); err != nil {
		return err
	}
	_, err := tx.CreateBucket([]byte("keys"))
	return err
}

// readAll reads whatever a damaged database still gives. It must neither end
// the process nor return anything but our errors.
func readAll(t *testing.T, s *bolt.Store) {
	t.Helper()
	ctx := t.Context()
	_, openErr := s.Open(ctx)
	_, logErr := s.Events(ctx, 0, 1000)
	_, behindErr := s.Behind(ctx, approvals.Threads)
	_, claimErr := s.Claim(ctx, approvals.Claim{Owner: "o", Limit: 1000})
	_, tracesErr := s.Traces(ctx, approvals.Subject{Kind: approvals.RequestsBy, ID: "URITA"}, time.Time{}, 1000)
	_, headErr := s.Head(ctx)
	_, originErr := s.Origin(ctx)
	_, purgeErr := s.Purge(ctx, day(2), 10)
	all := []error{openErr, logErr, behindErr, claimErr, tracesErr, headErr, originErr, purgeErr, s.Verify(ctx)}
	for id := range approvals.ID(60) {
		r, err := s.Request(ctx, id)
		_, history := s.History(ctx, id, 0, 1000)
		all = append(all, err, history)
		if err == nil && id%10 == 1 {
			_, err = s.Save(ctx, approvals.Change{Request: &r, Events: []approvals.Event{{Request: id, Kind: approvals.WasRefused}}})
			all = append(all, err)
		}
	}
	for _, err := range all {
		if _, ok := errors.AsType[*approvals.Error](err); err != nil && !ok && !errors.Is(err, approvals.ErrNotFound) && !errors.Is(err, approvals.ErrConflict) {
			t.Errorf("got error %v, want an *approvals.Error", err)
		}
	}
}

// Any bytes of the file can be wrong. Opening and reading it is then an
// error or not, and never the end of the process; and a file that could not
// be opened is as it was.
func TestOpen_ofDamagedFiles(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(filled(t))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for i := range 100 {
		data := append([]byte(nil), whole...)
		at := rnd.IntN(len(data))
		if i%2 == 0 { // where bbolt's own structure is
			at = rnd.IntN(len(data)/4096)*4096 + rnd.IntN(80)
		}
		for n := range 1 + rnd.IntN(40) {
			if at+n < len(data) {
				data[at+n] = byte(rnd.Uint32())
			}
		}
		path := filepath.Join(dir, fmt.Sprint(i, ".db"))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := bolt.Open(t.Context(), path)
		if err != nil {
			refused++
			if _, ok := errors.AsType[*approvals.Error](err); !ok {
				t.Errorf("got error %v, want an *approvals.Error", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(data) {
				t.Errorf("file %d has changed", i)
			}
			continue
		}
		readAll(t, s)
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if refused == 0 {
		t.Error("no damage was noticed")
	}
}

func TestVerify_whenTheLogWasTamperedWith(t *testing.T) {
	t.Parallel()
	key := func(seq byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, seq} }
	hash := " its hash is not that of its content and of the events before it."
	for name, c := range map[string]struct {
		change func(events *bbolt.Bucket) error
		want   string
	}{
		"text altered": {func(b *bbolt.Bucket) error {
			v := append([]byte(nil), b.Get(key(7))...)
			v[len(v)-3] = 'X'
			return b.Put(key(7), v)
		}, "Event 7 of the log is not as it was stored:" + hash},
		"hash altered": {func(b *bbolt.Bucket) error {
			v := append([]byte(nil), b.Get(key(9))...)
			v[0]++
			return b.Put(key(9), v)
		}, "Event 9 of the log is not as it was stored:" + hash},
		"two exchanged": {func(b *bbolt.Bucket) error {
			v, w := append([]byte(nil), b.Get(key(3))...), append([]byte(nil), b.Get(key(4))...)
			return errors.Join(b.Put(key(3), w), b.Put(key(4), v))
		}, "Event 3 of the log is not as it was stored:" + hash},
		"one taken out": {
			func(b *bbolt.Bucket) error { return b.Delete(key(20)) },
			"Event 20 of the log is not as it was stored: it is missing.",
		},
		"the first taken out": {
			func(b *bbolt.Bucket) error { return b.Delete(key(1)) },
			"Event 1 of the log is not as it was stored: it is missing.",
		},
		"one put in": {
			func(b *bbolt.Bucket) error { return b.Put(key(51), append([]byte(nil), b.Get(key(50))...)) },
			"Event 51 of the log is not as it was stored:" + hash,
		},
		"one cut off": {
			func(b *bbolt.Bucket) error { return b.Put(key(5), []byte("x")) },
			"Event 5 of the log is not as it was stored: it cannot be read.",
		},
		"one taken out of a history": {
			func(b *bbolt.Bucket) error {
				return b.Tx().Bucket([]byte("history")).Delete(append(key(8), key(8)...))
			},
			"Event 8 of the log is not as it was stored: it is missing in the history of R-8.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filled(t)
			raw(t, path, nil, func(tx *bbolt.Tx) error { return c.change(tx.Bucket([]byte("events"))) })
			err := opened(t, path).Verify(t.Context())
			wantSentence(t, err, path, approvals.Invalid, c.want+" Keep the file as it is for whoever looks into it, and put the last backup in its place.")
		})
	}
}
