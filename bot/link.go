package bot

import (
	"cmp"
	"context"
	"runtime/debug"
	"strconv"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"passcodebot/approvals"
)

// link is one socket as the log names it.
type link struct {
	number int
	name   string // unlike that of any other process's sockets
	app    string // the app of its token, once Slack has said hello
}

// next returns the link of the socket after l, of a receiver.
func (l link) next(receiver string) link {
	n := l.number + 1
	return link{number: n, name: receiver + "-" + strconv.Itoa(n)}
}

// through returns a context whose acts are logged as having come through the
// socket that is open.
func (r *receiver) through(ctx context.Context, via string, envelope *socketmode.Request) context.Context {
	return approvals.From(ctx, approvals.Source{Via: via, Envelope: envelope.EnvelopeID, Connection: r.link.name})
}

// via names the kind of an interaction for the log.
func via(t slack.InteractionType) string {
	switch t {
	case slack.InteractionTypeViewSubmission, slack.InteractionTypeViewClosed:
		return "modal"
	case slack.InteractionTypeShortcut, slack.InteractionTypeMessageAction:
		return "shortcut"
	}
	return "button"
}

// app is the app that payloads must come from; empty where it is not known.
func (r *receiver) app() string { return cmp.Or(r.App, r.link.app) }

// greet takes Slack's hello: the log names each socket. That is written
// aside, so that a store that is slow does not keep people waiting.
func (r *receiver) greet(ctx context.Context, hello *socketmode.Request) {
	r.link.app = hello.ConnectionInfo.AppID
	r.connection.opened(r.Now(), hello.NumConnections)
	switch {
	case r.app() == "":
		r.Logger.Warn("Slack does not say which app this is, so commands and clicks of another app are not told apart")
	case r.link.app != "" && r.link.app != r.app():
		r.Logger.Error("the tokens are of two apps, so every command and click is refused; copy both from one app",
			"bot_token", r.App, "app_token", r.link.app)
	}
	if n := hello.NumConnections; n > 1 {
		r.Logger.Warn("Slack counts other sockets of this app, which take a share of its clicks; if they stay, stop the other process, or make new tokens if you do not know it", "connections", n)
	}
	opened := approvals.Event{Kind: approvals.SocketConnected, Data: map[string]string{
		"connection": r.link.name, "connections": strconv.Itoa(hello.NumConnections), "app": r.link.app, "host": hello.DebugInfo.Host,
	}}
	r.acts.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				r.Logger.Error("writing a socket to the event log panicked", "panic", p, "stack", string(debug.Stack()))
			}
		}()
		work, stop := lasting(ctx, finishTime)
		defer stop()
		work, cancel := context.WithTimeout(work, finishTime)
		defer cancel()
		if err := r.Acts.Note(work, opened); err != nil {
			r.Logger.Error("socket not written to the event log", "connection", opened.Data["connection"], "error", err)
		}
	})
}
