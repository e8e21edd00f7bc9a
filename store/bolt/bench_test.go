package bolt_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

func benchStore(b *testing.B) *bolt.Store {
	b.Helper()
	s, err := bolt.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

// benchFill stores requests of which the last hundred are open and due.
func benchFill(b *testing.B, s *bolt.Store, requests int) {
	b.Helper()
	const open, together = 100, 200
	errs := make(chan error, together)
	for done := 0; done < requests; done += together {
		for i := done; i < done+together; i++ {
			go func() {
				r := benchRequest(1)
				r.State, r.WakeAt = approvals.Done, time.Time{}
				if i >= requests-open {
					r.State, r.WakeAt = approvals.Pending, time.Unix(int64(i), 0)
				}
				_, err := s.Save(b.Context(), approvals.Change{Request: r, Key: fmt.Sprint(i), Events: []approvals.Event{{Kind: approvals.Asked}}})
				errs <- err
			}()
		}
		for range together {
			if err := <-errs; err != nil {
				b.Fatal(err)
			}
		}
	}
}

func benchRequest(devices int) *approvals.Request {
	r := request()
	for i := range devices {
		r.Targets = append(r.Targets, approvals.Target{Device: approvals.Device{
			ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Name: "Alice's Pixel", Manufacturer: "Google", Model: "Pixel 9",
			Serial: "R58M12ABCDE", OS: "Android", OSVersion: "15", Type: "androidForWork", LastCheckIn: time.Unix(1, 0),
			Owner: approvals.Owner{ID: "00000000-0000-4000-8000-000000000000", UPN: "alice@contoso.com"},
		}})
	}
	return r
}

func BenchmarkSave(b *testing.B) {
	for _, devices := range []int{1, 100} {
		b.Run(fmt.Sprintf("devices=%d", devices), func(b *testing.B) {
			s := benchStore(b)
			r := benchRequest(devices)
			for b.Loop() {
				if _, err := s.Save(b.Context(), approvals.Change{Request: r, Events: []approvals.Event{{Kind: approvals.Asked}}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSaveTraced saves what BenchmarkSave does, with the traces that a
// reset leaves.
func BenchmarkSaveTraced(b *testing.B) {
	s := benchStore(b)
	r, n := benchRequest(1), 0
	for b.Loop() {
		n++
		c := approvals.Change{Request: r, Events: []approvals.Event{{Kind: approvals.Asked}}}
		for _, kind := range []approvals.SubjectKind{approvals.ResetOf, approvals.ResetFor, approvals.ResetBy, approvals.RequestsBy} {
			of := approvals.Subject{Kind: kind, ID: fmt.Sprint(n % 1000)}
			c.Traces = append(c.Traces, approvals.Trace{Of: of, At: time.Unix(int64(n), 0), Device: r.Targets[0].Device.ID})
		}
		if _, err := s.Save(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSaveConcurrent(b *testing.B) {
	for _, people := range []int{8, 64} {
		b.Run(fmt.Sprintf("people=%d", people), func(b *testing.B) {
			s := benchStore(b)
			b.SetParallelism(people)
			var n atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					key := fmt.Sprint(n.Add(1))
					if _, err := s.Save(b.Context(), approvals.Change{Request: benchRequest(1), Key: key, Events: []approvals.Event{{Kind: approvals.Asked}}}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

func BenchmarkReads(b *testing.B) {
	const requests = 100_000
	s := benchStore(b)
	benchFill(b, s, requests)
	for name, read := range map[string]func() (int, error){
		"Open": func() (int, error) {
			open, err := s.Open(b.Context())
			return len(open) - 99, err
		},
		"Claim": func() (int, error) {
			now := time.Unix(requests, 0)
			due, err := s.Claim(b.Context(), approvals.Claim{Owner: "o", Now: now, Until: now, Limit: 10})
			return len(due), err
		},
		"Keyed": func() (int, error) {
			r, err := s.Keyed(b.Context(), "50000")
			return int(r.ID), err
		},
		"History": func() (int, error) {
			events, err := s.History(b.Context(), requests/2, 0, 10)
			return len(events), err
		},
		"Request": func() (int, error) {
			r, err := s.Request(b.Context(), requests/2)
			return int(r.ID), err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if n, err := read(); err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func BenchmarkOpenFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bench.db")
	s, err := bolt.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	benchFill(b, s, 100_000)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := bolt.Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
