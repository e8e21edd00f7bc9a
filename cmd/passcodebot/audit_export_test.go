package main

import (
	"encoding/json"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/store"
)

// story makes a store with two requests, whose devices have names, and
// returns its address.
func story(t *testing.T) string {
	t.Helper()
	address := "bolt:" + filepath.Join(t.TempDir(), "a.db")
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	one, two := "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	save := func(r *approvals.Request, events ...approvals.Event) {
		t.Helper()
		if _, err := s.Save(t.Context(), approvals.Change{Request: r, Events: events}); err != nil {
			t.Fatal(err)
		}
	}
	request := func(id, name, serial string) *approvals.Request {
		return &approvals.Request{State: approvals.Done, Targets: []approvals.Target{{Device: approvals.Device{ID: id, Name: name, Serial: serial}}}}
	}
	rita, bob := approvals.Actor{ID: "U0RITA", Name: "rita"}, approvals.Actor{ID: "U0BOB", Name: "bob"}
	save(
		request(one, "Pixel of Ann", "SER1"),
		approvals.Event{At: now.Add(-49 * time.Hour), Kind: approvals.Asked, Actor: rita},
		approvals.Event{At: now.Add(-48 * time.Hour), Kind: approvals.BecameReady},
		approvals.Event{At: now.Add(-47 * time.Hour), Kind: approvals.ResetAccepted, Device: one},
	)
	save(
		request(two, "Pixel of Zed", "SER2"),
		approvals.Event{At: now.Add(-3 * time.Hour), Kind: approvals.Asked, Actor: bob},
		approvals.Event{At: now.Add(-2 * time.Hour), Kind: approvals.BecameReady},
		approvals.Event{At: now.Add(-2 * time.Hour), Kind: approvals.GotApproval, Actor: rita},
		approvals.Event{At: now.Add(-time.Hour), Kind: approvals.ResetAccepted, Device: two},
	)
	save(nil, approvals.Event{
		At: now, Kind: approvals.ResetOutside, Device: one, Data: map[string]string{"device_name": "renamed", "by": "admin@example.com"},
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// Each filter leaves out what does not meet it, and all of them hold
// together.
func TestAuditExport_filters(t *testing.T) {
	t.Parallel()
	address := story(t)
	for name, tt := range map[string]struct {
		args []string
		want []int
	}{
		"nothing":                 {nil, []int{1, 2, 3, 4, 5, 6, 7, 8}},
		"since":                   {[]string{"--since", "2h30m"}, []int{5, 6, 7, 8}},
		"since days":              {[]string{"--since", "2d"}, []int{3, 4, 5, 6, 7, 8}},
		"until":                   {[]string{"--until", "24h"}, []int{1, 2, 3}},
		"since and until":         {[]string{"--since", time.Now().Add(-48*time.Hour - time.Minute).Format(time.RFC3339), "--until", "90m"}, []int{2, 3, 4, 5, 6}},
		"never":                   {[]string{"--until", "2020-01-01"}, nil},
		"person":                  {[]string{"--person", "U0RITA"}, []int{1, 6}},
		"person by name":          {[]string{"--person", "@rita"}, []int{1, 6}},
		"request":                 {[]string{"--request", "R-2"}, []int{4, 5, 6, 7}},
		"device":                  {[]string{"--device", "11111111-1111-4111-8111-111111111111"}, []int{3, 8}},
		"device by name":          {[]string{"--device", "pixel of ann"}, []int{3, 8}},
		"device by serial":        {[]string{"--device", "ser2"}, []int{7}},
		"device by a later name":  {[]string{"--device", "renamed"}, []int{3, 8}},
		"person in request since": {[]string{"--person", "rita", "--request", "r2", "--since", "24h"}, []int{6}},
		"device in request":       {[]string{"--device", "SER1", "--request", "R-2"}, nil},
	} {
		if diff := cmp.Diff(tt.want, exported(t, append([]string{"--store", address}, tt.args...)...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no time":          {[]string{"--since", "yesterday"}, exitMisused, "--since"},
		"a time ahead":     {[]string{"--since", "-1h"}, exitMisused, "--since"},
		"no days":          {[]string{"--since", "0d"}, exitMisused, "--since"},
		"the wrong way":    {[]string{"--since", "1h", "--until", "2h"}, exitMisused, "--since must be before --until"},
		"no request":       {[]string{"--request", "twelve"}, exitMisused, "--request"},
		"no format":        {[]string{"--format", "xml"}, exitMisused, "--format"},
		"unknown request":  {[]string{"--request", "R-3"}, exitFailed, "There is no request R-3 in the log."},
		"unknown device":   {[]string{"--device", "SER3"}, exitFailed, `name or serial number "SER3"`},
		"unwritable place": {[]string{"--output", t.TempDir()}, exitFailed, "cannot be written"},
	} {
		code, stdout, stderr := auditing(t, append([]string{"export", "--store", address}, tt.args...)...)
		if code != tt.code || stdout != "" || !strings.Contains(stderr, tt.says) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
	}
}

// exported returns the events that an export has, by their places.
func exported(t *testing.T, args ...string) []int {
	t.Helper()
	code, stdout, stderr := auditing(t, append([]string{"export"}, args...)...)
	if code != exitOK {
		t.Errorf("%q: exit code %d, %s", args, code, stderr)
	}
	var got []int
	for l := range strings.Lines(stdout) {
		var e struct{ Seq int }
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		got = append(got, e.Seq)
	}
	return got
}

// A purge takes a request away, while the log keeps its events behind those
// of an older one that is open. They belong to it still.
func TestAuditExport_purgedRequest(t *testing.T) {
	t.Parallel()
	address := "bolt:" + filepath.Join(t.TempDir(), "a.db")
	old := time.Now().UTC().Add(-time.Hour)
	checked := []approvals.Event{{At: old, Kind: approvals.Asked}, {At: old, Kind: approvals.BecameReady}}
	s := saved(t, address,
		approvals.Change{Request: &approvals.Request{State: approvals.Pending}, Events: checked},
		approvals.Change{Request: &approvals.Request{State: approvals.Done}, Events: checked})
	for _, c := range approvals.Consumers() {
		if err := s.Advance(t.Context(), c, 2, approvals.Cursor{Seq: 4}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Purge(t.Context(), time.Now(), 10); err != nil || n != 1 {
		t.Fatalf("%d purged, %v", n, err)
	}
	closed(t, s)
	if diff := cmp.Diff([]int{3, 4}, exported(t, "--store", address, "--request", "R-2")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	code, _, stderr := auditing(t, "export", "--store", address, "--request", "R-3")
	if code != exitFailed || !strings.Contains(stderr, "There is no request R-3 in the log.") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// A device that was left out is found by its name and serial number as one
// that was reset is, also where nothing else was asked for and the request was
// turned down.
func TestAuditExport_deviceLeftOut(t *testing.T) {
	t.Parallel()
	address := "bolt:" + filepath.Join(t.TempDir(), "a.db")
	one, two := "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	closed(t, saved(t, address,
		approvals.Change{
			Request: &approvals.Request{State: approvals.Pending, LeftOut: []approvals.LeftOut{{Device: approvals.Device{ID: one, Name: "Tablet", Serial: "SER1"}}}},
			Events:  []approvals.Event{{Kind: approvals.Asked}, {Kind: approvals.BecameReady, Data: map[string]string{"left_out_ids": one}}},
		},
		approvals.Change{
			Request: &approvals.Request{State: approvals.Rejected, LeftOut: []approvals.LeftOut{{Device: approvals.Device{ID: two, Name: "Phone", Serial: "SER2"}}}},
			Events:  []approvals.Event{{Kind: approvals.Asked}, {Kind: approvals.WasRejected, Data: map[string]string{"left_out_ids": two}}},
		},
	))
	for name, want := range map[string][]int{"tablet": {2}, "SER1": {2}, "phone": {4}, "ser2": {4}} {
		if diff := cmp.Diff(want, exported(t, "--store", address, "--device", name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAuditExport_formats(t *testing.T) {
	t.Parallel()
	address := story(t)
	for format, want := range map[string]string{"csv": "schema,seq,at,kind,", "ecs": `{"@timestamp":"`, "jsonl": `{"schema":"` + audit.Schema} {
		code, stdout, stderr := auditing(t, "export", "--store", address, "--format", format)
		lines := 8
		if format == "csv" {
			lines = 9
		}
		if code != exitOK || !strings.HasPrefix(stdout, want) || strings.Count(stdout, "\n") != lines {
			t.Errorf("%s: exit code %d, %s\n%s", format, code, stderr, stdout)
		}
	}
}

// heapWatch measures what lives on the heap while something is written to it.
type heapWatch struct {
	every, written int
	most           uint64
}

func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (h *heapWatch) Write(p []byte) (int, error) {
	if h.written/h.every != (h.written+len(p))/h.every {
		h.most = max(h.most, live())
	}
	h.written += len(p)
	return len(p), nil
}

// An export takes no more memory for a long log than for a short one. It runs
// alone, since others have memory too.
func TestAuditExport_memory(t *testing.T) { //nolint:paralleltest // it measures the process
	const n, batch = 200_000, 10_000
	address := "bolt:" + filepath.Join(t.TempDir(), "a.db")
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	page := make([]approvals.Event, batch)
	for i := range page {
		page[i] = approvals.Event{
			Kind: approvals.WasRefused, Actor: approvals.Actor{ID: "U0RITA", Name: "rita"}, Text: strings.Repeat("x", 100), Data: map[string]string{"act": "ask"},
		}
	}
	for range n / batch {
		if _, err := s.Save(t.Context(), approvals.Change{Events: page}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := source(t.Context(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"csv", "ecs"} { // jsonl is written as ecs is
		h := &heapWatch{every: 8 << 20}
		before := live()
		if err := (auditExportCmd{Format: format}).write(all, audit.Filter{}, io.Writer(h)); err != nil {
			t.Fatal(err)
		}
		// All of it would be 30 MB and more; a page is half a megabyte.
		grown := int64(h.most) - int64(before)
		t.Logf("%s: %d MB written, %d KB more on the heap", format, h.written>>20, grown>>10)
		if grown > 4<<20 || h.most == 0 || h.written < 30<<20 {
			t.Errorf("%s: %d MB written with %d KB more on the heap", format, h.written>>20, grown>>10)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
