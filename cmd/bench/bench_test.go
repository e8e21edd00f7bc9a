package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"passcodebot/cmd/internal/built"
)

// A measurement that takes few seconds, from the process to the JSON Lines.
// That its lines hold is not tested: other tests run beside it.
func TestRun_measures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary, out := filepath.Join(dir, "passcodebot"), filepath.Join(dir, "bench.jsonl")
	if err := built.Command(binary, "passcodebot/cmd/passcodebot"); err != nil {
		t.Fatal(err)
	}
	var table, progress bytes.Buffer
	code := run(t.Context(), []string{"-binary", binary, "-out", out, "-rounds", "1", "-only", "growth"}, &table, &progress)
	if code == exitUnmade {
		t.Fatal(progress.String())
	}
	lines, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	held, names := true, ""
	for in := json.NewDecoder(bytes.NewReader(lines)); in.More(); {
		var f figure
		if err := in.Decode(&f); err != nil {
			t.Fatal(err)
		}
		held = held && f.OK
		names += f.Name + "\n"
		if !strings.Contains(table.String(), f.Name) {
			t.Errorf("the table lacks %q", f.Name)
		}
	}
	for _, name := range []string{"growth of the file", "audits that changed"} {
		if !strings.Contains(names, name) {
			t.Errorf("there is no figure of %q:\n%s", name, names)
		}
	}
	if (code == exitHeld) != held {
		t.Errorf("exit code %d with these figures:\n%s", code, table.String())
	}
	if left, err := filepath.Glob(filepath.Join(dir, "bench-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// Whoever misuses it is told so, and not that a line does not hold.
func TestRun_misused(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "bench.jsonl")
	for _, tc := range []struct {
		args []string
		says string
	}{
		{[]string{"-only", "resets,speed"}, `there is no measurement "speed"; there are resets, faults`},
		{[]string{"-rounds", "0"}, "-rounds is at least 1"},
		{[]string{"-scale", "10"}, "-scale at least 1000"},
		{[]string{"-binary", os.DevNull + "/none", "-only", "memory"}, "memory: start the bot"},
		{[]string{"-binary", "/bin/false", "-only", "memory"}, "memory: the bot ended"},
	} {
		var table, errs bytes.Buffer
		if code := run(t.Context(), append(tc.args, "-out", out), &table, &errs); code != exitUnmade || !strings.Contains(errs.String(), tc.says) {
			t.Errorf("%v: exit code %d: %s", tc.args, code, errs.String())
		}
	}
}
