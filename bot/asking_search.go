package bot

import (
	"context"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// maxSuggested is how many devices an answer to a search has.
const maxSuggested = 20

// formSuggest answers what somebody types into the search, with the
// acknowledgement. Whoever may not ask finds nothing.
func (b *Bot) formSuggest(ctx context.Context, c slack.InteractionCallback, by approvals.Actor) answer {
	nothing := answer{payload: map[string]any{"options": []any{}}}
	if c.ActionID != view.FormSearch || c.View.CallbackID != view.CallbackForm {
		return nothing
	}
	f := b.form(c, by)
	if f == nil {
		return nothing
	}
	ctx, cancel := context.WithTimeout(ctx, suggestTime)
	defer cancel()
	looked, err := b.Acts.Look(ctx, approvals.Look{Actor: by, Channel: f.channel(), Search: c.Value, Limit: maxSuggested})
	err = silent(err)
	v := b.speak(ctx, by.ID)
	switch {
	case err == nil:
		return answer{payload: v.Suggestions(looked, b.Now())}
	case approvals.KindOf(err) == approvals.Forbidden, approvals.KindOf(err) == approvals.NotFound:
		return nothing
	}
	b.Logger.Warn("search not answered", "actor", by.ID, "error", err)
	return answer{payload: v.Unanswered(err)}
}
