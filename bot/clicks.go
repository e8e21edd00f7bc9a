package bot

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// interaction does what a click on a card asks for. A click carries the
// number of a request and nothing that is trusted.
func (b *Bot) interaction(ctx context.Context, c slack.InteractionCallback) answer {
	if c.Type != slack.InteractionTypeBlockActions || len(c.ActionCallback.BlockActions) == 0 || c.ActionCallback.BlockActions[0] == nil {
		b.Logger.Warn("interaction not understood", "type", string(c.Type))
		return answer{}
	}
	action := c.ActionCallback.BlockActions[0]
	by := approvals.Actor{ID: c.User.ID, Name: c.User.Name, Team: c.User.TeamID}
	to := reply{url: c.ResponseURL, channel: c.Channel.ID, user: c.User.ID}
	if to.channel == "" {
		to.channel = c.Container.ChannelID
	}

	err := b.click(ctx, c, action, by)
	if err == nil {
		return answer{}
	}
	return answer{
		withhold: unstored(err),
		then:     func(ctx context.Context) { b.whispers.reply(ctx, to, view.Error(err)) },
	}
}

func (b *Bot) click(ctx context.Context, c slack.InteractionCallback, action *slack.BlockAction, by approvals.Actor) error {
	n, err := strconv.ParseUint(action.Value, 10, 63)
	id := approvals.ID(n)
	if err != nil || n == 0 {
		return b.Acts.Refuse(ctx, 0, by, action.ActionID, unknownButton())
	}
	r, err := b.Requests.Request(ctx, id)
	switch {
	case errors.Is(err, approvals.ErrNotFound):
		return b.Acts.Refuse(ctx, id, by, action.ActionID, approvals.UnknownRequest(id))
	case err != nil:
		return unread(err)
	}
	err = b.fromCard(ctx, r, c.Container)
	switch {
	case unstored(err):
		return err
	case err != nil:
		return b.Acts.Refuse(ctx, id, by, action.ActionID, err)
	}
	switch action.ActionID {
	case view.ActionApprove:
		_, err = b.Acts.Decide(ctx, id, by, true, "")
	case view.ActionDeny:
		_, err = b.Acts.Decide(ctx, id, by, false, "")
	case view.ActionCancel:
		_, err = b.Acts.Cancel(ctx, id, by)
	default:
		err = b.Acts.Refuse(ctx, id, by, action.ActionID, unknownButton())
	}
	return err
}

// The waits for the place of a card that has just been posted to be known.
const (
	placeTime  = 1500 * time.Millisecond
	placePause = 20 * time.Millisecond
)

// fromCard returns nil for a click that came from the request's own card. A
// card that is being posted can be seen a moment before its place is known
// here; nothing else is taken for it meanwhile.
func (b *Bot) fromCard(ctx context.Context, r approvals.Request, at slack.Container) error {
	for end := time.Now().Add(placeTime); ; {
		n, err := readCard(ctx, b.Outbox, r.ID)
		switch {
		case err != nil:
			return unread(err)
		case n.TS != "" && at.ChannelID == n.Channel && at.MessageTs == n.TS:
			return nil
		case n.TS != "" || at.ChannelID != r.CardChannel:
			return approvals.WrongCard(r.ID)
		case time.Now().After(end) || sleep(ctx, placePause) != nil:
			return approvals.CardNotReady(r.ID)
		}
	}
}

func unknownButton() error {
	return &approvals.Error{
		Kind: approvals.Invalid, Code: "unknown-button",
		Text: "This button is not one that I know.", Hint: "Use `/reset-passcode list` to see what is open.",
	}
}
