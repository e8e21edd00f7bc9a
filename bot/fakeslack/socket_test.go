package fakeslack_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack"
)

func TestSocket_saysHello(t *testing.T) {
	t.Parallel()
	a := start(t)
	l := a.dial()
	want := map[string]any{
		"type": "hello", "num_connections": 1.0, "connection_info": map[string]any{"app_id": "A0PASSCODE"},
		"debug_info": map[string]any{"host": "applink-1", "build_number": 1.0, "approximate_connection_time": 18060.0},
	}
	if diff := cmp.Diff(want, l.hello); diff != "" {
		t.Errorf("hello (-want +got):\n%s", diff)
	}
	if got := a.dial().hello["num_connections"]; got != 2.0 {
		t.Errorf("the second hello counts %v", got)
	}
}

func TestSocket_addressIsGoodOnce(t *testing.T) {
	t.Parallel()
	a := start(t)
	address := a.with(a.config.App.AppToken).must("apps.connections.open").text("url")
	a.join(address)
	conn, answer, err := websocket.Dial(t.Context(), address, &websocket.DialOptions{HTTPClient: a.client})
	if err == nil {
		_ = conn.CloseNow()
		t.Fatal("the address was good twice")
	}
	if answer == nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("answer = %+v", answer)
	}
}

func TestSocket_connectionsNeedTheirScope(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.App.AppScopes = []string{"authorizations:read"} })
	r := a.with(a.config.App.AppToken).refused("missing_scope", "apps.connections.open")
	if r.text("needed") != "connections:write" || r.text("provided") != "authorizations:read" {
		t.Errorf("%v", r.body)
	}
}

func TestSocket_eleventhIsSentAway(t *testing.T) {
	t.Parallel()
	a := start(t)
	for range 10 {
		a.dial()
	}
	l := a.dial()
	if l.hello["type"] != "disconnect" || l.hello["reason"] != "too_many_websockets" {
		t.Errorf("first frame = %v", l.hello)
	}
	l.ended()
	if got := a.Sockets(); got != 10 {
		t.Errorf("%d sockets, want 10", got)
	}
}

func TestSocket_pings(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.PingEvery = time.Millisecond })
	address := a.with(a.config.App.AppToken).must("apps.connections.open").text("url")
	pings := make(chan struct{}, 100)
	conn, answer, err := websocket.Dial(t.Context(), address, &websocket.DialOptions{
		HTTPClient: a.client,
		OnPingReceived: func(context.Context, []byte) bool {
			select {
			case pings <- struct{}{}:
			default:
			}
			return true
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	l := &link{a: a, conn: conn}
	l.serve("null")
	for range 3 {
		select {
		case <-pings:
		case <-t.Context().Done():
			t.Fatal("no ping")
		}
	}
}

func TestDisconnect_reasons(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"refresh_requested", "link_disabled", "too_many_websockets"} {
		a := start(t)
		l, m := a.dial(), a.dial()
		a.Disconnect(reason)
		for _, l := range []*link{l, m} {
			want := map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-1"}}
			if diff := cmp.Diff(want, l.frame()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", reason, diff)
			}
			l.ended()
		}
		a.await("the sockets are gone", func() bool { return a.Sockets() == 0 })
		open := a.with(a.config.App.AppToken)
		if reason != "link_disabled" {
			open.must("apps.connections.open")
			continue
		}
		open.refused("socket_mode_not_enabled", "apps.connections.open")
		a.EnableSockets()
		open.must("apps.connections.open")
	}
}

func TestDisconnect_warningLeavesTimeToReconnect(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.WarnFor = time.Hour })
	old := a.dial()
	a.Disconnect("warning")
	if got := old.frame()["reason"]; got != "warning" {
		t.Fatalf("reason = %v", got)
	}
	done := a.command(rita, incidents, "/reset-passcode one")
	old.ack(old.frame(), `{"text":"old"}`) // there is no other socket yet
	if seen, err := done(); err != nil || seen.Text != "old" {
		t.Errorf("seen %+v, %v", seen, err)
	}
	next := a.dial()
	for range 3 {
		done = a.command(rita, incidents, "/reset-passcode two")
		next.ack(next.frame(), `{"text":"new"}`)
		if seen, err := done(); err != nil || seen.Text != "new" {
			t.Errorf("seen %+v, %v", seen, err)
		}
	}
}

func TestDisconnect_warningEnds(t *testing.T) {
	t.Parallel()
	a := start(t, func(c *fakeslack.Config) { c.WarnFor = time.Millisecond })
	l := a.dial()
	a.Disconnect("warning")
	l.frame()
	l.ended()
}

// A fault of "hello" befalls the next socket that is opened, and no other.
func TestSocket_faults(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.Fail(fakeslack.Fault{Method: "hello", Error: "refresh_requested", Times: 1})
	l := a.dial()
	if l.hello["type"] != "hello" {
		t.Errorf("first comes %v", l.hello)
	}
	if f := l.frame(); f["type"] != "disconnect" || f["reason"] != "refresh_requested" {
		t.Errorf("then comes %v", f)
	}
	l.ended()

	address := func() string { return a.with(a.config.App.AppToken).must("apps.connections.open").text("url") }
	a.Fail(fakeslack.Fault{Method: "hello", Cut: true, Times: 1})
	(&link{a: a, conn: a.join(address())}).ended()

	a.Fail(fakeslack.Fault{Method: "hello", Status: http.StatusServiceUnavailable, Times: 1})
	conn, answer, err := websocket.Dial(t.Context(), address(), &websocket.DialOptions{HTTPClient: a.client})
	if err == nil {
		_ = conn.CloseNow()
	}
	if answer == nil || answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("answer = %+v (%v)", answer, err)
	}

	if n := a.Sockets(); n != 0 {
		t.Errorf("%d sockets count", n)
	}
	a.Fail(fakeslack.Fault{Method: "hello", Delay: time.Millisecond})
	if hello := a.dial().hello; hello["type"] != "hello" || a.Sockets() != 1 {
		t.Errorf("then comes %v on %d sockets", hello, a.Sockets())
	}
}

func TestCutSockets(t *testing.T) {
	t.Parallel()
	a := start(t)
	l, m := a.dial(), a.dial()
	a.CutSockets()
	if got := a.Sockets(); got != 0 {
		t.Errorf("%d sockets are left", got)
	}
	l.ended()
	m.ended()
}

func TestSendFrame_isSentAsItIs(t *testing.T) {
	t.Parallel()
	a := start(t)
	a.SendFrame([]byte("nobody hears this"))
	l := a.dial()
	a.SendFrame([]byte(`{"type":"mystery"`))
	_, raw, err := l.conn.Read(t.Context())
	if err != nil || string(raw) != `{"type":"mystery"` {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestSockets_shareTheEnvelopes(t *testing.T) {
	t.Parallel()
	a := start(t)
	for range 3 {
		a.dial().serve("null")
	}
	for range 9 {
		if seen, err := a.Command(t.Context(), rita, incidents, "/reset-passcode help"); err != nil || seen.Error != "" {
			t.Fatalf("%+v, %v", seen, err)
		}
	}
	count := map[int]int{}
	for _, e := range a.Envelopes() {
		count[e.Socket]++
	}
	if diff := cmp.Diff(map[int]int{1: 3, 2: 3, 3: 3}, count); diff != "" {
		t.Errorf("envelopes by socket (-want +got):\n%s", diff)
	}
}
