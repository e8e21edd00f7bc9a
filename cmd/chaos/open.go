package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"passcodebot/cmd/internal/botprocess"
)

// open starts the fakes and the bot.
func (c *chaos) open(ctx context.Context) (err error) {
	// Each round has devices of its own, and some that rounds share.
	if c.fakes, err = startFakes(ctx, c.fakesFile, c.channels, perRound*(c.rounds+2)); err != nil {
		return err
	}
	if err := c.fakes.get(ctx, "/fleet/devices", &struct{ Devices *[]device }{&c.fleet}); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.dir, botprocess.Config), []byte(c.config()), 0o600); err != nil {
		return err
	}
	c.crowd = newCrowd(c.fakes, c.channels, &c.tally)
	return c.start()
}

// start starts the bot.
func (c *chaos) start() error {
	bot, err := botprocess.Start(c.botFile, c.dir, append(c.environment(), c.env...))
	if err == nil {
		c.bot = bot
	}
	return err
}

// config is the bot's configuration: as short as it allows.
func (c *chaos) config() string {
	p := c.fakes.place
	return fmt.Sprintf(`requesters: {groups: [%s]}
approvers: {groups: [%s], people: [%s]}
quorum: %d
time_to_live: %s
sweep: "@every 1s"
execution_timeout: 5m
resend_after: 4s
settle_timeout: 40s
follow_up_for: %s
stop_grace: %s
store: "bolt:%s"
endpoints: {slack: %q, graph: %q, entra: %q}
`, p.Requesters, p.Approvers, person(everybody-1), quorum, c.lifetime, followUpFor, stopGrace, filepath.Join(c.dir, "passcodebot.db"), p.Slack, p.Graph, p.Entra)
}

// environment is what the bot reads its secrets from.
func (c *chaos) environment() []string {
	p := c.fakes.place
	return []string{
		"SLACK_BOT_TOKEN=" + p.BotToken, "SLACK_APP_TOKEN=" + p.AppToken, "SSL_CERT_FILE=" + p.CA,
		"AZURE_TENANT_ID=" + p.Tenant, "AZURE_CLIENT_ID=" + p.ClientID, "AZURE_CLIENT_SECRET=" + p.ClientSecret,
	}
}

// end ends the processes, and waits for whoever acts.
func (c *chaos) end() {
	if c.bot != nil {
		_ = c.bot.Kill() // however it ended
	}
	if c.crowd != nil {
		c.crowd.wait()
	}
	if c.fakes != nil {
		c.fakes.stop()
	}
}
