package sandbox_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"testing"

	"passcodebot/cmd/passcodebot/internal/sandbox"
)

// running is the whole sandbox as the command line runs it, until stop.
func running(t *testing.T, dir string) (d *desk, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- sandbox.Run(ctx, sandbox.Options{Dir: dir}, stdout) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // it ends with stop
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(line)
	if address == "" {
		t.Fatalf("it prints %q", line)
	}
	return &desk{t: t, page: address}, func() error {
		cancel()
		defer stdout.Close()
		return <-ended
	}
}

// The sandbox ends in order also where the bot has been killed, and keeps its
// clock and what was altered: time never goes back.
func TestRun_control(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, stop := running(t, dir)
	page, err := http.Get(d.page + "/")
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if s := d.state(); page.StatusCode != http.StatusOK || !s.Running || s.Ahead != 0 || s.Error != "" {
		t.Errorf("the page is answered %s, and it is %+v", page.Status, s)
	}
	d.must("clock", `{"seconds": 7200}`)
	d.must("tamper", `{"seq": 1}`)
	if err := stop(); err != nil {
		t.Fatal(err)
	}

	d, stop = running(t, dir)
	if s := d.state(); !s.Running || s.Ahead != 7200 {
		t.Errorf("again it is %+v", s)
	}
	if _, n := d.audit(0); n != 1 {
		t.Errorf("%d events are altered, want 1", n)
	}
	d.must("mend", `{}`)
	d.must("kill", `{}`)
	if c := d.verifies(); !c.OK {
		t.Errorf("mended, verify says %+v", c)
	}
	if err := stop(); err != nil {
		t.Errorf("killed before, it ends with %v", err)
	}
}
