package fakeslack_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// page serves the sandbox page for a test.
func (a *app) page() *httptest.Server {
	fleet := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("fleet " + r.URL.Path)) // the test sees what is missing
	})
	s := httptest.NewServer(a.Page(map[string]http.Handler{"/fleet/": fleet}))
	a.t.Cleanup(s.Close)
	return s
}

func (a *app) get(address string) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.do(r)
}

func (a *app) send(address, body string) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Sandbox", "1")
	return a.do(r)
}

func TestPage_keepsToItself(t *testing.T) {
	t.Parallel()
	a := start(t)
	s := a.page()
	index := a.get(s.URL + "/")
	if index.status != http.StatusOK || !strings.Contains(index.text("raw"), "<html") {
		t.Errorf("index: %d", index.status)
	}
	if got := index.header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'self'") {
		t.Errorf("Content-Security-Policy = %q", got)
	}
	if got := a.get(s.URL + "/fleet/devices").text("raw"); got != "fleet /fleet/devices" {
		t.Errorf("mount: %q", got)
	}
	say := `{"as":"U0RITA","channel":"C0INCIDENTS","text":"x"}`
	if got := a.post(s.URL+"/slack/say", say).status; got != http.StatusForbidden {
		t.Errorf("a POST without X-Sandbox: %d", got)
	}
	if got := a.post(s.URL+"/fleet/device", say).status; got != http.StatusForbidden {
		t.Errorf("a POST to a mount without X-Sandbox: %d", got)
	}
	foreign, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/slack/state?as=U0RITA", nil)
	if err != nil {
		t.Fatal(err)
	}
	foreign.Host = "sandbox.example:80"
	if got := a.do(foreign).status; got != http.StatusMisdirectedRequest {
		t.Errorf("another host's name: %d", got)
	}
	if got := a.send(s.URL+"/slack/say", "{").status; got != http.StatusBadRequest {
		t.Errorf("broken JSON: %d", got)
	}
	if got := a.Messages("", incidents, ""); got != nil {
		t.Errorf("said: %+v", got)
	}
}

func TestPage_state(t *testing.T) {
	t.Parallel()
	a := start(t)
	s := a.page()
	a.dial()
	ts := a.must("chat.postMessage", "channel", rita, "text", "hello").text("ts")
	names := func(as string) []string {
		t.Helper()
		list, _ := a.get(s.URL + "/slack/state?as=" + as).at("channels").([]any)
		var out []string
		for _, c := range list {
			channel, _ := c.(map[string]any)
			name, _ := channel["name"].(string)
			if channel["member"] != true {
				name = "(" + name + ")"
			}
			out = append(out, name)
		}
		return out
	}
	if diff := cmp.Diff([]string{"incidents", "help-desk", "random", "security-ops", "passcodebot"}, names(rita)); diff != "" {
		t.Errorf("rita (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"incidents"}, names(gina)); diff != "" {
		t.Errorf("gina (-want +got):\n%s", diff)
	}
	r := a.get(s.URL + "/slack/state?as=" + rita)
	channels, _ := r.at("channels").([]any)
	dm, _ := channels[4].(map[string]any)
	if dm["dm"] != true || dm["last_ts"] != ts {
		t.Errorf("dm = %v", dm)
	}
	want := []any{map[string]any{
		"name": "/reset-passcode", "hint": "<devices> reason: <why>",
		"description": "Reset the passcode of Android devices, with a second person's approval",
	}}
	if diff := cmp.Diff(want, r.at("commands")); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	got := []any{r.at("me"), r.at("connected"), r.at("team", "name")}
	if diff := cmp.Diff([]any{rita, 1.0, "Contoso"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPage_acts(t *testing.T) {
	t.Parallel()
	a := start(t)
	s := a.page()
	a.dial().serve(`{"text":"understood"}`)
	acted := func(path, body, want string) {
		t.Helper()
		if r := a.send(s.URL+"/slack/"+path, body); r.status != http.StatusOK || r.code() != want {
			t.Errorf("%s %s: %d %v, want %q", path, body, r.status, r.body, want)
		}
	}
	ts := a.must("chat.postMessage", "channel", incidents, "text", "card", "blocks", buttons).text("ts")
	acted("command", `{"as":"U0RITA","channel":"C0INCIDENTS","text":"/reset-passcode help"}`, "")
	acted("command", `{"as":"U0RITA","channel":"C0INCIDENTS","text":"/shout"}`, "not a command")
	acted("command", `{"as":"U0NORA","channel":"C0SECURITY","text":"/reset-passcode help"}`, "nora can't see C0SECURITY")
	acted("click", `{"as":"U0ANNA","channel":"C0INCIDENTS","ts":"`+ts+`","block_id":"acts","action_id":"approve"}`, "")
	acted("click", `{"as":"U0ANNA","channel":"C0INCIDENTS","ts":"`+ts+`","block_id":"none","action_id":"approve"}`, `message `+ts+` has no button "approve"`)
	acted("say", `{"as":"U0ANNA","channel":"C0INCIDENTS","thread_ts":"`+ts+`","text":"<@U0BEN> look"}`, "")

	list := messages(a.get(s.URL + "/slack/messages?as=U0RITA&channel=C0INCIDENTS"))
	var got []any
	for _, m := range list {
		got = append(got, []any{m["user"], m["text"], m["ephemeral"], m["replies"]})
	}
	want := []any{
		[]any{bot, "card", false, 1.0},
		[]any{bot, "understood", true, 0.0},
	}
	if len(got) != 3 {
		t.Fatalf("messages = %v", got)
	}
	if diff := cmp.Diff(want, got[:2]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	thread := textsOf(a.get(s.URL + "/slack/messages?as=U0RITA&channel=C0INCIDENTS&thread=" + ts))
	if diff := cmp.Diff([]string{"card", "<@U0BEN> look"}, thread); diff != "" {
		t.Errorf("thread (-want +got):\n%s", diff)
	}
	if got := messages(a.get(s.URL + "/slack/messages?as=U0NORA&channel=C0SECURITY")); len(got) != 0 {
		t.Errorf("nora sees %v", got)
	}
}

func TestPage_streamsChanges(t *testing.T) {
	t.Parallel()
	a := start(t)
	s := a.page()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/slack/changes?since=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := a.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	if got := stream.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("Content-Type = %q", got)
	}
	lines := bufio.NewScanner(stream.Body)
	last := 0.0
	for range 3 {
		a.must("chat.postMessage", "channel", incidents, "text", "x")
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var event struct {
				Rev float64 `json:"rev"`
			}
			if err := json.Unmarshal([]byte(data), &event); err != nil || event.Rev <= last {
				t.Fatalf("event %q after %v: %v", data, last, err)
			}
			last = event.Rev
			break
		}
	}
	if err := a.Close(); err != nil { // ends the stream
		t.Error(err)
	}
	for lines.Scan() {
		continue
	}
}
