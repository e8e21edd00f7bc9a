package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// Health is how passcodebot is, for its admins. What Slack and the outbox
// tell, a Bot fills in itself.
type Health = view.Health

// Verified is when the log was last verified, and what came of it.
type Verified = view.Verified

// health is how passcodebot is now.
func (b *Bot) health(ctx context.Context) (Health, error) {
	var h Health
	if b.Config.Health != nil {
		h = b.Config.Health(ctx)
	}
	h.ConnectedSince, h.Sockets = b.connection.is()
	if err := b.behind(ctx, &h); err != nil {
		return h, unread(err)
	}
	open, err := b.Requests.Open(ctx)
	if err != nil {
		return h, unread(err)
	}
	for _, r := range open {
		waits := r.State == approvals.Pending || r.State == approvals.Checking
		if waits && (h.Expires == 0 || r.ExpiresAt.Before(h.ExpiresAt)) {
			h.Expires, h.ExpiresAt = r.ID, r.ExpiresAt
		}
	}
	return h, nil
}

// behind counts the requests of which something is still to be told, and
// finds out since when.
func (b *Bot) behind(ctx context.Context, h *Health) error {
	requests := map[approvals.ID]bool{}
	for _, c := range approvals.Consumers() {
		ids, err := b.Outbox.Behind(ctx, c)
		if err != nil {
			return err
		}
		for i, id := range ids {
			requests[id] = true
			if i > 0 {
				continue // the first has waited for the longest time
			}
			at, err := b.since(ctx, c, id)
			if err != nil {
				return err
			}
			if !at.IsZero() && (h.Since.IsZero() || at.Before(h.Since)) {
				h.Since = at
			}
		}
	}
	h.Behind = len(requests)
	return nil
}

// since is when the first thing happened that a consumer has to tell of a
// request; zero where it has been told or purged meanwhile.
func (b *Bot) since(ctx context.Context, c approvals.Consumer, id approvals.ID) (time.Time, error) {
	cursor, err := b.Outbox.Cursor(ctx, c, id)
	if err != nil {
		return time.Time{}, err
	}
	const enough = 20 // events that it does not tell of stand between
	events, err := b.Requests.History(ctx, id, cursor.Seq, enough)
	if err != nil && !errors.Is(err, approvals.ErrNotFound) {
		return time.Time{}, err
	}
	for _, e := range events {
		if e.Kind.ToldBy(c) {
			return e.At, nil
		}
	}
	return time.Time{}, nil
}

// connection is the socket that is open.
type connection struct {
	mu      sync.Mutex
	since   time.Time
	sockets int // of this app, as Slack counts them
}

// opened takes that Slack has said hello.
func (c *connection) opened(at time.Time, sockets int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.since, c.sockets = at, sockets
}

// closed takes that there is no socket.
func (c *connection) closed() { c.opened(time.Time{}, 0) }

func (c *connection) is() (since time.Time, sockets int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.since, c.sockets
}
