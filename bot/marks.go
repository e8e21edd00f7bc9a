package bot

import (
	"context"
	"strconv"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// The event types of the metadata that our posts carry. Everybody in the
// channel can read it, so it holds nothing but numbers.
const (
	cardType   = "passcodebot_card"
	threadType = "passcodebot_thread"
)

// identity tells a request from one of the same number in another database.
func identity(r approvals.Request) map[string]any {
	return map[string]any{"request": r.ID.String(), "created": strconv.FormatInt(r.CreatedAt.UnixMicro(), 10)}
}

func cardMark(r approvals.Request) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: cardType, EventPayload: identity(r)}
}

func threadMark(r approvals.Request, p view.Post) slack.SlackMetadata {
	payload := identity(r)
	payload["through"] = strconv.FormatUint(uint64(p.Through), 10)
	payload["part"] = strconv.Itoa(p.Part)
	payload["last"] = strconv.FormatBool(p.Last)
	return slack.SlackMetadata{EventType: threadType, EventPayload: payload}
}

// carries says that a message is ours and has a mark of a request.
func (p *publisher) carries(m slack.Message, r approvals.Request, kind string) bool {
	if m.Metadata.EventType != kind || (p.Self != "" && m.User != p.Self) {
		return false
	}
	for k, v := range identity(r) {
		if m.Metadata.EventPayload[k] != v {
			return false
		}
	}
	return true
}

// findCard looks for the card of a request in its channel. It is empty where
// there is none.
func (l *lane) findCard(ctx context.Context, r approvals.Request) (string, error) {
	params := slack.GetConversationHistoryParameters{
		ChannelID: r.CardChannel, IncludeAllMetadata: true, Limit: 200,
		// Its own clock may be a little ahead of Slack's.
		Oldest: strconv.FormatInt(r.ReadyAt.Unix()-60, 10),
	}
	for {
		ctx, cancel := context.WithTimeout(ctx, callTime)
		page, err := l.API.GetConversationHistoryContext(ctx, &params)
		cancel()
		if err != nil {
			return "", err
		}
		for _, m := range page.Messages {
			if l.carries(m, r, cardType) {
				return m.Timestamp, nil
			}
		}
		params.Cursor = page.ResponseMetaData.NextCursor
		if params.Cursor == "" {
			return "", nil
		}
	}
}

// recoverThread reads from the thread itself what is already out, and brings
// the cursor there.
func (l *lane) recoverThread(ctx context.Context, s story) error {
	params := slack.GetConversationRepliesParameters{
		ChannelID: s.note.Channel, Timestamp: s.note.TS, IncludeAllMetadata: true, Limit: 200,
	}
	through, part, last := s.cursor.Seq, -1, true
	if s.note.Listing > 0 {
		through, part, last = s.note.Listing, s.note.Parts-1, false
	}
	for {
		call, cancel := context.WithTimeout(ctx, callTime)
		page, _, cursor, err := l.API.GetConversationRepliesContext(call, &params)
		cancel()
		if err != nil {
			if gone(err) || slackCode(err) == "thread_not_found" || slackCode(err) == "message_not_found" {
				l.unsure.drop(l.id)
				return l.lose(ctx, s, err)
			}
			return l.told("conversations.replies", err)
		}
		for _, m := range page {
			if !l.carries(m, s.Request, threadType) {
				continue
			}
			t, p, isLast := readMark(m.Metadata.EventPayload)
			if t > through || (t == through && p > part && !last) {
				through, part, last = t, p, isLast
			}
		}
		if params.Cursor = cursor; cursor == "" {
			break
		}
	}
	l.unsure.drop(l.id)
	if through > s.cursor.Seq {
		l.log.Info("posts recognised in the thread", "through", uint64(through))
		return l.posted(ctx, s, through, part, last)
	}
	return l.advance(ctx, s, s.cursor.Seq)
}

func readMark(payload map[string]any) (through approvals.Seq, part int, last bool) {
	text := func(key string) string { s, _ := payload[key].(string); return s }
	t, err := strconv.ParseUint(text("through"), 10, 64)
	if err != nil {
		return 0, 0, false
	}
	p, err := strconv.Atoi(text("part"))
	if err != nil {
		return 0, 0, false
	}
	return approvals.Seq(t), p, text("last") == "true"
}
