package bot_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
)

// later moves the clock on by minutes.
func (w *world) later(minutes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.off += time.Duration(minutes) * time.Minute
}

// eventually waits for something to be so in the store.
func (w *world) eventually(what string, cond func() bool) {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	over := time.After(30 * time.Second)
	for !cond() {
		select {
		case <-tick.C:
		case <-over:
			w.t.Fatalf("never: %s\nlog:\n%s", what, w.logs)
		}
	}
}

// allTold says that no consumer is behind.
func (w *world) allTold() bool {
	for _, c := range approvals.Consumers() {
		if behind, err := w.store.Behind(w.t.Context(), c); err != nil || len(behind) > 0 {
			return false
		}
	}
	return true
}

const helpdesk = "C0HELPDESK"

// One channel in which posts hang, or always fail, holds up no other request:
// not even by one call.
func TestPublish_channelAside(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeslack.Fault{
		"hangs":      {Method: "chat.postMessage", Channel: helpdesk, Delay: time.Hour},
		"fails":      {Method: "chat.postMessage", Channel: helpdesk, Status: 503},
		"is limited": {Method: "chat.postMessage", Channel: helpdesk, RetryAfter: 600},
		"is gone":    {Method: "chat.postMessage", Channel: helpdesk, Error: "channel_not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.slack.Fail(fault)
			w.start()
			w.connected()
			for range 20 {
				if _, err := w.slack.Command(t.Context(), rita, helpdesk, "/reset-passcode "+galaxy+" reason: forgotten"); err != nil {
					t.Fatal(err)
				}
			}
			w.until("the dead channel is tried", func() bool {
				return fault.Delay > 0 || slices.ContainsFunc(w.slack.Calls(), func(c fakeslack.Call) bool { return c.Args["channel"] == helpdesk })
			})
			began := time.Now()
			card := w.asks(pixel)
			w.clicks(anna, card, "approve")
			w.finished(card)
			// A call takes up to 20 seconds before it is given up.
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("the other request took %v", took)
			}
		})
	}
}

// The cards of a channel in which edits hang, or always fail, take next to
// nothing of the edits that all channels share.
func TestPublish_editsAside(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeslack.Fault{
		"hangs": {Method: "chat.update", Channel: helpdesk, Delay: time.Hour},
		"fails": {Method: "chat.update", Channel: helpdesk, Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.edit = func(c *bot.Config) { c.RetryPause = time.Second }
			edits := &editLog{}
			w.network = edits
			l := w.start()
			w.connected()
			const cards = 30
			for i, id := range w.devices.fill(cards) {
				if _, err := w.slack.Command(t.Context(), rita, helpdesk, "/reset-passcode "+id+" reason: forgotten"); err != nil {
					t.Fatal(err)
				}
				w.until("the card is posted", func() bool { return len(w.posted()) == i+1 })
			}
			w.eventually("all are posted", w.allTold)
			w.slack.Fail(fault)
			w.later(31)
			l.runner.Nudge()
			w.eventually("all have expired, and the dead channel is tried", func() bool {
				open, err := w.store.Open(t.Context())
				return err == nil && len(open) == 0 && edits.before(incidents) > 0
			})
			card := w.asks(pixel)
			w.clicks(anna, card, "approve")
			w.until("the card is edited", func() bool { return w.calls("chat.update") > 0 })
			if n := edits.before(incidents); n > cards/3 {
				t.Errorf("%d edits were tried in the dead channel before the one in the other", n)
			}
		})
	}
}

// editLog is a network that knows which cards were to be edited, in order,
// also where Slack never answers.
type editLog struct {
	mu       sync.Mutex
	channels []string
}

func (e *editLog) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/chat.update") {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		args, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		e.mu.Lock()
		e.channels = append(e.channels, args.Get("channel"))
		e.mu.Unlock()
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return http.DefaultTransport.RoundTrip(r)
}

// before returns how many edits there were before the first one in a
// channel.
func (e *editLog) before(channel string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if i := slices.Index(e.channels, channel); i >= 0 {
		return i
	}
	return len(e.channels)
}

// A request that breaks something is tried again, and leaves the others and
// the process alone.
func TestPublish_panic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	w.asks(pixel)
	first.stop()
	w.until("the first socket is closed", func() bool { return w.slack.Sockets() == 0 })
	boom := &explosive{Store: w.store, id: 2}
	boom.left.Store(6)
	w.store = boom
	w.start()
	w.connected()
	second := w.asks(galaxy)
	w.clicks(anna, second, "approve")
	w.finished(second)
	if left := boom.left.Load(); left > 0 {
		t.Errorf("%d panics are left", left)
	}
}

// What was told and could not be noted is told once all the same.
func TestPublish_notNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	disk := &forgetful{Store: w.store}
	w.store = disk
	w.start()
	w.connected()
	for _, what := range []string{pixel, "serial:NONE"} {
		disk.broken.Store(true)
		if seen := w.types(rita, what+" reason: forgotten"); seen.Error != "" {
			t.Fatal(seen.Error)
		}
		if what == pixel {
			w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
			looks := w.calls("conversations.history")
			w.until("it is looked for", func() bool { return w.calls("conversations.history") > looks })
		} else {
			w.until("Rita is told", func() bool { return count(w.whispers(rita), "R-2 was turned down") > 0 })
		}
		disk.broken.Store(false)
		w.eventually("it is noted", w.allTold)
	}
	card := w.cards()[0]
	disk.broken.Store(true)
	w.clicks(anna, card, "approve")
	w.until("the thread is told and read again", func() bool {
		return count(w.thread(card.TS), "Approved by") > 0 && w.calls("conversations.replies") > 2
	})
	disk.broken.Store(false)
	w.finished(card)
	for _, part := range []string{"Approved by", "*: accepted by Intune", "is done:"} {
		if got := count(w.thread(card.TS), part); got != 1 {
			t.Errorf("the thread says %q %d times:\n%s", part, got, strings.Join(w.thread(card.TS), "\n"))
		}
	}
	if n := count(w.whispers(rita), "R-2 was turned down"); n != 1 || len(w.cards()) != 1 {
		t.Errorf("Rita is told %d times, and there are %d cards", n, len(w.cards()))
	}
}

// While Slack is away requests go on, expire and end. When it is back,
// everything is told, in order, once, and within the rates.
func TestPublish_slackAway(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeslack.Fault{
		"cut":          {Cut: true},
		"refused":      {Status: 503},
		"answers lost": {LoseAnswer: true},
		"half of it":   {LoseAnswer: true, Percent: 50},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c *fakeslack.Config) { c.PostEvery = 50 * time.Millisecond })
			w.edit = func(c *bot.Config) { c.PostPause, c.RetryPause = 50*time.Millisecond, 100*time.Millisecond }
			l := w.start()
			w.connected()
			ids := w.devices.fill(6)
			var cards []fakeslack.Message
			for i, id := range ids {
				channel := []string{incidents, helpdesk}[i%2]
				if _, err := w.slack.Command(t.Context(), rita, channel, "/reset-passcode "+id+" reason: forgotten"); err != nil {
					t.Fatal(err)
				}
				w.until("the card is posted", func() bool { return len(w.posted()) == i+1 })
				cards = append(cards, w.posted()[i])
			}
			w.devices.hold = make(chan struct{})
			for _, card := range cards[:4] {
				w.clicks(anna, card, "approve")
			}
			w.until("the resets are on their way", func() bool { return w.devices.sent() == 4 })

			back := w.slack.Fail(fault)
			close(w.devices.hold)
			w.later(31)
			l.runner.Nudge()
			w.eventually("everything has ended", func() bool {
				open, err := w.store.Open(t.Context())
				return err == nil && len(open) == 0
			})
			tried := len(w.slack.Calls())
			w.until("it is tried for a while", func() bool { return len(w.slack.Calls()) > tried+30 || fault.Percent > 0 })
			back()

			w.eventually("everything is told", w.allTold)
			if n := len(w.posted()); n != len(cards) {
				t.Errorf("%d cards, want %d", n, len(cards))
			}
			for i, card := range cards {
				want := []string{"has expired"}
				if i < 4 {
					want = []string{"Approved by", "*: accepted by Intune", "is done:"}
				}
				said := strings.Join(w.said(anna, card.Channel, card.TS)[1:], "\n")
				last := -1
				for _, part := range want {
					at := strings.Index(said, part)
					if strings.Count(said, part) != 1 || at < last {
						t.Errorf("R-%d: %q is not said once and in order:\n%s", i+1, part, said)
					}
					last = at
				}
				if now := w.message(card); strings.Contains(string(now.Blocks), `"actions"`) {
					t.Errorf("R-%d still has its buttons: %s", i+1, now.Text)
				}
			}
			for _, c := range w.slack.Calls() {
				if c.Error == "ratelimited" {
					t.Errorf("%s was limited", c.Method)
				}
			}
		})
	}
}

// posted is every card in every channel, in the order of their requests.
func (w *world) posted() []fakeslack.Message {
	var all []fakeslack.Message
	for _, channel := range []string{incidents, helpdesk} {
		for _, m := range w.slack.Messages(anna, channel, "") {
			if m.User == "U0PASSBOT" && !m.Ephemeral && !m.Deleted {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b fakeslack.Message) int { return strings.Compare(a.TS, b.TS) })
	return all
}

// message reads a card as it is now.
func (w *world) message(card fakeslack.Message) fakeslack.Message {
	for _, m := range w.posted() {
		if m.TS == card.TS {
			return m
		}
	}
	return fakeslack.Message{}
}

// A hundred results that come within two seconds are told as fast as Slack's
// real rate permits, in as few messages; the card counts them, once a second.
func TestPublish_hundredResults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.PostEvery = time.Second })
	w.edit = func(c *bot.Config) { c.PostPause = time.Second }
	w.devices.pace = 20 * time.Millisecond
	w.start()
	w.connected()
	card := w.asks(strings.Join(w.devices.fill(100), " "))
	w.until("the devices are listed", func() bool { return count(w.thread(card.TS), "100. *Phone 099*") == 1 })
	w.clicks(anna, card, "approve")
	w.finished(card)

	all, err := w.store.Events(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var results []time.Time
	for _, e := range all {
		if e.Kind == approvals.ResetAccepted {
			results = append(results, e.At)
		}
	}
	took := results[len(results)-1].Sub(results[0])
	var last time.Time
	posts, lines, edits := 0, 0, []time.Time{}
	for _, c := range w.slack.Calls() {
		n := strings.Count(c.Args["text"], "*: accepted by Intune")
		switch {
		case c.Error != "":
			t.Errorf("%s: %s", c.Method, c.Error)
		case c.Method == "chat.postMessage" && n > 0:
			posts, lines, last = posts+1, lines+n, c.At
		case c.Method == "chat.update":
			edits = append(edits, c.At)
		}
	}
	most := int(math.Ceil(took.Seconds())) + 1
	figures := fmt.Sprintf("%d results within %v in %d posts, the last one %v after it; %d edits", lines, took, posts, last.Sub(results[len(results)-1]), len(edits))
	t.Log(figures)
	if lines != 100 || posts > most {
		t.Errorf("%s; want at most %d posts", figures, most)
	}
	for i := range edits[1:] {
		if pause := edits[i+1].Sub(edits[i]); pause < time.Second {
			t.Errorf("the card is edited %v after its last edit", pause)
		}
	}
}

// The cards that are looked at after a start do not keep the card of a
// request that goes on from being edited.
func TestPublish_checksAside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	for _, id := range w.devices.fill(30) {
		w.asks(id)
	}
	first.stop()
	checked := w.calls("chat.update")
	w.start()
	w.until("cards are looked at", func() bool { return w.calls("chat.update") >= checked+10 })
	w.connected()
	card := w.asks(galaxy)
	began := time.Now()
	w.clicks(anna, card, "approve")
	w.until("the card has its outcome", func() bool { return strings.Contains(w.card(card.TS), "succeeded") })
	// Slack allows about one edit in a second and a half then; 20 were due
	// before this one.
	if took := time.Since(began); took > 12*time.Second {
		t.Errorf("the card has its outcome after %v", took)
	}
}
