package fakeslack_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// program is an app that is written with slack-go, over a real WebSocket.
type program struct {
	*slack.Client
	t  *testing.T
	mu sync.Mutex
	// answers is what goes with the acknowledgement of a kind of payload.
	answers map[string]func(slack.InteractionCallback) any
	got     []slack.InteractionCallback
}

// program connects an app, which acknowledges whatever comes.
func (a *app) program() *program {
	a.t.Helper()
	client := slack.New(a.config.App.BotToken, slack.OptionAppLevelToken(a.config.App.AppToken),
		slack.OptionAPIURL(a.URL()), slack.OptionHTTPClient(a.client))
	p := &program{Client: client, t: a.t, answers: map[string]func(slack.InteractionCallback) any{}}
	socket := socketmode.New(client)
	ctx, cancel := context.WithCancel(context.Background())
	var parts sync.WaitGroup
	parts.Go(func() { _ = socket.RunContext(ctx) }) // ends with the test
	parts.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-socket.Events:
				if e.Request != nil && e.Type != socketmode.EventTypeHello {
					if err := socket.Ack(*e.Request, p.answer(e)); err != nil {
						a.t.Errorf("ack: %v", err)
					}
				}
			}
		}
	})
	a.t.Cleanup(func() { cancel(); parts.Wait() })
	a.await("the app is connected", func() bool { return a.Sockets() == 1 })
	return p
}

func (p *program) answer(e socketmode.Event) any {
	callback, ok := e.Data.(slack.InteractionCallback)
	if !ok {
		return nil
	}
	p.mu.Lock()
	p.got = append(p.got, callback)
	answer := p.answers[string(callback.Type)]
	p.mu.Unlock()
	if answer == nil {
		return nil
	}
	return answer(callback)
}

// on says what goes with the acknowledgement of a kind of payload.
func (p *program) on(kind string, answer func(slack.InteractionCallback) any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[kind] = answer
}

// last is the last payload of interactivity, as slack-go read it.
func (p *program) last() slack.InteractionCallback {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.got) == 0 {
		p.t.Fatal("nothing came")
	}
	return p.got[len(p.got)-1]
}

// open opens a modal as the person's shortcut does.
func (p *program) open(a *app, as, view string) string {
	a.t.Helper()
	if _, err := a.Shortcut(a.t.Context(), as, "reset_passcode"); err != nil {
		a.t.Fatal(err)
	}
	return a.must("views.open", "trigger_id", p.last().TriggerID, "view", view).text("view", "id")
}

// modal is a modal of blocks, with a submit button and more fields.
func modal(blocks, more string) string {
	return `{"type":"modal","callback_id":"form","title":` + plain("Form") + `,"submit":` + plain("Send") + more + `,"blocks":[` + blocks + `]}`
}

// input is an input block of an element.
func input(block, element, more string) string {
	return `{"type":"input","block_id":"` + block + `","label":` + plain("Label") + more + `,"element":` + element + `}`
}

// typing is a text field.
func typing(action, more string) string {
	return `{"type":"plain_text_input","action_id":"` + action + `"` + more + `}`
}

// choices is options with the values given.
func choices(values ...string) string {
	out := ""
	for i, v := range values {
		if i > 0 {
			out += ","
		}
		out += choice(v)
	}
	return "[" + out + "]"
}

func choice(value string) string {
	return `{"text":` + plain("Option "+value) + `,"value":"` + value + `"}`
}

// payload is the payload of the last envelope.
func (a *app) payload() map[string]any {
	a.t.Helper()
	all := a.Envelopes()
	if len(all) == 0 {
		a.t.Fatal("no envelope was sent")
	}
	var out map[string]any
	if err := json.Unmarshal(all[len(all)-1].Payload, &out); err != nil {
		a.t.Fatal(err)
	}
	return out
}

// state is state.values of a view, as Slack would send it now.
func state(t *testing.T, raw json.RawMessage) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// without returns a map without some keys, which must be there.
func without(t *testing.T, from map[string]any, keys ...string) map[string]any {
	t.Helper()
	for _, k := range keys {
		if from[k] == nil || from[k] == "" {
			t.Errorf("no %s in %v", k, from)
		}
		delete(from, k)
	}
	return from
}
