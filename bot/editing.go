package bot

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errResting says that an edit was put off.
var errResting = errors.New("edits fail in this channel; it is left alone for a while")

// editing lets the cards of each channel be edited one at a time, and gives
// a channel in which that fails a rest. Who is put off has cost nothing: a
// dead channel takes little of the edits that Slack allows in all channels
// together, however many cards it has.
type editing struct {
	turns *pacing
	pause time.Duration // twice the first rest; they grow as the pauses of lanes do

	mu    sync.Mutex
	rests map[string]rest // of channels in which the last edit failed
}

type rest struct {
	long time.Duration
	over time.Time
}

func newEditing(pause time.Duration) *editing {
	return &editing{turns: newPacing(0), pause: pause, rests: map[string]rest{}}
}

// use does an edit in its channel's turn, or fails with errResting.
func (e *editing) use(ctx context.Context, channel string, edit func() error) error {
	done, err := e.turns.take(ctx, channel)
	if err != nil {
		return err
	}
	defer done(0)
	e.mu.Lock()
	r := e.rests[channel]
	e.mu.Unlock()
	if time.Now().Before(r.over) {
		return errResting
	}
	err = edit()
	e.mu.Lock()
	defer e.mu.Unlock()
	if err == nil {
		delete(e.rests, channel)
		return nil
	}
	// Half a lane's pause is its shortest: a card that fails alone is not put off.
	r.long = min(max(2*r.long, e.pause/2), retryGrowth*e.pause/2)
	r.over = time.Now().Add(r.long)
	e.rests[channel] = r
	return err
}
