package graph

import "time"

// Use is how much of what Intune takes is used up.
type Use struct {
	Calls, MaxCalls   int           // of any kind
	Writes, MaxWrites int           // resets
	Window            time.Duration // within this time
}

// Use tells how much of what Intune takes is used up now. What Intune takes
// is what is published, or less where it was found to take less lately.
func (c *Client) Use() Use { return c.limiter.use(time.Now()) }

func (l *limiter) use(now time.Time) Use {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls.look(now)
	l.writes.look(now)
	return Use{
		Calls: l.calls.used(), MaxCalls: l.calls.allowance(now),
		Writes: l.writes.used(), MaxWrites: l.writes.allowance(now),
		Window: l.calls.length,
	}
}
