package bot

import (
	"context"
	"fmt"
	"slices"

	"github.com/slack-go/slack"
)

// channels looks at the channels of the config. What conversations.info tells
// needs scopes that passcodebot can do without; where they are missing,
// conversations.history at least tells whether it is in the channel.
func (x *examination) channels(ctx context.Context) {
	if len(x.Channels) == 0 {
		return
	}
	if x.granted != nil && !slices.Contains(x.granted, scopePublic) && !slices.Contains(x.granted, scopePrivate) {
		x.say(Warning, "channels-unread", "Whether the channels are archived or shared with other organisations can't be read: "+botToken+" has neither "+scopePublic+" nor "+scopePrivate+".",
			"Look at the channels in Slack, or add both scopes to the app and install it again.")
	}
	for _, c := range x.Channels {
		x.channel(ctx, c)
	}
}

func (x *examination) channel(ctx context.Context, c ChannelUse) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	info, err := x.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: c.ID})
	name := fmt.Sprintf("%s, for %s,", c.ID, c.Use)
	switch slackCode(err) {
	case "missing_scope":
		x.joined(ctx, c)
		return
	case "channel_not_found":
		x.unseen(c, name)
		return
	}
	if err != nil {
		x.fail("channel", err, "conversations.info", botToken)
		return
	}
	name = fmt.Sprintf("#%s (%s), for %s,", info.Name, c.ID, c.Use)
	if c.Passed {
		x.seen(c, name)
		return
	}
	fine := true
	if info.IsArchived {
		x.say(Wrong, "channel-archived", name+" is archived.", "Unarchive it, or name another channel in the config.")
		fine = false
	}
	if !info.IsMember {
		x.say(Wrong, "channel-not-joined", name+" does not have passcodebot in it.", "Type /invite @passcodebot in it.")
		fine = false
	}
	switch {
	case info.IsExtShared:
		x.say(Warning, "channel-shared", name+" is shared with another organisation, whose people read what is said there.", "They can decide on nothing; where they should not read it either, name a channel of your own.")
		fine = false
	case info.IsOrgShared:
		x.say(Warning, "channel-org-shared", name+" is shared with other workspaces of your organisation.", "Where their people should not read what is said there, name another channel.")
		fine = false
	}
	if fine {
		x.seen(c, name)
	}
}

// seen says that a channel is as it should be.
func (x *examination) seen(c ChannelUse, name string) {
	what := " is there, and passcodebot is in it."
	if c.Passed {
		what = " is there."
	}
	x.say(Fine, "channel", name+what, "")
}

// unseen says that there is no such channel, as far as Slack tells.
func (x *examination) unseen(c ChannelUse, name string) {
	level, remedy := Wrong, "Copy the channel's id again; if it is private, type /invite @passcodebot in it."
	if c.Passed {
		level, remedy = Warning, "Copy the channel's id again, unless it is private and passcodebot is not in it."
	}
	x.say(level, "channel-unknown", name+" is no channel that passcodebot can see.", remedy)
}

// joined looks whether the bot is in a channel by reading from it.
func (x *examination) joined(ctx context.Context, c ChannelUse) {
	_, err := x.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: c.ID, Limit: 1})
	name := fmt.Sprintf("%s, for %s,", c.ID, c.Use)
	switch code := slackCode(err); {
	case err == nil, c.Passed && code == "not_in_channel":
		x.seen(c, name)
	case code == "not_in_channel":
		x.say(Wrong, "channel-not-joined", name+" does not have passcodebot in it.", "Type /invite @passcodebot in it.")
	case code == "channel_not_found":
		x.unseen(c, name)
	default:
		x.fail("channel", err, "conversations.history", botToken)
	}
}
