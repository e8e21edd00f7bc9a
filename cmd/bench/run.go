package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The exit codes.
const (
	exitHeld     = 0
	exitBroken   = 1
	exitUnmade   = 2
	roundTrip    = 150 * time.Millisecond // of each Graph call
	windowLength = 20 * time.Second       // of Intune's limits
	windowWrites = 200                    // Intune's limit of one app in a window
	tenantWrites = 400                    // and of all apps together
)

// bench is what a run is told, and where it keeps what it makes.
type bench struct {
	binary string
	scale  int // stored requests
	rounds int // how often what is quick is measured
	dir    string
	out    io.Writer
}

// measurement makes the figures of one line of the table.
type measurement struct {
	name string
	make func(*bench, context.Context) ([]figure, error)
}

// measurements lists them all, in the order of the table.
func measurements() []measurement {
	return []measurement{
		{"resets", (*bench).resets},
		{"faults", (*bench).faults},
		{"limits", (*bench).limits},
		{"others", (*bench).others},
		{"newcomer", (*bench).newcomer},
		{"commands", (*bench).commands},
		{"storm", (*bench).storm},
		{"first-post", (*bench).firstPost},
		{"memory", (*bench).memory},
		{"stored", (*bench).stored},
		{"growth", (*bench).growth},
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	b := &bench{out: stderr}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&b.binary, "binary", "build/passcodebot", "the bot's `file`")
	out := flags.String("out", "build/bench.jsonl", "the `file` for the figures as JSON Lines")
	only := flags.String("only", "", "measure these alone: `names` with commas between them, of "+names())
	flags.IntVar(&b.scale, "scale", 1_000_000, "how many `requests` are stored where many are")
	flags.IntVar(&b.rounds, "rounds", 5, "how many `rounds` are made of what takes seconds; the median of them counts")
	if err := flags.Parse(args); err != nil {
		return exitUnmade
	}
	chosen, err := choose(*only)
	if err == nil && (b.rounds < 1 || b.scale < few) {
		err = fmt.Errorf("-rounds is at least 1, and -scale at least %d", few)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitUnmade
	}
	// Beside the output, for the disk that is meant and not one in memory.
	if b.dir, err = os.MkdirTemp(filepath.Dir(*out), "bench-"); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitUnmade
	}
	defer os.RemoveAll(b.dir)
	figures, err := b.measure(ctx, chosen)
	table(stdout, figures)
	if failed := write(*out, figures); err == nil {
		err = failed
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitUnmade
	}
	for _, f := range figures {
		if !f.OK {
			return exitBroken
		}
	}
	return exitHeld
}

// measure makes the measurements, and returns what it has where one fails.
func (b *bench) measure(ctx context.Context, chosen []measurement) ([]figure, error) {
	var figures []figure
	for _, m := range chosen {
		began := time.Now()
		made, err := m.make(b, ctx)
		figures = append(figures, made...)
		if err != nil {
			return figures, fmt.Errorf("%s: %w", m.name, err)
		}
		b.progress("%s: measured in %s", m.name, time.Since(began).Round(time.Second))
	}
	return figures, nil
}

// progress tells whoever waits that something has been done.
func (b *bench) progress(format string, args ...any) { fmt.Fprintf(b.out, format+"\n", args...) }

func names() string {
	var all []string
	for _, m := range measurements() {
		all = append(all, m.name)
	}
	return strings.Join(all, ", ")
}

// choose returns the measurements of that name; all for none.
func choose(only string) ([]measurement, error) {
	if only == "" {
		return measurements(), nil
	}
	var chosen []measurement
next:
	for name := range strings.SplitSeq(only, ",") {
		for _, m := range measurements() {
			if m.name == strings.TrimSpace(name) {
				chosen = append(chosen, m)
				continue next
			}
		}
		return nil, fmt.Errorf("there is no measurement %q; there are %s", name, names())
	}
	return chosen, nil
}
