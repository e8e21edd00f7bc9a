package audit

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"passcodebot/approvals"
)

// Log is the log that is anchored.
type Log interface {
	Head(context.Context) (approvals.Head, error)
	Events(ctx context.Context, after approvals.Seq, limit int) ([]approvals.Event, error)
	Save(context.Context, approvals.Change) (approvals.Request, error)
}

// Sink is where anchors are kept, such as a File or a Syslog.
type Sink interface {
	Write(Anchor) error
}

// Job anchors a log from time to time. Where a sink fails, the next run gives
// it the anchor that is then the last, also where nothing else has happened.
type Job struct {
	Log    Log
	Key    ed25519.PrivateKey // nil for anchors that are not signed
	Sinks  map[string]Sink    // by their names in the process's own log
	Now    func() time.Time
	Logger *slog.Logger
	// Changed is called when an anchor is in the log, so that it is told in
	// its channel; nil for nothing.
	Changed func()

	mu   sync.Mutex
	last Anchor                   // the zero Anchor before the first
	kept map[string]approvals.Seq // what each sink has
	told approvals.Seq            // what the log itself has
}

// Run anchors the log once. It does nothing where nothing has happened since
// the last anchor but that this one was written down and told: a log that
// nobody uses must not grow by being looked at. The first run of a process
// always makes an anchor, since its start is an event. A run that comes while
// another is at work does nothing.
func (j *Job) Run(ctx context.Context) {
	if !j.mu.TryLock() {
		j.Logger.Warn("log not anchored; the last anchor is still being written")
		return
	}
	defer j.mu.Unlock()
	if err := j.renew(ctx); err != nil {
		if ctx.Err() == nil {
			j.Logger.Error("log not anchored; the next run tries again", "error", err)
		}
		return
	}
	if j.last.Through == 0 {
		return
	}
	if j.kept == nil {
		j.kept = map[string]approvals.Seq{}
	}
	for name, sink := range j.Sinks {
		if j.kept[name] == j.last.Through {
			continue
		}
		if err := sink.Write(j.last); err != nil {
			j.Logger.Error("anchor not written; the next run tries again", "sink", name, "through", j.last.Through, "error", err)
			continue
		}
		j.kept[name] = j.last.Through
	}
	if j.told == j.last.Through {
		return
	}
	if err := j.tell(ctx); err != nil {
		j.Logger.Error("anchor not written to the log; the next run tries again", "through", j.last.Through, "error", err)
		return
	}
	j.told = j.last.Through
	j.Logger.Info("log anchored", "through", j.last.Through, "hash", j.last.Hash)
}

// renew makes a new anchor where something has happened since the last.
func (j *Job) renew(ctx context.Context) error {
	head, err := j.Log.Head(ctx)
	if err != nil {
		return err
	}
	moved, err := j.moved(ctx, head.Seq)
	if err == nil && moved {
		j.last = Make(head, j.Now(), j.Key)
	}
	return err
}

// moved says whether the log has anything up to an event that the last anchor
// does not cover, but for what that anchor itself and those before it brought
// about, and for verifications that found nothing.
func (j *Job) moved(ctx context.Context, head approvals.Seq) (bool, error) {
	if j.last.Through == 0 {
		return head > 0, nil
	}
	anchors := map[string]bool{}
	for after := j.last.Through; after < head; {
		page, err := j.Log.Events(ctx, after, 100)
		switch {
		case err != nil:
			return false, err
		case len(page) == 0: // it was purged up to here
			return true, nil
		}
		for _, e := range page {
			if after = e.Seq; after > head {
				break
			}
			switch {
			case e.Kind == approvals.LogVerified && e.Data["problems"] == "0": // looking is no news
			case e.Kind == approvals.LogAnchored:
				anchors[strconv.FormatUint(uint64(e.Seq), 10)] = true
			case e.Request == 0 && anchors[e.Data["through"]] && (e.Kind == approvals.MessagePosted || e.Kind == approvals.MessageLost):
			default:
				return true, nil
			}
		}
	}
	return false, nil
}

// tell stores the last anchor as an event, from which its channel gets it.
func (j *Job) tell(ctx context.Context) error {
	data := map[string]string{"through": strconv.FormatUint(uint64(j.last.Through), 10), "hash": j.last.Hash}
	if j.last.Signature != nil {
		data["key"] = base64.StdEncoding.EncodeToString(j.last.Key)
		data["signature"] = base64.StdEncoding.EncodeToString(j.last.Signature)
	}
	event := approvals.Event{At: approvals.Instant(j.Now()), Kind: approvals.LogAnchored, Text: j.last.String(), Data: data}
	_, err := j.Log.Save(ctx, approvals.Change{Events: []approvals.Event{event}})
	if err == nil && j.Changed != nil {
		j.Changed()
	}
	return err
}
