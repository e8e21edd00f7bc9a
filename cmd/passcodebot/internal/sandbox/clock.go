package sandbox

import (
	"sync"
	"time"
)

// Clock runs as time does, from an instant of one's choice, and can be moved
// on. It is safe for concurrent use.
type Clock struct {
	from    time.Time
	started time.Time

	mu    sync.Mutex
	ahead time.Duration
}

// NewClock returns a Clock that shows from now.
func NewClock(from time.Time) *Clock { return &Clock{from: from, started: time.Now()} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.from.Add(time.Since(c.started) + c.ahead)
}

// Move moves the clock on.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}
