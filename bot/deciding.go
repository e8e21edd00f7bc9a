package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// ableTime bounds how long Details looks up who could still approve.
const ableTime = 10 * time.Second

// askWhy opens the form that asks why a request is denied. Who may not deny it
// is told before they write.
func (b *Bot) askWhy(ctx context.Context, c slack.InteractionCallback, id approvals.ID, by approvals.Actor, to reply) answer {
	if err := b.Acts.MayDeny(ctx, id, by); err != nil {
		return b.told(err, to)
	}
	r, err := b.Requests.Request(ctx, id)
	if err != nil {
		return b.told(unread(err), to)
	}
	return answer{then: func(ctx context.Context) {
		b.open(ctx, c.TriggerID, to, b.speak(ctx, by.ID).DenyForm(r))
	}}
}

// open opens a modal. A person to whom it can't be shown is told what to do.
func (b *Bot) open(ctx context.Context, trigger string, to reply, m slack.ModalViewRequest) *slack.View {
	shown, err := b.window(ctx, trigger, to, m)
	if err != nil {
		e := refusal("not-opened")
		e.Err = err
		b.whispers.reply(ctx, to, b.speak(ctx, to.user).Error(e))
	}
	return shown
}

// window opens a modal.
func (b *Bot) window(ctx context.Context, trigger string, to reply, m slack.ModalViewRequest) (*slack.View, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	opened, err := b.API.OpenViewContext(ctx, trigger, m)
	if err != nil {
		b.Logger.Warn("modal not opened; the person is told", "callback", m.CallbackID, "actor", to.user, "code", slackCode(err), "error", withoutURL(err))
		return nil, err
	}
	return &opened.View, nil
}

// denied takes the form that denies a request. Whatever is wrong with it
// stands at its field, and nothing typed is lost.
func (b *Bot) denied(ctx context.Context, c slack.InteractionCallback, by approvals.Actor) answer {
	id, ok := requestOf(c.View.PrivateMetadata)
	if !ok {
		return b.atField(ctx, by, view.BlockWhy, b.Acts.Refuse(ctx, 0, by, view.ActionDeny, refusal("unknown-button")))
	}
	why := typed(c.View.State, view.BlockWhy, view.ActionWhy)
	if approvals.Blank(why) {
		return b.atField(ctx, by, view.BlockWhy, b.Acts.Refuse(ctx, id, by, view.ActionDeny, refusal("no-why", id.String())))
	}
	if _, err := b.Acts.Decide(ctx, id, by, false, why); err != nil {
		return b.atField(ctx, by, view.BlockWhy, err)
	}
	return answer{}
}

// typed is what somebody typed into a field of a form.
func typed(state *slack.ViewState, block, action string) string {
	if state == nil {
		return ""
	}
	return state.Values[block][action].Value
}

// atField keeps a form open, with why at one of its fields.
func (b *Bot) atField(ctx context.Context, by approvals.Actor, block string, err error) answer {
	text := b.speak(ctx, by.ID).FieldError(err)
	return answer{payload: slack.NewErrorsViewSubmissionResponse(map[string]string{block: text})}
}

// details shows all of a request to who may see it.
func (b *Bot) details(ctx context.Context, c slack.InteractionCallback, id approvals.ID, by approvals.Actor, to reply) answer {
	r, err := b.Acts.Show(ctx, id, by)
	if err != nil {
		return b.told(err, to)
	}
	return answer{then: func(ctx context.Context) {
		v := b.speak(ctx, by.ID)
		shown := b.open(ctx, c.TriggerID, to, v.Details(r, nil))
		if shown == nil || r.State != approvals.Pending {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, ableTime)
		defer cancel()
		able, err := b.Acts.Able(ctx, id)
		if err == nil {
			if able == nil {
				able = []approvals.Person{}
			}
			_, err = b.API.UpdateViewContext(ctx, v.Details(r, able), "", shown.Hash, shown.ID)
		}
		if err != nil {
			b.Logger.Warn("who could still approve is not shown", "request", id.String(), "error", withoutURL(err))
		}
	}}
}

// again asks for the failed devices of a request once more.
func (b *Bot) again(ctx context.Context, id approvals.ID, by approvals.Actor, to reply) answer {
	r, err := b.Acts.Again(ctx, id, by)
	if err != nil {
		return b.told(err, to)
	}
	if r.Requester.ID == by.ID { // what becomes of it is for its requester alone
		b.whispers.remember(r.ID, to)
	}
	return answer{then: func(ctx context.Context) { b.whispers.reply(ctx, to, b.speak(ctx, by.ID).Stored(r, nil)) }}
}

// owned takes the answer whether the person has set a passcode of their own,
// and shows it where the question was.
func (b *Bot) owned(ctx context.Context, c slack.InteractionCallback, id approvals.ID, by approvals.Actor, own bool, to reply) answer {
	r, err := b.Acts.Answer(ctx, id, by, own)
	if err != nil {
		return b.told(err, to)
	}
	return answer{then: func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, callTime)
		defer cancel()
		m := b.speak(ctx, by.ID).HandoverAnswered(r, b.cardLink(ctx, id))
		if _, _, _, err := b.API.UpdateMessageContext(ctx, c.Container.ChannelID, c.Container.MessageTs, options(m)...); err != nil {
			b.Logger.Warn("answered question stays as it is", "request", id.String(), "error", withoutURL(err))
		}
	}}
}

// cardLink is the address of the card of a request; empty where it has none.
func (b *Bot) cardLink(ctx context.Context, id approvals.ID) string {
	n, err := readCard(ctx, b.Outbox, id)
	if err != nil {
		b.Logger.Warn("card not found for a link", "request", id.String(), "error", err)
		return ""
	}
	return b.Space.message(n.Channel, n.TS)
}
