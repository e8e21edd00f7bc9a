package bot

import (
	"context"
	"runtime/debug"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// answer is how an act answers its envelope.
type answer struct {
	// withhold leaves the envelope unacknowledged: the act could not be
	// stored, and Slack tells the person that it failed.
	withhold bool
	// payload goes with the acknowledgement; nil for none.
	payload any
	// then runs after the acknowledgement; nil for nothing.
	then func(context.Context)
}

// whisper is the acknowledgement of a command that only its sender sees.
func whisper(m view.Message) answer {
	payload := map[string]any{"response_type": slack.ResponseTypeEphemeral, "text": m.Text}
	if len(m.Blocks) > 0 {
		payload["blocks"] = m.Blocks
	}
	return answer{payload: payload}
}

// dispatch runs an act in a goroutine of its own, as many at a time as
// maxActs, and acknowledges its envelope afterwards.
func (r *receiver) dispatch(ctx context.Context, envelope *socketmode.Request, act func(context.Context) answer) {
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return // stopping: not taken, and not acknowledged
	}
	r.acts.Go(func() {
		defer func() { <-r.slots }()
		// What was received is finished, also when the process stops now.
		work, stop := lasting(ctx, finishTime)
		defer stop()
		log := r.Logger.With("envelope", envelope.EnvelopeID)
		defer func() {
			if p := recover(); p != nil {
				log.Error("act panicked; its envelope is not acknowledged", "panic", p, "stack", string(debug.Stack()))
			}
		}()
		limited, cancel := context.WithTimeout(work, actTime)
		a := act(limited)
		cancel()
		if a.withhold {
			log.Error("act not stored; its envelope is not acknowledged")
		} else {
			r.ack(work, envelope.EnvelopeID, a.payload)
		}
		if a.then != nil {
			a.then(work)
		}
	})
}

// unstored says that an act came to nothing because the store failed.
func unstored(err error) bool {
	e := approvals.AsError(err)
	return err != nil && e.Code == "store-failed"
}
