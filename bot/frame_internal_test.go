package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"passcodebot/approvals"
)

// wire is the other end of a receiver's sockets, which sends what it is told.
type wire struct {
	conns chan *websocket.Conn // each socket that was opened
	acks  chan string          // the envelopes that were acknowledged
	conn  *websocket.Conn
	n     int
}

func newWire() (*wire, http.Handler) {
	w := &wire{conns: make(chan *websocket.Conn, 16), acks: make(chan string, 1024)}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/apps.connections.open") {
			_, _ = fmt.Fprintf(rw, `{"ok":true,"url":"ws://%s/link"}`, r.Host)
			return
		}
		_, _ = io.WriteString(rw, `{"ok":false,"error":"user_not_found"}`)
	})
	mux.HandleFunc("/link", func(rw http.ResponseWriter, r *http.Request) {
		up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }} // slack-go names Slack
		conn, err := up.Upgrade(rw, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}`))
		w.conns <- conn
		for {
			_, raw, err := conn.ReadMessage()
			if err != nil {
				return
			}
			var ack struct {
				ID string `json:"envelope_id"`
			}
			if json.Unmarshal(raw, &ack) == nil {
				select {
				case w.acks <- ack.ID:
				default:
				}
			}
		}
	})
	return w, mux
}

// send sends a frame, and returns once what was sent after it is
// acknowledged, on this socket or the next one.
func (w *wire) send(frame []byte) error {
	if w.conn == nil {
		w.conn = <-w.conns
	}
	_ = w.conn.WriteMessage(websocket.TextMessage, frame)
	over := time.After(20 * time.Second)
	for {
		w.n++
		id := fmt.Sprint("sentinel-", w.n)
		_ = w.conn.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"type":"events_api","envelope_id":%q,"payload":{"type":"event_callback","event":{"type":"app_mention"}}}`, id))
		for acked := false; !acked; {
			select {
			case ack := <-w.acks:
				if acked = ack == id; acked {
					return nil
				}
				continue
			case w.conn = <-w.conns:
			case <-over:
				return errors.New("nothing is acknowledged any more")
			}
			break
		}
	}
}

// alarm is a log that keeps what says that something panicked.
type alarm struct {
	mu   sync.Mutex
	said []string
}

func (a *alarm) Write(p []byte) (int, error) {
	if strings.Contains(string(p), "panicked") {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.said = append(a.said, string(p))
	}
	return len(p), nil
}

type deadNetwork struct{}

func (deadNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("there is no network")
}

// Whatever frame comes through a socket, slack-go and what is behind it read
// it or drop it, and what comes after it is acknowledged.
func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"type":"interactive","envelope_id":"e","payload":` + goodClick + `}`))
	f.Add([]byte(`{"type":"slash_commands","envelope_id":"e","payload":{"text":"list","api_app_id":"A1","team_id":"T1"}}`))
	f.Add([]byte(`{"type":"events_api","envelope_id":"e","payload":{}}`))
	f.Add([]byte(`{"type":"interactive","envelope_id":"e","payload":"what?"}`))
	f.Add([]byte(`{"type":"hello","num_connections":3}`))
	f.Add([]byte(`{"type":"disconnect","reason":"refresh_requested"}`))
	f.Add([]byte(`{"type":"never_heard_of","envelope_id":"e","payload":{}}`))
	f.Add([]byte(`not json`))
	w, handler := newWire()
	server := httptest.NewServer(handler)
	api, err := NewAPI("xoxb-fuzz", "xapp-fuzz", server.URL+"/api/", nil)
	if err != nil {
		f.Fatal(err)
	}
	said := &alarm{}
	s := &locked{}
	b, err := New(Config{
		API: api, Acts: s, Requests: s, Outbox: s, Home: approvals.Home{Team: "T1"}, Transport: deadNetwork{},
		Logger: slog.New(slog.NewTextHandler(said, nil)), OpenPause: time.Millisecond,
	})
	if err != nil {
		f.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Receive(ctx) }()
	f.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			f.Error(err)
		}
		server.CloseClientConnections()
		server.Close()
	})
	f.Fuzz(func(t *testing.T, frame []byte) {
		if err := w.send(frame); err != nil {
			t.Fatal(err)
		}
		said.mu.Lock()
		defer said.mu.Unlock()
		if len(said.said) > 0 {
			t.Fatal(said.said[0])
		}
	})
}

// locked is somebody for many goroutines: it keeps nothing.
type locked struct{ somebody }

func (l *locked) Decide(context.Context, approvals.ID, approvals.Actor, bool, string) (approvals.Request, error) {
	return approvals.Request{}, nil
}

func (l *locked) Cancel(context.Context, approvals.ID, approvals.Actor) (approvals.Request, error) {
	return approvals.Request{}, nil
}

func (l *locked) Sign(context.Context, approvals.ID, approvals.Actor, string) (approvals.Request, error) {
	return approvals.Request{}, nil
}
