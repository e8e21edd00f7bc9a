package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/alecthomas/kong"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/app"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/cmd/passcodebot/internal/config"
	"passcodebot/cmd/passcodebot/internal/sandbox"
)

// The exit codes.
const (
	exitOK      = 0 // it did what was asked
	exitFailed  = 1 // it could not
	exitMisused = 2 // the command line or the config is wrong
)

// cli is the command line.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the bot in a real workspace and tenant."`
	Check   checkCmd   `cmd:"" help:"Check the config and the environment alone, and report every problem at once."`
	Sandbox sandboxCmd `cmd:"" help:"Run the bot against a Slack and an Intune that are faked on this machine, with a page to act in."`
	Doctor  doctorCmd  `cmd:"" help:"Ask Slack, Entra, Graph and the store whether all is well, and say what to do where it is not. Changes nothing."`
	Policy  policyCmd  `cmd:"" help:"Try the rules of the config before they hold."`
	Audit   auditCmd   `cmd:"" help:"Read the log of all that was done."`
	Store   storeCmd   `cmd:"" help:"Look after the store of a bot that is stopped."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

type serveCmd struct {
	Config string `default:"passcodebot.yml" placeholder:"FILE" help:"The config file (default: ${default})."`
}

type checkCmd struct {
	Config string `default:"passcodebot.yml" placeholder:"FILE" help:"The config file (default: ${default})."`
}

type sandboxCmd struct {
	Dir        string `placeholder:"DIR" help:"Keep the database and the log in this folder, and start from what is there."`
	Port       int    `default:"0" placeholder:"N" help:"The page's port on 127.0.0.1 (default: any free one)."`
	Open       bool   `help:"Open the page in the browser."`
	ServeFakes bool   `help:"Run the fake Slack and the fake Intune alone, and print where they are and what opens them, for other programs to be tested against; with --dir also into its file fakes.env."`
	Tour       bool   `help:"Play the main job in the terminal, without anyone typing; exit 0 only if all of it happened."`
}

type versionCmd struct{}

// surroundings is what a command has of the world.
type surroundings struct {
	ctx            context.Context
	getenv         func(string) string
	stdout, stderr io.Writer
}

// exit is how kong's own exits, such as after --help, reach run.
type exit int

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exit:
			code = int(p)
		default:
			panic(p)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parser, err := kong.New(&cli{},
		kong.Name("passcodebot"),
		kong.Description("Android passcode resets through Microsoft Intune, asked for in Slack and approved by a second person."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
	)
	if err != nil {
		fmt.Fprintf(stderr, "passcodebot: %v\n", err)
		return exitFailed
	}
	if n := secretAmong(args); n > 0 {
		fmt.Fprintf(stderr, "passcodebot: argument %d looks like a secret, which other users of this machine can see there. "+
			"No command takes one: put it into a file of yours alone, and see docs/signing-in.md; --public-key takes the public key alone.\n", n)
		return exitMisused
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "passcodebot: %v.\nSee what can be asked with passcodebot --help.\n", err)
		return exitMisused
	}
	return report(command.Run(surroundings{ctx, getenv, stdout, stderr}), stderr)
}

// secretAmong returns which of the arguments looks like a secret, from 1, so
// that none of them is to be repeated; zero where none does. A public key in
// base64 looks like one.
func secretAmong(args []string) int {
	const flag = "--public-key"
	for i, arg := range args {
		value, public := strings.CutPrefix(arg, flag+"=")
		if public || i > 0 && args[i-1] == flag {
			_, err := audit.ParsePublicKey(value)
			public = err == nil
		}
		if !public && config.LooksSecret(arg) {
			return i + 1
		}
	}
	return 0
}

// report says what went wrong and returns the exit code.
func report(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	if code, ok := exitCodeOf(err); ok {
		return code
	}
	if problems, ok := errors.AsType[config.Problems](err); ok {
		fmt.Fprintln(stderr, problems.Error())
		return exitMisused
	}
	if e, ok := errors.AsType[*approvals.Error](err); ok {
		fmt.Fprintf(stderr, "passcodebot: %s\n", e.Sentence())
		if e.Err != nil {
			fmt.Fprintf(stderr, "The cause: %v\n", e.Err)
		}
		return exitFailed
	}
	fmt.Fprintf(stderr, "passcodebot: %v\n", err)
	return exitFailed
}

// Run runs the bot.
func (c serveCmd) Run(s surroundings) error {
	settings, err := config.Load(c.Config, s.getenv)
	if err != nil {
		return err
	}
	log := app.NewLogger(settings.Log, s.stderr)
	keepPrivate(log)
	a, err := app.Start(s.ctx, app.Parts{Config: settings, Logger: log})
	if err != nil {
		return s.unlessStopped(err)
	}
	return a.Wait()
}

// Run checks the config.
func (c checkCmd) Run(s surroundings) error {
	settings, err := config.Load(c.Config, s.getenv)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.stdout, "%s is in order: %s, requests wait %s, up to %d devices each.\n",
		c.Config, plural(settings.Quorum, "approval", "approvals"), approvals.Span(settings.TimeToLive), settings.MaxDevices)
	return nil
}

// Run runs the sandbox.
func (c sandboxCmd) Run(s surroundings) error {
	if c.Tour {
		if c != (sandboxCmd{Tour: true}) {
			return &approvals.Error{
				Kind: approvals.Invalid, Code: "tour-flags",
				Text: "The tour has no page and keeps nothing, so --dir, --port, --open and --serve-fakes mean nothing with it.", Hint: "Leave them out, or leave out --tour.",
			}
		}
		err := sandbox.Tour(s.ctx, s.stdout)
		if err != nil && s.ctx.Err() != nil {
			return errStopped
		}
		return err
	}
	run := sandbox.Run
	if c.ServeFakes {
		run = sandbox.ServeFakes
	}
	return s.unlessStopped(run(s.ctx, sandbox.Options{Dir: c.Dir, Port: c.Port, Browser: c.Open}, s.stdout))
}

// errStopped says that a tour was broken off: not all of it happened.
var errStopped = errors.New("the tour was stopped")

// unlessStopped drops the error of a start that was broken off because
// somebody stopped it.
func (s surroundings) unlessStopped(err error) error {
	if s.ctx.Err() != nil {
		return nil
	}
	return err
}

// Run prints the version.
func (versionCmd) Run(s surroundings) error {
	fmt.Fprintf(s.stdout, "passcodebot %s (%s, %s/%s)\n", app.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
