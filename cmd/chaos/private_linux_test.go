package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A bot at work takes in nothing but what it has asked for: no port is open.
// What it writes is its user's alone.
func TestServe_private(t *testing.T) {
	t.Parallel()
	c := onTheWire(t, time.Second)
	proc := fmt.Sprintf("/proc/%d", c.bot.PID())
	own := map[string]bool{}
	fds, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink(filepath.Join(proc, "fd", fd.Name())); err == nil {
			own[to] = true
		}
	}
	connected := 0
	for _, table := range []string{"tcp", "tcp6"} {
		raw, err := os.ReadFile(filepath.Join(proc, "net", table))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			f := strings.Fields(line)
			if len(f) < 10 || !own["socket:["+f[9]+"]"] {
				continue
			}
			const listens = "0A"
			if f[3] == listens {
				t.Errorf("it listens on %s", f[1])
			}
			connected++
		}
	}
	if connected == 0 {
		t.Error("none of its connections was found, so that nothing was looked at")
	}
	status, err := os.ReadFile(filepath.Join(proc, "status"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Split(string(status), "\n"), "Umask:\t0077") {
		t.Error("its umask lets others read what it writes")
	}
	info, err := os.Stat(filepath.Join(c.dir, "passcodebot.db"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("the database has mode %v", got)
	}
}
