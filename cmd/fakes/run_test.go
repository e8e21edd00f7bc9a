package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// started runs the fakes until the test ends, and returns where they are.
func started(t *testing.T, args ...string) place {
	t.Helper()
	stdin, hold := io.Pipe()
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), args, stdin, stdout, t.Output()) }()
	t.Cleanup(func() {
		hold.Close()
		if err := <-ended; err != nil {
			t.Errorf("the fakes ended with %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var p place
	if err := json.Unmarshal(line, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func call(t *testing.T, method, url, body string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Sandbox", "1")
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s %v", url, answer.Status, raw, err)
	}
	if into != nil {
		if err := json.NewDecoder(bytes.NewReader(raw)).Decode(into); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
	}
}

// slackSays calls Slack's Web API as the app, and returns its error or ts.
func slackSays(t *testing.T, p place, method, form string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.Slack+method, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.BotToken)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct{ Error, TS string }
	if answer.StatusCode != http.StatusOK {
		return answer.Status
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return said.Error + said.TS
}

// What is ordered happens, and ends when it is healed.
func TestControl_faults(t *testing.T) {
	t.Parallel()
	p := started(t, "-channels", "2", "-devices", "30")
	call(t, "POST", p.Control+"/fakes/fail/slack", `{"Method": "auth.test", "Status": 503}`, nil)
	if got := slackSays(t, p, "auth.test", ""); got != "503 Service Unavailable" {
		t.Errorf("with the fault, Slack says %q", got)
	}
	call(t, "POST", p.Control+"/fakes/heal", `{}`, nil)
	if got := slackSays(t, p, "auth.test", ""); got != "" {
		t.Errorf("healed, Slack says %q", got)
	}
	var l logs
	call(t, "GET", p.Control+"/fakes/logs", "", &l)
	if l.Troubles["slack: http_503"] != 1 || len(l.Devices) != 30 {
		t.Errorf("the logs have %v and %d devices", l.Troubles, len(l.Devices))
	}
}

// A card is found by its buttons, and what was deleted is kept in the logs.
func TestControl_cards(t *testing.T) {
	t.Parallel()
	p := started(t, "-channels", "2")
	const channel = "C0CHANNEL001"
	ts := slackSays(t, p, "chat.postMessage", "channel="+channel+"&text=R-1: reset&blocks="+
		`[{"type":"actions","elements":[{"type":"button","action_id":"approve","value":"1","text":{"type":"plain_text","text":"Approve"}}]}]`)
	var cards []card
	call(t, "GET", p.Control+"/fakes/cards?channel="+channel, "", &cards)
	if len(cards) != 1 || cards[0].TS != ts || cards[0].Value != "1" {
		t.Errorf("cards are %+v, want one with ts %s", cards, ts)
	}
	var s state
	call(t, "GET", p.Control+"/fakes/state", "", &s)
	if s.Open != 1 || s.Told != 1 {
		t.Errorf("state is %+v", s)
	}
	call(t, "POST", p.Control+"/fakes/delete", `{"Channel": "`+channel+`"}`, nil)
	var l logs
	call(t, "GET", p.Control+"/fakes/logs", "", &l)
	if len(l.Messages) != 0 || len(l.Deleted) != 1 || l.Deleted[0].Text != "R-1: reset" {
		t.Errorf("messages are %+v, deleted %+v", l.Messages, l.Deleted)
	}
}

// Nobody but whoever drives the fakes can order anything.
func TestControl_foreignPage(t *testing.T) {
	t.Parallel()
	p := started(t, "-channels", "1")
	answer, err := http.Post(p.Control+"/fakes/heal", "text/plain", strings.NewReader("{}")) //nolint:noctx // as a form would
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another origin gets %s", answer.Status)
	}
}
