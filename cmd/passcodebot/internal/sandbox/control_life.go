package sandbox

import (
	"context"
	"time"

	"passcodebot/approvals"
)

// startTime is how long a start is waited for. One that takes longer goes on.
const startTime = 3 * time.Second

// at returns how the bot stands.
func (c *Control) at() phase {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phase
}

// become sets how the bot stands.
func (c *Control) become(p phase) {
	c.mu.Lock()
	c.phase = p
	c.mu.Unlock()
	c.world.news.changed()
}

// kill ends the bot as kill -9 does.
func (c *Control) kill() error {
	c.acts.Lock()
	defer c.acts.Unlock()
	was := c.at()
	if was == killed {
		return &approvals.Error{Kind: approvals.Conflict, Code: "killed", Text: "The bot is not running.", Hint: "Start it again."}
	}
	c.world.cut()
	if was == starting {
		<-c.starting // it ends by the cut
	}
	c.world.Kill()
	c.become(killed)
	return nil
}

// restart starts the bot again, with the database as it was left, and waits a
// while for it. A start that takes longer goes on.
func (c *Control) restart(ctx context.Context) error {
	over, err := c.again()
	if err != nil {
		return err
	}
	timer := time.NewTimer(startTime)
	defer timer.Stop()
	select {
	case <-over:
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.failed
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil
}

// again begins a start, and returns what is closed at its end.
func (c *Control) again() (<-chan struct{}, error) {
	c.acts.Lock()
	defer c.acts.Unlock()
	if c.closed || c.at() != killed {
		return nil, &approvals.Error{Kind: approvals.Conflict, Code: "running", Text: "The bot is running."}
	}
	l, over := newLife(c.world.news), make(chan struct{})
	c.mu.Lock()
	c.world.life, c.starting, c.failed = l, over, nil
	c.phase = starting
	c.starts++
	c.mu.Unlock()
	c.world.news.changed()
	c.lives.Go(func() {
		defer close(over)
		a, err := c.begin(l)
		c.mu.Lock()
		defer c.mu.Unlock()
		defer c.world.news.changed()
		if err != nil {
			c.phase = killed
			if !l.ended() {
				c.failed = err
			}
			return
		}
		c.world.App, c.phase = a, running
		c.watch(a, l)
	})
	return over, nil
}

// current returns the life that there is, or was.
func (c *Control) current() *life {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.world.life
}

// shownState is how the sandbox stands.
type shownState struct {
	Error    string       `json:"error"` // why it is not known what comes next
	Rev      int          `json:"rev"`
	Now      int64        `json:"now"`   // by the clock, in milliseconds
	Ahead    float64      `json:"ahead"` // of the machine's clock, in seconds
	Running  bool         `json:"running"`
	Starting bool         `json:"starting"` // it signs in, which takes as long as Slack or Intune do not answer
	Killed   bool         `json:"killed"`
	Failed   string       `json:"failed"` // why the last start came to nothing
	Starts   int          `json:"starts"`
	Faults   []shownFault `json:"faults"`
	Next     []shownNext  `json:"next"`
}

// shownNext is when a request next needs the clock.
type shownNext struct {
	Request string `json:"request"`
	What    string `json:"what"`
	At      int64  `json:"at"`
}

// state returns how the sandbox stands.
func (c *Control) state(ctx context.Context) shownState {
	rev, _ := c.world.news.look()
	next, err := []shownNext{}, error(nil)
	if c.at() != starting {
		next, err = c.next(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := shownState{
		Rev: rev, Now: c.clock.Now().UnixMilli(), Ahead: c.clock.Ahead().Seconds(),
		Running: c.phase == running, Starting: c.phase == starting, Killed: c.phase == killed, Starts: c.starts,
		Faults: c.shownFaults(), Next: next, Failed: said(c.failed), Error: said(err),
	}
	return s
}
