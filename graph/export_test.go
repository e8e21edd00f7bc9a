package graph

import (
	"context"
	"runtime"
	"time"
)

// SetWait replaces the waits between repetitions.
func (c *Client) SetWait(wait func(context.Context, time.Duration) error) { c.wait = wait }

// SetBounds replaces how much of a tenant is looked through.
func (c *Client) SetBounds(devices, pages int) { c.bounds = bounds{devices, pages} }

// SetNow replaces the clock.
func (c *Client) SetNow(now func() time.Time) { c.now, c.tokens.now = now, now }

// SetBatch replaces how many reads go together.
func (c *Client) SetBatch(most int) { c.reads.most = most }

// Gather lets reads wait until there are so many, and go together then.
func (c *Client) Gather(reads int) (release func()) {
	b := &c.reads
	b.mu.Lock()
	defer b.mu.Unlock()
	b.called = true
	return func() {
		for {
			b.mu.Lock()
			n := len(b.waiting)
			b.mu.Unlock()
			if n == reads {
				b.run()
				return
			}
			runtime.Gosched()
		}
	}
}
