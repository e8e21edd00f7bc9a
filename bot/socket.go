package bot

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"passcodebot/approvals"
)

const (
	// maxFrame bounds what one envelope may hold, in bytes.
	maxFrame = 4 << 20
	// ackTime bounds how long an acknowledgement waits for the socket:
	// slack-go v0.35.0 blocks for ever once 20 are queued.
	ackTime = 2 * time.Second
	// actTime bounds an act up to its acknowledgement.
	// Slack: an envelope must be acknowledged within 3 seconds.
	actTime = 2500 * time.Millisecond
	// finishTime bounds what an act still does once the process stops.
	finishTime = 5 * time.Second
	// ackGrace is how long the socket stays open after the last
	// acknowledgement: slack-go v0.35.0 loses those that are followed by a
	// cancel at once.
	ackGrace = 250 * time.Millisecond
	// maxActs bounds how many envelopes are worked on at a time. When it is
	// reached, further ones wait on the socket.
	maxActs = 256
)

// receiver is one socket with its work.
type receiver struct {
	*Bot
	client *socketmode.Client
	acts   sync.WaitGroup
	slots  chan struct{}
}

func (b *Bot) receive(ctx context.Context) error {
	r := &receiver{
		Bot: b, slots: make(chan struct{}, maxActs),
		// slack-go's own log may hold payloads; ours has what is needed.
		client: socketmode.New(b.API, socketmode.OptionReadLimit(maxFrame), socketmode.OptionLog(log.New(io.Discard, "", 0))),
	}
	// The socket outlives ctx until everything received is acknowledged.
	open, closeSocket := context.WithCancel(context.WithoutCancel(ctx))
	defer closeSocket()
	ended := make(chan error, 1)
	go func() { ended <- r.client.RunContext(open) }()

	for {
		select {
		case <-ctx.Done():
			r.acts.Wait()
			time.Sleep(ackGrace)
			closeSocket()
			b.Logger.Debug("socket closed", "error", withoutURL(<-ended))
			return nil
		case err := <-ended:
			r.acts.Wait()
			e := explain(err, "apps.connections.open", appToken)
			b.Logger.Error("socket ended", "code", e.Code, "error", e)
			return e
		case event := <-r.client.Events:
			if err := r.take(ctx, event); err != nil {
				closeSocket()
				b.Logger.Debug("socket closed", "error", withoutURL(<-ended))
				r.acts.Wait()
				return err
			}
		}
	}
}

// take handles one event of the socket. An error ends the process.
func (r *receiver) take(ctx context.Context, event socketmode.Event) error {
	switch data := event.Data.(type) {
	case *slack.ConnectionErrorEvent:
		// slack-go v0.35.0 tries again for ever after errors that only a
		// person can mend.
		if e := explain(data.ErrorObj, "apps.connections.open", appToken); e.Kind == approvals.Forbidden {
			r.Logger.Error("socket refused", "code", e.Code, "error", e)
			return e
		}
		r.Logger.Warn("socket not connected; tried again", "attempt", data.Attempt, "error", withoutURL(data.ErrorObj))
	case *socketmode.ConnectedEvent:
		r.Logger.Info("socket connected", "connection", data.ConnectionCount)
	case *socketmode.ErrorBadMessage:
		r.malformed(ctx, data.Message)
	case *socketmode.ErrorWriteFailed:
		r.Logger.Warn("acknowledgement not written; Slack shows the person an error", "error", data.Cause)
	case slack.SlashCommand:
		r.dispatch(ctx, event.Request, func(ctx context.Context) answer { return r.command(ctx, data) })
	case slack.InteractionCallback:
		r.dispatch(ctx, event.Request, func(ctx context.Context) answer { return r.interaction(ctx, data) })
	default:
		switch event.Type {
		case socketmode.EventTypeHello:
			if n := event.Request.NumConnections; n > 1 {
				r.Logger.Warn("another process is connected to the same Slack app and takes a share of its clicks; stop it, or make new tokens if you do not know it", "connections", n)
			}
		case socketmode.EventTypeEventsAPI:
			r.dispatch(ctx, event.Request, func(context.Context) answer { return answer{} })
		}
	}
	return nil
}

// malformed acknowledges an envelope that slack-go can't read, so that the
// person is not left with a spinner.
func (r *receiver) malformed(ctx context.Context, frame json.RawMessage) {
	id := envelopeID(frame)
	if id == "" {
		r.Logger.Warn("frame without an envelope dropped", "bytes", len(frame))
		return
	}
	r.Logger.Warn("envelope not understood", "envelope", id)
	r.ack(ctx, id, nil)
}

// envelopeID reads from the raw bytes what an acknowledgement needs; empty
// where there is none.
func envelopeID(frame []byte) string {
	var envelope struct {
		ID string `json:"envelope_id"`
	}
	if json.Unmarshal(frame, &envelope) != nil {
		return ""
	}
	return envelope.ID
}

// ack acknowledges an envelope. That it failed is logged: no state depends
// on it.
func (r *receiver) ack(ctx context.Context, envelope string, payload any) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ackTime)
	defer cancel()
	if err := r.client.SendCtx(ctx, socketmode.Response{EnvelopeID: envelope, Payload: payload}); err != nil {
		r.Logger.Warn("envelope not acknowledged; Slack shows the person an error", "envelope", envelope, "error", err)
	}
}
