package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"passcodebot/approvals"
)

const (
	// tellGrace is how long a stopping process still tells what has come of
	// requests. What it can't tell is told at the next start.
	tellGrace = 5 * time.Second
	// closeGrace is left for what was cut off to notice, and for the store.
	closeGrace = 2 * time.Second
)

// graces divides the grace of a stop: how long what is on its way is waited
// for, how long people are told, and what is left for the rest.
func graces(whole time.Duration) (finish, tell, end time.Duration) {
	tell, end = min(tellGrace, whole/4), min(closeGrace, whole/4)
	return whole - tell - end, tell, end
}

// work runs everything, and stops it in order: nothing new is taken in and no
// further reset is sent; then people are told; then the store is closed.
// Its life is that of what is on its way.
func (a *App) work(ctx, stopping, life context.Context, jobs *cron.Cron) {
	defer close(a.done)
	defer a.end()
	log := a.parts.Logger
	finish, tell, rest := graces(a.parts.Config.StopGrace)
	unhook := context.AfterFunc(stopping, func() {
		log.Info("stopping", "grace", a.parts.Config.StopGrace.String())
		cut := time.AfterFunc(finish, a.end)
		context.AfterFunc(life, func() { cut.Stop() })
	})
	defer unhook()
	telling, stopTelling := context.WithCancel(life)
	defer stopTelling()

	jobs.Start()

	part := func(parts *sync.WaitGroup, name string, run func() error) {
		parts.Go(func() {
			err := run()
			if err != nil {
				log.Error("part ended; all end", "part", name, "error", err)
			}
			a.stop(err)
		})
	}
	var working, publishing sync.WaitGroup
	part(&working, "receive", func() error { return a.bot.Receive(stopping) })
	part(&working, "run", func() error { return a.runner.Run(stopping) })
	part(&publishing, "publish", func() error { return a.bot.Publish(telling, tell) })
	log.Info("passcodebot is at work")

	go func() {
		defer close(a.gone)
		working.Wait()
		stopTelling()
		publishing.Wait()
		<-jobs.Stop().Done()
	}()
	select {
	case <-a.gone:
	case <-a.dead:
	case <-after(life, tell+rest/2):
		log.Warn("stopped without waiting any longer; what was on its way is settled at the next start")
	}
	if cause := context.Cause(stopping); !errors.Is(cause, context.Canceled) && ctx.Err() == nil {
		a.err = cause
	}
	closed := make(chan error, 1)
	go func() {
		if err := a.tell(context.WithoutCancel(ctx), approvals.Event{Kind: approvals.ProcessStopped}); err != nil {
			log.Warn("the log does not know of the stop", "error", err)
		}
		closed <- a.store.Close()
	}()
	select {
	case err := <-closed:
		if a.err == nil {
			a.err = err
		}
	case <-after(life, tell+rest):
		a.err = errOpen
	}
	log.Info("stopped")
}

// after is closed a while after the end of a life.
func after(life context.Context, d time.Duration) <-chan struct{} {
	over := make(chan struct{})
	context.AfterFunc(life, func() { time.AfterFunc(d, func() { close(over) }) })
	return over
}

// errOpen is the error of a stop whose disk hangs.
var errOpen = errors.New("the store could not be closed within the grace of the stop; it is as after a crash, and the next start goes on from there")
