package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"passcodebot/cmd/internal/botprocess"
	"passcodebot/graph/fakeintune"
)

// onTheWire is a bot whose only reset has arrived at Intune, which takes a
// while to answer.
func onTheWire(t *testing.T, answer time.Duration) *chaos {
	t.Helper()
	c := &chaos{options: short(t, goodBot, 1), dir: t.TempDir(), out: io.Discard}
	t.Cleanup(c.end)
	ctx := t.Context()
	if err := c.open(ctx); err != nil {
		t.Fatal(err)
	}
	slow := intuneFault{Path: "resetPasscode", Delay: answer.String()}
	if err := c.fakes.post(ctx, "/fleet/fail", slow); err != nil {
		t.Fatal(err)
	}
	c.until(t, "the bot is connected", func() bool {
		var now state
		return c.fakes.get(ctx, "/fakes/state", &now) == nil && now.Sockets > 0
	})
	text := "/reset-passcode " + c.fleet[0].ID + " reason: a stop"
	if err := c.fakes.post(ctx, "/slack/command", map[string]string{"as": person(0), "channel": channel(0), "text": text}); err != nil {
		t.Fatal(err)
	}
	for n := range quorum {
		var cards []card
		c.until(t, "a card to approve", func() bool {
			return c.fakes.get(ctx, "/fakes/cards?channel="+channel(0), &cards) == nil && len(cards) > 0
		})
		k := cards[0]
		click := map[string]string{"as": person(firstDecider + 2 + n), "channel": k.Channel, "ts": k.TS, "action_id": "approve"}
		if err := c.fakes.post(ctx, "/slack/click", click); err != nil {
			t.Fatal(err)
		}
	}
	c.until(t, "the reset has arrived", func() bool { return len(c.posts(ctx, t)) == 1 })
	return c
}

func (c *chaos) until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for range 3000 {
		if cond() {
			return
		}
		<-look.C
	}
	t.Fatalf("never: %s; the bot's last words: %s", what, botprocess.LastWords(c.dir))
}

func (c *chaos) posts(ctx context.Context, t *testing.T) []fakeintune.Post {
	t.Helper()
	logs, err := c.logs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return logs.Posts
}

// logged says that the bot's log has some words.
func (c *chaos) logged(words string) bool {
	log, err := os.ReadFile(filepath.Join(c.dir, botprocess.Log))
	return err == nil && strings.Contains(string(log), words)
}

// kinds are the kinds of the events about the device.
func (c *chaos) kinds(t *testing.T) []string {
	t.Helper()
	audit, broken, err := c.audit(t.Context(), c.botFile)
	if err != nil || broken != "" {
		t.Fatalf("%v %s", err, broken)
	}
	var kinds []string
	for _, e := range audit {
		if strings.HasPrefix(e.Kind, "reset.") {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

// A stop waits for the reset on the wire, and records it.
func TestStop_waitsForTheWire(t *testing.T) {
	t.Parallel()
	c := onTheWire(t, 3*time.Second)
	if err := c.bot.Stop(stopGrace); err != nil {
		t.Error(err)
	}
	if got := c.kinds(t); !slices.Equal(got, []string{"reset.intended", "reset.accepted"}) {
		t.Errorf("the log has %v; want the reset recorded", got)
	}
}

// A reset that Intune does not answer in time holds up no stop: what came of it
// is looked up at the next start.
func TestStop_noAnswer(t *testing.T) {
	t.Parallel()
	c := onTheWire(t, time.Minute)
	if err := c.bot.Stop(stopGrace); err != nil {
		t.Error(err)
	}
	if got := c.kinds(t); !slices.Equal(got, []string{"reset.intended"}) {
		t.Errorf("the log has %v; want the intent alone", got)
	}
}

// A second signal ends the bot at once, which is as safe as a crash.
func TestStop_secondSignal(t *testing.T) {
	t.Parallel()
	c := onTheWire(t, 15*time.Second) // the machine may be busy
	c.bot.Signal(syscall.SIGTERM)
	c.until(t, "the bot is stopping", func() bool { return c.logged("msg=stopping") })
	c.bot.Signal(syscall.SIGTERM)
	if how := c.bot.Wait(); !botprocess.EndedBy(how, syscall.SIGTERM) {
		t.Errorf("the bot ended with %s; want it ended by the signal", how)
	}
	if got := c.kinds(t); !slices.Equal(got, []string{"reset.intended"}) {
		t.Errorf("the log has %v; want the intent alone", got)
	}
	if err := c.fakes.post(t.Context(), "/fakes/heal", struct{}{}); err != nil {
		t.Fatal(err)
	}
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
	c.until(t, "the reset is settled", func() bool { return c.logged(`msg="reset accepted"`) || c.logged("verdict=taken") })
	if err := c.bot.Stop(stopGrace); err != nil {
		t.Error(err)
	}
	took := 0
	for _, p := range c.posts(t.Context(), t) {
		if p.Took {
			took++
		}
	}
	if got := c.kinds(t); took != 1 || !slices.Contains(got, "reset.accepted") {
		t.Errorf("Intune took %d resets, and the log has %v", took, got)
	}
}
