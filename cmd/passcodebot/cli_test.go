package main

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"passcodebot": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
		},
	})
}

// The stories in testdata/script begin with the promise that they guard.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitfor": waitFor, "fakes": startFakes, "untouched": untouched, "database": makeDatabase, "code": withCode,
		},
	})
}

// waitFor waits until a file is there and holds a text.
func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	for tries := 0; tries < 3000; tries++ {
		if raw, err := os.ReadFile(path); err == nil && bytes.Contains(raw, []byte(args[1])) {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	ts.Fatalf("%s never holds %q", path, args[1])
}
