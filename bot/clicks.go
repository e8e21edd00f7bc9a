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
// number of a request and nothing that is trusted. The app is the one that
// it must come from; empty where that is not known.
func (b *Bot) interaction(ctx context.Context, c slack.InteractionCallback, app string) answer {
	by := approvals.Actor{ID: c.User.ID, Name: c.User.Name, Team: c.User.TeamID}
	to := reply{url: c.ResponseURL, channel: c.Channel.ID, user: c.User.ID}
	if to.channel == "" {
		to.channel = c.Container.ChannelID
	}
	err := b.clicked(ctx, c, by, app)
	if err == nil {
		return answer{}
	}
	return answer{
		withhold: unstored(err),
		then:     func(ctx context.Context) { b.whispers.reply(ctx, to, view.Error(err)) },
	}
}

// clicked does what is clicked, if it is one click of this app's people.
func (b *Bot) clicked(ctx context.Context, c slack.InteractionCallback, by approvals.Actor, app string) error {
	if err := b.foreign(app, clickOrigin(c)); err != nil {
		return b.Acts.Refuse(ctx, 0, by, actOf(c), err)
	}
	actions := c.ActionCallback.BlockActions
	switch n := len(actions) + len(c.ActionCallback.AttachmentActions); {
	case n > 1:
		return b.Acts.Refuse(ctx, 0, by, actOf(c), refusal("several-actions"))
	case c.Type != slack.InteractionTypeBlockActions || len(actions) != 1 || actions[0] == nil:
		b.Logger.Warn("interaction not understood", "type", string(c.Type), "actor", by.ID)
		return b.Acts.Refuse(ctx, 0, by, actOf(c), refusal("unknown-button"))
	}
	return b.click(ctx, c, actions[0], by)
}

// actOf names what a click is for, in one of the words that the log knows.
func actOf(c slack.InteractionCallback) string {
	if actions := c.ActionCallback.BlockActions; len(actions) > 0 && actions[0] != nil {
		switch id := actions[0].ActionID; id {
		case view.ActionApprove, view.ActionDeny, view.ActionCancel, view.ActionReview:
			return id
		}
	}
	return "click"
}

func (b *Bot) click(ctx context.Context, c slack.InteractionCallback, action *slack.BlockAction, by approvals.Actor) error {
	act := actOf(c)
	id, ok := requestOf(action.Value)
	if !ok || act == "click" {
		return b.Acts.Refuse(ctx, 0, by, act, refusal("unknown-button"))
	}
	r, err := b.Requests.Request(ctx, id)
	switch {
	case errors.Is(err, approvals.ErrNotFound):
		return b.Acts.Refuse(ctx, id, by, act, approvals.UnknownRequest(id))
	case err != nil:
		return unread(err)
	}
	if act == view.ActionReview {
		err = b.fromReview(ctx, id, c.Container)
	} else {
		err = b.fromCard(ctx, r, c.Container)
	}
	switch {
	case unstored(err):
		return err
	case err != nil:
		return b.Acts.Refuse(ctx, id, by, act, err)
	}
	switch act {
	case view.ActionApprove:
		_, err = b.Acts.Decide(ctx, id, by, true, "")
	case view.ActionDeny:
		_, err = b.Acts.Decide(ctx, id, by, false, "")
	case view.ActionCancel:
		_, err = b.Acts.Cancel(ctx, id, by)
	case view.ActionReview:
		_, err = b.Acts.Sign(ctx, id, by, "")
	}
	return err
}

// requestOf reads the value of a button: a number as we write it, and
// nothing else.
func requestOf(value string) (approvals.ID, bool) {
	n, err := strconv.ParseUint(value, 10, 63)
	return approvals.ID(n), err == nil && n > 0 && strconv.FormatUint(n, 10) == value
}

// The waits for the place of a message that has just been posted to be known.
const (
	placeTime  = 1500 * time.Millisecond
	placePause = 20 * time.Millisecond
)

// spotted is where a message is that can be clicked on, and where it would
// be posted while that is not known.
type spotted struct{ channel, ts, expected string }

// fromCard returns nil for a click that came from the request's own card.
func (b *Bot) fromCard(ctx context.Context, r approvals.Request, at slack.Container) error {
	return b.from(ctx, at, approvals.WrongCard(r.ID), approvals.CardNotReady(r.ID), func() (spotted, error) {
		n, err := readCard(ctx, b.Outbox, r.ID)
		return spotted{n.Channel, n.TS, r.CardChannel}, err
	})
}

// fromReview returns nil for a click that came from the request's own review.
func (b *Bot) fromReview(ctx context.Context, id approvals.ID, at slack.Container) error {
	return b.from(ctx, at, refusal("wrong-review", id.String()), refusal("review-not-ready", id.String()), func() (spotted, error) {
		n, err := readNotice(ctx, b.Outbox, id)
		return spotted{n.Review.Channel, n.Review.TS, b.Notices.BreakGlass}, err
	})
}

// from returns nil for a click on the message that find tells of, and wrong
// for one on anything else. A message that is being posted can be seen a
// moment before its place is known here; nothing else is taken for it
// meanwhile, and after a wait the click is early.
func (b *Bot) from(ctx context.Context, at slack.Container, wrong, early error, find func() (spotted, error)) error {
	if at.IsEphemeral || at.MessageTs == "" {
		return wrong
	}
	for end := time.Now().Add(placeTime); ; {
		m, err := find()
		switch {
		case err != nil:
			return unread(err)
		case m.ts != "" && at.ChannelID == m.channel && at.MessageTs == m.ts:
			return nil
		case m.ts != "" || at.ChannelID != m.expected:
			return wrong
		case time.Now().After(end) || sleep(ctx, placePause) != nil:
			return early
		}
	}
}
