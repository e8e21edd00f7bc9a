package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"passcodebot/cmd/chaos/internal/check"
)

// Short runs of what make chaos does at length: real processes, real kills, in
// random weather and in each that brings a kind of sabotage out.
func TestChaos_holds(t *testing.T) {
	t.Parallel()
	weathers := map[string]func(*options){
		"random": func(*options) {}, "lost posts": lostPosts, "lost resets": lostResets, "late resets": lateResets, "beside an admin": besideAdmin,
	}
	type run struct {
		result *outcome
		err    error
	}
	runs := map[string]*run{}
	var running sync.WaitGroup
	for name, weather := range weathers {
		o, r := short(t, goodBot, 7), &run{}
		weather(&o)
		runs[name] = r
		running.Go(func() { r.result, r.err = play(t.Context(), o, io.Discard) })
	}
	running.Wait()
	checks, kills, resets := map[check.Rule]int{}, 0, 0
	for name, r := range runs {
		t.Run(name, func(t *testing.T) {
			if r.err != nil {
				t.Fatal(r.err)
			}
			r.result.print(t.Output())
			for _, v := range r.result.Violations {
				t.Error(v)
			}
			for rule, n := range r.result.Checks {
				checks[rule] += n
			}
			kills += r.result.tally.kills
			resets += r.result.Resets
		})
	}
	// Nothing can be broken where nothing has happened.
	for _, rule := range check.Rules() {
		if checks[rule] == 0 {
			t.Errorf("rule %s was never checked", rule)
		}
	}
	if kills < 10 || resets < 50 {
		t.Errorf("%d kills and %d resets are too few to tell anything", kills, resets)
	}
}

// Whoever names a file that is not there is told so, and not that the bot is
// broken.
func TestRun_noBinary(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"-binary", os.DevNull + "/none", "-fakes", program(t, theFakes), "-rounds", "1"}, &out, &errs)
	if code != exitUnmade || !strings.Contains(errs.String(), "start the bot") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}
