package bot

import (
	"context"
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
}

type turns struct {
	turn chan struct{} // holds a token while nobody posts
	free time.Time     // not before; owned by who has the turn
	used int           // by how many lanes; guarded by pacing.mu
}

func newPacing(pause time.Duration) *pacing {
	return &pacing{pause: pause, channels: map[string]*turns{}}
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
		p.leave(channel, c)
		return nil, ctx.Err()
	}
	give := func() {
		c.turn <- struct{}{}
		p.leave(channel, c)
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

// leave forgets a channel that has been quiet.
func (p *pacing) leave(channel string, c *turns) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.used--
	if c.used > 0 {
		return
	}
	// Nobody has the turn or waits for it, so free is safe to read; what is
	// still to wait for is kept.
	if time.Now().After(c.free) || len(p.channels) > maxChannels {
		delete(p.channels, channel)
	}
}

// maxChannels bounds how many quiet channels are remembered.
const maxChannels = 1000
