package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// The callback ids of the app's shortcuts, as the manifest has them.
const (
	shortcutReset  = "reset_passcode"
	shortcutAuthor = "reset_passcode_for_author"
)

// interaction does what a click, a shortcut or a form asks for. What comes
// from elsewhere is turned down first. The app is the one that it must come
// from; empty where that is not known.
func (b *Bot) interaction(ctx context.Context, c slack.InteractionCallback, app string) answer {
	by := approvals.Actor{ID: c.User.ID, Name: c.User.Name, Team: c.User.TeamID}
	to := reply{url: c.ResponseURL, channel: c.Channel.ID, user: c.User.ID}
	if to.channel == "" {
		to.channel = c.Container.ChannelID
	}
	if fromHome(c) {
		to.trigger = c.TriggerID
	}
	from := clickOrigin(c)
	if c.Type == slack.InteractionTypeShortcut || c.Type == slack.InteractionTypeMessageAction {
		// Slack: the payloads of shortcuts do not tell of which app they are.
		from.app = cmp.Or(from.app, app)
	}
	if err := b.foreign(app, from); err != nil {
		return b.answered(b.Acts.Refuse(ctx, 0, by, actOf(c), err), to, b.foreigner)
	}
	switch c.Type {
	case slack.InteractionTypeBlockActions:
		return b.acted(ctx, c, by, to)
	case slack.InteractionTypeShortcut:
		if c.CallbackID == shortcutReset {
			return b.openForm(ctx, c.TriggerID, by, formPlace{Reply: to})
		}
	case slack.InteractionTypeMessageAction:
		if c.CallbackID == shortcutAuthor {
			return b.openForm(ctx, c.TriggerID, by, b.placeOf(c, to))
		}
	case slack.InteractionTypeViewSubmission:
		switch c.View.CallbackID {
		case view.CallbackForm:
			return b.formSubmitted(ctx, c, by)
		case view.CallbackDeny:
			return b.denied(ctx, c, by)
		}
	case slack.InteractionTypeBlockSuggestion:
		return b.formSuggest(ctx, c, by)
	case slack.InteractionTypeViewClosed:
		return answer{}
	}
	b.Logger.Warn("interaction not understood", "type", string(c.Type), "callback", c.CallbackID, "actor", by.ID)
	return b.told(b.Acts.Refuse(ctx, 0, by, actOf(c), refusal("unknown-button")), to)
}

// acted does what one element of a message, a form or App Home is used for.
func (b *Bot) acted(ctx context.Context, c slack.InteractionCallback, by approvals.Actor, to reply) answer {
	actions := c.ActionCallback.BlockActions
	switch n := len(actions) + len(c.ActionCallback.AttachmentActions); {
	case n > 1:
		return b.told(b.Acts.Refuse(ctx, 0, by, actOf(c), refusal("several-actions")), to)
	case len(actions) != 1 || actions[0] == nil:
		return b.told(b.Acts.Refuse(ctx, 0, by, actOf(c), refusal("unknown-button")), to)
	}
	if fromHome(c) {
		// After it: what they have done is in the next view, and whether it
		// counts goes by what they saw.
		defer b.homes.look(by.ID, nil)
	}
	switch a := actions[0]; {
	case strings.HasPrefix(a.ActionID, view.FormPrefix):
		return b.formAction(ctx, c, a, by)
	case strings.HasPrefix(a.ActionID, view.HomePrefix):
		return b.homeAction(ctx, c, a, by, to)
	case a.ActionID == view.ActionLink:
		return answer{} // Slack sends a click on a link too
	default:
		return b.click(ctx, c, a, by, to)
	}
}

// told answers an act that changed nothing with why, in the language of who
// acted.
func (b *Bot) told(err error, to reply) answer { return b.answered(err, to, b.speak) }

// answered answers an act that changed nothing, in the language that speak
// finds.
func (b *Bot) answered(err error, to reply, speak func(context.Context, string) view.Renderer) answer {
	if err == nil {
		return answer{}
	}
	return answer{
		withhold: unstored(err),
		then: func(ctx context.Context) {
			if to.trigger != "" {
				if _, unopened := b.window(ctx, to.trigger, to, speak(ctx, to.user).Refused(err)); unopened == nil {
					return
				}
			}
			b.whispers.reply(ctx, to, speak(ctx, to.user).Error(err))
		},
	}
}

// foreigner speaks to people from elsewhere in the language of the cards:
// their acts must cost no calls of Slack.
func (b *Bot) foreigner(context.Context, string) view.Renderer { return b.view }

// mention is something that a person said to passcodebot.
type mention struct {
	By      approvals.Actor
	Event   string // Slack's event id: the same for each delivery
	Channel string
	TS      string
	Thread  string // the thread that it was said in; empty outside of one
	Text    string
	Direct  bool // in the direct conversation with passcodebot
}

// event does what an event of the Events API asks for. Slack delivers those
// that are not acknowledged again, after a minute and after five.
func (b *Bot) event(ctx context.Context, e slackevents.EventsAPIEvent, app string) answer {
	outer, ok := e.Data.(*slackevents.EventsAPICallbackEvent)
	if !ok {
		return answer{}
	}
	from := origin{app: e.APIAppID, team: e.TeamID, enterprise: e.EnterpriseID}
	switch inner := e.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		if inner.BotID != "" || inner.User == "" || inner.User == b.Self {
			return answer{}
		}
		return b.said(ctx, from, app, speaker(outer), mention{
			By: approvals.Actor{ID: inner.User}, Event: outer.EventID, Channel: inner.Channel,
			TS: inner.TimeStamp, Thread: inner.ThreadTimeStamp, Text: inner.Text,
		})
	case *slackevents.MessageEvent:
		if inner.BotID != "" || inner.User == "" || inner.User == b.Self || inner.SubType != "" || inner.ChannelType != slackevents.ChannelTypeIM {
			return answer{}
		}
		return b.said(ctx, from, app, speaker(outer), mention{
			By: approvals.Actor{ID: inner.User}, Event: outer.EventID, Channel: inner.Channel,
			TS: inner.TimeStamp, Thread: inner.ThreadTimeStamp, Text: inner.Text, Direct: true,
		})
	case *slackevents.AppHomeOpenedEvent:
		if inner.Tab != "home" || b.foreign(app, from) != nil {
			return answer{}
		}
		return b.homeOpened(ctx, inner.User)
	}
	return answer{}
}

// teams are the workspaces and organisations that an event names of the
// person that it is about. Slack: the event around it names ours, also where
// somebody from elsewhere said something in a channel that is shared.
type teams struct {
	User   string `json:"user_team"`
	Source string `json:"source_team"`
	Team   string `json:"team"`
}

// speaker reads whence the person is who said something.
func speaker(outer *slackevents.EventsAPICallbackEvent) teams {
	var t teams
	if outer.InnerEvent == nil || json.Unmarshal(*outer.InnerEvent, &t) != nil {
		return teams{}
	}
	return t
}

// ours says that no team is named that can't be of home. On a workspace of an
// organisation, other workspaces of it may be named: the directory knows.
func (t teams) ours(home approvals.Home) bool {
	for _, team := range []string{t.User, t.Source, t.Team} {
		switch {
		case team == "", team == home.Team, team == home.Enterprise:
		case home.Enterprise != "" && strings.HasPrefix(team, "T"):
		default:
			return false
		}
	}
	return true
}

// known says that the event itself names where the person is from.
func (t teams) known(home approvals.Home) bool {
	return home.Enterprise == "" && t.ours(home) && t != (teams{})
}

// said takes what a person said, if they are one of this workspace's. Others
// are not answered, and no request of theirs is stored: the event may be of a
// channel that is shared with them.
func (b *Bot) said(ctx context.Context, from origin, app string, of teams, m mention) answer {
	m.By.Team = cmp.Or(of.User, of.Team, of.Source)
	err := b.foreign(app, from)
	if err == nil && b.Home != (approvals.Home{}) {
		err = b.stranger(ctx, of, &m)
	}
	switch {
	case err == nil:
		return b.mentioned(ctx, m)
	case approvals.KindOf(err) == approvals.Unavailable:
		b.Logger.Warn("mention not taken: Slack does not tell who it is from", "actor", m.By.ID, "error", err)
		return answer{withhold: true} // Slack gives it again
	}
	b.Logger.Warn("mention of another app or workspace not answered", "actor", m.By.ID, "error", b.Acts.Refuse(ctx, 0, m.By, "mention", err))
	return answer{}
}

// stranger returns why somebody who said something is none of this
// workspace's: by what the event names, and else by what Slack knows of them,
// whose workspace they then have. Guests and such are told why not as for any
// act.
func (b *Bot) stranger(ctx context.Context, of teams, m *mention) error {
	if !of.ours(b.Home) {
		return approvals.ForeignTeam()
	}
	p, err := b.Directory.Recent().Person(ctx, m.By.ID)
	switch approvals.KindOf(err) {
	case "":
	case approvals.NotFound:
		return approvals.ForeignTeam()
	default:
		if of.known(b.Home) {
			return nil // the rules ask again before they do anything
		}
		return err
	}
	m.By.Team = p.Team
	p.Deactivated, p.Bot, p.Guest = false, false, false
	return b.Home.Standing(p)
}

// placeOf is where the message shortcut was used: its channel, its thread
// where it has one, and whose message it is.
func (b *Bot) placeOf(c slack.InteractionCallback, to reply) formPlace {
	at := formPlace{Channel: c.Channel.ID, Thread: c.Message.ThreadTimestamp, Reply: to}
	if c.Message.BotID == "" && c.Message.User != b.Self {
		at.Person = c.Message.User
	} else {
		at.App = true
	}
	if at.Thread != "" {
		at.ThreadLink = b.Space.message(at.Channel, at.Thread)
	}
	return at
}
