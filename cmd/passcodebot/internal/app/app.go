// Package app puts passcodebot together: it opens the store, signs in to
// Slack and Entra, and runs the rules, the Slack side and the sweep until it
// is told to stop. It has no rules of its own.
package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/bot/words"
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
	way     string    // how it signs in to Entra, in words
	since   time.Time // when its store began
	store   store.Store
	service *approvals.Service
	runner  *approvals.Runner
	bot     *bot.Bot
	intune  *graph.Client

	verifier *verifier

	stop context.CancelCauseFunc
	end  context.CancelFunc // of what is on its way
	kill func()
	dead chan struct{} // closed by kill
	done chan struct{}
	gone chan struct{} // closed once every part has ended
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
	a := &App{parts: p, done: make(chan struct{}), dead: make(chan struct{}), gone: make(chan struct{})}
	a.kill = sync.OnceFunc(func() { close(a.dead) })
	s, err := store.Open(ctx, p.Config.Store)
	if err != nil {
		return nil, err
	}
	if p.Wrap != nil {
		s = p.Wrap(s)
	}
	a.store = s
	a.verifier = &verifier{store: s, now: p.Now, log: p.Logger.With("part", "verify")}
	a.verifier.recall(ctx)
	if a.since, err = began(ctx, s, p.Now()); err != nil {
		return nil, closing(s, err)
	}
	// What can't be read of what is open is found now: later it would hold up
	// everything.
	if _, err := s.Open(ctx); err != nil {
		return nil, closing(s, err)
	}
	if err := a.assemble(ctx); err != nil {
		return nil, closing(s, err)
	}
	stopping, stop := context.WithCancelCause(ctx)
	a.stop = stop
	jobs, err := a.jobs(stopping)
	if err != nil {
		return nil, closing(s, err)
	}
	// Whatever does not finish in time is cut off, which is as safe as a crash.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	a.end = end
	go a.work(ctx, stopping, life, jobs)
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
	credentials := Credentials(c.Azure)
	a.way = credentials.String()
	intune, err := graph.New(graph.Config{
		Cloud: cloud, Endpoint: c.Endpoints.Graph, Authority: c.Endpoints.Entra, Transport: a.parts.GraphTransport,
		Logger: a.parts.Logger.With("part", "graph"), Credentials: credentials,
	})
	if err != nil {
		return err
	}
	a.intune = intune
	var who bot.Identity
	directory := bot.NewDirectory(api, a.parts.Logger.With("part", "directory")).WithEntraID(c.Slack.EntraIDField)
	err = a.signIn(ctx,
		func(ctx context.Context) (err error) { who, err = bot.SignIn(ctx, api); return err },
		intune.SignIn,
		func(ctx context.Context) error { return knowGroups(ctx, directory, c) },
	)
	if err != nil {
		return err
	}
	a.parts.Logger.Info("signed in", "workspace", who.Space, "team", who.Home.Team, "bot", who.User)
	// Nothing is done that the log does not know by whom.
	if err := a.tell(ctx, a.begun(who)...); err != nil {
		return err
	}

	policy := c.Policy(who.Home)
	if a.parts.FollowUp != nil {
		policy.FollowUp = a.parts.FollowUp
	}
	rules := approvals.Config{
		Store: a.store, Queue: a.store, Devices: intune, Directory: directory, Recent: directory.Recent(), Shown: directory.Shown(),
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
		API: api, Acts: a.service, Requests: a.store, Outbox: a.store, Directory: directory, Health: a.health, Space: who.At, Language: words.Language(c.Language), Languages: languages(c),
		Logger: a.parts.Logger, Now: a.parts.Now, Self: who.User, App: who.App, Home: who.Home, MaxReason: c.MaxReason, PostPause: a.parts.PostPause, Transport: a.parts.SlackTransport,
		Notices: bot.Notices{
			BreakGlass: c.BreakGlass.Notice, Outside: c.OutsideResets.Channel, Anchors: c.Audit.Anchors.Channel,
		},
		DevicePage: func(id string) string { return graph.DevicePage(cloud, id) },
	})
	return err
}

// languages are those of single channels.
func languages(c config.Config) map[string]words.Language {
	all := map[string]words.Language{}
	for _, one := range c.Languages {
		all[one.Channel] = words.Language(one.Language)
	}
	return all
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

// Credentials are those of a config, as package graph takes them.
func Credentials(a config.Azure) graph.Credentials {
	return graph.Credentials{
		TenantID: a.TenantID, ClientID: a.ClientID,
		ClientSecret: a.ClientSecret.Reveal(), ClientSecretFile: a.ClientSecretFile, CertificatePath: a.CertificatePath,
		CertificatePassword: a.CertificatePassword.Reveal(),
		FederatedTokenFile:  a.FederatedTokenFile, ManagedIdentity: a.ManagedIdentity, CLI: a.CLI,
	}
}

// knowGroups makes sure that the user groups of the config exist, so that a
// wrong id is found at the start and not at the first request.
func knowGroups(ctx context.Context, d *bot.Directory, c config.Config) error {
	seen := map[string]bool{}
	named := map[string][]string{
		"requesters": c.Requesters.Groups, "approvers": c.Approvers.Groups,
		"break_glass": c.BreakGlass.Who.Groups, "break_glass.reviewers": c.BreakGlass.Reviewers.Groups,
		"escalation": c.Escalation.Groups, "admins": c.Admins.Groups,
	}
	for _, r := range c.Rules {
		named["rules, "+r.Name+": approvers"] = r.Terms.Approvers.Groups
		named["rules, "+r.Name+": requester"] = r.When.Requesters.Groups
	}
	for key, groups := range named {
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

// Kill ends the App without the grace of a stop: what is on its way is not
// waited for. Like a killed process it leaves to the next start what it had
// begun. It is for who has made sure that nothing that still runs for a while
// has an effect; Gone tells when nothing does.
func (a *App) Kill() {
	a.stop(nil)
	a.end()
	a.kill()
}

// Gone is closed once nothing of the App runs any more, which after a Kill may
// be later than Wait.
func (a *App) Gone() <-chan struct{} { return a.gone }

// Wait returns once the App has stopped: nil where it was told to, else why.
func (a *App) Wait() error {
	<-a.done
	return a.err
}
