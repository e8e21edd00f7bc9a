package bolt_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// process starts another process on a file, and returns what it prints and
// its standard input.
func process(t *testing.T, what, path string) (*exec.Cmd, *bufio.Scanner, io.WriteCloser) {
	t.Helper()
	cmd := exec.Command(os.Args[0], path)
	cmd.Env = append(os.Environ(), act+"="+what)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, bufio.NewScanner(out), in
}

func TestOpen_whenAnotherProcessUsesIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	cmd, lines, in := process(t, "hold", path)
	if !lines.Scan() || lines.Text() != "open" {
		t.Fatalf("the other process said %q", lines.Text())
	}
	before := snapshot(t, path)
	_, err := bolt.Open(t.Context(), path)
	hint := " One passcodebot at a time can use it: stop the other one, or give this one a database of its own."
	// Where the system does not list its locks, it says no more than that.
	want := "The database DB is in use by another process." + hint
	if strings.Contains(fmt.Sprint(err), "pid") {
		want = fmt.Sprintf("The database DB is in use by another process (pid %d).", cmd.Process.Pid) + hint
	}
	wantSentence(t, err, path, approvals.Conflict, want)
	for name, data := range before {
		if snapshot(t, path)[name] != data {
			t.Error("the file has changed")
		}
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	opened(t, path)
}

// What Save has returned is there after the process was killed at any
// moment, and at most one change more, of which nobody heard.
func TestSave_survivesAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	known := 0
	for range 5 {
		cmd, lines, _ := process(t, "save", path)
		for range 20 {
			if !lines.Scan() {
				t.Fatal("the other process ended")
			}
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the other process said %q", lines.Text())
			}
			known = n
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it had still said
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				known = n
			}
		}
		_ = cmd.Wait() // it was killed

		s := opened(t, path)
		open, err := s.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(open) != known && len(open) != known+1 {
			t.Fatalf("%d requests are there, and %d were stored", len(open), known)
		}
		for i, r := range open {
			if int(r.ID) != i+1 {
				t.Fatalf("request %d has the id %v", i+1, r.ID)
			}
		}
		behind, err := s.Behind(t.Context(), approvals.Threads)
		if err != nil || len(behind) != len(open) {
			t.Fatalf("%d requests are behind, want %d: %v", len(behind), len(open), err)
		}
		if err := s.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		// The next process goes on with other keys.
		raw(t, path, nil, forgetKeys)
	}
}

// A disk without room for a larger file, as another process has it: its files
// may not grow until it lets them.
func TestSave_whenTheFileCannotGrow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	cmd, lines, _ := process(t, "full", path)
	var said []string
	for lines.Scan() {
		said = append(said, lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %q", err, said)
	}
	// bbolt does not pass on why a file can't grow; the log has its words.
	want := []string{"unavailable", "goes on"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("the other process said (-want +got):\n%s", diff)
	}
	if err := opened(t, path).Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// fillDisk saves until there is no room, and once more when there is again.
func fillDisk(ctx context.Context, s *bolt.Store, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	full := syscall.Rlimit{Cur: uint64(info.Size()) + 1<<16, Max: before.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
		return err
	}
	stored := 0
	for err == nil {
		if _, err = s.Save(ctx, approvals.Change{Request: request(), Events: []approvals.Event{{Text: strings.Repeat("x", 5000)}}}); err == nil {
			stored++
		}
	}
	fmt.Println(approvals.KindOf(err))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return err
	}
	r, err := s.Save(ctx, approvals.Change{Request: request()})
	if err != nil {
		return err
	}
	if int(r.ID) != stored+1 {
		return fmt.Errorf("the next request is %v after %d", r.ID, stored)
	}
	fmt.Println("goes on")
	return nil
}
