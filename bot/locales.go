package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

const (
	// localeTime is how long somebody's locale is kept: people change it rarely.
	localeTime = time.Hour
	// localeWait is how long an answer waits to be in the right language.
	localeWait = 700 * time.Millisecond
)

// locales knows in which language single people read.
type locales struct {
	*memo[words.Language]
	infos quota
}

// newLocales returns locales that ask Slack. Whose locale the catalogue does
// not have is spoken to in the language otherwise.
func newLocales(c Config) *locales {
	l := &locales{infos: quota{free: freePeople, log: c.Logger}}
	l.memo = newMemo(l.infos.gather, func(ctx context.Context, id string) (words.Language, error) {
		var u *slack.User
		err := l.infos.call(ctx, func() (err error) {
			u, err = c.API.GetUserInfoContext(ctx, id) // slack-go asks with include_locale
			return err
		})
		if err != nil {
			return "", err
		}
		return words.Match(u.Locale, c.Language), nil
	})
	return l
}

// speak returns the renderer in the language of one person. Where Slack does
// not tell it in time, it is the one of the cards.
func (b *Bot) speak(ctx context.Context, user string) view.Renderer {
	return b.locales.speak(ctx, b.view, user)
}

func (l *locales) speak(ctx context.Context, v view.Renderer, user string) view.Renderer {
	if user == "" {
		return v
	}
	ctx, cancel := context.WithTimeout(ctx, localeWait)
	defer cancel()
	in, err := l.get(ctx, user, time.Now().Add(-localeTime))
	if err != nil {
		return v
	}
	return v.In(in)
}
