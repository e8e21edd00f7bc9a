package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"passcodebot/approvals"
	"passcodebot/store"
)

// history is the event log of a bot that has stopped.
type history []approvals.Event

// readHistory reads the log of a database after a place in it.
func readHistory(ctx context.Context, database string, after approvals.Seq) (_ history, err error) {
	s, err := store.Open(ctx, "bolt:"+database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return eventsAfter(ctx, s, after)
}

func eventsAfter(ctx context.Context, s store.Store, after approvals.Seq) (history, error) {
	const page = 10_000
	var h history
	for ; ; after = h[len(h)-1].Seq {
		events, err := s.Events(ctx, after, page)
		if err != nil || len(events) == 0 {
			return h, err
		}
		h = append(h, events...)
	}
}

// of returns the events of one request and these kinds.
func (h history) of(id approvals.ID, kinds ...approvals.EventKind) history {
	var some history
	for _, e := range h {
		for _, k := range kinds {
			if e.Kind == k && (e.Request == id || id == 0) {
				some = append(some, e)
			}
		}
	}
	return some
}

// end returns when the last outcome of a request was stored: its end is
// recorded once every outcome is committed.
func (h history) end(id approvals.ID, devices int) (time.Time, error) {
	ended := h.of(id, approvals.RunEnded)
	if accepted := h.of(id, approvals.ResetAccepted); len(ended) != 1 || len(accepted) != devices {
		return time.Time{}, fmt.Errorf("%s ended %d times with %d of %d devices accepted", id, len(ended), len(accepted), devices)
	}
	return ended[0].At, nil
}
