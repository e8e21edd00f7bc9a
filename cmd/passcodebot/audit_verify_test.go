package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/store"
)

// acts is a log of n events.
func acts(n int) (log []approvals.Event) {
	for i := range n {
		log = append(log, approvals.Event{Kind: approvals.WasRefused, Text: fmt.Sprintf("act %d", i+1)})
	}
	return log
}

// anchorOf is the anchor that is printed of a store.
func anchorOf(t *testing.T, address string, env ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	getenv := func(name string) string {
		if i := slices.Index(env, name); i >= 0 {
			return env[i+1]
		}
		return ""
	}
	if code := run(t.Context(), []string{"audit", "anchor", "--store", address}, getenv, &out, &errs); code != exitOK {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	return out.String()
}

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A log that was cut or written anew is whole by itself; anchors that were
// kept elsewhere tell.
func TestAuditVerify_anchors(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte("k"), ed25519.SeedSize))
	seed := base64.StdEncoding.EncodeToString(key.Seed())
	public := base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	other := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("o"), ed25519.PublicKeySize))

	early, later := audited(t, acts(3)...), audited(t, acts(5)...)
	anew := acts(6)
	anew[1].Text = "nothing"
	rewritten := audited(t, anew...)
	plain := anchorOf(t, early) + anchorOf(t, later)
	signed := anchorOf(t, early, "PASSCODEBOT_ANCHOR_KEY", seed) + anchorOf(t, later, "PASSCODEBOT_ANCHOR_KEY", seed)
	forged := strings.Replace(signed, `"through":5`, `"through":4`, 1)
	slack := "passcodebot APP 22:00\n```" + strings.ReplaceAll(strings.TrimSpace(signed), "\n", "```\nit goes on\n```") + "```\n"

	for name, tt := range map[string]struct {
		store, anchors string
		key            string
		code           int
		says           string
	}{
		"whole":                      {store: later, anchors: plain, says: "5 events, and the chain is whole.\n2 anchors agree with it: nothing from event 1 to 5 was altered or cut off since"},
		"grown":                      {store: audited(t, acts(7)...), anchors: plain, says: "7 events, and the chain is whole.\n2 anchors agree with it: nothing from event 1 to 5 "},
		"cut":                        {store: early, anchors: plain, code: exitFailed, says: "the log went on to event 5"},
		"written anew":               {store: rewritten, anchors: plain, code: exitFailed, says: "Event 3 of the log is not as it was stored: an anchor has another hash"},
		"empty":                      {store: audited(t), anchors: plain, code: exitFailed, says: "its end was cut off"},
		"signed":                     {store: later, anchors: signed, key: public, says: "All of them are signed by the given key."},
		"from Slack":                 {store: later, anchors: slack, key: public, says: "2 anchors agree with it"},
		"the key in it":              {store: later, anchors: signed, says: "2 anchors are each signed by the key that stands in it, which anybody can have made"},
		"by another key":             {store: later, anchors: signed, key: other, code: exitFailed, says: ":1 can't be trusted"},
		"some not signed":            {store: later, anchors: signed + plain, key: public, code: exitFailed, says: ":3 can't be trusted"},
		"forged":                     {store: later, anchors: forged, code: exitFailed, says: ":2 can't be trusted"},
		"no anchors":                 {store: later, anchors: "nothing\n", code: exitFailed, says: "There is no anchor in "},
		"no anchor":                  {store: later, anchors: plain + "{}\n", code: exitFailed, says: "Line 3 of "},
		"cut off":                    {store: later, anchors: plain + plain[:40], says: "1 line is cut off in the middle and passed over"},
		"key as a file":              {store: later, anchors: signed, key: written(t, public+"\n"), says: "All of them are signed"},
		"a key that is none":         {store: later, anchors: signed, key: "nowhere", code: exitMisused, says: "--public-key"},
		"a file that holds no key":   {store: later, anchors: signed, key: written(t, "key"), code: exitMisused, says: "holds no public Ed25519 key"},
		"two that disagree of event": {store: later, anchors: plain + anchorOf(t, audited(t, anew[:5]...)), code: exitFailed, says: "Two of the anchors say different things of event 5."},
	} {
		args := []string{"verify", "--store", tt.store, "--anchors", written(t, tt.anchors)}
		if tt.key != "" {
			args = append(args, "--public-key", tt.key)
		}
		code, stdout, stderr := auditing(t, args...)
		if code != tt.code || !strings.Contains(stdout+stderr, tt.says) || (code == exitOK) != (stderr == "") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q; want %d and %q", name, code, stdout, stderr, tt.code, tt.says)
		}
	}
	if code, _, stderr := auditing(t, "verify", "--store", later, "--public-key", public); code != exitMisused {
		t.Errorf("a key without anchors: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := auditing(t, "verify", "--store", later, "--anchors", "nowhere"); code != exitFailed || !strings.Contains(stderr, "The anchors in nowhere cannot be read") {
		t.Errorf("no file of anchors: exit code %d, %s", code, stderr)
	}
	if code, stdout, _ := auditing(t, "verify", "--store", later, "--anchors", written(t, plain), "--anchors", written(t, signed)); code != exitOK || !strings.Contains(stdout, "4 anchors agree") {
		t.Errorf("two files: exit code %d, %s", code, stdout)
	}
}

// Anchors of what was purged are counted, and those of what stays are
// checked.
func TestAuditVerify_purged(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	log := acts(4)
	for i := range log {
		log[i].At = begin.Add(time.Duration(i) * time.Hour)
	}
	anchors := anchorOf(t, audited(t, log[:1]...)) + anchorOf(t, audited(t, log[:2]...)) + anchorOf(t, audited(t, log[:4]...))
	address := audited(t, log...)
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	ended := &approvals.Request{State: approvals.Denied, EndedAt: begin}
	if _, err := s.Save(t.Context(), approvals.Change{Request: ended}); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Purge(t.Context(), begin.Add(90*time.Minute), 10); err != nil {
		t.Fatalf("%d purged: %v", n, err)
	}
	origin, err := s.Origin(t.Context())
	if err != nil || origin.Seq != 2 {
		t.Fatalf("the log begins after %v, %v; want event 2", origin, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := auditing(t, "verify", "--store", address, "--anchors", written(t, anchors))
	for _, want := range []string{"3 events, and the chain is whole.", "It begins after event 2", "1 anchor agrees with it: nothing from event 3 to 4 ", "2 anchors are older than what was purged"} {
		if code != exitOK || !strings.Contains(stdout, want) {
			t.Errorf("exit code %d, stdout %q, stderr %q; want %q", code, stdout, stderr, want)
		}
	}
}

func TestAuditAnchor(t *testing.T) {
	t.Parallel()
	address := audited(t, acts(2)...)
	a, err := audit.Parse([]byte(anchorOf(t, address)))
	if err != nil || a.Through != 2 || a.Signature != nil || time.Since(a.At) > time.Hour {
		t.Errorf("got %s, %v", a, err)
	}
	if code, stdout, stderr := auditing(t, "anchor", "--store", audited(t)); code != exitFailed || stdout != "" || !strings.Contains(stderr, "nothing to anchor") {
		t.Errorf("of an empty log: exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	var out, errs bytes.Buffer
	const secret = "bm90IGEga2V5IGF0IGFsbA=="
	getenv := func(string) string { return secret }
	code := run(t.Context(), []string{"audit", "anchor", "--store", address}, getenv, &out, &errs)
	if code != exitFailed || out.Len() > 0 || !strings.Contains(errs.String(), "PASSCODEBOT_ANCHOR_KEY") || strings.Contains(errs.String(), secret) {
		t.Errorf("with a key that is none: exit code %d, stdout %q, stderr %q", code, &out, &errs)
	}
}

// A new key signs, is its owner's alone, and takes nobody's place.
func TestAuditKeygen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "anchor.pem")
	code, public, stderr := auditing(t, "keygen", path)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info, err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if body := strings.Split(string(raw), "\n")[1]; strings.Contains(public+stderr, body) {
		t.Error("the private key is shown")
	}
	address := audited(t, acts(2)...)
	anchors := written(t, anchorOf(t, address, "PASSCODEBOT_ANCHOR_KEY_FILE", path))
	code, stdout, stderr := auditing(t, "verify", "--store", address, "--anchors", anchors, "--public-key", strings.TrimSpace(public))
	if code != exitOK || !strings.Contains(stdout, "1 anchor agrees with it") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if code, stdout, stderr := auditing(t, "keygen", path); code != exitFailed || stdout != "" || !strings.Contains(stderr, "cannot be written") {
		t.Errorf("again: exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(raw, again) {
		t.Errorf("the key was overwritten (%v)", err)
	}
}
