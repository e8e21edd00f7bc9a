package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"passcodebot/cmd/chaos/internal/check"
	"passcodebot/cmd/internal/botprocess"
)

// The exit codes.
const (
	exitHeld   = 0 // every promise
	exitBroken = 1 // a promise
	exitUnmade = 2 // the run itself could not be made
)

// What every run is like.
const (
	quorum      = 2
	perRound    = 20 // devices
	roundTime   = 1900 * time.Millisecond
	stopGrace   = 10 * time.Second
	followUpFor = time.Minute // the shortest that the bot takes
)

// options is what a run is told.
type options struct {
	botFile   string
	auditFile string // the bot that reads the audit in the end; botFile where it is empty
	fakesFile string
	rounds    int
	seed      uint64
	quick     bool // don't wait for the devices' last words
	keep      bool

	// What follows is set by tests.
	env      []string      // added to the bot's environment
	channels int           // of the workspace
	patience time.Duration // how long everything may take to come to its end
	lifetime time.Duration // of a request that waits for decisions
	admin    int           // resets in the admin center, in each round; by chance where it is zero
	slack    []slackFault  // instead of random ones, all the time
	intune   []intuneFault // the same
}

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o := options{channels: 48, patience: 4 * time.Minute, lifetime: 15 * time.Second}
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.botFile, "binary", "build/passcodebot", "the bot's `file`")
	flags.StringVar(&o.fakesFile, "fakes", "build/fakes", "the `file` of the fakes")
	flags.IntVar(&o.rounds, "rounds", 20, "how many `rounds` there are")
	flags.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()%1_000_000), "what is random comes from this `number`")
	flags.BoolVar(&o.quick, "quick", false, "do not wait for the last word on every device, which takes a minute")
	flags.BoolVar(&o.keep, "keep", false, "keep the folder with the database, the logs and the audit")
	if err := flags.Parse(args); err != nil {
		return exitUnmade
	}
	outcome, err := play(ctx, o, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "chaos:", err)
		return exitUnmade
	}
	outcome.print(stdout)
	if len(outcome.Violations) > 0 {
		return exitBroken
	}
	return exitHeld
}

// chaos is a run under way.
type chaos struct {
	options
	dir   string
	out   io.Writer
	fakes *fakes
	bot   *botprocess.Process
	fleet []device
	tally tally
	crowd *crowd
	died  []check.Violation // how the process ended when it should not have
}

// tally is what was done to the bot.
type tally struct {
	rounds, kills, stops, asks, decisions, faults, admin int
}

// outcome is what came of a run.
type outcome struct {
	check.Report
	tally    tally
	deleted  int // messages
	troubles map[string]int
	took     time.Duration
	seed     uint64
	dir      string // where everything is kept; empty where it is not
}

// play makes a run.
func play(ctx context.Context, o options, out io.Writer) (*outcome, error) {
	began := time.Now()
	dir, err := os.MkdirTemp("", "passcodebot-chaos-")
	if err != nil {
		return nil, err
	}
	c := &chaos{options: o, dir: dir, out: out}
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		c.end()
		if !o.keep {
			_ = os.RemoveAll(dir)
		}
	}()
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	for n := range o.rounds {
		if err := c.round(ctx, n); err != nil {
			return nil, fmt.Errorf("round %d: %w", n+1, err)
		}
		c.tally.rounds++
		if (n+1)%10 == 0 {
			fmt.Fprintf(out, "%4d rounds, %d kills, %d asks in %s\n", n+1, c.tally.kills, c.tally.asks, time.Since(began).Round(time.Second))
		}
	}
	result, err := c.close(ctx)
	if err != nil {
		return nil, err
	}
	result.tally, result.took, result.seed = c.tally, time.Since(began), o.seed
	if o.keep {
		result.dir = dir
	}
	return result, nil
}

// round is one round: people ask and decide, calls go wrong, and the bot is
// killed at some moment.
func (c *chaos) round(ctx context.Context, n int) error {
	dice := rand.New(rand.NewPCG(c.seed, uint64(n)))
	if err := c.trouble(ctx, dice, n); err != nil {
		return err
	}
	end := time.Now().Add(roundTime)
	c.crowd.ask(ctx, dice, n, c.devices(dice, n))
	c.meddle(ctx, dice, n)
	decided := make(chan struct{})
	go func() {
		defer close(decided)
		c.crowd.decide(ctx, rand.New(rand.NewPCG(c.seed, uint64(n)|1<<40)), end)
	}()
	err := c.kill(ctx, dice)
	<-decided
	return err
}

// kill ends the bot at a random moment of a round and starts it again, twice
// at times.
func (c *chaos) kill(ctx context.Context, dice *rand.Rand) error {
	sleep(ctx, time.Duration(dice.Int64N(int64(roundTime))))
	for again := true; again; again = dice.IntN(10) == 0 {
		if dice.IntN(10) == 0 {
			c.ended(c.bot.Stop(stopGrace))
			c.tally.stops++
		} else {
			c.ended(c.bot.Kill())
			c.tally.kills++
		}
		sleep(ctx, time.Duration(dice.Int64N(int64(300*time.Millisecond))))
		if err := c.start(); err != nil {
			return err
		}
		sleep(ctx, time.Duration(dice.Int64N(int64(700*time.Millisecond))))
	}
	return ctx.Err()
}

// ended notes how the bot ended.
func (c *chaos) ended(err error) {
	if err != nil {
		c.died = append(c.died, check.Violation{Rule: check.Process, Text: err.Error()})
	}
}

// sleep waits, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
