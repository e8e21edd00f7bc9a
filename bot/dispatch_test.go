package bot_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/fakeslack"
	"passcodebot/store"
)

// hanging is a store whose reads hang, whatever their context, until it is
// let go.
type hanging struct {
	store.Store
	mu   sync.Mutex
	hold chan struct{}
}

func (h *hanging) hang() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hold = make(chan struct{})
}

func (h *hanging) letGo() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.hold)
	h.hold = nil
}

func (h *hanging) Request(ctx context.Context, id approvals.ID) (approvals.Request, error) {
	h.mu.Lock()
	hold := h.hold
	h.mu.Unlock()
	if hold != nil {
		<-hold
	}
	return h.Store.Request(ctx, id)
}

// Where nothing that was begun ends, the socket is closed, so that people
// see at once that it does not work, and opened again when something does.
func TestReceive_stuck(t *testing.T) {
	t.Parallel()
	const most = 4
	w := newWorld(t)
	w.edit = func(c *bot.Config) { c.MaxActs = most }
	stuck := &hanging{Store: w.store}
	w.store = stuck
	w.start()
	w.connected()
	card := w.asks(pixel)
	stuck.hang()
	var clicking sync.WaitGroup
	for range most + 3 {
		clicking.Go(func() {
			if seen := w.clicks(anna, card, "approve"); seen.Error != "operation_timeout" {
				t.Errorf("a click that hangs shows %q", seen.Error)
			}
		})
	}
	w.until("the socket is closed", func() bool { return w.slack.Sockets() == 0 })
	if seen := w.clicks(anna, card, "approve"); seen.Error != "dispatch_failed" {
		t.Errorf("a click while it is stuck shows %q", seen.Error)
	}
	clicking.Wait()
	if n := w.slack.Sockets(); n != 0 {
		t.Errorf("%d sockets are open while it is stuck", n)
	}
	stuck.letGo()
	w.until("it connects again", func() bool { return w.slack.Sockets() > 0 })
	logged := w.logs.String()
	if n := strings.Count(logged, "nothing that was begun is answered; there is no socket"); n != 1 || !strings.Contains(logged, "acts=4") {
		t.Errorf("said %d times in the log, want once with its numbers:\n%s", n, logged)
	}
	if !strings.Contains(logged, "envelopes=2") {
		t.Errorf("the log does not say that 2 envelopes were dropped:\n%s", logged)
	}
	// What hung came to nothing, and its people were told.
	w.until("they are told", func() bool { return count(w.whispers(anna), "could not be read") == most })
	w.clicks(anna, card, "approve")
	w.finished(card)
}

// It need not be as many as there is room for: where a few people in a row
// get no answer, and nobody else does, the same happens.
func TestReceive_stuckWithRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.AckWithin = 300 * time.Millisecond })
	stuck := &hanging{Store: w.store}
	w.store = stuck
	w.start()
	w.connected()
	card := w.asks(pixel)
	stuck.hang()
	begun := 0
	for ; begun < 60 && w.clicks(anna, card, "approve").Error == "operation_timeout"; begun++ {
	}
	if begun < 17 || begun > 25 {
		t.Errorf("%d clicks were left without an answer; want 16 and what comes within five seconds", begun)
	}
	stuck.letGo()
	w.until("it connects again", func() bool { return w.slack.Sockets() > 0 })
	w.until("a command is answered", func() bool { return w.types(rita, "help").Error == "" })
	w.asks(galaxy)
}

// panicking are acts whose first decision panics.
type panicking struct {
	bot.Acts
	first sync.Once
}

func (p *panicking) Decide(ctx context.Context, id approvals.ID, by approvals.Actor, approve bool, comment string) (approvals.Request, error) {
	p.first.Do(func() { panic("a bug") })
	return p.Acts.Decide(ctx, id, by, approve, comment)
}

// An act that panics is not acknowledged, and the next one works.
func TestReceive_panics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *fakeslack.Config) { c.AckWithin = time.Second })
	w.edit = func(c *bot.Config) { c.Acts = &panicking{Acts: c.Acts} }
	w.start()
	w.connected()
	card := w.asks(pixel)
	if seen := w.clicks(anna, card, "approve"); seen.Error != "operation_timeout" {
		t.Errorf("a click that broke something shows %q", seen.Error)
	}
	w.clicks(anna, card, "approve")
	w.finished(card)
	if got := w.logs.String(); !strings.Contains(got, "act panicked") || !strings.Contains(got, "a bug") {
		t.Errorf("the log does not say it:\n%s", got)
	}
}
