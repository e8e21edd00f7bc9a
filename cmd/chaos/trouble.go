package main

import (
	"context"
	"math/rand/v2"
	"time"
)

// slackFault and intuneFault are the faults that the fakes know.
type slackFault struct {
	Method       string        `json:",omitempty"`
	Percent      int           `json:",omitempty"`
	Delay        time.Duration `json:",omitempty"`
	Status       int           `json:",omitempty"`
	RetryAfter   int           `json:",omitempty"`
	NoRetryAfter bool          `json:",omitempty"`
	LoseAnswer   bool          `json:",omitempty"`
	Cut          bool          `json:",omitempty"`
}

type intuneFault struct {
	Path         string  `json:"path,omitempty"`
	Percent      float64 `json:"percent,omitempty"`
	Delay        string  `json:"delay,omitempty"`
	Status       int     `json:"status,omitempty"`
	RetryAfter   int     `json:"retry_after,omitempty"`
	NoRetryAfter bool    `json:"no_retry_after,omitempty"`
	LoseAnswer   bool    `json:"lose_answer,omitempty"`
	Cut          bool    `json:"cut,omitempty"`
}

// slackTroubles is what goes wrong at Slack.
func slackTroubles() []slackFault {
	return []slackFault{
		{Method: "chat.postMessage", LoseAnswer: true},
		{Method: "chat.update", LoseAnswer: true},
		{LoseAnswer: true},
		{Cut: true},
		{Status: 500},
		{Status: 503},
		{RetryAfter: 1},
		{NoRetryAfter: true},
		{Delay: 900 * time.Millisecond},
		{Method: "chat.postMessage", Status: 502},
		{Method: "socket", LoseAnswer: true},
		{Method: "socket", Cut: true},
		{Method: "socket", Delay: 1500 * time.Millisecond},
		{Method: "conversations.replies", Status: 500},
		{Method: "apps.connections.open", Status: 500},
		{Method: "users.info", Delay: 1200 * time.Millisecond},
		{Method: "usergroups.users.list", RetryAfter: 1},
	}
}

// intuneTroubles is what goes wrong at Intune. No delay comes near to
// resend_after: what has not arrived by then is taken for never sent.
func intuneTroubles() []intuneFault {
	return []intuneFault{
		{Path: "resetPasscode", LoseAnswer: true},
		{Path: "resetPasscode", LoseAnswer: true, Status: 503},
		{Path: "resetPasscode", LoseAnswer: true, Status: 504},
		{Path: "resetPasscode", Cut: true},
		{Path: "resetPasscode", Status: 500},
		{Path: "resetPasscode", Status: 503},
		{Path: "resetPasscode", Status: 504},
		{Path: "resetPasscode", Status: 429, RetryAfter: 1},
		{Path: "resetPasscode", Status: 429, NoRetryAfter: true},
		{Path: "resetPasscode", Delay: "1s"},
		{Path: "remoteActionAudits", Status: 503},
		{Path: "token", Status: 503},
		{LoseAnswer: true},
		{Cut: true},
		{Status: 502},
		{Status: 429, RetryAfter: 1},
		{Status: 429, NoRetryAfter: true},
		{Delay: "700ms"},
	}
}

// trouble ends the faults of the rounds before, at most of them, and plants
// new ones.
func (c *chaos) trouble(ctx context.Context, dice *rand.Rand, n int) error {
	if n%4 == 0 || dice.IntN(10) < 7 {
		if err := c.fakes.post(ctx, "/fakes/heal", struct{}{}); err != nil {
			return err
		}
	}
	if len(c.slack)+len(c.intune) > 0 {
		return c.plant(ctx, c.slack, c.intune)
	}
	if dice.IntN(4) == 0 {
		return nil // a quiet round
	}
	for range 1 + dice.IntN(2) {
		f, g := pick(dice, slackTroubles()), pick(dice, intuneTroubles())
		f.Percent, g.Percent = chance(dice, f.Method), float64(chance(dice, g.Path))
		if err := c.plant(ctx, []slackFault{f}, []intuneFault{g}); err != nil {
			return err
		}
	}
	if dice.IntN(4) == 0 {
		reason := pick(dice, []string{"", "warning", "refresh_requested"})
		return c.fakes.post(ctx, "/fakes/disconnect", map[string]string{"Reason": reason})
	}
	return nil
}

func (c *chaos) plant(ctx context.Context, slack []slackFault, intune []intuneFault) error {
	for _, f := range slack {
		if err := c.fakes.post(ctx, "/fakes/fail/slack", f); err != nil {
			return err
		}
	}
	for _, f := range intune {
		if err := c.fakes.post(ctx, "/fleet/fail", f); err != nil {
			return err
		}
	}
	c.tally.faults += len(slack) + len(intune)
	return nil
}

// chance is how many calls in a hundred go wrong. What is about every call
// goes wrong less often, or nothing would happen in a round.
func chance(dice *rand.Rand, what string) int {
	if what == "" {
		return 3 + dice.IntN(20)
	}
	return 10 + dice.IntN(60)
}

// devices returns the devices of a round: its own, and at times some of the
// round before.
func (c *chaos) devices(dice *rand.Rand, n int) []device {
	own := c.fleet[n*perRound : (n+1)*perRound : (n+1)*perRound]
	if n == 0 || dice.IntN(3) > 0 {
		return own
	}
	shared := 1 + dice.IntN(5)
	return append(own[shared:], c.fleet[n*perRound-shared:n*perRound]...)
}

// meddle has an admin reset some devices of a round beside the bot, and
// somebody delete a card, at some moments of the round.
func (c *chaos) meddle(ctx context.Context, dice *rand.Rand, n int) {
	sometime := func() time.Duration { return time.Duration(dice.Int64N(int64(2 * roundTime))) }
	act := func(path string, what map[string]string) {
		c.crowd.later(ctx, sometime(), func() {
			_ = c.fakes.post(ctx, path, what) // fails when the run is broken off
		})
	}
	resets := c.admin
	if resets == 0 && dice.IntN(6) == 0 {
		resets = 1 + dice.IntN(3)
	}
	for range resets {
		c.tally.admin++
		act("/fleet/reset-by-admin", map[string]string{"id": c.fleet[n*perRound+dice.IntN(perRound)].ID, "by": "admin@contoso.com"})
	}
	if dice.IntN(10) == 0 {
		act("/fakes/delete", map[string]string{"Channel": channel(n * 3 % c.channels)})
	}
}

func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }
