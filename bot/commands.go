package bot

import (
	"context"
	"strings"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/command"
	"passcodebot/bot/view"
)

// command does what somebody typed behind /reset-passcode. The app is the one
// that it must come from; empty where that is not known.
func (b *Bot) command(ctx context.Context, c slack.SlashCommand, app string) answer {
	by := approvals.Actor{ID: c.UserID, Name: c.UserName, Team: c.TeamID}
	to := reply{url: c.ResponseURL, channel: c.ChannelID, user: c.UserID}
	if err := b.foreign(app, commandOrigin(c)); err != nil {
		return b.failedIn(ctx, b.foreigner, b.Acts.Refuse(ctx, 0, by, "command", err), to)
	}
	if strings.TrimSpace(c.Text) == "" {
		return b.openForm(ctx, c.TriggerID, by, formPlace{Channel: c.ChannelID, Reply: to})
	}
	typed, err := command.Parse(c.Text, command.Options{MaxReason: b.MaxReason})
	if err != nil {
		return b.failed(ctx, b.Acts.Refuse(ctx, 0, by, "command", err), to)
	}
	switch typed.Verb {
	case command.Ask:
		return b.ask(ctx, c, typed, by, to)
	case command.DryRun:
		return b.dryRun(ctx, c, typed, by, to)
	case command.List:
		open, err := b.Acts.List(ctx, by)
		if err != nil {
			return b.failed(ctx, err, to)
		}
		return whisper(b.speak(ctx, by.ID).List(open, by.ID))
	case command.Show:
		r, err := b.Acts.Show(ctx, typed.Request, by)
		if err != nil {
			return b.failed(ctx, err, to)
		}
		return whisper(b.speak(ctx, by.ID).Show(r))
	case command.Cancel:
		r, err := b.Acts.Cancel(ctx, typed.Request, by)
		if err != nil {
			return b.failed(ctx, err, to)
		}
		return whisper(view.Message{Text: b.speak(ctx, by.ID).Say("%s is cancelled. Nothing was reset.", r.ID)})
	}
	return whisper(b.speak(ctx, by.ID).Help())
}

func (b *Bot) ask(ctx context.Context, c slack.SlashCommand, typed command.Command, by approvals.Actor, to reply) answer {
	r, err := b.Acts.Ask(ctx, approvals.Ask{
		Actor: by, Channel: c.ChannelID,
		Selectors: typed.Selectors, Reason: typed.Reason, Statement: typed.Statement, AllOrNothing: typed.AllOrNothing,
		Key: "command:" + c.TriggerID,
	})
	if err != nil {
		return b.failed(ctx, err, to)
	}
	b.whispers.remember(r.ID, to)
	return whisper(b.speak(ctx, by.ID).Stored(r, typed.Pings))
}

// failed answers a command that changed nothing, in its sender's language.
func (b *Bot) failed(ctx context.Context, err error, to reply) answer {
	return b.failedIn(ctx, b.speak, err, to)
}

// failedIn is failed in the language that speak finds. What the store could
// not take is not acknowledged; its sender is told apart from that.
func (b *Bot) failedIn(ctx context.Context, speak func(context.Context, string) view.Renderer, err error, to reply) answer {
	if !unstored(err) {
		return whisper(speak(ctx, to.user).Error(err))
	}
	return b.answered(err, to, speak)
}

// dryRun finds and checks after the acknowledgement: Intune may take longer
// than Slack waits.
func (b *Bot) dryRun(ctx context.Context, c slack.SlashCommand, typed command.Command, by approvals.Actor, to reply) answer {
	v := b.speak(ctx, by.ID)
	a := whisper(view.Message{Text: v.Say("Dry run: I look the devices up in Intune and change nothing.")})
	a.then = func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, b.DryRuns)
		defer cancel()
		trial, err := b.Acts.Try(ctx, approvals.Ask{
			Actor: by, Channel: c.ChannelID, Selectors: typed.Selectors, Statement: typed.Statement, AllOrNothing: typed.AllOrNothing,
		})
		m := v.Trial(trial, b.Now())
		if err != nil {
			m = v.Error(err)
		}
		b.whispers.reply(ctx, to, m)
	}
	return a
}
