package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"passcodebot/approvals"
)

const (
	// maxFrame bounds what one envelope may hold, in bytes.
	maxFrame = 4 << 20
	// socketSilence is how long a socket may be silent. Slack: pings come
	// about every 10 seconds.
	socketSilence = 30 * time.Second
	// ackTime bounds how long an acknowledgement waits for the socket:
	// slack-go v0.35.0 blocks for ever once 20 are queued.
	ackTime = 2 * time.Second
	// ackGrace is how long the socket stays open after the last
	// acknowledgement: slack-go v0.35.0 loses those that are followed by a
	// cancel at once.
	ackGrace = 250 * time.Millisecond
)

var (
	errStopped = errors.New("stopped")
	errNoHello = errors.New("the socket was opened, and Slack said no hello on it")
)

// receiver takes what comes through one socket after the other.
type receiver struct {
	*Bot
	client   *socketmode.Client
	acts     sync.WaitGroup
	slots    chan struct{}
	progress *progress
	name     string // of this receiver, in the names of its sockets
	link     link   // the socket that is open
}

func (b *Bot) receive(ctx context.Context) error {
	r := &receiver{
		Bot: b, slots: make(chan struct{}, b.MaxActs), progress: newProgress(), name: rand.Text()[:8],
		client: socketmode.New(
			b.API, socketmode.OptionReadLimit(maxFrame), socketmode.OptionDialer(lineDialer(b.SocketSilence)),
			// slack-go's own log may hold payloads; ours has what is needed.
			socketmode.OptionLog(log.New(io.Discard, "", 0)),
		),
	}
	defer r.acts.Wait()
	pauses := spacing{pause: b.OpenPause}
	for {
		began := time.Now()
		lived, err := r.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if e := explain(err, "apps.connections.open", appToken); e.Kind == approvals.Forbidden {
			r.Logger.Error("socket refused", "code", e.Code, "error", e)
			return e
		}
		if errors.Is(err, errBusy) {
			r.Logger.Error("nothing that was begun is answered; there is no socket until something is, so that people see it at once", "acts", len(r.slots), "longest", stuckPause.String())
			if r.progress.wait(ctx) != nil {
				return nil
			}
		}
		asked, _ := wait(err)
		pause := pauses.wait(began, lived, asked)
		level := slog.LevelWarn
		if pause == 0 {
			level = slog.LevelInfo // Slack renews a socket every few hours
		}
		r.Logger.Log(ctx, level, "socket closed; another is opened", "lived", lived.String(), "in", pause.String(), "error", withoutURL(err))
		if sleep(ctx, pause) != nil {
			return nil
		}
	}
}

// connect opens a socket and takes what comes through it until it ends, and
// returns why it ended and how long Slack was there. Where ctx ends first,
// it stays open until everything received is acknowledged.
func (r *receiver) connect(ctx context.Context) (lived time.Duration, err error) {
	r.link = r.link.next(r.name)
	open, hangUp := newLine(context.WithoutCancel(ctx))
	defer hangUp(errStopped)
	defer r.connection.closed()
	ended, events := make(chan error, 1), r.client.Events
	go func() { ended <- r.client.RunContext(open) }()

	var greeted time.Time        // when Slack said hello
	var unheard <-chan time.Time // when it is too late for a hello
	for {
		select {
		case <-ctx.Done():
			r.acts.Wait()
			time.Sleep(ackGrace)
			hangUp(errStopped)
			r.Logger.Debug("socket closed", "error", withoutURL(<-ended))
			return 0, errStopped
		case <-unheard:
			hangUp(errNoHello)
		case err := <-ended:
			if cause := context.Cause(open); cause != nil {
				err = cause
			}
			if !greeted.IsZero() {
				lived = time.Since(greeted)
			}
			return lived, r.rest(ctx, err)
		case event := <-events:
			switch event.Type {
			case socketmode.EventTypeConnected:
				unheard = time.After(r.SocketSilence)
			case socketmode.EventTypeHello:
				greeted, unheard = time.Now(), nil
			}
			if err := r.take(ctx, event); err != nil {
				hangUp(err)
				events = nil
			}
		}
	}
}

// rest takes what had come through a socket when it ended with err, and
// returns what it ended with in the end. What nobody has room for is
// dropped: Slack has shown the people an error by now.
func (r *receiver) rest(ctx context.Context, err error) error {
	for dropped := 0; ; {
		select {
		case event := <-r.client.Events:
			switch {
			case !errors.Is(err, errBusy):
				if last := r.take(ctx, event); last != nil {
					err = last
				}
			case event.Request != nil:
				dropped++
			}
		default:
			if dropped > 0 {
				r.Logger.Error("envelopes dropped; Slack shows the people an error", "envelopes", dropped)
			}
			return err
		}
	}
}

// take handles one event of the socket. The error ends the socket.
func (r *receiver) take(ctx context.Context, event socketmode.Event) error {
	switch data := event.Data.(type) {
	case *slack.ConnectionErrorEvent:
		return data.ErrorObj
	case *socketmode.ConnectedEvent:
		r.Logger.Info("socket connected")
	case *slack.IncomingEventError:
		r.Logger.Warn("socket not read", "error", data.ErrorObj)
	case *socketmode.ErrorBadMessage:
		r.malformed(ctx, data.Message)
	case *socketmode.ErrorWriteFailed:
		r.Logger.Warn("acknowledgement not written; Slack shows the person an error", "error", data.Cause)
	case slack.SlashCommand:
		app := r.app()
		return r.dispatch(r.through(ctx, "command", event.Request), event.Request, func(ctx context.Context) answer { return r.command(ctx, data, app) })
	case slack.InteractionCallback:
		app := r.app()
		return r.dispatch(r.through(ctx, via(data.Type), event.Request), event.Request, func(ctx context.Context) answer { return r.interaction(ctx, data, app) })
	case slackevents.EventsAPIEvent:
		app := r.app()
		return r.dispatch(r.through(ctx, "mention", event.Request), event.Request, func(ctx context.Context) answer { return r.event(ctx, data, app) })
	default:
		if event.Type == socketmode.EventTypeHello {
			r.greet(ctx, event.Request)
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
