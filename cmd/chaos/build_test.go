package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// bin is the folder of what the tests build.
var bin string

func TestMain(m *testing.M) {
	var err error
	if bin, err = os.MkdirTemp("", "passcodebot-chaos-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(bin)
	os.Exit(code)
}

// The programs that the tests run, each built once.
var (
	goodBot  = sync.OnceValues(func() (string, error) { return build("passcodebot", "../passcodebot") })
	theFakes = sync.OnceValues(func() (string, error) { return build("fakes", "../fakes") })
)

// build builds a command in the way in which this test was built.
func build(name, dir string, flags ...string) (string, error) {
	args := append([]string{"build", "-o", filepath.Join(bin, name)}, flags...)
	if race {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, dir)...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return filepath.Join(bin, name), cmd.Run()
}

// built returns a program, or ends the test.
func built(t *testing.T, program func() (string, error)) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatalf("build: %v", err)
	}
	return path
}

// short is a run that takes half a minute.
func short(t *testing.T, binary func() (string, error), seed uint64) options {
	t.Helper()
	return options{
		botFile: built(t, binary), auditFile: built(t, goodBot), fakesFile: built(t, theFakes),
		rounds: 4, seed: seed, quick: true, channels: 12, patience: 2 * time.Minute, lifetime: 15 * time.Second,
	}
}
