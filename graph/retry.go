package graph

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

const (
	firstDelay = 50 * time.Millisecond
	maxDelay   = 10 * time.Second
	// maxRetryAfter is the longest wait that is worth it: Intune's limits
	// are about 20 seconds.
	maxRetryAfter = 2 * time.Minute
	// readTries and resetTries bound how often a call is sent; the time that
	// the caller's context leaves bounds it as well.
	readTries  = 9
	resetTries = 12
)

// delay is how long to wait before a call is sent again: as long as the
// answer says, else twice as long each time, with some chance in it, so that
// many calls don't come back at the same instant.
func delay(header http.Header, tried int, now time.Time) time.Duration {
	if d, ok := retryAfter(header, now); ok {
		return d + jitter(time.Second/2)
	}
	d := min(maxDelay, firstDelay<<min(tried-1, 10))
	return d - d/4 + jitter(d/2)
}

func jitter(below time.Duration) time.Duration { return rand.N(below) }

// retryAfter reads the header Retry-After: seconds or a date.
func retryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	value := header.Get("Retry-After")
	if value == "" {
		return 0, false
	}
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 && seconds < 1<<20 {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
