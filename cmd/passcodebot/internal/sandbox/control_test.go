package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
)

// desk is a world with the control of its sandbox, as the page has it.
type desk struct {
	t       *testing.T
	world   *sandbox.World
	control *sandbox.Control
	clock   *sandbox.Clock
	space   fakeslack.Config
	logs    *buffer
	page    string
}

// seated sets a desk up in a folder.
func seated(t *testing.T, dir string, parts func(*app.Parts)) *desk {
	t.Helper()
	return seatedAt(t, dir, time.Now(), 50*time.Millisecond, parts)
}

// seatedAt is seated at an instant, with a fleet that checks in after so long;
// one below zero never does by itself.
func seatedAt(t *testing.T, dir string, now time.Time, checkIn time.Duration, parts func(*app.Parts)) *desk {
	t.Helper()
	d := &desk{t: t, clock: sandbox.NewClock(now), logs: &buffer{}, space: fakeslack.SampleWorkspace()}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var err error
	d.world, err = sandbox.Open(ctx, sandbox.World{
		Dir: dir, Now: d.clock.Now, Log: slog.New(slog.NewTextHandler(d.logs, nil)),
		EditSlack: func(c *fakeslack.Config) { c.PostEvery, c.NoTiers = -1, true },
		EditIntune: func(c *fakeintune.Config) {
			c.Latency, c.CheckIn, c.TokenLife = 0, checkIn, 10*365*24*time.Hour
		},
		EditParts: func(p *app.Parts) {
			p.PostPause = 5 * time.Millisecond
			if parts != nil {
				parts(p)
			}
		},
	})
	if err != nil {
		stop()
		t.Fatal(err)
	}
	if d.control, err = sandbox.NewControl(ctx, d.world, d.clock); err != nil {
		t.Fatal(err)
	}
	page := httptest.NewServer(d.world.Slack.Page(map[string]http.Handler{"/fleet/": d.world.Intune.Control(), "/sandbox/": d.control.Handler()}))
	d.page = page.URL
	t.Cleanup(func() {
		stop()
		page.CloseClientConnections()
		page.Close()
		if err := d.control.Close(); err != nil {
			t.Errorf("the product ended with %v", err)
		}
		if err := d.world.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the log:\n%s", d.logs)
		}
	})
	if err := d.world.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// state is what the page is told of the sandbox.
type state struct {
	Error, Failed             string
	Now                       int64
	Ahead                     float64
	Running, Starting, Killed bool
	Starts                    int
	Faults                    []struct {
		Name, Title, Says string
		On                bool
	}
	Next []struct {
		Request, What string
		At            int64
	}
}

// ask asks the page's server, and reads the answer.
func (d *desk) ask(method, path, body string, into any) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.page+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("X-Sandbox", "1")
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, &raw, err)
	}
	if err := json.Unmarshal(raw.Bytes(), into); err != nil {
		d.t.Fatalf("%s %s: %s: %v", method, path, &raw, err)
	}
}

// does does something, and returns its error.
func (d *desk) does(act, body string) string {
	d.t.Helper()
	var said struct{ Error string }
	d.ask("POST", "/sandbox/"+act, body, &said)
	return said.Error
}

// must does something that has to happen.
func (d *desk) must(act, body string) {
	d.t.Helper()
	if e := d.does(act, body); e != "" {
		d.t.Fatalf("%s %s: %s", act, body, e)
	}
}

func (d *desk) state() (s state) {
	d.t.Helper()
	d.ask("GET", "/sandbox/state", "", &s)
	return s
}

// eventually waits for something to be so, whoever knows it.
func (d *desk) eventually(what string, cond func() bool) {
	d.t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for end := time.Now().Add(20 * time.Second); !cond(); <-look.C {
		if time.Now().After(end) {
			d.t.Fatalf("never: %s; the cards are %q", what, d.cards())
		}
	}
}

// asks has Rita ask for phones, and waits for the card.
func (d *desk) asks(text string) fakeslack.Message {
	d.t.Helper()
	before := len(d.cards())
	if seen, err := d.world.Slack.Command(d.t.Context(), rita, incidents, "/reset-passcode "+text); err != nil || seen.Error != "" {
		d.t.Fatalf("%s: %+v %v", text, seen, err)
	}
	d.eventually("there is a card", func() bool { return len(d.cards()) > before })
	return d.waiting()
}

// waiting waits for a card that can be decided on.
func (d *desk) waiting() (card fakeslack.Message) {
	d.t.Helper()
	d.eventually("a card waits for a decision", func() bool {
		all := d.world.Slack.Messages("", incidents, "")
		i := slices.IndexFunc(all, func(m fakeslack.Message) bool { return bytes.Contains(m.Blocks, []byte(`"approve"`)) })
		if i >= 0 {
			card = all[i]
		}
		return i >= 0
	})
	return card
}

// clicks has somebody press a button.
func (d *desk) clicks(who string, card fakeslack.Message, action string) {
	d.t.Helper()
	if seen, err := d.world.Slack.Click(d.t.Context(), who, incidents, card.TS, action); err != nil || seen.Error != "" {
		d.t.Fatalf("%s clicks %s: %+v %v", who, action, seen, err)
	}
}

// cards is what the cards say in the channel.
func (d *desk) cards() (all []string) {
	for _, m := range d.world.Slack.Messages("", incidents, "") {
		if m.User == d.space.App.BotUser && !m.Ephemeral {
			all = append(all, sandbox.Read(d.world.Slack, d.space, m))
		}
	}
	return all
}

// card says that a card has a text.
func (d *desk) card(text string) func() bool {
	return func() bool {
		return slices.ContainsFunc(d.cards(), func(c string) bool { return strings.Contains(c, text) })
	}
}

// event is an event as the page is told of it.
type event struct {
	Seq                                    int
	At                                     int64
	Kind, Request, Actor, Text, Hash, Prev string
	Data                                   map[string]string
}

// audit reads the log from a place on.
func (d *desk) audit(after int) (events []event, tampered int) {
	d.t.Helper()
	var log struct {
		Error    string
		Events   []event
		More     bool
		Tampered int
	}
	d.ask("GET", fmt.Sprintf("/sandbox/audit?after=%d", after), "", &log)
	if log.Error != "" || log.More {
		d.t.Fatalf("the log: %q, and more: %t", log.Error, log.More)
	}
	return log.Events, log.Tampered
}

// kinds counts the events of the log by kind.
func (d *desk) kinds() map[string]int {
	n := map[string]int{}
	events, _ := d.audit(0)
	for _, e := range events {
		n[e.Kind]++
	}
	return n
}

// When the clock is moved on, what has become due happens at once, and the
// page knew before what it would be.
func TestControl_clock(t *testing.T) {
	t.Parallel()
	d := seated(t, t.TempDir(), nil)
	d.asks("user:carla@contoso.com reason: forgot the PIN")
	before := d.state()
	due := before.Next
	if len(due) == 0 || due[len(due)-1].Request != "R-1" || due[len(due)-1].What != "expires" {
		t.Fatalf("next comes %+v, want R-1 to expire in the end", due)
	}
	if left := time.UnixMilli(due[len(due)-1].At).Sub(time.UnixMilli(before.Now)); left <= 0 || left > 10*time.Minute {
		t.Errorf("it expires in %s, want within 10 minutes", left)
	}
	comes := func() (what []string) {
		for _, n := range d.state().Next {
			what = append(what, n.What)
		}
		return what
	}
	if diff := cmp.Diff([]string{"reminder", "expires"}, comes()); diff != "" {
		t.Errorf("next comes (-want +got):\n%s", diff)
	}
	d.must("clock", `{"seconds": 301}`)
	d.eventually("half of the time is over", func() bool { return slices.Equal(comes(), []string{"escalation", "expires"}) })
	d.must("clock", `{"seconds": 359}`)
	d.eventually("it expires", d.card("expired"))
	after := d.state()
	if after.Ahead != 660 || after.Now-before.Now < 660_000 || len(after.Next) != 0 {
		t.Errorf("then the state is %+v", after)
	}
	// Who has signed in goes on, however far it was moved.
	d.must("clock", `{"seconds": 864000}`)
	d.clicks(anna, d.asks("serial:31091JEHN01234 reason: forgot the PIN"), "approve")
	d.eventually("it is done", d.card("succeeded"))

	const want = "The clock moves forwards only, by a year at most. Give a number of seconds above zero."
	for _, seconds := range []string{"0", "-5", "1e12"} {
		if got := d.does("clock", `{"seconds": `+seconds+`}`); got != want {
			t.Errorf("%s s: it says %q", seconds, got)
		}
	}
}

// The page hears of everything that happens, and only the page can act.
func TestControl_page(t *testing.T) {
	t.Parallel()
	d := seated(t, t.TempDir(), nil)
	r, err := http.NewRequestWithContext(t.Context(), "GET", d.page+"/sandbox/changes", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("it is %s", kind)
	}
	lines := bufio.NewScanner(resp.Body)
	heard := func() string {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "data: ") {
				return lines.Text()
			}
		}
		t.Fatalf("nothing more is heard: %v", lines.Err())
		return ""
	}
	last := heard()
	for _, act := range []func(){
		func() { d.must("fault", `{"name": "device-offline", "on": true}`) },
		func() { d.must("clock", `{"seconds": 1}`) },
		func() { d.asks("user:carla@contoso.com reason: forgot the PIN") },
		func() { d.must("kill", `{}`) },
	} {
		act()
		now := heard()
		if now == last {
			t.Errorf("%s is said twice", now)
		}
		last = now
	}
	other, err := http.Post(d.page+"/sandbox/start", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	other.Body.Close()
	if other.StatusCode != http.StatusForbidden || d.state().Running {
		t.Errorf("another page is answered %s", other.Status)
	}
}

// Whatever is switched on can be seen, ends when it is switched off, and the
// bot goes on from there.
func TestControl_faults(t *testing.T) {
	t.Parallel()
	const ask = "serial:31091JEHN01234 reason: forgot the PIN" // Carla's Pixel 7a
	reset := func(d *desk) string {
		for _, dev := range d.world.Intune.Devices() {
			if dev.SerialNumber == "31091JEHN01234" && len(dev.Actions) > 0 {
				return dev.Actions[0].State
			}
		}
		return ""
	}
	for name, play := range map[string]func(d *desk, off func()){
		"slack-away": func(d *desk, off func()) {
			if n := d.world.Slack.Sockets(); n != 0 {
				d.t.Errorf("%d sockets are open", n)
			}
			seen, err := d.world.Slack.Command(d.t.Context(), rita, incidents, "/reset-passcode "+ask)
			if err != nil || seen.Error != "dispatch_failed" {
				d.t.Errorf("a command is answered %+v (%v)", seen, err)
			}
			off()
			if err := d.world.Connected(d.t.Context()); err != nil {
				d.t.Fatal(err)
			}
			d.asks(ask)
		},
		"graph-throttles": func(d *desk, off func()) {
			if seen, err := d.world.Slack.Command(d.t.Context(), rita, incidents, "/reset-passcode "+ask); err != nil || seen.Error != "" {
				d.t.Fatalf("%+v %v", seen, err)
			}
			d.eventually("Graph refuses", func() bool {
				return slices.ContainsFunc(d.world.Intune.Calls(), func(c fakeintune.Call) bool { return c.Status == http.StatusTooManyRequests })
			})
			if n := len(d.cards()); n != 0 {
				d.t.Errorf("there are %d cards", n)
			}
			off()
			d.eventually("it goes on", d.card("R-1: reset 1 passcode?"))
		},
		"device-offline": func(d *desk, off func()) {
			d.clicks(anna, d.asks(ask), "approve")
			d.eventually("Intune takes it", d.card("succeeded"))
			d.must("clock", `{"seconds": 60}`)
			if state := reset(d); state != "pending" {
				d.t.Errorf("the reset is %s", state)
			}
			off()
			d.eventually("the device is back", func() bool { return reset(d) == "done" })
		},
		"answer-lost": func(d *desk, _ func()) {
			d.clicks(anna, d.asks(ask), "approve")
			d.eventually("it is done all the same", d.card("succeeded"))
			if posts := d.world.Intune.Posts(); len(posts) != 1 || !posts[0].Took || posts[0].Status != 0 {
				d.t.Errorf("Intune got %+v, want one reset, taken and not answered", posts)
			}
			if n := d.kinds()[string(approvals.ResetDoubted)]; n != 1 {
				d.t.Errorf("the log has %d doubts, want 1", n)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := seated(t, t.TempDir(), nil)
			on := func() bool {
				for _, f := range d.state().Faults {
					if f.Name == name {
						if f.Title == "" || f.Says == "" {
							t.Errorf("it says nothing of itself: %+v", f)
						}
						return f.On
					}
				}
				t.Fatal("the page is not told of it")
				return false
			}
			if on() {
				t.Error("it is on from the start")
			}
			d.must("fault", `{"name": "`+name+`", "on": true}`)
			d.must("fault", `{"name": "`+name+`", "on": true}`) // which is no second one
			if !on() {
				t.Error("it is not on")
			}
			play(d, func() { d.must("fault", `{"name": "`+name+`", "on": false}`) })
			if on() {
				t.Error("it is still on")
			}
			if left := d.world.Intune.Faults(); len(left) != 0 {
				t.Errorf("Intune still has %+v", left)
			}
		})
	}
}

// A fault that there is not is refused by name.
func TestControl_noFault(t *testing.T) {
	t.Parallel()
	d := seated(t, t.TempDir(), nil)
	if diff := cmp.Diff(`There is no fault called "rain". GET /sandbox/state names them.`, d.does("fault", `{"name": "rain", "on": true}`)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
