package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"passcodebot/cmd/internal/built"
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
	goodBot  = sync.OnceValues(func() (string, error) { return build("passcodebot", "passcodebot") })
	theFakes = sync.OnceValues(func() (string, error) { return build("fakes", "fakes") })
)

// build builds a command of this module.
func build(name, pkg string, flags ...string) (string, error) {
	file := filepath.Join(bin, name)
	return file, built.Command(file, "passcodebot/cmd/"+pkg, flags...)
}

// program returns a program, or ends the test.
func program(t *testing.T, made func() (string, error)) string {
	t.Helper()
	path, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// short is a run that takes half a minute.
func short(t *testing.T, binary func() (string, error), seed uint64) options {
	t.Helper()
	return options{
		botFile: program(t, binary), auditFile: program(t, goodBot), fakesFile: program(t, theFakes),
		rounds: 4, seed: seed, quick: true, channels: 12, patience: 2 * time.Minute, lifetime: 15 * time.Second,
	}
}
