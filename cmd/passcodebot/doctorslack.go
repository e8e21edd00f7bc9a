package main

import (
	"context"
	"log/slog"
	"slices"

	"passcodebot/approvals"
	"passcodebot/bot"
	"passcodebot/cmd/passcodebot/internal/config"
)

// slack looks at everything in Slack that the config names.
func (c doctorCmd) slack(ctx context.Context, settings config.Config) []check {
	app := settings.Slack.AppToken.Reveal()
	api, err := bot.NewAPI(settings.Slack.BotToken.Reveal(), app, settings.Endpoints.Slack, nil)
	if err != nil {
		return []check{failed("slack", err)}
	}
	findings := bot.Examine(ctx, api, bot.ExamineConfig{
		AppTokenApp: bot.AppOf(app), Audiences: audiencesOf(settings), Channels: channelsOf(settings),
		EntraField: settings.Slack.EntraIDField, Socket: c.Socket,
	})
	marks := map[bot.Level]mark{bot.Fine: well, bot.Warning: warns, bot.Wrong: wrong}
	var checks []check
	for _, f := range findings {
		checks = append(checks, check{marks[f.Level], f.Code, f.What, f.Remedy, ""})
	}
	if who, err := bot.SignIn(ctx, api); err == nil { // else it is told already
		directory := bot.NewDirectory(api, slog.New(slog.DiscardHandler)).Recent()
		checks = append(checks, examineApprovals(ctx, directory, who.Home, settings)...)
	}
	if !c.Socket {
		checks = append(checks, check{
			note, "other-sockets", "Whether other processes are connected to the same app was not looked at, so as not to take anybody's click.",
			"At a quiet time run: passcodebot doctor --socket", "",
		})
	}
	return checks
}

// audiencesOf are the people whom a config names, with how many of them are
// needed at the least.
func audiencesOf(c config.Config) []bot.AudienceUse {
	uses := []bot.AudienceUse{{Use: "requesters", Audience: c.Requesters, Least: 1}}
	for _, d := range decisionsOf(c) {
		uses = append(uses, bot.AudienceUse{Use: d.who, Audience: d.terms.Approvers, Least: d.terms.Quorum})
	}
	for _, r := range c.Rules {
		if !r.When.Requesters.Empty() {
			uses = append(uses, bot.AudienceUse{Use: "requesters of the rule " + r.Name, Audience: r.When.Requesters})
		}
	}
	if b := c.BreakGlass; !b.Who.Empty() {
		uses = append(uses, bot.AudienceUse{Use: "people who may break glass", Audience: b.Who, Least: 1})
		if !b.Reviewers.Empty() {
			uses = append(uses, bot.AudienceUse{Use: "reviewers of broken glass", Audience: b.Reviewers, Least: 1})
		}
	}
	uses = append(uses,
		bot.AudienceUse{Use: "people who are told late of what waits", Audience: c.Escalation, Least: 1},
		bot.AudienceUse{Use: "people who see the health of passcodebot", Audience: c.Admins, Least: 1})
	return slices.DeleteFunc(uses, func(u bot.AudienceUse) bool { return u.Audience.Empty() })
}

// channelsOf are the channels that a config names, each once. To those that
// only the conditions of rules name, passcodebot need not belong; but a rule
// with a mistyped one never holds.
func channelsOf(c config.Config) []bot.ChannelUse {
	var uses []bot.ChannelUse
	passed := false
	add := func(use string, ids ...string) {
		for _, id := range ids {
			i := slices.IndexFunc(uses, func(u bot.ChannelUse) bool { return u.ID == id })
			switch {
			case i >= 0 && uses[i].Passed == passed:
				uses[i].Use += " and " + use
			case i < 0 && id != "":
				uses = append(uses, bot.ChannelUse{Use: use, ID: id, Passed: passed})
			}
		}
	}
	add("requests", c.Channels...)
	add("cards", c.CardChannel)
	add("incidents", c.BreakGlass.Channels...)
	add("news of broken glass", c.BreakGlass.Notice)
	add("news of resets outside", c.OutsideResets.Channel)
	add("anchors of the log", c.Audit.Anchors.Channel)
	passed = true
	for _, r := range c.Rules {
		add("the rule "+r.Name, r.When.Channels...)
	}
	return uses
}

// failed is what an error says.
func failed(code string, err error) check {
	e := approvals.AsError(err)
	return check{wrong, code, e.Text, e.Hint, e.Ref}
}
