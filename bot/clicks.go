package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// actOf names what a click is for, in one of the words that the log knows.
func actOf(c slack.InteractionCallback) string {
	if actions := c.ActionCallback.BlockActions; len(actions) > 0 && actions[0] != nil {
		switch id := actions[0].ActionID; id {
		case view.ActionApprove, view.ActionDeny, view.ActionCancel, view.ActionReview,
			view.ActionDetails, view.ActionAgain, view.ActionOwn, view.ActionNotOwn:
			return id
		}
	}
	return "click"
}

// click does what a button on a request asks for. A click carries the number
// of a request and nothing that is trusted.
func (b *Bot) click(ctx context.Context, c slack.InteractionCallback, action *slack.BlockAction, by approvals.Actor, to reply) answer {
	act := actOf(c)
	id, ok := requestOf(action.Value)
	if !ok || act == "click" {
		return b.told(b.Acts.Refuse(ctx, 0, by, act, refusal("unknown-button")), to)
	}
	r, err := b.Requests.Request(ctx, id)
	switch {
	case errors.Is(err, approvals.ErrNotFound):
		return b.told(b.Acts.Refuse(ctx, id, by, act, approvals.UnknownRequest(id)), to)
	case err != nil:
		return b.told(unread(err), to)
	}
	switch err := b.placed(ctx, r, act, c); {
	case unstored(err):
		return b.told(err, to)
	case err != nil:
		return b.told(b.Acts.Refuse(ctx, id, by, act, err), to)
	}
	switch act {
	case view.ActionApprove:
		_, err = b.Acts.Decide(ctx, id, by, true, "")
	case view.ActionDeny:
		return b.askWhy(ctx, c, id, by, to)
	case view.ActionDetails:
		return b.details(ctx, c, id, by, to)
	case view.ActionCancel:
		_, err = b.Acts.Cancel(ctx, id, by)
	case view.ActionReview:
		_, err = b.Acts.Sign(ctx, id, by, "")
	case view.ActionAgain:
		return b.again(ctx, id, by, to)
	case view.ActionOwn, view.ActionNotOwn:
		return b.owned(ctx, c, id, by, act == view.ActionOwn, to)
	}
	return b.told(err, to)
}

// placed returns nil for a click on a message or view of ours on which its
// button is.
func (b *Bot) placed(ctx context.Context, r approvals.Request, act string, c slack.InteractionCallback) error {
	switch act {
	case view.ActionReview:
		return b.fromReview(ctx, r.ID, c.Container)
	case view.ActionAgain:
		// Where the card is lost, the results are told in direct messages.
		if fromDirect(c.Container) {
			return nil
		}
		return b.fromThread(ctx, r, c.Container)
	case view.ActionOwn, view.ActionNotOwn:
		// It was asked in a direct message, and the rules know of whom.
		if !fromDirect(c.Container) {
			return approvals.WrongCard(r.ID)
		}
		return nil
	}
	if fromHome(c) {
		if !b.homes.ours.have(ctx, c.User.ID, c.View.Hash) {
			b.homes.replace(c.User.ID)
			return refusal("home-outdated")
		}
		return nil
	}
	return b.fromCard(ctx, r, c.Container)
}

// fromDirect says that a click came from a direct message.
func fromDirect(at slack.Container) bool {
	return strings.HasPrefix(at.ChannelID, "D") && !at.IsEphemeral
}

// fromHome says that a click came from App Home.
func fromHome(c slack.InteractionCallback) bool {
	return c.Container.Type == "view" && c.View.Type == slack.VTHomeTab
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

// fromThread returns nil for a click that came from the thread of the
// request's own card.
func (b *Bot) fromThread(ctx context.Context, r approvals.Request, at slack.Container) error {
	at.MessageTs = at.ThreadTs
	return b.fromCard(ctx, r, at)
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
