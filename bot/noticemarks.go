package bot

import (
	"context"
	"strconv"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// mark tells a notice from every other one. Those without a request have the
// time of their first event for it, which no other database has.
func (n *notices) mark(s story, what notice) slack.SlackMetadata {
	m := mark{through: what.through, last: true}.metadata(noticeType, named(s.Request, what))
	m.EventPayload["first"] = strconv.FormatUint(uint64(what.first.Seq), 10)
	return m
}

func named(r approvals.Request, what notice) approvals.Request {
	if r.ID == 0 {
		r.CreatedAt = what.first.At
	}
	return r
}

// find looks for a notice in its channel, and for what it has told of. There
// is none where ts is empty.
func (n *notices) find(ctx context.Context, l *lane, s story, what notice) (out outlet, through approvals.Seq, err error) {
	first := strconv.FormatUint(uint64(what.first.Seq), 10)
	see := func(m slack.Message) bool {
		if l.carries(m, named(s.Request, what), noticeType) && m.Metadata.EventPayload["first"] == first {
			out, through = outlet{what.channel, m.Timestamp, what.thread}, max(what.first.Seq, readMark(m).through)
		}
		return out.ts != ""
	}
	if what.thread != "" {
		err = l.replies(ctx, what.channel, what.thread, func(m slack.Message) { see(m) })
	} else {
		err = l.history(ctx, what.channel, what.first.At, see)
	}
	return out, through, err
}
