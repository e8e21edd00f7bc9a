package fakeslack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"passcodebot/bot/fakeslack"
)

const (
	bot       = "U0PASSBOT"
	rita      = "U0RITA"
	anna      = "U0ANNA"
	ben       = "U0BEN"
	nora      = "U0NORA"
	gina      = "U0GINA"
	incidents = "C0INCIDENTS"
	random    = "C0RANDOM"
	security  = "C0SECURITY"
)

// app is the app's side: a plain HTTP client with the tokens.
type app struct {
	*fakeslack.Server
	t      *testing.T
	config fakeslack.Config
	client *http.Client
	token  string
}

// start starts the sample workspace, without a pause between posts.
func start(t *testing.T, edits ...func(*fakeslack.Config)) *app {
	t.Helper()
	c := fakeslack.SampleWorkspace()
	c.PostEvery = -1
	for _, edit := range edits {
		edit(&c)
	}
	s, err := fakeslack.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{Server: s, t: t, config: c, client: &http.Client{Transport: &http.Transport{}}, token: c.App.BotToken}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		a.client.CloseIdleConnections()
	})
	return a
}

// with returns the app with another token.
func (a *app) with(token string) *app {
	b := *a
	b.token = token
	return &b
}

type reply struct {
	status int
	header http.Header
	body   map[string]any
	err    error
}

// code is Slack's error.
func (r reply) code() string {
	code, _ := r.body["error"].(string)
	return code
}

func (r reply) text(keys ...string) string {
	s, _ := r.at(keys...).(string)
	return s
}

func (r reply) at(keys ...string) any {
	var v any = r.body
	for _, k := range keys {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

// call calls a method with a form; pairs are names and values.
func (a *app) call(method string, pairs ...string) reply {
	a.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, a.URL()+method, strings.NewReader(form.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	return a.do(r)
}

func (a *app) do(r *http.Request) reply {
	a.t.Helper()
	answer, err := a.client.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	out := reply{status: answer.StatusCode, header: answer.Header, err: err}
	if json.Unmarshal(raw, &out.body) != nil {
		out.body = map[string]any{"raw": string(raw)}
	}
	return out
}

// must calls a method that has to succeed.
func (a *app) must(method string, pairs ...string) reply {
	a.t.Helper()
	r := a.call(method, pairs...)
	if r.err != nil || r.body["ok"] != true {
		a.t.Fatalf("%s %v: %v %v", method, pairs, r.err, r.body)
	}
	return r
}

// refused calls a method that has to fail.
func (a *app) refused(want, method string, pairs ...string) reply {
	a.t.Helper()
	r := a.call(method, pairs...)
	if r.code() != want {
		a.t.Errorf("%s %v: error %q, want %q (%v)", method, pairs, r.code(), want, r.body)
	}
	return r
}

// post sends JSON to an address that is no method.
func (a *app) post(address, body string) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return a.do(r)
}

func (a *app) await(why string, cond func() bool) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(a.t.Context(), 20*time.Second)
	defer cancel()
	if err := a.Wait(ctx, cond); err != nil {
		a.t.Fatalf("waiting until %s: %v", why, err)
	}
}

// link is one socket of the app.
type link struct {
	a     *app
	conn  *websocket.Conn
	hello map[string]any
}

// dial opens a socket and reads its first frame.
func (a *app) dial() *link {
	a.t.Helper()
	r := a.with(a.config.App.AppToken).must("apps.connections.open")
	l := &link{a: a, conn: a.join(r.text("url"))}
	l.hello = l.frame()
	return l
}

func (a *app) join(address string) *websocket.Conn {
	a.t.Helper()
	conn, answer, err := websocket.Dial(a.t.Context(), address, &websocket.DialOptions{
		HTTPClient: a.client,
		HTTPHeader: http.Header{"Origin": {"https://api.slack.com"}}, // as some clients do
	})
	if err != nil {
		a.t.Fatal(err)
	}
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	a.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}

// frame reads the next frame.
func (l *link) frame() map[string]any {
	l.a.t.Helper()
	_, raw, err := l.conn.Read(l.a.t.Context())
	if err != nil {
		l.a.t.Fatalf("read a frame: %v", err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		l.a.t.Fatalf("frame %q: %v", raw, err)
	}
	return out
}

// ended reads until the socket is closed.
func (l *link) ended() {
	l.a.t.Helper()
	if _, raw, err := l.conn.Read(l.a.t.Context()); err == nil {
		l.a.t.Fatalf("the socket is open and brought %s", raw)
	}
}

func (l *link) write(raw string) {
	l.a.t.Helper()
	if err := l.conn.Write(l.a.t.Context(), websocket.MessageText, []byte(raw)); err != nil {
		l.a.t.Fatal(err)
	}
}

// ack acknowledges an envelope; an empty payload sends none.
func (l *link) ack(envelope map[string]any, payload string) {
	l.a.t.Helper()
	id, _ := envelope["envelope_id"].(string)
	if payload == "" {
		payload = "null"
	}
	l.write(`{"envelope_id":"` + id + `","payload":` + payload + `}`)
}

// serve acknowledges every envelope until the socket ends.
func (l *link) serve(payload string) {
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			_, raw, err := l.conn.Read(context.Background())
			if err != nil {
				return
			}
			var e struct {
				ID string `json:"envelope_id"`
			}
			if json.Unmarshal(raw, &e) != nil || e.ID == "" {
				continue
			}
			ack := `{"envelope_id":"` + e.ID + `","payload":` + payload + `}`
			if l.conn.Write(context.Background(), websocket.MessageText, []byte(ack)) != nil {
				return
			}
		}
	})
	l.a.t.Cleanup(func() {
		_ = l.conn.CloseNow()
		serving.Wait()
	})
}

// acting runs what a person does, and returns what waits for its end.
func acting[T any](do func() (T, error)) func() (T, error) {
	var out T
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		out, err = do()
	}()
	return func() (T, error) {
		<-done
		return out, err
	}
}

// command types a command in the background.
func (a *app) command(as, channel, text string) func() (fakeslack.Seen, error) {
	return acting(func() (fakeslack.Seen, error) { return a.Command(a.t.Context(), as, channel, text) })
}

func compact(raw []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

// clock is a clock that the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func (c *clock) in(config *fakeslack.Config) { config.Now = c.now }
