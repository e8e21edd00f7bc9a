package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passcodebot/approvals"
)

// A request that was written into the database as approved is found: the log
// knows nothing of it.
func TestAuditVerify_forgedRequest(t *testing.T) {
	t.Parallel()
	address := audited(t, acts(2)...)
	forged := &approvals.Request{State: approvals.Approved, Decisions: []approvals.Decision{{Actor: approvals.Actor{ID: "U0ANNA"}, Approved: true}}}
	asked := []approvals.Event{{Kind: approvals.Asked}, {Kind: approvals.BecameReady}}
	closed(t, saved(t, address, approvals.Change{Request: forged, Events: asked}))
	code, stdout, stderr := auditing(t, "verify", "--store", address)
	if code != exitFailed || !strings.Contains(stderr, "R-1 is not what the log tells of it: it is stored as approved, and the log left it pending.") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// A reset that no approval and start of its request stand before is found,
// also where all has ended.
func TestAuditVerify_unapprovedReset(t *testing.T) {
	t.Parallel()
	address := audited(t, acts(2)...)
	story := []approvals.Event{{Kind: approvals.Asked}, {Kind: approvals.BecameReady}, {Kind: approvals.RunStarted}, {Kind: approvals.ResetIntended}, {Kind: approvals.RunEnded}}
	closed(t, saved(t, address, approvals.Change{Request: &approvals.Request{State: approvals.Done}, Events: story}))
	code, stdout, stderr := auditing(t, "verify", "--store", address)
	if code != exitFailed || !strings.Contains(stderr, "begins a reset of R-1, and the log has no approval and start of R-1 before it.") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// An export that would go over the database leaves it as it is; one over
// another file makes that its owner's alone.
func TestAuditExport_output(t *testing.T) {
	t.Parallel()
	address := audited(t, acts(2)...)
	path := strings.TrimPrefix(address, "bolt:")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := auditing(t, "export", "--store", address, "--output", path); code != exitFailed || !strings.Contains(stderr, "it is the database itself") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	if after, err := os.ReadFile(path); err != nil || len(after) != len(before) {
		t.Errorf("the database has %d bytes, %v; had %d", len(after), err, len(before))
	}
	other := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(other, []byte(strings.Repeat("old", 1000)), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := auditing(t, "export", "--store", address, "--output", other); code != exitOK {
		t.Fatalf("exit code %d, stderr %q", code, stderr)
	}
	written, err := os.ReadFile(other)
	info, statErr := os.Stat(other)
	if err != nil || statErr != nil || strings.Contains(string(written), "old") || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, %v: %.40q", info.Mode(), err, statErr, written)
	}
}

// A key that was put where the path of its file belongs is not repeated.
func TestAuditAnchor_keyAsPath(t *testing.T) {
	t.Parallel()
	const seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	var out, errs strings.Builder
	code := run(t.Context(), []string{"audit", "anchor", "--store", audited(t, acts(1)...)}, func(name string) string {
		return map[string]string{"PASSCODEBOT_ANCHOR_KEY_FILE": seed}[name]
	}, &out, &errs)
	if code != exitFailed || strings.Contains(out.String()+errs.String(), seed) {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, out.String(), errs.String())
	}
}
