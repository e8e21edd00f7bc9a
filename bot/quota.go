package bot

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

const (
	// gatherTime is how long a call is held back for others to share it, at
	// first; maxGatherTime when little is left of what Slack allows.
	gatherTime    = 500 * time.Millisecond
	maxGatherTime = 2 * gatherTime
	// askTime is what holding back leaves of the time of who waits.
	askTime = actTime - maxGatherTime
)

// quota is how often Slack lets a method that only reads be called.
type quota struct {
	// free is how many calls a minute are made at once. Where there were as
	// many, the next ones are held back, so that more people share each: the
	// longer, the more there were.
	free int
	log  *slog.Logger

	mu    sync.Mutex
	calls []time.Time // of the last minute
	until time.Time   // when Slack can be asked again
}

// gather waits for others to share the next call. The error is that of ctx,
// or Slack's own where it asks to wait for longer than ctx does.
func (q *quota) gather(ctx context.Context) error {
	q.mu.Lock()
	pause := time.Until(q.until)
	old := time.Now().Add(-time.Minute)
	q.calls = slices.DeleteFunc(q.calls, old.After)
	over := len(q.calls) - q.free
	q.mu.Unlock()

	end, limited := ctx.Deadline()
	left := time.Until(end)
	switch {
	case limited && left < pause:
		return &slack.RateLimitedError{RetryAfter: pause}
	case over < 0:
		return nil
	}
	hold := min(gatherTime*time.Duration(1+over*3/q.free), maxGatherTime)
	if limited {
		hold = min(hold, left-askTime)
	}
	return sleep(ctx, hold)
}

// call does a call, again after each 429 for as long as ctx leaves the time
// that Slack asks for. While Slack asks to wait, it is not asked.
func (q *quota) call(ctx context.Context, do func() error) error {
	var err error
	for {
		q.mu.Lock()
		pause := time.Until(q.until)
		if pause <= 0 {
			q.calls = append(q.calls, time.Now())
		}
		q.mu.Unlock()
		if pause > 0 {
			if err == nil {
				err = &slack.RateLimitedError{RetryAfter: pause}
			}
			if end, ok := ctx.Deadline(); ok && time.Until(end) < pause {
				return err
			}
			if sleep(ctx, pause) != nil {
				return err
			}
			continue
		}
		err = do()
		pause, refused := wait(err)
		if !refused {
			return err
		}
		q.log.Warn("Slack limits how often people are looked up; it is asked again", "in", pause.String())
		q.mu.Lock()
		q.until = time.Now().Add(pause)
		q.mu.Unlock()
	}
}
