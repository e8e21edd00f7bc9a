package bot

import (
	"context"
	"maps"
	"sync"
	"time"
)

// postPause is the pause between two posts to one channel.
// Slack: chat.postMessage allows one message per second per channel.
const postPause = time.Second

// pacing gives each channel's posts their turns: one at a time, in the order
// in which they were asked for, with a pause between them. The pause counts
// from the answer to the last post, so that it holds however long each was
// on its way.
type pacing struct {
	pause time.Duration

	mu       sync.Mutex
	channels map[string]*turns
	sweep    int // how many channels are worth a look for those to forget
}

type turns struct {
	turn chan struct{} // holds a token while nobody posts
	free time.Time     // not before; owned by who has the turn
	used int           // by how many lanes; guarded by pacing.mu
}

func newPacing(pause time.Duration) *pacing {
	return &pacing{pause: pause, channels: map[string]*turns{}, sweep: manyChannels}
}

// take waits for the turn of a channel. The caller posts and then calls
// done, with how much longer than usual Slack asks us to stay away.
func (p *pacing) take(ctx context.Context, channel string) (done func(longer time.Duration), err error) {
	p.mu.Lock()
	c := p.channels[channel]
	if c == nil {
		c = &turns{turn: make(chan struct{}, 1)}
		c.turn <- struct{}{}
		p.channels[channel] = c
	}
	c.used++
	p.mu.Unlock()

	select {
	case <-c.turn:
	case <-ctx.Done():
		p.leave(c)
		return nil, ctx.Err()
	}
	give := func() {
		c.turn <- struct{}{}
		p.leave(c)
	}
	if err := sleep(ctx, time.Until(c.free)); err != nil {
		give()
		return nil, err
	}
	return func(longer time.Duration) {
		c.free = time.Now().Add(max(p.pause, longer))
		give()
	}, nil
}

// leave forgets channels that have been quiet, once there are many.
func (p *pacing) leave(c *turns) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.used--
	if len(p.channels) < p.sweep {
		return
	}
	// Where nobody has the turn or waits for it, free is safe to read; what
	// is still to wait for is kept.
	now := time.Now()
	maps.DeleteFunc(p.channels, func(_ string, c *turns) bool { return c.used == 0 && now.After(c.free) })
	p.sweep = max(manyChannels, 2*len(p.channels))
}

// manyChannels is how many quiet channels may be remembered.
const manyChannels = 1000

// allowance lets something be done so many times in any minute.
type allowance chan struct{}

func newAllowance(perMinute int) allowance {
	a := make(allowance, perMinute)
	for range perMinute {
		a <- struct{}{}
	}
	return a
}

// use does something in its turn. What never reached the other side does not
// count.
func (a allowance) use(ctx context.Context, do func() (counts bool, err error)) error {
	select {
	case <-a:
	case <-ctx.Done():
		return ctx.Err()
	}
	back := time.Duration(0)
	defer func() { time.AfterFunc(back, func() { a <- struct{}{} }) }()
	counts, err := do()
	if counts {
		back = time.Minute
	}
	return err
}

// sleep waits, or returns the error of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
