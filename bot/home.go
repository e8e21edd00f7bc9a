package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// homeOpened takes that somebody looks at App Home.
func (b *Bot) homeOpened(_ context.Context, user string) answer {
	if user == "" {
		return answer{}
	}
	return answer{then: func(context.Context) { b.homes.look(user, nil) }}
}

// homeAction takes what somebody does in App Home and not on a request.
func (b *Bot) homeAction(ctx context.Context, c slack.InteractionCallback, a *slack.BlockAction, by approvals.Actor, to reply) answer {
	if !fromHome(c) {
		return b.told(b.Acts.Refuse(ctx, 0, by, "click", refusal("unknown-button")), to)
	}
	var change func(*looking)
	switch a.ActionID {
	case view.ActionHomeRefresh:
	case view.ActionHomeSearch:
		words := searched(a.Value)
		change = func(l *looking) { l.search = words }
	case view.ActionHomeClear:
		change = func(l *looking) { l.search, l.fields = "", l.fields+1 }
	case view.ActionHomeSettings:
		p, ok := preferences(a.SelectedOptions)
		if !ok {
			return b.told(b.Acts.Refuse(ctx, 0, by, "preferences", refusal("unknown-button")), to)
		}
		if err := b.Acts.SetPreferences(ctx, by, p); err != nil {
			// The boxes go back to what is stored.
			b.homes.look(by.ID, func(l *looking) { l.fields++ })
			return b.told(err, to)
		}
	default:
		return b.told(b.Acts.Refuse(ctx, 0, by, "click", refusal("unknown-button")), to)
	}
	return answer{then: func(context.Context) { b.homes.look(by.ID, change) }}
}

// searched is what somebody searches for, as the field takes it again.
func searched(typed string) string {
	words := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(typed, "")), " "))
	return strings.TrimSpace(string(words[:min(view.MaxSearch, len(words))]))
}

// preferences reads which boxes are ticked. It is false where one is none of
// ours.
func preferences(ticked []slack.OptionBlockObject) (approvals.Preferences, bool) {
	p := approvals.Preferences{NoRequests: true, NoNamed: true}
	for _, o := range ticked {
		switch o.Value {
		case view.SettingRequests:
			p.NoRequests = false
		case view.SettingNamed:
			p.NoNamed = false
		default:
			return p, false
		}
	}
	return p, true
}

// tongueTime is how long the first view waits to be in the right language.
const tongueTime = 200 * time.Millisecond

// newHomes returns the App Homes of a Bot.
func (b *Bot) newHomes() *homes {
	h := newHomes(b.Logger)
	h.draw, h.show, h.now = b.drawHome, b.showHome, b.Now
	h.loading = func(ctx context.Context, who string) []slack.Block {
		ctx, cancel := context.WithTimeout(ctx, tongueTime)
		defer cancel()
		return b.speak(ctx, who).Home(view.Home{Me: who, Loading: true})
	}
	return h
}

// drawHome puts together what somebody sees in App Home. It asks the store,
// and of Slack who the person is; it never asks Intune.
func (b *Bot) drawHome(ctx context.Context, who string, as looking) ([]slack.Block, error) {
	v := b.speak(ctx, who)
	at := b.Now()
	h := view.Home{Me: who, At: at, Search: as.search, Fields: as.fields, Links: map[approvals.ID]string{}}
	err := func() (err error) {
		if h.Desk, err = b.Acts.Desk(ctx, approvals.Actor{ID: who}, as.search); err != nil {
			return err
		}
		if h.Preferences, err = b.Acts.Preferences(ctx, who); err != nil || !h.Desk.Admin {
			return err
		}
		health, err := b.health(ctx)
		h.Health = &health
		return err
	}()
	if err != nil {
		return v.Home(view.Home{Me: who, At: at, Problem: err}), err
	}
	for _, rs := range [][]approvals.Request{h.Desk.Waiting, h.Desk.Asked, h.Desk.Running, h.Desk.Recent} {
		for _, r := range rs {
			if ctx.Err() != nil {
				return v.Home(view.Home{Me: who, At: at, Problem: unread(ctx.Err())}), ctx.Err()
			}
			h.Links[r.ID] = b.cardLink(ctx, r.ID)
		}
	}
	return v.Home(h), nil
}

// showHome publishes what somebody sees in App Home.
func (b *Bot) showHome(ctx context.Context, who string, blocks []slack.Block, hash string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	request := slack.PublishViewContextRequest{UserID: who, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}}
	if hash != "" {
		request.Hash = &hash
	}
	shown, err := b.API.PublishViewContext(ctx, request)
	if err != nil {
		return "", err
	}
	return shown.Hash, nil
}
