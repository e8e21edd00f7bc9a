package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

// control is what can be done to the fakes besides what they offer themselves,
// below /slack/ (command, click, say) and /fleet/ (devices, faults, logs):
//
//	POST /fakes/fail/slack   a Fault of fakeslack, until it is healed
//	POST /fakes/heal         no fault any more, on either side
//	POST /fakes/disconnect   {"reason"}: a disconnect frame; the socket is cut without one
//	POST /fakes/delete       {"channel"}: somebody deletes the app's newest message there
//	GET  /fakes/cards        ?channel=: messages there that have buttons
//	GET  /fakes/state        how many sockets are open, how much has been said
//	GET  /fakes/logs         all that happened
type control struct {
	slack  *fakeslack.Server
	intune *fakeintune.Server
	space  fakeslack.Config

	mu      sync.Mutex
	faults  []func()
	deleted []fakeslack.Message
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /fakes/fail/slack", does(func(f fakeslack.Fault) { c.remember(c.slack.Fail(f)) }))
	mux.HandleFunc("POST /fakes/heal", does(func(struct{}) { c.heal() }))
	mux.HandleFunc("POST /fakes/disconnect", does(func(a struct{ Reason string }) {
		if a.Reason == "" {
			c.slack.CutSockets()
			return
		}
		c.slack.Disconnect(a.Reason)
	}))
	mux.HandleFunc("POST /fakes/delete", does(func(a struct{ Channel string }) { c.remove(a.Channel) }))
	mux.HandleFunc("GET /fakes/cards", func(w http.ResponseWriter, r *http.Request) { answer(w, c.cards(r.URL.Query().Get("channel"))) })
	mux.HandleFunc("GET /fakes/state", func(w http.ResponseWriter, _ *http.Request) { answer(w, c.state()) })
	mux.HandleFunc("GET /fakes/logs", func(w http.ResponseWriter, _ *http.Request) { answer(w, c.logs()) })
	return mux
}

// does reads what is to be done, and does it.
func does[T any](do func(T)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var act T
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&act); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		do(act)
		answer(w, struct{}{})
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // whoever asked may have gone
}

func (c *control) remember(remove func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, remove)
}

func (c *control) heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, remove := range c.faults {
		remove()
	}
	c.faults = nil
	c.intune.Heal()
}

// remove deletes the app's newest message of a channel and keeps what it was:
// Slack itself forgets it.
func (c *control) remove(channel string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range slices.Backward(c.slack.Messages("", channel, "")) {
		if m.User == c.space.App.BotUser && !m.Ephemeral && !m.Deleted {
			c.deleted = append(c.deleted, m)
			c.slack.DeleteMessage(channel, m.TS)
			return
		}
	}
}

// places lists every channel and every direct conversation.
func (c *control) places() []string {
	var ids []string
	for _, ch := range c.space.Channels {
		ids = append(ids, ch.ID)
	}
	for _, p := range c.space.People {
		if id := c.slack.DirectChannel(p.ID); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// card is a message with buttons.
type card struct {
	Channel string
	TS      string
	Value   string   // of its buttons
	Actions []string // their action ids
}

func (c *control) cards(channel string) []card {
	found := []card{}
	for _, m := range c.slack.Messages("", channel, "") {
		var blocks []struct {
			Elements []struct {
				Type     string `json:"type"`
				ActionID string `json:"action_id"`
				Value    string `json:"value"`
			} `json:"elements"`
		}
		if m.Ephemeral || json.Unmarshal(m.Blocks, &blocks) != nil {
			continue
		}
		k := card{Channel: channel, TS: m.TS}
		for _, b := range blocks {
			for _, e := range b.Elements {
				if e.Type == "button" {
					k.Value = e.Value
					k.Actions = append(k.Actions, e.ActionID)
				}
			}
		}
		if len(k.Actions) > 0 {
			found = append(found, k)
		}
	}
	return found
}

// state is a short look at how things stand.
type state struct {
	Sockets int
	Told    int // how often the app posted or changed a message
	Open    int // how many cards wait for people or for Intune
}

func (c *control) state() state {
	s := state{Sockets: c.slack.Sockets()}
	for _, call := range c.slack.Calls() {
		if strings.HasPrefix(call.Method, "chat.") || call.Method == "response_url" {
			s.Told++
		}
	}
	for _, id := range c.places() {
		for _, m := range c.slack.Messages("", id, "") {
			head, _, _ := strings.Cut(m.Text, "\n")
			if m.ThreadTS == "" && !m.Ephemeral && (buttons.Match(m.Blocks) || strings.HasSuffix(head, "under way")) {
				s.Open++
			}
		}
	}
	return s
}

var buttons = regexp.MustCompile(`"type":"button"`)

// logs is all that happened, as the fakes saw it.
type logs struct {
	Envelopes []fakeslack.Envelope
	Messages  []fakeslack.Message // as they are now
	Deleted   []fakeslack.Message // as they were
	Directs   map[string]string   // with whom a direct conversation of the app is
	Posts     []fakeintune.Post
	Admin     []fakeintune.Audit // resets that somebody began in the admin center
	Devices   []fakeintune.Device
	Troubles  map[string]int // calls that went wrong, by side and kind
}

func (c *control) logs() logs {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := logs{
		Envelopes: c.slack.Envelopes(), Deleted: c.deleted, Posts: c.intune.Posts(), Admin: c.admin(),
		Devices: c.intune.Devices(), Troubles: c.troubles(), Directs: map[string]string{},
	}
	for _, p := range c.space.People {
		l.Directs[c.slack.DirectChannel(p.ID)] = p.ID
	}
	for _, id := range c.places() {
		for _, m := range c.slack.Messages("", id, "") {
			l.Messages = append(l.Messages, m)
			if m.Replies == 0 {
				continue
			}
			for _, reply := range c.slack.Messages("", id, m.TS) {
				if reply.TS != m.TS {
					l.Messages = append(l.Messages, reply)
				}
			}
		}
	}
	return l
}

// admin is which resets people began in the admin center.
func (c *control) admin() []fakeintune.Audit {
	return slices.DeleteFunc(c.intune.Audits(), func(a fakeintune.Audit) bool { return !strings.Contains(a.By, "@") })
}

// troubles counts what went wrong on purpose, and what the limits refused.
func (c *control) troubles() map[string]int {
	n := map[string]int{}
	for _, call := range c.slack.Calls() {
		switch {
		case call.Error == "" && call.Lost:
			n["slack: answer lost"]++
		case call.Error != "":
			n["slack: "+call.Error]++
		}
	}
	for _, e := range c.slack.Envelopes() {
		if e.Dropped != "" {
			n["slack: acknowledgement "+e.Dropped]++
		}
	}
	for _, p := range c.intune.Posts() {
		if p.Took && p.Status == 0 {
			n["intune: answer lost of a reset"]++
		}
	}
	for _, call := range c.intune.Calls() {
		switch {
		case call.Status == 0:
			n["intune: cut"]++
		case call.Status == http.StatusTooManyRequests || call.Status >= http.StatusInternalServerError:
			n["intune: "+http.StatusText(call.Status)]++
		}
	}
	return n
}
