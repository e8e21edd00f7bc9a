package main

import (
	"context"
	"time"
)

// form is a window that a person has open.
type form struct {
	ID       string `json:"id"`
	Callback string `json:"callback_id"`
	Metadata string `json:"private_metadata"`
}

// deny has somebody press Deny and, where they are asked why, say it. They
// look for the form for a while: there is none where they may not deny, or
// where the bot dies before it opens.
func (c *crowd) deny(ctx context.Context, k card, who string) {
	c.decisions.Add(1)
	c.acts.Go(func() {
		if c.fakes.post(ctx, "/slack/click", map[string]string{"as": who, "channel": k.Channel, "ts": k.TS, "action_id": "deny"}) != nil {
			return
		}
		for range 10 {
			if c.say(ctx, k, who) {
				return
			}
			if sleep(ctx, 100*time.Millisecond); ctx.Err() != nil {
				return
			}
		}
	})
}

// say sends the form that asks somebody why, once more where Slack says that
// the bot did not take it. It is true when nothing is left to do.
func (c *crowd) say(ctx context.Context, k card, who string) bool {
	var open struct{ Stack []form }
	if c.fakes.get(ctx, "/slack/views?as="+who, &open) != nil {
		return false
	}
	for _, f := range open.Stack {
		if f.Callback != "deny" || f.Metadata != k.Value {
			continue
		}
		var said struct{ Error string }
		err := c.fakes.do(ctx, "POST", "/slack/submit", map[string]any{
			"as": who, "view_id": f.ID, "state": map[string]any{"why": map[string]string{"why": "not this one, says " + who}},
		}, &said)
		return err == nil && said.Error == ""
	}
	return false
}
