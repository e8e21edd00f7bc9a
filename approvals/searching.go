package approvals

import (
	"sync"
	"time"
)

const (
	// MaxSearches is how many searches one person may do in a minute: each
	// costs Intune up to three calls, and somebody who types does fewer.
	MaxSearches = 60
	// maxSearchers bounds of how many people searches are counted. Where there
	// are more, all of them begin anew.
	maxSearchers = 10_000
)

// searches counts the searches of people, each in a minute that begins with
// the first one.
type searches struct {
	mu sync.Mutex
	by map[string]searched
}

type searched struct {
	began time.Time
	times int
}

// add counts a search, and returns the refusal of one that is too many.
func (c *searches) add(who string, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil || len(c.by) >= maxSearchers {
		c.by = map[string]searched{}
	}
	did := c.by[who]
	if now.Sub(did.began) >= time.Minute {
		did = searched{began: now}
	}
	if did.times >= MaxSearches {
		return newError(Unavailable, "searched-often", "That was a lot of searches for one minute.", "Try again in a moment.")
	}
	did.times++
	c.by[who] = did
	return nil
}
