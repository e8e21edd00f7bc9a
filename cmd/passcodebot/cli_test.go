package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/signal"
	"strings"
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
			"callfakes": callFakes,
		},
	})
}

// What looks like a secret is not repeated, wherever it stands on the command
// line; a public key in base64 is none.
func TestRun_secretArguments(t *testing.T) {
	t.Parallel()
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("hidden")})
	seed := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for _, tt := range []struct {
		args   []string
		secret bool
	}{
		{[]string{"audit", "verify", "--anchors", "none", "--public-key", string(key)}, true},
		{[]string{"audit", "verify", "--anchors", "none", "--public-key=" + string(key)}, true},
		{[]string{"audit", "verify", "--anchors", string(key)}, true},
		{[]string{"audit", "verify", "--store=" + string(key)}, true},
		{[]string{"audit", "verify", seed}, true},
		{[]string{"check", "--config", "xoxb-hidden"}, true},
		{[]string{"xoxb-hidden"}, true},
		{[]string{"audit", "verify", "--store", "none.db", "--anchors", "none", "--public-key", seed}, false},
		{[]string{"audit", "verify", "--store", "none.db", "--anchors", "none", "--public-key=" + seed}, false},
	} {
		var out bytes.Buffer
		code := run(t.Context(), tt.args, func(string) string { return "" }, &out, &out)
		if got := strings.Contains(out.String(), " looks like a secret"); got != tt.secret || tt.secret && code != exitMisused {
			t.Errorf("%q: code %d and %s; want it to be taken for a secret: %v", tt.args, code, &out, tt.secret)
		}
		for _, part := range []string{"BEGIN", base64.StdEncoding.EncodeToString([]byte("hidden")), "xoxb", seed} {
			if strings.Contains(out.String(), part) {
				t.Errorf("%q is repeated: %s", tt.args, &out)
			}
		}
	}
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
