package bot

import (
	"context"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// The event types of the metadata that our posts carry. Everybody in the
// channel can read it, so it holds nothing but numbers.
const (
	cardType    = "passcodebot_card"
	threadType  = "passcodebot_thread"
	whisperType = "passcodebot_direct"
	noticeType  = "passcodebot_notice"

	personalType = "passcodebot_personal"
)

// identity tells a request from one of the same number in another database.
func identity(r approvals.Request) map[string]any {
	return map[string]any{"request": r.ID.String(), "created": strconv.FormatInt(r.CreatedAt.UnixMicro(), 10)}
}

func cardMark(r approvals.Request) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: cardType, EventPayload: identity(r)}
}

// mark says what a post has told: through an event, and which part of it.
type mark struct {
	through approvals.Seq
	part    int
	last    bool
}

func markOf(p view.Post) mark { return mark{p.Through, p.Part, p.Last} }

func (m mark) metadata(kind string, r approvals.Request) slack.SlackMetadata {
	payload := identity(r)
	payload["through"] = strconv.FormatUint(uint64(m.through), 10)
	payload["part"] = strconv.Itoa(m.part)
	payload["last"] = strconv.FormatBool(m.last)
	return slack.SlackMetadata{EventType: kind, EventPayload: payload}
}

// readMark reads a mark back; it is zero where there is none.
func readMark(m slack.Message) mark {
	text := func(key string) string { s, _ := m.Metadata.EventPayload[key].(string); return s }
	through, err := strconv.ParseUint(text("through"), 10, 64)
	if err != nil {
		return mark{}
	}
	part, err := strconv.Atoi(text("part"))
	if err != nil {
		return mark{}
	}
	return mark{approvals.Seq(through), part, text("last") == "true"}
}

// carries says that a message is ours and has metadata of a kind for a
// request.
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

// clockAhead is how far our clock, by which a post is looked for, may be
// ahead of Slack's, by which it is dated. It is generous: it costs a page or
// two more to read, and a post that is not found is posted twice.
const clockAhead = time.Hour

// history shows what was said in a channel since a time, the latest first,
// until seen says that it is enough.
func (p *publisher) history(ctx context.Context, channel string, since time.Time, enough func(slack.Message) bool) error {
	params := slack.GetConversationHistoryParameters{
		ChannelID: channel, IncludeAllMetadata: true, Limit: 200,
		Oldest: strconv.FormatInt(since.Add(-clockAhead).Unix(), 10),
	}
	for {
		var page *slack.GetConversationHistoryResponse
		err := p.ask(ctx, "conversations.history", func(ctx context.Context) (err error) {
			page, err = p.API.GetConversationHistoryContext(ctx, &params)
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range page.Messages {
			if enough(m) {
				return nil
			}
		}
		if params.Cursor = page.ResponseMetaData.NextCursor; params.Cursor == "" {
			return nil
		}
	}
}

// replies shows what was said in a thread, oldest first.
func (p *publisher) replies(ctx context.Context, channel, thread string, see func(slack.Message)) error {
	params := slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: thread, IncludeAllMetadata: true, Limit: 200}
	for {
		var page []slack.Message
		err := p.ask(ctx, "conversations.replies", func(ctx context.Context) (err error) {
			page, _, params.Cursor, err = p.API.GetConversationRepliesContext(ctx, &params)
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range page {
			see(m)
		}
		if params.Cursor == "" {
			return nil
		}
	}
}
