package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime/debug"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
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
	d, any := h.drawn(ctx, who, l, as, asked)
	if !any {
		return ctx.Err() == nil
	}
	if (!asked || !h.asks.Allow()) && h.shows.Wait(ctx) != nil {
		return false
	}
	if as, newer, changed := h.take(l, false); changed && d.whole { // what has changed during the wait is in it
		asked = asked || newer
		if d, any = h.drawn(ctx, who, l, as, asked); !any {
			return ctx.Err() == nil
		}
	}
	hash, err := h.publish(ctx, who, l, d.blocks)
	l.free = time.Now().Add(homePause)
	if err != nil {
		return h.unshown(ctx, who, l, asked, err)
	}
	l.shown, l.at, l.hash = d.raw, d.at, hash
	h.mends("")
	if !d.whole {
		h.again(l, true)
	}
	return true
}

// publish shows somebody a view over the one that they see.
func (h *homes) publish(ctx context.Context, who string, l *looker, blocks []slack.Block) (hash string, err error) {
	ends := h.ours.begins(who)
	defer func() { ends(hash) }()
	return h.show(ctx, who, blocks, l.hash)
}

// drawing is a view that is put together.
type drawing struct {
	blocks []slack.Block
	raw    []byte    // but for its time
	at     time.Time // of when it is
	whole  bool      // false where it must be put together once more
}

// drawn puts together what somebody sees. It is false where there is nothing to
// show.
func (h *homes) drawn(ctx context.Context, who string, l *looker, as looking, asked bool) (d drawing, any bool) {
	limit := drawTime
	first := asked && l.shown == nil
	if first {
		limit = quickTime
	}
	d.at = h.now()
	putting, cancel := context.WithTimeout(ctx, limit)
	blocks, err := h.draw(putting, who, as)
	late := putting.Err() != nil
	cancel()
	switch {
	case ctx.Err() != nil:
		return drawing{}, false
	case first && late:
		blocks = h.loading(ctx, who)
	case err != nil && !asked:
		// What they see may be old, but is better than nothing.
		h.log.Debug("App Home stays as it is", "actor", who, "error", err)
		return drawing{}, false
	default:
		h.answered(l, as)
	}
	d.blocks, d.whole = blocks, !first || !late
	d.raw, err = json.Marshal(slices.DeleteFunc(slices.Clone(blocks), func(b slack.Block) bool { return b.ID() == view.BlockHomeTime }))
	old := freshTime
	if asked {
		old = seenTime
	}
	same := bytes.Equal(d.raw, l.shown) && d.at.Sub(l.at) < old
	return d, err == nil && !same
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
