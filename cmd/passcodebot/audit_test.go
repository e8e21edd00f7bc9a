package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/store"
)

// audited makes a database with one long log, and returns its address.
func audited(t *testing.T, events ...approvals.Event) string {
	t.Helper()
	address := "bolt:" + filepath.Join(t.TempDir(), "a.db")
	closed(t, saved(t, address, approvals.Change{Events: events}))
	return address
}

// saved opens the store at an address and saves changes in it.
func saved(t *testing.T, address string, changes ...approvals.Change) store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if _, err := s.Save(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func closed(t *testing.T, s store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func auditing(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), append([]string{"audit"}, args...), os.Getenv, &out, &errs)
	return code, out.String(), errs.String()
}

// What a line holds is what others parse: a change here is a change for them.
func TestAuditExport_lines(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 2, 9, 0, 0, 123000, time.UTC)
	address := audited(
		t,
		approvals.Event{
			At: at, Kind: approvals.Asked, Actor: approvals.Actor{ID: "U0RITA", Name: "rita", Team: "T0"},
			Text: "forgot <the> PIN & more", Data: map[string]string{"devices": "2"},
		},
		approvals.Event{At: at.Add(time.Second), Kind: approvals.ResetAccepted, Device: "d1"},
	)
	code, stdout, stderr := auditing(t, "export", "--store", address)
	want := `{"schema":"passcodebot.audit/1","seq":1,"at":"2026-03-02T09:00:00.000123Z","kind":"request.asked","actor":{"id":"U0RITA","name":"rita","team":"T0"},"text":"forgot <the> PIN & more","data":{"devices":"2"}}
{"schema":"passcodebot.audit/1","seq":2,"at":"2026-03-02T09:00:01.000123Z","kind":"reset.accepted","device":"d1"}
`
	if diff := cmp.Diff(want, stdout); diff != "" || code != 0 || stderr != "" {
		t.Errorf("exit code %d, stderr %q (-want +got):\n%s", code, stderr, diff)
	}
}

// A log of several pages comes whole, into a file as to the terminal, and is
// found whole.
func TestAuditExport_longLog(t *testing.T) {
	t.Parallel()
	const n = 2*auditPage + 1
	events := make([]approvals.Event, n)
	for i := range events {
		events[i] = approvals.Event{Kind: approvals.WasRefused, Text: strings.Repeat("x", i%7)}
	}
	address := audited(t, events...)
	file := filepath.Join(t.TempDir(), "out.jsonl")
	if code, _, stderr := auditing(t, "export", "--store", address, "--output", file); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
	if len(lines) != n {
		t.Fatalf("%d lines, want %d", len(lines), n)
	}
	for i, l := range lines {
		var e struct{ Seq approvals.Seq }
		if err := json.Unmarshal([]byte(l), &e); err != nil || e.Seq != approvals.Seq(i+1) {
			t.Fatalf("line %d is %s: %v", i+1, l, err)
		}
	}
	_, stdout, _ := auditing(t, "verify", "--store", address)
	if want := "2001 events, and the chain is whole.\n"; stdout != want {
		t.Errorf("verify says %q, want %q", stdout, want)
	}
}

// An event that was altered in the file is named, and the exit code says it.
func TestAuditVerify_altered(t *testing.T) {
	t.Parallel()
	address := audited(t, approvals.Event{Kind: approvals.Asked, Text: "the truth"})
	path := strings.TrimPrefix(address, "bolt:")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.ReplaceAll(raw, []byte("the truth"), []byte("the lies!"))
	if bytes.Equal(raw, altered) {
		t.Fatal("the event is not in the file as it was written")
	}
	if err := os.WriteFile(path, altered, 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := auditing(t, "verify", "--store", address)
	if code != exitFailed || stdout != "" || !strings.Contains(stderr, "Event 1 of the log is not as it was stored") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}
