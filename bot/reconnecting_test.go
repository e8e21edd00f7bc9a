package bot_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// pause is the shortest pause between two sockets in these tests.
const pause = 20 * time.Millisecond

// spaced fails where two sockets were asked for within a pause.
func (w *world) spaced() {
	w.t.Helper()
	var last time.Time
	for _, c := range w.slack.Calls() {
		if c.Method != "apps.connections.open" {
			continue
		}
		// The calls' own times are up to some milliseconds apart from ours.
		if gap := c.At.Sub(last); gap < pause-5*time.Millisecond {
			w.t.Errorf("two sockets were asked for within %v", gap)
		}
		last = c.At
	}
}

// However a socket ends, the next one is opened and works.
func TestReceive_disconnected(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"refresh_requested", "warning", "too_many_websockets", "link_disabled", "cut"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.start()
			w.connected()
			opened := w.calls("apps.connections.open")
			switch reason {
			case "cut":
				w.slack.CutSockets()
			case "link_disabled":
				w.slack.Disconnect(reason)
				w.until("it is refused", func() bool { return w.refusals("apps.connections.open") > 1 })
				w.slack.EnableSockets()
			default:
				w.slack.Disconnect(reason)
			}
			w.until("it connects again", func() bool { return w.calls("apps.connections.open") > opened && w.slack.Sockets() > 0 })
			w.asks(pixel)
			w.spaced()
		})
	}
}

// refusals counts calls of a method that Slack did not take.
func (w *world) refusals(method string) int {
	n := 0
	for _, c := range w.slack.Calls() {
		if c.Method == method && c.Error != "" {
			n++
		}
	}
	return n
}

// A Slack that sends every socket away at once is not stormed.
func TestReceive_sentAwayAtOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeslack.Fault{
		"disconnected": {Method: "hello", Error: "refresh_requested"},
		"too many":     {Method: "hello", Error: "too_many_websockets"},
		"cut":          {Method: "hello", Cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			mend := w.slack.Fail(fault)
			began := time.Now()
			w.start()
			w.until("it was sent away often", func() bool { return w.calls("apps.connections.open") == 6 })
			// The pauses before the sixth are at least 1/2, 1, 2, 4 and 8 long.
			if took := time.Since(began); took < 15*pause {
				t.Errorf("6 sockets were opened within %v", took)
			}
			mend()
			w.until("it stays", func() bool { return w.slack.Sockets() > 0 })
			w.asks(pixel)
			w.spaced()
		})
	}
}

// network answers the first apps.connections.open by itself.
type network struct {
	bad  func(*http.Request) (*http.Response, error)
	left atomic.Int32
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/apps.connections.open") && n.left.Add(-1) >= 0 {
		return n.bad(r)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func answers(body string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(body)), Request: r,
		}, nil
	}
}

// Whatever keeps a socket from being opened, it is tried again, and works
// once it can.
func TestReceive_notOpened(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		fault fakeslack.Fault
		bad   func(*http.Request) (*http.Response, error)
	}{
		"500":                   {fault: fakeslack.Fault{Method: "apps.connections.open", Status: 500}},
		"404":                   {fault: fakeslack.Fault{Method: "apps.connections.open", Status: 404}},
		"429":                   {fault: fakeslack.Fault{Method: "apps.connections.open", RetryAfter: 1, Times: 1}},
		"cut":                   {fault: fakeslack.Fault{Method: "apps.connections.open", Cut: true}},
		"answer lost":           {fault: fakeslack.Fault{Method: "apps.connections.open", LoseAnswer: true}},
		"handshake refused":     {fault: fakeslack.Fault{Method: "hello", Status: 503}},
		"no hello":              {fault: fakeslack.Fault{Method: "hello", Delay: time.Hour}},
		"invalid JSON":          {bad: answers(`{"ok":`)},
		"no address":            {bad: answers(`{"ok":true}`)},
		"an address of another": {bad: answers(`{"ok":true,"url":"gopher://127.0.0.1/"}`)},
		"dial refused":          {bad: answers(`{"ok":true,"url":"ws://` + closed.Addr().String() + `/"}`)},
		"no network":            {bad: func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c *fakeslack.Config) { c.PingEvery = 50 * time.Millisecond })
			w.edit = func(c *bot.Config) { c.SocketSilence = 300 * time.Millisecond }
			if tc.bad != nil {
				n := &network{bad: tc.bad}
				n.left.Store(3)
				w.network = n
			} else {
				if tc.fault.Times == 0 {
					tc.fault.Times = 3
				}
				w.slack.Fail(tc.fault)
			}
			w.start()
			// Its own call is what ends the faults, so Slack is not asked
			// whether a socket is open, but for the effect of one.
			w.until("a command is answered", func() bool {
				return w.slack.Sockets() > 0 && w.types(rita, "help").Error == ""
			})
			w.asks(pixel)
			w.spaced()
		})
	}
}

// A socket that is open but deaf is replaced.
func TestReceive_deaf(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.PingEvery = time.Hour })
	w.edit = func(c *bot.Config) { c.SocketSilence = 200 * time.Millisecond }
	w.start()
	w.until("it connects again", func() bool { return w.calls("apps.connections.open") > 1 && w.slack.Sockets() == 1 })
	if got := w.logs.String(); !strings.Contains(got, "i/o timeout") {
		t.Errorf("the log does not say why:\n%s", got)
	}
}

// The process stops at once also while the other side of a socket that is
// being opened says nothing.
func TestReceive_stopsInTheHandshake(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dialed := make(chan net.Conn, 1)
	go func() {
		if conn, err := silent.Accept(); err == nil {
			dialed <- conn
		}
	}()
	w := newWorld(t)
	n := &network{bad: answers(`{"ok":true,"url":"ws://` + silent.Addr().String() + `/"}`)}
	n.left.Store(1)
	w.network = n
	l := w.start()
	conn := <-dialed
	began := time.Now()
	l.stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if err := errors.Join(conn.Close(), silent.Close()); err != nil {
		t.Error(err)
	}
}
