package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"passcodebot/cmd/passcodebot/internal/config"
)

type doctorCmd struct {
	Config  string        `default:"passcodebot.yml" placeholder:"FILE" help:"The config file (default: ${default})."`
	Timeout time.Duration `default:"1m" placeholder:"TIME" help:"How long each service is waited for (default: ${default})."`
	Socket  bool          `help:"Also open a socket to Slack for a moment, to count the others of this app. Slack may send somebody's command or click to it, which that person then has to repeat."`
	JSON    bool          `name:"json" help:"Print JSON."`
}

// Help implements kong.HelpProvider.
func (doctorCmd) Help() string {
	return `It looks at the config, Slack, Entra and Graph, the store and the clock, says of each what is well (✔), what deserves a look (!) and what is wrong (✖), and below it what to do. It changes nothing, makes no file, and can run beside the bot, as the same user and with the same environment.

Exit codes: 0 nothing is wrong (there may be warnings), 2 the config or the environment, 3 Slack, 4 Entra, Graph or the clock, 5 the store. Where several are wrong, the lowest: mend that first, and run it again.`
}

// mark is how a check came out.
type mark string

// The marks.
const (
	well  mark = "ok"
	note  mark = "note"    // nothing is wrong; it should be known
	warns mark = "warning" // it works, and deserves a look
	wrong mark = "error"
)

// check is one thing that was looked at.
type check struct {
	Mark mark   `json:"mark"`
	Code string `json:"code"` // a short fixed name
	Text string `json:"text"` // what was found, a sentence
	Hint string `json:"hint,omitempty"`
	Ref  string `json:"ref,omitempty"` // what the other side's support asks for
}

// section is what was found in one place.
type section struct {
	Name   string  `json:"name"`
	Checks []check `json:"checks"`
	exit   int     // the exit code where something is wrong
}

func (s section) has(m mark) int {
	n := 0
	for _, c := range s.Checks {
		if c.Mark == m {
			n++
		}
	}
	return n
}

// The exit codes of doctor, beside those of every command.
const (
	exitSlack = 3
	exitEntra = 4
	exitStore = 5
)

// exitError is an outcome that is said already and has an exit code of its own.
type exitError int

// Error implements error.
func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// diagnosis is all that was found; --json prints it.
type diagnosis struct {
	Version  int       `json:"version"`
	ExitCode int       `json:"exit_code"`
	Sections []section `json:"sections"`
}

// Run examines everything.
func (c doctorCmd) Run(s surroundings) error {
	d := c.examine(s)
	var err error
	if c.JSON {
		err = printJSON(s.stdout, d)
	} else {
		err = d.print(s.stdout)
	}
	if err == nil && d.ExitCode != exitOK {
		err = exitError(d.ExitCode)
	}
	return err
}

// examine looks at everything, at the services at the same time.
func (c doctorCmd) examine(s surroundings) diagnosis {
	settings, problems := config.Survey(c.Config, s.getenv)
	bad := faults{problems}
	var slack, entra, store []check
	var looking sync.WaitGroup
	look := func(into *[]check, what string, unknown bool, examine func(context.Context) []check) {
		if unknown {
			*into = []check{{note, "not-asked", what + " was not looked at, because what it needs from the config is wrong.", "Mend the config first, and run this again.", ""}}
			return
		}
		looking.Go(func() {
			ctx, cancel := context.WithTimeout(s.ctx, c.Timeout)
			defer cancel()
			*into = examine(ctx)
		})
	}
	unread := settings.Requesters.Empty() && settings.Approvers.Empty()
	look(&slack, "Slack", unread || bad.about("SLACK_", "slack", "endpoints.slack"), func(ctx context.Context) []check { return c.slack(ctx, settings) })
	look(&entra, "Entra", unread || bad.about("AZURE_", "azure", "cloud", "endpoints.graph", "endpoints.entra"), func(ctx context.Context) []check { return examineEntra(ctx, settings) })
	look(&store, "The store", unread || bad.about("store"), func(ctx context.Context) []check { return examineStore(ctx, settings) })
	looking.Wait()

	entra, clock := divide(entra, func(k check) bool { return strings.HasPrefix(k.Code, "clock") })
	if len(clock) == 0 {
		clock = []check{{note, "clock-unknown", "The clock was not compared: neither Entra nor Graph told the time.", "", ""}}
	}
	d := diagnosis{Version: 1, Sections: []section{
		{"Config", append(examineConfig(c.Config, settings, problems), examineProcess()...), exitMisused},
		{"Slack", slack, exitSlack},
		{"Entra and Graph", entra, exitEntra},
		{"Store", store, exitStore},
		{"Clock", clock, exitEntra},
	}}
	for _, found := range d.Sections {
		if found.has(wrong) > 0 && (d.ExitCode == exitOK || found.exit < d.ExitCode) {
			d.ExitCode = found.exit
		}
	}
	return d
}

// divide takes out of checks those that belong elsewhere.
func divide(checks []check, elsewhere func(check) bool) (rest, out []check) {
	for _, k := range checks {
		if elsewhere(k) {
			out = append(out, k)
		} else {
			rest = append(rest, k)
		}
	}
	return rest, out
}

// faults is what is wrong with the config.
type faults struct{ config.Problems }

// about says that a key or a variable that begins like one of these is wrong.
func (f faults) about(prefixes ...string) bool {
	return slices.ContainsFunc(f.Problems, func(p config.Problem) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(p.Key, prefix) })
	})
}

// exitCodeOf returns the exit code of an error that has one of its own.
func exitCodeOf(err error) (code int, ok bool) {
	e, ok := errors.AsType[exitError](err)
	return int(e), ok
}
