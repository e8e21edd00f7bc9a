package bot

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

const (
	// actTime bounds an act up to its acknowledgement.
	// Slack: an envelope must be acknowledged within 3 seconds.
	actTime = 2500 * time.Millisecond
	// finishTime bounds what an act still does once the process stops.
	finishTime = 5 * time.Second
	// maxActs is how many envelopes are worked on at a time: all that may
	// come in the second that decisions can wait for Slack's answers.
	maxActs = 2048
	// busyTime is how long a further one waits for one of them to end.
	busyTime = 2 * time.Second
)

// errBusy says that nothing that was begun is answered any more.
var errBusy = errors.New("nothing that was begun is answered")

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
// MaxActs, and acknowledges its envelope afterwards. The error is errBusy
// where nothing that was begun is answered any more, or that of ctx: the
// envelope was not taken then, and is not acknowledged.
func (r *receiver) dispatch(ctx context.Context, envelope *socketmode.Request, act func(context.Context) answer) error {
	came := time.Now()
	if err := r.slot(ctx); err != nil {
		return err
	}
	if r.progress.begin(came) {
		<-r.slots
		return errBusy
	}
	r.acts.Go(func() {
		defer func() { <-r.slots }()
		// What was received is finished, also when the process stops now.
		work, stop := lasting(ctx, finishTime)
		defer stop()
		r.work(approvals.AsOf(work, came), came.Add(actTime), envelope.EnvelopeID, act)
	})
	return nil
}

// slot waits for room for one more act, for not longer than its person does.
func (r *receiver) slot(ctx context.Context) error {
	select {
	case r.slots <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(busyTime)
	defer timer.Stop()
	select {
	case r.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return errBusy
	}
}

// work does an act until its deadline, and acknowledges its envelope.
func (r *receiver) work(ctx context.Context, deadline time.Time, envelope string, act func(context.Context) answer) {
	log := r.Logger.With("envelope", envelope)
	answered := false
	defer func() {
		if p := recover(); p != nil {
			r.progress.answer()
			log.Error("act panicked", "acknowledged", answered, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	a := act(limited)
	if a.withhold {
		log.Error("act not stored; its envelope is not acknowledged")
	} else {
		r.ack(ctx, envelope, a.payload)
		answered = true
	}
	r.progress.answer()
	if a.then != nil {
		a.then(ctx)
	}
}

// storeFailed is the code of acts that came to nothing because of the store.
const storeFailed = "store-failed"

// unstored says that an act came to nothing, or perhaps to nothing, because
// of the store.
func unstored(err error) bool {
	if err == nil {
		return false
	}
	e := approvals.AsError(err)
	return e.Code == storeFailed || e.Kind == approvals.UnknownOutcome
}

// unread is the error of an act for which the store could not be read.
func unread(err error) error {
	return &approvals.Error{
		Kind: approvals.Unavailable, Code: storeFailed, Err: err,
		Text: "The database could not be read, so nothing was changed.",
		Hint: "Try again in a moment; if it stays, tell the people who run passcodebot.",
	}
}
