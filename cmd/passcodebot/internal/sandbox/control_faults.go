package sandbox

import (
	"fmt"
	"net/http"
	"slices"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/graph/fakeintune"
)

// fault is something that goes wrong while it is switched on.
type fault struct {
	name, title, says string
	on                func(*World) (off func())
	// over says that it has ended by itself; nil for one that does not.
	over func(*World) bool
}

// lost is the fault of one reset whose answer does not arrive.
var lost = fakeintune.Fault{Path: "resetPasscode", Method: http.MethodPost, Times: 1, LoseAnswer: true}

// faults are all that a person can switch on.
func faults() []fault {
	return []fault{
		{
			name: "slack-away", title: "Slack is away",
			says: "No call reaches Slack, and its sockets are cut. What people do there fails, and what the bot has to say comes later.",
			on: func(w *World) func() {
				calls, sockets := w.Slack.Fail(fakeslack.Fault{Cut: true}), w.Slack.Fail(fakeslack.Fault{Method: "hello", Cut: true})
				w.Slack.CutSockets()
				return func() { calls(); sockets() }
			},
		},
		{
			name: "graph-throttles", title: "Graph throttles",
			says: "Graph refuses every call with 429. Requests wait, and go on by themselves.",
			on: func(w *World) func() {
				return w.Intune.Fail(fakeintune.Fault{Status: http.StatusTooManyRequests, RetryAfter: 2})
			},
		},
		{
			name: "device-offline", title: "Devices are offline",
			says: "No device checks in. Intune takes resets, and devices carry them out when they are back.",
			on: func(w *World) func() {
				w.Intune.SetOffline(true)
				return func() { w.Intune.SetOffline(false) }
			},
		},
		{
			name: "answer-lost", title: "An answer of Intune is lost",
			says: "The next reset happens, and the connection breaks before Intune's answer. The bot asks Intune what came of it, and does not send it again.",
			on:   func(w *World) func() { return w.Intune.Fail(lost) },
			over: func(w *World) bool { return !slices.Contains(w.Intune.Faults(), lost) },
		},
	}
}

// fault switches a fault on or off.
func (c *Control) fault(name string, on bool) error {
	all := faults()
	i := slices.IndexFunc(all, func(f fault) bool { return f.name == name })
	if i < 0 {
		return &approvals.Error{
			Kind: approvals.NotFound, Code: "fault-unknown",
			Text: fmt.Sprintf("There is no fault called %q.", name), Hint: "GET /sandbox/state names them.",
		}
	}
	c.acts.Lock()
	defer c.acts.Unlock()
	c.mu.Lock()
	defer c.world.news.changed()
	defer c.mu.Unlock()
	off, was := c.faults[name]
	if was && all[i].over != nil && all[i].over(c.world) {
		was = false
	}
	switch {
	case on && !was:
		c.faults[name] = all[i].on(c.world)
	case !on && was:
		off()
		delete(c.faults, name)
	}
	return nil
}

// shownFault is a fault and whether it is on.
type shownFault struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Says  string `json:"says"`
	On    bool   `json:"on"`
}

// shownFaults returns all faults. The lock is held.
func (c *Control) shownFaults() []shownFault {
	var shown []shownFault
	for _, f := range faults() {
		_, on := c.faults[f.name]
		shown = append(shown, shownFault{f.name, f.title, f.says, on && (f.over == nil || !f.over(c.world))})
	}
	return shown
}
