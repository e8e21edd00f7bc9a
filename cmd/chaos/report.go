package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"passcodebot/cmd/chaos/internal/check"
)

// most is how many violations are printed.
const most = 40

// print writes what came of a run as a table, and the violations.
func (o *outcome) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name string, value any) { fmt.Fprintf(t, "%s\t%v\n", name, value) }
	fmt.Fprintln(t)
	row("seed", o.seed)
	row("time", o.took.Round(time.Second))
	row("rounds", o.tally.rounds)
	row("kills with SIGKILL", o.tally.kills)
	row("stops with SIGTERM", o.tally.stops)
	row("requests tried", o.tally.asks)
	row("decisions tried", o.tally.decisions)
	row("faults planted", o.tally.faults)
	row("resets by an admin", o.tally.admin)
	row("cards deleted", o.deleted)
	row("resets that Intune took", o.Resets)
	counts(row, "requests: ", o.Requests)
	counts(row, "devices: ", o.Results)
	counts(row, "", o.troubles)
	broken := map[check.Rule]int{}
	for _, v := range o.Violations {
		broken[v.Rule]++
	}
	for _, rule := range check.Rules() {
		row("rule "+string(rule), fmt.Sprintf("%d checks, %d violations", o.Checks[rule], broken[rule]))
	}
	_ = t.Flush() // as for every print: nobody is left to tell
	for i, v := range o.Violations {
		if i == most {
			fmt.Fprintf(w, "and %d more violations\n", len(o.Violations)-most)
			break
		}
		fmt.Fprintln(w, "VIOLATION", v)
	}
	if o.dir != "" {
		fmt.Fprintln(w, "kept:", o.dir)
	}
}

func counts(row func(string, any), prefix string, n map[string]int) {
	for _, name := range slices.Sorted(maps.Keys(n)) {
		label := name
		if label == "" {
			label = "without an end"
		}
		row(prefix+label, n[name])
	}
}
