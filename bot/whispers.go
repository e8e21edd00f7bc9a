package bot

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// reply is where one person can be told something that nobody else sees. Its
// url is a secret: whoever has it can post as the app.
type reply struct {
	url     string
	channel string
	thread  string // the ts of the thread in which it is told; empty outside of one
	user    string
	// trigger opens a window to be told in, where there is no message to
	// answer in; empty elsewhere.
	trigger string
}

// LogValue keeps the url out of logs.
func (r reply) LogValue() slog.Value {
	return slog.GroupValue(slog.String("channel", r.channel), slog.String("actor", r.user))
}

const (
	// replyLife is how long a response_url is used.
	// Slack: 5 uses within 30 minutes.
	replyLife = 29 * time.Minute
	replyUses = 4
	// whisperTime bounds one message to one person, in one way after the other.
	whisperTime = 20 * time.Second
	// maxReplies bounds how many response_urls are kept.
	maxReplies = 10_000
)

// whispers tells single people things: by the response_url of what they did,
// which works where the bot is no member; else by an ephemeral message in the
// channel; else by direct message.
type whispers struct {
	api    *slack.Client
	client *http.Client
	now    func() time.Time
	log    *slog.Logger

	mu   sync.Mutex
	urls map[approvals.ID]*remembered
}

type remembered struct {
	reply
	until time.Time
	uses  int
}

func newWhispers(api *slack.Client, transport http.RoundTripper, now func() time.Time, log *slog.Logger) *whispers {
	return &whispers{
		api: api, now: now, log: log, urls: map[approvals.ID]*remembered{},
		client: &http.Client{Transport: transport, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}},
	}
}

// remember keeps where the requester of a request can be told about it. It
// is kept in memory alone.
func (w *whispers) remember(id approvals.ID, to reply) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	if len(w.urls) >= maxReplies {
		for id, r := range w.urls {
			if now.After(r.until) {
				delete(w.urls, id)
			}
		}
	}
	if len(w.urls) < maxReplies {
		w.urls[id] = &remembered{reply: to, until: now.Add(replyLife), uses: replyUses}
	}
}

// recall returns where the requester of r can be told, using up one use of
// the response_url where there is one.
func (w *whispers) recall(r approvals.Request) reply {
	w.mu.Lock()
	defer w.mu.Unlock()
	to := reply{channel: r.Channel, thread: r.Thread, user: r.Requester.ID}
	if kept := w.urls[r.ID]; kept != nil {
		if kept.uses > 0 && w.now().Before(kept.until) {
			kept.uses--
			to.url = kept.url
		} else {
			delete(w.urls, r.ID)
		}
	}
	return to
}

// reply answers one act. A failure is logged: there is nobody left to tell.
func (w *whispers) reply(ctx context.Context, to reply, m view.Message) {
	err := w.send(ctx, to, m)
	if err != nil {
		err = w.direct(ctx, to.user, m)
	}
	if err != nil {
		w.log.Error("person not told", "to", to, "error", err)
	}
}

// send shows a message to one person where they did something. The error is
// that of the last way that was tried; a direct message is left then.
func (w *whispers) send(ctx context.Context, to reply, m view.Message) error {
	ctx, cancel := context.WithTimeout(ctx, whisperTime)
	defer cancel()
	if to.url == "" && to.channel == "" {
		return w.direct(ctx, to.user, m)
	}
	if to.url != "" {
		message := &slack.WebhookMessage{Text: m.Text, ResponseType: slack.ResponseTypeEphemeral}
		if len(m.Blocks) > 0 {
			message.Blocks = &slack.Blocks{BlockSet: m.Blocks}
		}
		err := slack.PostWebhookCustomHTTPContext(ctx, to.url, w.client, message)
		if err == nil {
			return nil
		}
		w.log.Warn("response_url not taken; the person is told in another way", "to", to, "error", withoutURL(err))
	}
	how := options(m)
	if to.thread != "" {
		how = append(how, slack.MsgOptionTS(to.thread))
	}
	_, err := w.api.PostEphemeralContext(ctx, to.channel, to.user, how...)
	if err != nil {
		w.log.Warn("ephemeral message not taken; the person is told by direct message", "to", to, "error", withoutURL(err))
	}
	return err
}

// direct sends a direct message.
func (w *whispers) direct(ctx context.Context, user string, m view.Message) error {
	ctx, cancel := context.WithTimeout(ctx, whisperTime)
	defer cancel()
	im, _, _, err := w.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err != nil {
		return withoutURL(err)
	}
	for {
		_, _, err = w.api.PostMessageContext(ctx, im.ID, options(m)...)
		pause, limited := wait(err)
		if !limited || sleep(ctx, pause) != nil {
			return withoutURL(err)
		}
	}
}

// options are the parts of a message as slack-go takes them.
func options(m view.Message) []slack.MsgOption {
	o := []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	if len(m.Blocks) > 0 {
		o = append(o, slack.MsgOptionBlocks(m.Blocks...))
	}
	return o
}
