package bot

import (
	"context"
	"slices"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// threads says in the thread of each card what happens to the request, and
// by direct message once the card is lost.
type threads struct {
	*follower
}

func newThreads(p *publisher) *threads {
	t := &threads{}
	t.follower = &follower{publisher: p, consumer: approvals.Threads, step: t.step, lanes: map[approvals.ID]bool{}}
	return t
}

// thread is a story with where its thread is and how far it has come there.
type thread struct {
	story
	note threadNote
	card cardNote
}

// spot is how far the thread itself has been told.
func (s thread) spot() spot {
	return spot{Seq: s.cursor.Seq, Listing: s.note.Listing, Parts: s.note.Parts}
}

// read reads a story and, after it, where the card is: whatever the story
// says of the card is known then.
func (t *threads) read(ctx context.Context, l *lane) (thread, error) {
	var s thread
	var err error
	if s.story, err = l.read(ctx, &s.note); err != nil {
		return s, err
	}
	s.card, err = readCard(ctx, t.Outbox, l.id)
	return s, err
}

func (t *threads) step(ctx context.Context, l *lane) (more bool, err error) {
	s, err := t.read(ctx, l)
	if err != nil {
		return false, err
	}
	nothing := len(s.events) == 0
	if !nothing && !s.ReadyAt.IsZero() {
		if waits, err := t.awaits(ctx, l.id, &s.card); waits || err != nil {
			return false, err
		}
	}
	switch {
	case s.note.File != 0 && !s.card.Lost:
		return true, t.upload(ctx, l, s)
	case nothing:
		l.unsure.drop(l.id)
		return false, nil
	case s.ReadyAt.IsZero(): // there is no thread
		return true, l.pass(ctx, s.last(), s.note)
	case s.card.Lost && !s.note.Direct:
		s.note.Direct = true
		return true, l.advance(ctx, s.cursor.Seq, s.note)
	case s.note.Direct:
		return true, t.tellPeople(ctx, l, s)
	case l.unsure.has(l.id):
		return true, t.recover(ctx, l, s)
	}
	return true, t.post(ctx, l)
}

// next returns the next post for somebody who is at a spot.
func (t *threads) next(v view.Renderer, s thread, at spot) (view.Post, bool) {
	events := s.events
	for len(events) > 0 && events[0].Seq <= at.Seq {
		events = events[1:]
	}
	for _, p := range v.Thread(s.Request, events) {
		if at.before(markOf(p)) {
			return p, true
		}
	}
	return view.Post{}, false
}

// post says what has gathered in the thread, in one post.
func (t *threads) post(ctx context.Context, l *lane) error {
	s, err := t.read(ctx, l)
	if err != nil {
		return err
	}
	v := t.viewFor(s.CardChannel)
	if _, any := t.next(v, s, s.spot()); !any {
		return l.pass(ctx, s.last(), s.note)
	}
	var post view.Post
	var any bool
	var ts string
	err = l.inTurn(ctx, s.CardChannel, func() error {
		if s, err = t.read(ctx, l); err != nil {
			return err
		}
		if post, any = t.next(v, s, s.spot()); !any {
			return nil
		}
		ts, err = l.post(ctx, s.card.Channel, s.card.TS, post.Message, markOf(post).metadata(threadType, s.Request))
		return err
	})
	if err != nil || !any {
		return t.failed(l, "chat.postMessage", err)
	}
	return t.reached(ctx, l, s, s.spot().after(markOf(post)), t.replied(s, ts, markOf(post)))
}

// replied is the event of a post in the thread.
func (t *threads) replied(s thread, ts string, m mark) approvals.Event {
	return t.posted(asThread, outlet{s.card.Channel, ts, s.card.TS}, "", m.through)
}

// allParts is more parts than any listing has.
const allParts = 1 << 20

// endsAt says that an event is the end of resets whose results are in a file
// too.
func (s thread) endsAt(seq approvals.Seq) bool {
	return listed(s.Request) && slices.ContainsFunc(s.events, func(e approvals.Event) bool { return e.Kind == approvals.RunEnded && e.Seq == seq })
}

// reached stores how far the thread has been told, and by which posts.
func (t *threads) reached(ctx context.Context, l *lane, s thread, at spot, posts ...approvals.Event) error {
	if s.endsAt(at.Seq) {
		// The file is its last part: until it is out, the end is not told.
		s.note.File, s.note.Listing, s.note.Parts = at.Seq, at.Seq, allParts
		return l.advance(ctx, s.cursor.Seq, s.note, posts...)
	}
	s.note.Listing, s.note.Parts = at.Listing, at.Parts
	return l.advance(ctx, at.Seq, s.note, posts...)
}

// failed takes the error of a call about the thread. Whether the card is gone
// is for the cards to say; the next try finds what they made of it.
func (t *threads) failed(l *lane, method string, err error) error {
	if err == nil {
		return nil
	}
	if gone(err) || deleted(err) {
		t.cards.doubt(l.id, err)
	}
	return l.told(method, err)
}

// recover reads from the thread itself what is already out.
func (t *threads) recover(ctx context.Context, l *lane, s thread) error {
	at := s.spot()
	var posts []approvals.Event
	err := l.replies(ctx, s.card.Channel, s.card.TS, func(m slack.Message) {
		if seen := readMark(m); l.carries(m, s.Request, threadType) && at.before(seen) {
			at = at.after(seen)
			posts = append(posts, t.replied(s, m.Timestamp, seen))
		}
	})
	if err != nil {
		return t.failed(l, "conversations.replies", err)
	}
	l.unsure.drop(l.id)
	if at != s.spot() {
		l.log.Info("posts recognised in the thread", "through", uint64(max(at.Seq, at.Listing)))
	}
	return t.reached(ctx, l, s, at, posts...)
}
