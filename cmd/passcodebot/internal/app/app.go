// Package app puts passcodebot together: it opens the store, signs in to
// Slack and Entra, and runs the rules, the Slack side and the sweep until it
// is told to stop. It has no rules of its own.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/graph"
	"passcodebot/store"
)

// Parts is what an App is made of. All but Config and Logger is for tests and
// the sandbox.
type Parts struct {
	Config config.Config
	Logger *slog.Logger
	Now    func() time.Time // time.Now where it is nil
	// FollowUp are the waits between two looks at devices after their reset;
	// nil means approvals.DefaultFollowUp.
	FollowUp []time.Duration

	GraphTransport http.RoundTripper // carries the calls to Graph and Entra
	SlackTransport http.RoundTripper // carries the calls to Slack's Web API and to response_urls
	// Wrap stands between the product and its store; nil for nothing.
	Wrap func(store.Store) store.Store
	// PostPause is the pause between two posts to a channel; zero means the
	// second that Slack asks for.
	PostPause time.Duration
}

// App is passcodebot at work.
type App struct {
	parts   Parts
	store   store.Store
	service *approvals.Service
	runner  *approvals.Runner
	bot     *bot.Bot

	stop context.CancelCauseFunc
	done chan struct{}
	err  error
}

// Start opens and signs in to everything and begins to work. It stops when
// ctx is done; Wait then returns. The error is an *approvals.Error where a
// person can mend it: the store is in use, a token is wrong, a permission is
// missing.
func Start(ctx context.Context, p Parts) (*App, error) {
	if p.Logger == nil {
		p.Logger = slog.New(slog.DiscardHandler)
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	a := &App{parts: p, done: make(chan struct{})}
	s, err := store.Open(ctx, p.Config.Store)
	if err != nil {
		return nil, err
	}
	if p.Wrap != nil {
		s = p.Wrap(s)
	}
	a.store = s
	if err := a.assemble(ctx); err != nil {
		return nil, closing(s, err)
	}
	stopping, stop := context.WithCancelCause(ctx)
	a.stop = stop
	schedule, err := config.ParseSchedule(p.Config.Sweep)
	if err != nil {
		return nil, closing(s, err)
	}
	go a.work(ctx, stopping, schedule)
	return a, nil
}

func closing(s store.Store, err error) error {
	if closed := s.Close(); closed != nil {
		return fmt.Errorf("%w; then the store: %w", err, closed)
	}
	return err
}

// assemble signs in and makes the parts that work.
func (a *App) assemble(ctx context.Context) error {
	c := a.parts.Config
	api, err := bot.NewAPI(c.Slack.BotToken.Reveal(), c.Slack.AppToken.Reveal(), c.Endpoints.Slack, a.parts.SlackTransport)
	if err != nil {
		return err
	}
	cloud, err := graph.ParseCloud(c.Cloud)
	if err != nil {
		return err
	}
	intune, err := graph.New(graph.Config{
		Cloud: cloud, Endpoint: c.Endpoints.Graph, Authority: c.Endpoints.Entra, Transport: a.parts.GraphTransport,
		Logger: a.parts.Logger.With("part", "graph"),
		Credentials: graph.Credentials{
			TenantID: c.Azure.TenantID, ClientID: c.Azure.ClientID,
			ClientSecret: c.Azure.ClientSecret.Reveal(), CertificatePath: c.Azure.CertificatePath,
			CertificatePassword: c.Azure.CertificatePassword.Reveal(),
			FederatedTokenFile:  c.Azure.FederatedTokenFile, ManagedIdentity: c.Azure.ManagedIdentity,
		},
	})
	if err != nil {
		return err
	}
	var who bot.Identity
	directory := bot.NewDirectory(api, a.parts.Logger.With("part", "directory"))
	err = a.signIn(ctx,
		func(ctx context.Context) (err error) { who, err = bot.SignIn(ctx, api); return err },
		intune.SignIn,
		func(ctx context.Context) error { return knowGroups(ctx, directory, c) },
	)
	if err != nil {
		return err
	}
	a.parts.Logger.Info("signed in", "workspace", who.Space, "team", who.Home.Team, "bot", who.User)

	policy := c.Policy(who.Home)
	if a.parts.FollowUp != nil {
		policy.FollowUp = a.parts.FollowUp
	}
	rules := approvals.Config{
		Store: a.store, Queue: a.store, Devices: intune, Directory: directory, Recent: directory.Recent(),
		Policy: policy, Now: a.parts.Now, Logger: a.parts.Logger,
		Changed: func() { a.runner.Nudge(); a.bot.Nudge() },
	}
	if a.runner, err = approvals.NewRunner(rules, owner()); err != nil {
		return err
	}
	if a.service, err = approvals.NewService(rules); err != nil {
		return err
	}
	a.bot, err = bot.New(bot.Config{
		API: api, Acts: a.service, Requests: a.store, Outbox: a.store,
		Logger: a.parts.Logger, Now: a.parts.Now, Self: who.User, MaxReason: c.MaxReason, PostPause: a.parts.PostPause, Transport: a.parts.SlackTransport,
		DevicePage: func(id string) string { return graph.DevicePage(cloud, id) },
	})
	return err
}

// owner names this process for leases.
func owner() string { return fmt.Sprintf("%d-%s", os.Getpid(), rand.Text()) }

// The waits between two tries to sign in while the other side is silent.
const (
	firstWait = time.Second
	lastWait  = 30 * time.Second
)

// signIn does each step, and again while the other side does not answer.
// What only a person can mend ends it.
func (a *App) signIn(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		for pause := firstWait; ; pause = min(2*pause, lastWait) {
			err := step(ctx)
			if err == nil {
				break
			}
			if approvals.KindOf(err) != approvals.Unavailable {
				return err
			}
			a.parts.Logger.Warn("not signed in; tried again", "in", pause.String(), "error", err)
			timer := time.NewTimer(pause)
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return err
			}
		}
	}
	return nil
}

// knowGroups makes sure that the user groups of the config exist, so that a
// wrong id is found at the start and not at the first request.
func knowGroups(ctx context.Context, d *bot.Directory, c config.Config) error {
	seen := map[string]bool{}
	for key, groups := range map[string][]string{"requesters": c.Requesters.Groups, "approvers": c.Approvers.Groups} {
		for _, g := range groups {
			if seen[g] {
				continue
			}
			seen[g] = true
			if _, err := d.Members(ctx, g); err != nil {
				e := *approvals.AsError(err)
				if e.Kind == approvals.Invalid {
					e.Text = fmt.Sprintf("%s.groups in the config: %s", key, e.Text)
				}
				return &e
			}
		}
	}
	return nil
}

// Sweep looks at every deadline now, as the schedule does.
func (a *App) Sweep() { a.runner.Nudge() }

// Stop tells the App to stop, as the end of its context does.
func (a *App) Stop() { a.stop(nil) }

// Wait returns once the App has stopped: nil where it was told to, else why.
func (a *App) Wait() error {
	<-a.done
	return a.err
}

// work runs everything, and stops it in order: what is taken in first, then
// the resets, then what people are told, then the store.
func (a *App) work(ctx, stopping context.Context, schedule cron.Schedule) {
	defer close(a.done)
	log := a.parts.Logger
	// Whatever does not finish within the grace is cut off, which is as safe
	// as a crash.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	unhook := context.AfterFunc(stopping, func() {
		log.Info("stopping", "grace", a.parts.Config.StopGrace.String())
		cut := time.AfterFunc(a.parts.Config.StopGrace, end)
		context.AfterFunc(life, func() { cut.Stop() })
	})
	defer unhook()
	resetting, stopResets := context.WithCancel(life)
	telling, stopTelling := context.WithCancel(life)
	defer stopResets()
	defer stopTelling()

	jobs := cron.New(cron.WithLogger(cron.DiscardLogger))
	jobs.Schedule(schedule, cron.FuncJob(a.Sweep))
	purger{a.store, a.parts.Config.Retention, a.parts.Now, log}.schedule(stopping, jobs)
	jobs.Start()

	var parts sync.WaitGroup
	part := func(name string, run func() error, then context.CancelFunc) {
		parts.Go(func() {
			defer then()
			if err := run(); err != nil {
				log.Error("part ended; all end", "part", name, "error", err)
				a.stop(err)
				return
			}
			a.stop(nil)
		})
	}
	part("receive", func() error { return a.bot.Receive(stopping) }, stopResets)
	part("run", func() error { return a.runner.Run(resetting) }, stopTelling)
	part("publish", func() error { return a.bot.Publish(telling, tellGrace) }, func() {})
	log.Info("passcodebot is at work")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		parts.Wait()
		<-jobs.Stop().Done()
	}()
	select {
	case <-ended:
	case <-overdue(life):
		// A disk that hangs can hold up anything, also the closing of the store.
		a.err = errOverdue
		log.Error("stopped without waiting any longer", "error", a.err)
		return
	}

	if cause := context.Cause(stopping); !errors.Is(cause, context.Canceled) && ctx.Err() == nil {
		a.err = cause
	}
	if err := a.store.Close(); err != nil && a.err == nil {
		a.err = err
	}
	log.Info("stopped")
}

// overdue is closed a while after the end of a life that was cut off.
func overdue(life context.Context) <-chan struct{} {
	over := make(chan struct{})
	context.AfterFunc(life, func() { time.AfterFunc(cutGrace, func() { close(over) }) })
	return over
}

// cutGrace is how long what was cut off may take to notice.
const cutGrace = 2 * time.Second

var errOverdue = errors.New("something did not end within the grace of a stop; what it was about is settled at the next start")

// tellGrace is how long a stopping process still tells what has come of
// requests. What it can't tell is told at the next start.
const tellGrace = 5 * time.Second
