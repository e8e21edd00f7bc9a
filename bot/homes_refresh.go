package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime/debug"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// refresh shows somebody what has changed until nothing has.
func (h *homes) refresh(ctx context.Context, who string, l *looker) {
	defer func() {
		if p := recover(); p != nil {
			h.log.Error("App Home panicked", "actor", who, "panic", p, "stack", string(debug.Stack()))
			h.mu.Lock()
			l.busy = false
			h.mu.Unlock()
		}
	}()
	for {
		as, asked, any := h.take(l, true)
		if !any {
			return
		}
		if sleep(ctx, time.Until(l.free)) != nil || !asked && h.draws.Wait(ctx) != nil {
			h.leave(l)
			return
		}
		if !h.once(ctx, who, l, as, asked) {
			h.leave(l)
			return
		}
	}
}

// leave ends the work for somebody without its having come to an end.
func (h *homes) leave(l *looker) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.busy = false
}

// once draws what somebody sees, and shows it where it is not what they see
// already. It is false where there is no use in going on.
func (h *homes) once(ctx context.Context, who string, l *looker, as looking, asked bool) bool {
	blocks, raw, whole := h.drawn(ctx, who, l, as, asked)
	if raw == nil {
		return ctx.Err() == nil
	}
	if (!asked || !h.asks.Allow()) && h.shows.Wait(ctx) != nil {
		return false
	}
	if as, newer, any := h.take(l, false); any && whole { // what has changed during the wait is in it
		asked = asked || newer
		if blocks, raw, whole = h.drawn(ctx, who, l, as, asked); raw == nil {
			return ctx.Err() == nil
		}
	}
	hash, err := h.show(ctx, who, blocks, l.hash)
	l.free = time.Now().Add(homePause)
	if err != nil {
		return h.unshown(ctx, who, l, asked, err)
	}
	l.shown, l.hash = raw, hash
	h.published(l, hash)
	h.mends("")
	if !whole {
		h.again(l, true)
	}
	return true
}

// drawn puts together what somebody sees. Raw is nil where there is nothing to
// show, and whole is false where that must be put together once more.
func (h *homes) drawn(ctx context.Context, who string, l *looker, as looking, asked bool) (blocks []slack.Block, raw []byte, whole bool) {
	limit := drawTime
	first := asked && l.shown == nil
	if first {
		limit = quickTime
	}
	drawing, cancel := context.WithTimeout(ctx, limit)
	blocks, err := h.draw(drawing, who, as)
	late := drawing.Err() != nil
	cancel()
	switch {
	case ctx.Err() != nil:
		return nil, nil, false
	case first && late:
		blocks = h.loading(ctx, who)
	case err != nil && !asked:
		// What they see may be old, but is better than nothing.
		h.log.Debug("App Home stays as it is", "actor", who, "error", err)
		return nil, nil, false
	default:
		h.answered(l, as)
	}
	raw, err = json.Marshal(blocks)
	if err != nil || bytes.Equal(raw, l.shown) {
		return nil, nil, false
	}
	return blocks, raw, !first || !late
}

// unshown takes the error of a view that was not shown, or perhaps was.
func (h *homes) unshown(ctx context.Context, who string, l *looker, asked bool, err error) bool {
	l.shown = nil
	if longer, limited := wait(err); limited {
		h.again(l, asked)
		return sleep(ctx, longer) == nil
	}
	if conflict := l.hash != "" && slackCode(err) == "hash_conflict"; conflict {
		l.hash = "" // somebody else has shown something, perhaps older
		h.again(l, asked)
		return true
	}
	l.hash = ""
	switch e := explain(err, "views.publish", botToken); {
	case e.Kind == approvals.Forbidden || e.Code == "not_enabled":
		if h.mends(e.Code) {
			h.log.Error("Slack lets nobody see App Home; it is said once", "actor", who, "code", e.Code, "error", e)
		}
	default:
		h.log.Debug("App Home not shown; it is at the next change", "actor", who, "error", withoutURL(err))
	}
	return true
}

// mends says that what only a person can mend is another thing than before;
// nothing where the code is empty.
func (h *homes) mends(code string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	other := h.wrong != code
	h.wrong = code
	return other
}
