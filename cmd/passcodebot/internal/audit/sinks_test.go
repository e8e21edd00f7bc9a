package audit_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
)

// A line that a crash cut off spoils neither what is before nor what comes
// after it.
func TestFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "anchors.jsonl")
	file := audit.File(path)
	first, second := audit.Make(head, at, nil), audit.Make(head, at.Add(time.Hour), key('k'))
	write := func(a audit.Anchor) {
		t.Helper()
		if err := file.Write(a); err != nil {
			t.Fatal(err)
		}
	}
	write(first)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v; want it for its owner alone", info.Mode(), err)
	}
	cut := first.String()[:50]
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(cut); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	write(second)
	write(first)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Join([]string{first.String(), cut, second.String(), first.String(), ""}, "\n"); string(raw) != want {
		t.Errorf("got\n%swant\n%s", raw, want)
	}
	found, halves, err := audit.Read(strings.NewReader(string(raw)), path)
	if len(found) != 3 || halves != 1 || err != nil {
		t.Errorf("read %d, %d cut off, %v; want 3 and 1", len(found), halves, err)
	}
}

func TestFile_unwritable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "no", "folder"), os.DevNull} {
		if err := audit.File(path).Write(audit.Make(head, at, nil)); approvals.KindOf(err) != approvals.Unavailable {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestSyslog_udp(t *testing.T) {
	t.Parallel()
	listener, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s, err := audit.NewSyslog("udp://" + listener.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	a := audit.Make(head, at, key('k'))
	if err := s.Write(a); err != nil {
		t.Fatal(err)
	}
	if err := listener.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	packet := make([]byte, 4096)
	n, _, err := listener.ReadFrom(packet)
	if err != nil {
		t.Fatal(err)
	}
	got := string(packet[:n])
	if !strings.HasPrefix(got, "<85>") || !strings.Contains(got, "passcodebot[") {
		t.Errorf("got %q, want a notice of authpriv by passcodebot", got)
	}
	if n > 1024 {
		t.Errorf("%d bytes, of which old receivers keep 1024", n)
	}
	found, _, err := audit.Read(strings.NewReader(got), "x")
	if len(found) != 1 || found[0].String() != a.String() || err != nil {
		t.Errorf("read back %v, %v", found, err)
	}
}

func TestSyslog_away(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "tcp://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := audit.NewSyslog(address)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Write(audit.Make(head, at, nil)); approvals.KindOf(err) != approvals.Unavailable {
			t.Errorf("got %v", err)
		}
	}
}

func TestNewSyslog_addresses(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"local": true, "udp://h:514": true, "tcp://[::1]:601": true,
		"": false, "h:514": false, "udp://h": false, "udp://:514": false, "tls://h:6514": false, "udp://u@h:514": false, "udp://h:514/x": false,
	} {
		if _, err := audit.NewSyslog(address); (err == nil) != ok {
			t.Errorf("%q: got %v", address, err)
		}
	}
}
