package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"passcodebot/cmd/chaos/internal/check"
)

// close lets everything come to its end, stops the bot and checks.
func (c *chaos) close(ctx context.Context) (*outcome, error) {
	fmt.Fprintln(c.out, "healed; everything comes to its end")
	if err := c.fakes.post(ctx, "/fakes/heal", struct{}{}); err != nil {
		return nil, err
	}
	// People go on deciding on what is open.
	c.crowd.decide(ctx, rand.New(rand.NewPCG(c.seed, 1<<41)), time.Now().Add(4*time.Second))
	c.crowd.wait()
	if err := c.settle(ctx); err != nil {
		return nil, err
	}
	c.ended(c.bot.Stop(stopGrace))
	c.tally.stops++
	logs, err := c.logs(ctx)
	if err != nil {
		return nil, err
	}
	audit, broken, err := c.audit(ctx, cmp.Or(c.auditFile, c.botFile))
	if err != nil {
		return nil, err
	}
	if c.keep {
		if err := save(filepath.Join(c.dir, "logs.json"), logs); err != nil {
			return nil, err
		}
	}
	result := &outcome{Report: check.Check(logs, audit, check.Options{Quorum: quorum, Awaited: !c.quick}), troubles: logs.Troubles, deleted: len(logs.Deleted)}
	result.Checks[check.Chain]++
	result.Checks[check.Process] = c.tally.kills + c.tally.stops
	result.Violations = append(result.Violations, c.died...)
	if broken != "" {
		result.Violations = append(result.Violations, check.Violation{Rule: check.Chain, Text: broken})
	}
	return result, nil
}

// settle waits until nobody has anything to decide, the bot has said nothing
// for a while and, unless the run is quick, has had the last word on every
// device: after the last look at them it has, or never will.
func (c *chaos) settle(ctx context.Context) error {
	const quiet = 5 * time.Second
	limit := time.Now().Add(c.patience)
	var last state
	since := time.Now()
	for time.Now().Before(limit) {
		var now state
		if err := c.fakes.get(ctx, "/fakes/state", &now); err != nil {
			return err
		}
		if now.Told != last.Told || now.Open > 0 {
			since = time.Now()
		}
		last = now
		switch calm := time.Since(since); {
		case calm >= quiet && (c.quick || calm >= quiet+followUpFor):
			return nil
		case calm >= quiet:
			logs, err := c.logs(ctx)
			if err != nil || check.Awaited(logs) == 0 {
				return err
			}
		}
		if sleep(ctx, time.Second); ctx.Err() != nil {
			return ctx.Err()
		}
	}
	fmt.Fprintf(c.out, "not at its end after a long while: %d cards are open\n", last.Open)
	return nil // the check says what is missing
}

func (c *chaos) logs(ctx context.Context) (logs check.Logs, err error) {
	err = c.fakes.get(ctx, "/fakes/logs", &logs)
	return logs, err
}

// state is the fakes' short look at how things stand.
type state struct {
	Sockets, Told, Open int
}

// audit exports and verifies the log of the bot, which has stopped. What is
// broken is what verify says.
func (c *chaos) audit(ctx context.Context, binary string) (audit []check.Event, broken string, err error) {
	store := "bolt:" + filepath.Join(c.dir, "passcodebot.db")
	if out, err := exec.CommandContext(ctx, binary, "audit", "verify", "--store", store).CombinedOutput(); err != nil {
		broken = strings.TrimSpace(string(out))
	}
	file := filepath.Join(c.dir, "audit.jsonl")
	if out, err := exec.CommandContext(ctx, binary, "audit", "export", "--store", store, "--output", file).CombinedOutput(); err != nil {
		return nil, "", fmt.Errorf("export the audit: %w: %s", err, out)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	for in := json.NewDecoder(bufio.NewReader(f)); in.More(); {
		var e check.Event
		if err := in.Decode(&e); err != nil {
			return nil, "", fmt.Errorf("read the audit: %w", err)
		}
		audit = append(audit, e)
	}
	return audit, broken, nil
}

// save writes something as JSON.
func save(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o600)
}
