package bot

import (
	"context"
	"time"

	"passcodebot/bot/view"
	"passcodebot/bot/words"
)

const (
	// localeTime is how long somebody's locale is kept.
	localeTime = 10 * time.Minute
	// localeWait is how long an answer waits to be in the right language.
	localeWait = 700 * time.Millisecond
)

// speak returns the renderer in the language of one person. Where Slack does
// not tell it in time, it is the one of the cards.
func (b *Bot) speak(ctx context.Context, user string) view.Renderer {
	return speak(ctx, b.Directory, b.view, user)
}

func speak(ctx context.Context, d *Directory, v view.Renderer, user string) view.Renderer {
	if user == "" {
		return v
	}
	ctx, cancel := context.WithTimeout(ctx, localeWait)
	defer cancel()
	locale, err := d.locale(ctx, user)
	if err != nil {
		return v
	}
	return v.In(words.Match(locale, v.Language()))
}
