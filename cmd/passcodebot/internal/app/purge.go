package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"passcodebot/store"
)

const (
	// purgeEvery is the pause between two purges.
	purgeEvery = time.Hour
	// purgeAtOnce is how many requests one commit takes away.
	purgeAtOnce = 200
)

// purger takes away requests that ended long ago.
type purger struct {
	store     store.Store
	retention time.Duration // zero keeps everything
	now       func() time.Time
	log       *slog.Logger
}

// schedule adds the purge to the jobs, where there is anything to purge.
func (p purger) schedule(ctx context.Context, jobs *cron.Cron) {
	if p.retention > 0 {
		jobs.Schedule(&soonAnd{wait: firstPurge, then: cron.Every(purgeEvery)}, cron.FuncJob(func() { p.purge(ctx) }))
	}
}

// firstPurge is how long after the start the first purge is. It is not at once,
// because a machine's clock can be wrong until it has asked for the time.
const firstPurge = 10 * time.Minute

// soonAnd is due soon after the start too: a process that never lives for long
// would never get to it.
type soonAnd struct {
	wait  time.Duration
	then  cron.Schedule
	begun bool
}

// Next implements cron.Schedule.
func (s *soonAnd) Next(now time.Time) time.Time {
	if !s.begun {
		s.begun = true
		return now.Add(s.wait)
	}
	return s.then.Next(now)
}

// purge takes away what is older than the retention, until ctx is done. What
// it leaves, the next one takes.
func (p purger) purge(ctx context.Context) {
	before := p.now().Add(-p.retention)
	total := 0
	for ctx.Err() == nil {
		n, err := p.store.Purge(ctx, before, purgeAtOnce)
		total += n
		if err != nil && ctx.Err() == nil {
			p.log.Error("old requests not purged; the next purge tries again", "before", before, "purged", total, "error", err)
			return
		}
		if err != nil || n == 0 {
			break
		}
	}
	if total > 0 {
		p.log.Info("old requests purged", "before", before, "purged", total)
	}
}
