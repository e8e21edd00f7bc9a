package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The people of the fakes' workspace: the first may ask, the last may
// approve, and those between may do both.
const (
	askers       = 8
	firstDecider = 6
	everybody    = 14
)

func person(n int) string { return fmt.Sprintf("U0PERSON%02d", n) }

func channel(n int) string { return fmt.Sprintf("C0CHANNEL%03d", n) }

// crowd is everybody who asks and decides.
type crowd struct {
	fakes     *fakes
	channels  int
	tally     *tally
	acts      sync.WaitGroup
	decisions atomic.Int64

	mu    sync.Mutex
	fates map[string]fate // of cards, by channel and value
	asked []int           // channels of the last rounds
}

// fate is what the crowd makes of a card.
type fate int

const (
	approved fate = iota
	fought        // some approve, some deny, some cancel, all at once
	denied
	cancelled
	ignored // until it expires
)

// fates are what cards meet, one after the other: by chance a short run might
// have nothing but denials.
func fates() []fate {
	return []fate{approved, approved, fought, approved, denied, approved, cancelled, approved, ignored, fought, approved}
}

func newCrowd(f *fakes, channels int, t *tally) *crowd {
	return &crowd{fakes: f, channels: channels, tally: t, fates: map[string]fate{}}
}

// wait waits for everything that somebody does.
func (c *crowd) wait() {
	c.acts.Wait()
	c.tally.decisions = int(c.decisions.Load())
}

// later does something after a while.
func (c *crowd) later(ctx context.Context, after time.Duration, do func()) {
	c.acts.Go(func() {
		if sleep(ctx, after); ctx.Err() == nil {
			do()
		}
	})
}

// ask has people ask: one for the devices of the round, and at times others
// for some of the same, or for what there is not.
func (c *crowd) ask(ctx context.Context, dice *rand.Rand, n int, devices []device) {
	c.command(ctx, dice, n, 0, devices)
	for extra := 1; extra < 4; extra++ {
		switch dice.IntN(8) {
		case 0, 1:
			from := dice.IntN(len(devices) - 3)
			c.command(ctx, dice, n, extra, devices[from:from+1+dice.IntN(3)])
		case 2:
			c.command(ctx, dice, n, extra, []device{{ID: "00000000-0000-4000-8000-000000000000", Serial: "NOWHERE"}})
		}
	}
}

// command has somebody ask for devices, again where Slack says that it
// failed: with other words, because the first try may have come through.
func (c *crowd) command(ctx context.Context, dice *rand.Rand, n, extra int, devices []device) {
	c.tally.asks++
	at := (n*3 + extra) % c.channels
	c.mu.Lock()
	c.asked = append(c.asked, at)
	c.asked = c.asked[max(0, len(c.asked)-24):]
	c.mu.Unlock()
	who, after := person(dice.IntN(askers)), time.Duration(dice.Int64N(int64(roundTime/2)))
	var named []string
	bySerial := dice.IntN(4) == 0
	for _, d := range devices {
		if bySerial {
			named = append(named, "serial:"+d.Serial)
		} else {
			named = append(named, d.ID)
		}
	}
	c.later(ctx, after, func() {
		for try := range 8 {
			var seen struct{ Error string }
			err := c.fakes.do(ctx, "POST", "/slack/command", map[string]string{
				"as": who, "channel": channel(at),
				"text": fmt.Sprintf("/reset-passcode %s reason: round %d, ask %d, try %d", strings.Join(named, " "), n+1, extra, try+1),
			}, &seen)
			if err != nil || seen.Error == "" {
				return
			}
			sleep(ctx, 400*time.Millisecond)
		}
	})
}

// card is a message with buttons.
type card struct {
	Channel, TS, Value string
}

// decide has people look at the channels and click, until an instant.
func (c *crowd) decide(ctx context.Context, dice *rand.Rand, until time.Time) {
	for time.Now().Before(until) && ctx.Err() == nil {
		c.mu.Lock()
		seen := map[int]bool{}
		for _, n := range c.asked {
			seen[n] = true
		}
		c.mu.Unlock()
		for n := range c.channels {
			var cards []card
			if !seen[n] || c.fakes.get(ctx, "/fakes/cards?channel="+channel(n), &cards) != nil {
				continue
			}
			for _, k := range cards {
				c.click(ctx, dice, k)
			}
		}
		sleep(ctx, 400*time.Millisecond)
	}
}

// click does to a card what its fate is.
func (c *crowd) click(ctx context.Context, dice *rand.Rand, k card) {
	c.mu.Lock()
	f, known := c.fates[k.Channel+k.Value]
	if !known {
		f = fates()[len(c.fates)%len(fates())]
		c.fates[k.Channel+k.Value] = f
	}
	c.mu.Unlock()
	decider := func() string { return person(firstDecider + dice.IntN(everybody-firstDecider)) }
	switch f {
	case approved:
		for range 1 + dice.IntN(3) {
			c.press(ctx, k, decider(), "approve")
		}
		if dice.IntN(4) == 0 {
			c.press(ctx, k, person(dice.IntN(everybody)), "approve") // who may not, mostly
		}
	case fought:
		for range 2 + dice.IntN(4) {
			who, action := person(dice.IntN(everybody)), pick(dice, []string{"approve", "approve", "approve", "deny", "cancel"})
			if action == "deny" {
				c.deny(ctx, k, who)
			} else {
				c.press(ctx, k, who, action)
			}
		}
	case denied:
		c.deny(ctx, k, decider())
	case cancelled:
		typed := dice.IntN(2) == 0
		for n := range askers { // one of them asked
			if typed {
				c.act(ctx, "/slack/command", map[string]string{"as": person(n), "channel": k.Channel, "text": "/reset-passcode cancel R-" + k.Value})
			} else {
				c.press(ctx, k, person(n), "cancel")
			}
		}
	case ignored:
	}
}

// press presses a button.
func (c *crowd) press(ctx context.Context, k card, who, action string) {
	c.act(ctx, "/slack/click", map[string]string{"as": who, "channel": k.Channel, "ts": k.TS, "action_id": action})
}

// act does something at the same time as others do. A button that has just
// gone, or a bot that is down, is what happens to people; they look again.
func (c *crowd) act(ctx context.Context, path string, what map[string]string) {
	c.decisions.Add(1)
	c.acts.Go(func() { _ = c.fakes.post(ctx, path, what) })
}
