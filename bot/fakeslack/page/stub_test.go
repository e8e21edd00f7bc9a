package page_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/bot/fakeslack/page"
)

type object = map[string]any

// start is when the stub's conversations happen; the page's now is later.
var start = time.Now().Add(-time.Hour).Truncate(time.Second)

// stub answers the page's JSON from what a test has put there.
type stub struct {
	t   *testing.T
	url string
	// cut breaks every connection of the page; stop takes no new ones either.
	// Chromium logs that.
	cut, stop func()
	wasCut    atomic.Bool

	mu        sync.Mutex
	rev       int
	changed   chan struct{} // closed by the next change
	arrived   chan struct{} // closed by the next post
	people    []object
	groups    []object
	channels  []object
	messages  []object // with "channel", "thread_ts", and "to" where one person alone sees it
	devices   []object
	posts     []object
	views     map[string][]object // open modals, by person
	homes     map[string]object   // App Homes, by person
	refused   []object
	shortcuts []object
	sandbox   object // /sandbox/state, or nil where there is none
	audit     object // /sandbox/audit
	connected int
	sent      []object            // what the page posted, with its "path"
	answer    func(object) object // to a post; nil answers that all is well
	streams   map[string]int      // open event streams, by path
	closing   chan struct{}       // closed at the end
	last      int                 // the number in the last timestamp
}

// serve starts a stub with two people who may act, one who may not, a guest
// and the bot.
func serve(t *testing.T) *stub {
	t.Helper()
	s := &stub{
		t: t, connected: 1, changed: make(chan struct{}), arrived: make(chan struct{}), closing: make(chan struct{}), streams: map[string]int{},
		people: []object{
			{"id": "U1", "name": "rita", "real_name": "Rita Okafor", "title": "Help desk", "tz": "Europe/Berlin"},
			{"id": "U2", "name": "anna", "real_name": "Anna Lindqvist", "title": "On call", "tz": "America/New_York"},
			{"id": "U3", "name": "nora", "real_name": "Nora Haddad", "title": "Finance", "tz": "Asia/Tokyo"},
			{"id": "U4", "name": "gina", "real_name": "Gina Rossi", "title": "Consultant", "tz": "UTC", "guest": true},
			{"id": "UBOT", "name": "passcodebot", "real_name": "passcodebot", "bot": true},
		},
		groups: []object{{"id": "S1", "handle": "on-call", "members": []string{"U1", "U2"}}},
		channels: []object{
			{"id": "C1", "name": "help-desk", "topic": "Phones and laptops", "member": true},
			{"id": "C2", "name": "random", "member": true},
			{"id": "C3", "name": "security", "private": true, "member": true, "only": []string{"U1", "U2"}},
			{"id": "D1", "name": "passcodebot", "dm": true, "member": true, "only": []string{"U1"}},
		},
		devices: []object{
			{
				"id": "0aaaaaaa-0000-4000-8000-000000000001", "name": "Alice's Pixel", "manufacturer": "Google", "model": "Pixel 8",
				"serial": "SN1", "os": "Android", "os_version": "15", "enrollment": "androidEnterpriseFullyManaged", "ownership": "company",
				"management_state": "managed", "owner": "alice@contoso.com", "last_check_in": start.Format(time.RFC3339),
				"reset": object{"state": "none"},
			},
			{
				"id": "0aaaaaaa-0000-4000-8000-000000000002", "name": "Bob's Galaxy", "manufacturer": "samsung", "model": "SM-S911B",
				"serial": "SN2", "os": "AndroidForWork", "os_version": "14", "enrollment": "userEnrollment", "ownership": "personal",
				"management_state": "managed", "owner": "bob@contoso.com", "last_check_in": "0001-01-01T00:00:00Z", "offline": true,
				"reset": object{"state": "pending"},
			},
		},
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(page.Files))
	mux.HandleFunc("GET /slack/state", s.state)
	mux.HandleFunc("GET /slack/messages", s.list)
	mux.HandleFunc("GET /slack/changes", s.changes)
	mux.HandleFunc("GET /fleet/changes", s.changes)
	mux.HandleFunc("GET /fleet/devices", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		write(w, object{"rev": s.rev, "devices": s.devices, "posts": s.posts})
	})
	s.serveSurfaces(mux)
	mux.HandleFunc("POST /", s.take)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		close(s.closing)
		server.Close()
	})
	s.url = server.URL
	s.cut = func() {
		s.wasCut.Store(true)
		server.CloseClientConnections()
	}
	s.stop = func() {
		s.wasCut.Store(true)
		if err := server.Listener.Close(); err != nil {
			t.Error(err)
		}
		server.CloseClientConnections()
	}
	return s
}

// edit changes what the stub answers, and tells the page.
func (s *stub) edit(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.rev++
	close(s.changed)
	s.changed = make(chan struct{})
}

// say adds a message and gives back its timestamp.
func (s *stub) say(m object) string {
	var ts string
	s.edit(func() {
		s.last++
		ts = fmt.Sprintf("%d.%06d", start.Unix()+int64(s.last), s.last)
		m["ts"] = ts
		s.messages = append(s.messages, m)
	})
	return ts
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the page may be gone
}

func (s *stub) state(w http.ResponseWriter, r *http.Request) {
	as := r.URL.Query().Get("as")
	s.mu.Lock()
	defer s.mu.Unlock()
	channels := []object{}
	for _, c := range s.channels {
		if only, _ := c["only"].([]string); only != nil && !slices.Contains(only, as) {
			continue
		}
		c["last_ts"] = ""
		for _, m := range s.seen(as, c["id"], "") {
			c["last_ts"] = m["ts"]
		}
		channels = append(channels, c)
	}
	var now any // the real time
	if s.sandbox != nil {
		now = s.sandbox["now"]
	}
	write(w, object{
		"now": now, "rev": s.rev, "team": object{"id": "T1", "name": "Contoso"}, "me": as, "people": s.people, "groups": s.groups, "channels": channels,
		"commands":  []object{{"name": "/reset-passcode", "hint": "<devices> reason: <why>", "description": "Reset the passcode of Android devices"}},
		"connected": s.connected, "shortcuts": s.shortcuts, "home": s.homes != nil,
	})
}

// seen is what a person sees in a channel or a thread.
func (s *stub) seen(as string, channel, thread any) []object {
	out := []object{}
	for _, m := range s.messages {
		in, _ := m["thread_ts"].(string)
		if m["channel"] != channel || m["to"] != nil && m["to"] != as || in != thread && (thread == "" || m["ts"] != thread) {
			continue
		}
		out = append(out, m)
	}
	return out
}

func (s *stub) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	messages := []object{}
	for _, m := range s.seen(q.Get("as"), q.Get("channel"), q.Get("thread")) {
		shown := object{"ephemeral": m["to"] != nil}
		for k, v := range m {
			shown[k] = v
		}
		replies := 0
		for _, other := range s.messages {
			if other["thread_ts"] == m["ts"] {
				replies++
				shown["last_reply"] = other["ts"]
			}
		}
		shown["replies"] = replies
		messages = append(messages, shown)
	}
	write(w, object{"rev": s.rev, "messages": messages})
}

func (s *stub) changes(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	count := func(by int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.streams[path] += by
	}
	count(1)
	defer count(-1)
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s.mu.Lock()
		rev, changed := s.rev, s.changed
		s.mu.Unlock()
		if _, err := fmt.Fprintf(w, "data: {\"rev\":%d}\n\n", rev); err != nil {
			return
		}
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
	}
}

// take takes what the page posts, as strictly as the sandbox does.
func (s *stub) take(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Sandbox") != "1" || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "only the sandbox page can do that", http.StatusForbidden)
		return
	}
	var body object
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	body["path"] = r.URL.Path
	s.mu.Lock()
	s.sent = append(s.sent, body)
	close(s.arrived)
	s.arrived = make(chan struct{})
	answer := s.answer
	s.mu.Unlock()
	if answer == nil {
		write(w, object{"error": ""})
		return
	}
	write(w, answer(body))
}

// wantPosted waits for as many posts as are wanted, and compares them all.
func (s *stub) wantPosted(want ...object) {
	s.t.Helper()
	late := time.After(10 * time.Second)
	for {
		s.mu.Lock()
		got, arrived := slices.Clone(s.sent), s.arrived
		s.mu.Unlock()
		if len(got) < len(want) {
			select {
			case <-arrived:
				continue
			case <-late:
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			s.t.Errorf("posted (-want +got):\n%s", diff)
		}
		return
	}
}

func mrkdwn(text string) object { return object{"type": "mrkdwn", "text": text} }
func plain(text string) object  { return object{"type": "plain_text", "text": text} }

// card is a message as the bot posts one, with a button that asks first and
// one that does not.
func card() object {
	return object{"channel": "C1", "user": "UBOT", "text": "R-1: reset 2 passcodes?", "blocks": []object{
		{"type": "header", "text": plain("R-1: reset 2 passcodes?")},
		{"type": "section", "text": mrkdwn("*Asked by* <@U1>")},
		{"type": "actions", "block_id": "decide", "elements": []object{
			{"type": "button", "action_id": "approve", "style": "primary", "text": plain("Approve"), "value": "1", "confirm": object{
				"title": plain("Reset 2 passcodes?"), "text": plain("It cannot be undone."), "confirm": plain("Approve for 2 devices"), "deny": plain("Not yet"),
			}},
			{"type": "button", "action_id": "cancel", "text": plain("Cancel"), "value": "1"},
		}},
	}}
}
