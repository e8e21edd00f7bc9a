package bot

import (
	"math/rand/v2"
	"time"
)

const (
	// openPause is the pause between two apps.connections.open, and
	// maxPauses how many of them the longest pause has.
	openPause = time.Second
	maxPauses = 30
)

// spacing says when the next socket may be asked for: no sooner than a pause
// after the last, and where sockets fail or end young one after the other,
// after pauses that double, with jitter.
type spacing struct {
	pause time.Duration
	young int // how many failed or ended young in a row
}

// wait returns how long to wait after a socket that was asked for at began
// and was open for lived. Asked is the wait that Slack asks for, if any.
func (s *spacing) wait(began time.Time, lived, asked time.Duration) time.Duration {
	longest := maxPauses * s.pause
	var backoff time.Duration
	if lived < longest {
		doubled := longest
		if s.young < 5 { // more doublings than these are past the longest
			doubled = min(longest, s.pause<<s.young)
		}
		s.young++
		backoff = doubled/2 + rand.N(doubled/2+1)
	} else {
		s.young = 0
	}
	return max(0, backoff, asked, time.Until(began.Add(s.pause)))
}
