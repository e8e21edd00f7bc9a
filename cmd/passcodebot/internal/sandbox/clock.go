package sandbox

import (
	"sync"
	"time"
)

// Clock runs as time does, from an instant of one's choice, and can be moved
// on. It is safe for concurrent use.
type Clock struct {
	time func() time.Time

	mu    sync.Mutex
	ahead time.Duration
}

// NewClock returns a Clock that shows from now.
func NewClock(from time.Time) *Clock {
	started := time.Now()
	return &Clock{time: func() time.Time { return from.Add(time.Since(started)) }}
}

// wallClock returns a Clock that is so far ahead of the machine's, also after
// the machine has slept.
func wallClock(ahead time.Duration) *Clock {
	return &Clock{time: time.Now, ahead: ahead}
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time().Add(c.ahead)
}

// Move moves the clock on.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// Ahead is how far it was moved.
func (c *Clock) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}
