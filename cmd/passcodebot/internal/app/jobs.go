package app

import (
	"context"
	"time"

	"github.com/robfig/cron/v3"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/cmd/passcodebot/internal/config"
)

const (
	// firstAnchor is how long after the start the log is anchored, which
	// tells that there was one.
	firstAnchor = 10 * time.Second
	// firstLook is how long after the start resets outside are looked for.
	firstLook = 5 * time.Second
	// lookTime bounds one look.
	lookTime = 2 * time.Minute
)

// jobs are what the clock starts: the sweep, the purge, the verification of the
// log, its anchors, and the look for resets outside.
func (a *App) jobs(ctx context.Context) (*cron.Cron, error) {
	c := a.parts.Config
	jobs := cron.New(cron.WithLogger(cron.DiscardLogger))
	sweep, err := config.ParseSchedule(c.Sweep)
	if err != nil {
		return nil, err
	}
	jobs.Schedule(sweep, cron.FuncJob(a.Sweep))
	purger{a.store, c.Retention, a.parts.Now, a.parts.Logger}.schedule(ctx, jobs)
	a.verifier.schedule(ctx, jobs)
	if o := c.OutsideResets; o.Channel != "" {
		look := cron.NewChain(cron.SkipIfStillRunning(cron.DiscardLogger)).Then(cron.FuncJob(func() { a.lookOutside(ctx) }))
		jobs.Schedule(&soonAnd{wait: firstLook, then: cron.Every(o.Every)}, look)
	}
	to := c.Audit.Anchors
	if to.Channel == "" && to.File == "" && to.Syslog == "" {
		return jobs, nil
	}
	schedule, err := config.ParseSchedule(to.Schedule)
	if err != nil {
		return nil, err
	}
	anchors, err := a.anchors()
	if err != nil {
		return nil, err
	}
	jobs.Schedule(&soonAnd{wait: firstAnchor, then: schedule}, cron.FuncJob(func() { anchors.Run(ctx) }))
	return jobs, nil
}

// lookOutside records the resets that were not asked for here.
func (a *App) lookOutside(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	from := a.since
	// Of what was purged it is not known any more whose resets were ours.
	if keeps := a.parts.Config.Retention; keeps > 0 {
		if kept := a.parts.Now().Add(-keeps + purgeEvery); kept.After(from) {
			from = kept
		}
	}
	n, err := a.runner.LookOutside(ctx, from)
	switch {
	case err != nil && ctx.Err() != context.Canceled:
		a.parts.Logger.Error("not looked for resets outside; the next look goes as far back", "code", approvals.AsError(err).Code, "error", err)
	case n > 0:
		a.parts.Logger.Warn("resets outside of passcodebot", "resets", n)
	}
}

// anchors is the job that anchors the log.
func (a *App) anchors() (*audit.Job, error) {
	c := a.parts.Config.Audit.Anchors
	job := &audit.Job{
		Log: a.store, Key: c.Key.Private(), Sinks: map[string]audit.Sink{}, Now: a.parts.Now,
		Logger: a.parts.Logger.With("part", "anchors"), Changed: a.bot.Nudge,
	}
	if c.File != "" {
		job.Sinks["file"] = audit.File(c.File)
	}
	if c.Syslog != "" {
		syslog, err := audit.NewSyslog(c.Syslog)
		if err != nil {
			return nil, err
		}
		job.Sinks["syslog"] = syslog
	}
	return job, nil
}
