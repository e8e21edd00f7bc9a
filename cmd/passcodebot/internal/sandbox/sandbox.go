// Package sandbox runs passcodebot against a Slack and an Intune that are
// faked on loopback, with a page to act in. It differs from a real
// installation in its configuration only. No data leaves the machine.
package sandbox

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/graph/fakeintune"
)

//go:embed sandbox.yml
var settings []byte

// Options is how the sandbox runs.
type Options struct {
	Dir     string // where the database and the log stay; empty for a folder that is removed at the end
	Port    int    // the page's; zero for any free one
	Browser bool   // open the page in the browser
}

// The app that the fake Entra knows.
const (
	clientID     = "5a4d0000-0000-4000-8000-0000005a4db0"
	clientSecret = "not-a-secret: it opens the sandbox and nothing else"
)

// Run runs the sandbox until ctx is done, and prints the page's address.
func Run(ctx context.Context, o Options, stdout io.Writer) (err error) {
	dir, remove, err := folder(o.Dir)
	if err != nil {
		return err
	}
	defer remove()
	file, err := os.OpenFile(filepath.Join(dir, "passcodebot.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return unusable(o.Dir, err)
	}
	defer file.Close()
	listener, err := listen(o.Port)
	if err != nil {
		return err
	}
	defer listener.Close()
	fleet, err := readFleet(dir)
	if err != nil {
		return err
	}
	left, err := readRest(dir)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	clock := wallClock(left.Ahead)
	w, err := Open(ctx, World{Dir: dir, Now: clock.Now, EditIntune: func(c *fakeintune.Config) {
		if fleet != nil {
			c.Devices = fleet
		}
		// Who signed in does not know that the clock was moved.
		c.TokenLife = 10 * 365 * 24 * time.Hour
	}, Log: slog.New(slog.NewTextHandler(file, nil))})
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, writeKept(dir, fleetFile, w.Intune.Devices()), w.Close())
	}()

	c, err := NewControl(ctx, w, clock)
	if err != nil {
		return err
	}
	served, closePage := serve(listener, w.Slack.Page(map[string]http.Handler{"/fleet/": w.Intune.Control(), "/sandbox/": c.Handler()}))
	fmt.Fprintf(stdout, "The sandbox is at http://%s\nSlack and Intune are faked on this machine; nothing leaves it. Ctrl-C ends it", listener.Addr())
	if o.Dir == "" {
		fmt.Fprintln(stdout, " and removes all that it wrote.")
	} else {
		fmt.Fprintf(stdout, "; %s keeps the database and the log.\n", o.Dir)
	}
	if o.Browser {
		browse("http://"+listener.Addr().String(), stdout)
	}
	select {
	case err = <-c.Ended():
	case err = <-served:
	case <-ctx.Done():
	}
	stop()
	closePage()
	return errors.Join(err, c.Close())
}

// folder returns the folder to work in, and what removes it at the end.
func folder(dir string) (string, func(), error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", nil, unusable(dir, err)
		}
		return dir, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "passcodebot-sandbox-")
	if err != nil {
		return "", nil, unusable(os.TempDir(), err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}

func unusable(dir string, err error) error {
	return &approvals.Error{
		Kind: approvals.Invalid, Code: "folder", Err: err,
		Text: fmt.Sprintf("The sandbox cannot write to the folder %q: %v.", dir, err),
		Hint: "Choose another with --dir, or leave it out for a temporary one.",
	}
}

// World is what surrounds the product: the fakes, with the product at work
// between them. The zero values of its settings are the sandbox's own.
type World struct {
	Dir    string           // where the database is
	Log    *slog.Logger     // nobody where it is nil
	Now    func() time.Time // time.Now where it is nil
	Slack  *fakeslack.Server
	Intune *fakeintune.Server
	App    *app.App

	// EditSlack, EditIntune and EditConfig change the sample before it
	// starts; nil for no change.
	EditSlack  func(*fakeslack.Config)
	EditIntune func(*fakeintune.Config)
	EditConfig func(*config.Config)
	// EditParts changes what the product is made of, at each of its starts.
	EditParts func(*app.Parts)

	parts app.Parts
	news  *news
	life  *life
	dead  []*app.App
}

// Open starts the fakes and the product.
func Open(ctx context.Context, w World) (*World, error) {
	if w.Now == nil {
		w.Now = time.Now
	}
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	w.news = newNews()
	space := fakeslack.SampleWorkspace()
	space.Now = w.Now
	if w.EditSlack != nil {
		w.EditSlack(&space)
	}
	tenant := tenant(w.Now)
	if w.EditIntune != nil {
		w.EditIntune(&tenant)
	}
	var err error
	if w.Slack, err = fakeslack.Start(space); err != nil {
		return nil, err
	}
	if w.Intune, err = fakeintune.Start(tenant); err != nil {
		w.Slack.Close()
		return nil, err
	}
	c, err := config.Parse("sandbox.yml", settings, environment(space.App))
	if err == nil {
		c.Endpoints = config.Endpoints{Slack: w.Slack.URL(), Graph: w.Intune.URL(), Entra: w.Intune.URL()}
		c.Store = "bolt:" + filepath.Join(w.Dir, "passcodebot.db")
		if w.EditConfig != nil {
			w.EditConfig(&c)
		}
		w.parts = app.Parts{
			Config: c, Logger: w.Log, Now: w.Now,
			// Devices check in after seconds here, and not after hours.
			FollowUp:       []time.Duration{2 * time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute},
			GraphTransport: w.Intune.Client().Transport,
		}
		err = w.Restart(ctx)
	}
	if err != nil {
		w.Slack.Close()
		w.Intune.Close()
		return nil, err
	}
	return &w, nil
}

// tenant is the sample tenant: a fleet, and the app that may reset it.
func tenant(now func() time.Time) fakeintune.Config {
	return fakeintune.Config{
		Now: now, Latency: 150 * time.Millisecond, CheckIn: 4 * time.Second,
		Devices: fakeintune.SampleFleet(now()),
		Apps: []fakeintune.App{{
			ClientID: clientID, Secret: clientSecret,
			Roles: []string{fakeintune.RoleRead, fakeintune.RolePrivileged},
		}},
	}
}

// Restart starts the product, again where it has been stopped. It stops when
// ctx is done.
func (w *World) Restart(ctx context.Context) error {
	w.life = newLife(w.news)
	started, err := w.begin(ctx, w.life)
	if err == nil {
		w.App = started
	}
	return err
}

// begin starts the product for a life.
func (w *World) begin(ctx context.Context, l *life) (*app.App, error) {
	parts := w.parts
	if w.EditParts != nil {
		w.EditParts(&parts)
	}
	l.take(&parts)
	ctx, cancel := context.WithCancel(ctx)
	context.AfterFunc(l.over, cancel)
	return app.Start(ctx, parts)
}

// Kill ends the product as kill -9 does, as near as one process can come to
// it: nothing that it still does has an effect, and its database is let go as
// it is.
func (w *World) Kill() {
	w.cut()
	w.App.Kill()
	_ = w.App.Wait() // why the dead ended is nothing to anybody
	w.dead = append(w.dead, w.App)
}

// cut ends the life that there is.
func (w *World) cut() {
	// Its sockets go first: an envelope that came between would be answered by
	// what can store nothing any more.
	w.life.hung.Store(true)
	w.Slack.CutSockets()
	w.life.stop()
	w.Slack.CutSockets()
}

// Store is the address of the product's store.
func (w *World) Store() string { return w.parts.Config.Store }

// Connected waits until the product is connected to Slack.
func (w *World) Connected(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return w.Slack.Wait(ctx, func() bool { return w.Slack.Sockets() > 0 })
}

// Close stops the product and then the fakes.
func (w *World) Close() error {
	w.App.Stop()
	err := w.App.Wait()
	if w.life.ended() {
		err = nil // it was killed
	}
	for _, a := range w.dead {
		<-a.Gone()
	}
	return errors.Join(err, w.Intune.Close(), w.Slack.Close())
}

// environment is what the product reads its secrets from.
func environment(a fakeslack.App) func(string) string {
	return func(name string) string {
		return map[string]string{
			"SLACK_BOT_TOKEN":     a.BotToken,
			"SLACK_APP_TOKEN":     a.AppToken,
			"AZURE_TENANT_ID":     fakeintune.SampleTenant,
			"AZURE_CLIENT_ID":     clientID,
			"AZURE_CLIENT_SECRET": clientSecret,
		}[name]
	}
}
