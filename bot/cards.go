package bot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// drawPause is the pause between two edits of one card.
const drawPause = time.Second

// cards keeps the card of each request as the request stands: it posts it,
// edits it, and notices when it is gone. It alone decides where a card is.
type cards struct {
	*follower
	drawing *pacing  // of edits, by request
	editing *editing // of edits, by channel

	mu     sync.Mutex
	doubts map[approvals.ID]error // cards that may be gone, with what says so; nil where nothing does
}

func newCards(p *publisher) *cards {
	c := &cards{drawing: newPacing(drawPause), editing: newEditing(p.RetryPause), doubts: map[approvals.ID]error{}}
	c.follower = &follower{publisher: p, consumer: approvals.Cards, step: c.step, lanes: map[approvals.ID]bool{}}
	return c
}

// doubt has a card looked at. What already speaks against it stays.
func (c *cards) doubt(id approvals.ID, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if why != nil || c.doubts[id] == nil {
		c.doubts[id] = why
	}
	c.nudge()
}

// doubtPending doubts the cards of all requests that wait for decisions:
// somebody may have deleted them, and without them nobody can decide. Cards
// on which a lane works are left to it: it sees for itself, and one that
// hangs would hold up the look at all others.
func (c *cards) doubtPending(ctx context.Context) error {
	open, err := c.Requests.Open(ctx)
	for _, r := range open {
		if r.State == approvals.Pending && !c.runs(r.ID) {
			c.doubt(r.ID, nil)
		}
	}
	return err
}

// doubted returns which cards are to be looked at now. Of those that nothing
// speaks against it is one at a time, so that the edits that say something
// need not wait for many looks.
func (c *cards) doubted() []approvals.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	var now []approvals.ID
	var next approvals.ID
	for id, why := range c.doubts {
		switch {
		case why != nil:
			now = append(now, id)
		case next == 0 || id < next:
			next = id
		}
	}
	if next != 0 {
		now = append(now, next)
	}
	return now
}

func (c *cards) inDoubt(id approvals.ID) (why error, doubted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	why, doubted = c.doubts[id]
	return why, doubted
}

func (c *cards) trust(id approvals.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, doubted := c.doubts[id]; doubted {
		delete(c.doubts, id)
		c.nudge()
	}
}

func (c *cards) step(ctx context.Context, l *lane) (more bool, err error) {
	var n cardNote
	s, err := l.read(ctx, &n)
	if err != nil {
		return false, err
	}
	why, doubted := c.inDoubt(l.id)
	switch {
	case s.ReadyAt.IsZero(), n.Lost: // no card yet, or no more
	case n.TS == "":
		c.trust(l.id) // there is nothing to look at
		return true, c.post(ctx, l, s)
	case gone(why):
		return true, c.lose(ctx, l, s, n, why)
	case n.Drawn < s.Version, doubted:
		err := c.draw(ctx, l, n.Channel)
		if doubted && err != nil {
			c.doubt(l.id, err) // the others need not wait for this one
		}
		return true, err
	}
	l.unsure.drop(l.id)
	c.trust(l.id)
	switch {
	case len(s.events) == 0:
		return false, nil
	case s.ReadyAt.IsZero(): // the card is about to be posted
		return true, l.advance(ctx, s.last(), n)
	}
	return true, l.pass(ctx, s.last(), n)
}

// post posts the card. What it says is read when its turn has come.
func (c *cards) post(ctx context.Context, l *lane, s story) error {
	if l.unsure.has(l.id) {
		ts, err := c.find(ctx, l, s.Request)
		switch {
		case err != nil:
			return c.unpostable(ctx, l, "conversations.history", err)
		case ts != "":
			l.log.Info("card recognised in its channel", "channel", s.CardChannel)
			return c.placed(ctx, l, s, cardNote{Channel: s.CardChannel, TS: ts})
		}
		l.unsure.drop(l.id)
	}
	var ts string
	err := l.inTurn(ctx, s.CardChannel, func() (err error) {
		if s, err = l.read(ctx, nil); err != nil {
			return err
		}
		ts, err = l.post(ctx, s.CardChannel, "", l.viewFor(s.CardChannel).Card(s.Request, l.Now()), cardMark(s.Request))
		return err
	})
	if err != nil {
		return c.unpostable(ctx, l, "chat.postMessage", err)
	}
	return c.placed(ctx, l, s, cardNote{Channel: s.CardChannel, TS: ts, Drawn: s.Version})
}

// find looks for the card of a request in its channel. It is empty where
// there is none.
func (c *cards) find(ctx context.Context, l *lane, r approvals.Request) (ts string, err error) {
	err = l.history(ctx, r.CardChannel, r.ReadyAt, func(m slack.Message) bool {
		if l.carries(m, r, cardType) {
			ts = m.Timestamp
		}
		return ts != ""
	})
	return ts, err
}

// placed stores where the card is.
func (c *cards) placed(ctx context.Context, l *lane, s story, n cardNote) error {
	return c.settle(ctx, l, s, n, c.event(approvals.CardPosted, "", map[string]string{"channel": n.Channel, "ts": n.TS}))
}

// settle stores what has become of a card, and lets those go on that wait
// for it.
func (c *cards) settle(ctx context.Context, l *lane, s story, n cardNote, events ...approvals.Event) error {
	if err := l.advance(ctx, s.cursor.Seq, n, events...); err != nil {
		return err
	}
	c.threads.held.drop(l.id)
	c.personal.held.drop(l.id)
	c.nudge()
	return nil
}

// unpostable takes the error of a card that could not be posted. Where only
// a person can mend it, the log says so once, and the requester is told; a
// request that has ended meanwhile gets no card any more.
func (c *cards) unpostable(ctx context.Context, l *lane, method string, failed error) error {
	if !gone(failed) {
		return l.told(method, failed)
	}
	var n cardNote
	s, err := l.read(ctx, &n)
	if err != nil {
		return err
	}
	ended, known := s.State.Ended(), n.Unpostable
	if !known || ended {
		n.Lost, n.Unpostable, n.Why = ended, true, because(failed, false)
		var events []approvals.Event
		if !known {
			events = append(events, c.lost(n.Why, s.CardChannel, "", failed))
		}
		if err := c.settle(ctx, l, s, n, events...); err != nil || ended {
			return err
		}
	}
	return fmt.Errorf("card not posted in %s: %w", s.CardChannel, failed)
}

// draw brings the card, which is in a channel, to where the request stands.
func (c *cards) draw(ctx context.Context, l *lane, channel string) error {
	done, err := c.drawing.take(ctx, l.id.String())
	if err != nil {
		return err
	}
	defer done(0)
	return c.editing.use(ctx, channel, func() error { return c.edit(ctx, l) })
}

// edit edits the card. What it says is read when it may be edited.
func (c *cards) edit(ctx context.Context, l *lane) error {
	if err := c.edits.Wait(ctx); err != nil {
		return err
	}
	var n cardNote
	s, err := l.read(ctx, &n)
	if err != nil {
		return err
	}
	m := l.viewFor(n.Channel).Card(s.Request, l.Now())
	call, cancel := context.WithTimeout(ctx, callTime)
	_, _, _, err = l.API.UpdateMessageContext(call, n.Channel, n.TS, append(options(m), slack.MsgOptionMetadata(cardMark(s.Request)))...)
	cancel()
	switch {
	case err == nil:
	case gone(err), deleted(err):
		return c.lose(ctx, l, s, n, err)
	case malformed(err):
		l.log.Error("card not taken by Slack; it stays as it is", "error", err)
	default:
		return l.told("chat.update", err)
	}
	c.trust(l.id)
	n.Drawn = s.Version
	return l.advance(ctx, s.last(), n)
}

// lose takes that a card or its channel is gone. A card without which nobody
// can decide is posted again where it was only deleted; else people are told
// by direct message from now on.
func (c *cards) lose(ctx context.Context, l *lane, s story, n cardNote, err error) error {
	c.trust(l.id)
	why := because(err, true)
	event := c.lost(why, n.Channel, n.TS, err)
	if deleted(err) && s.State == approvals.Pending {
		l.log.Warn("card deleted; it is posted again", "channel", n.Channel)
		return c.settle(ctx, l, s, cardNote{}, event)
	}
	l.log.Error("card or channel gone; people are told by direct message", "channel", n.Channel, "error", err)
	n.Lost, n.Why = true, why
	return c.settle(ctx, l, s, n, event)
}

func (c *cards) lost(why, channel, ts string, err error) approvals.Event {
	data := map[string]string{"channel": channel, "error": slackCode(err)}
	if ts != "" {
		data["ts"] = ts
	}
	return c.event(approvals.CardLost, why, data)
}
