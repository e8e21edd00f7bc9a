package bot

import (
	"context"
	"slices"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// people are those whom a request concerns: who asked for it, and who has
// decided on it.
func people(r approvals.Request) []string {
	all := []string{r.Requester.ID}
	for _, d := range r.Decisions {
		if !slices.Contains(all, d.Actor.ID) {
			all = append(all, d.Actor.ID)
		}
	}
	return all
}

// tellPeople says by direct message what the thread can't say any more: one
// message to one person, each of whom is told at their own pace.
func (t *threads) tellPeople(ctx context.Context, l *lane, s thread) error {
	if s.note.People == nil {
		s.note.People = map[string]spot{}
	}
	if l.unsure.has(l.id) {
		return t.recoverPeople(ctx, l, s)
	}
	for _, who := range people(s.Request) {
		at, begun := s.note.People[who]
		if !begun {
			var err error
			if at, err = t.known(ctx, s, who); err != nil {
				return err
			}
		}
		v := speak(ctx, t.Directory, t.view, who)
		m, seen := v.Lost(s.Request, s.card.Why), mark{}
		// Of a card that was never posted, the requester has been told.
		if begun || s.card.TS == "" {
			post, any := t.next(v, s, at)
			if at.Deaf || !any {
				continue
			}
			m, seen = v.About(s.Request, post.Message), markOf(post)
			at = at.after(seen)
		}
		var posts []approvals.Event
		switch out, err := l.tellDirectly(ctx, who, m, seen.metadata(threadType, s.Request)); {
		case err == nil:
			posts = append(posts, l.posted(asDirect, out, who, seen.through))
		case deaf(err):
			l.log.Error("person not told: Slack takes no direct message to them", "actor", who, "error", err)
			at.Deaf = true
		default:
			return l.told("chat.postMessage", err)
		}
		s.note.People[who] = at
		return l.advance(ctx, s.cursor.Seq, s.note, posts...)
	}
	s.note.Listing, s.note.Parts = 0, 0
	return l.pass(ctx, s.last(), s.note)
}

// known is how far a person knows of a request of which nothing was said to
// them for want of its thread: what was in the thread, and what they have
// been told directly.
func (t *threads) known(ctx context.Context, s thread, who string) (spot, error) {
	at := s.spot()
	cursor, err := t.Outbox.Cursor(ctx, approvals.Personal, s.ID)
	if err != nil {
		return at, err
	}
	var told personalNote
	if err := readNote(cursor.Note, &told); err != nil {
		return at, err
	}
	if seq := told.Told[who]; seq > at.Seq {
		at = spot{Seq: seq}
	}
	return at, nil
}

// recoverPeople reads from the direct messages themselves what is already
// out.
func (t *threads) recoverPeople(ctx context.Context, l *lane, s thread) error {
	var posts []approvals.Event
	for _, who := range people(s.Request) {
		at, begun := s.note.People[who]
		if !begun {
			at = s.spot()
		}
		if at.Deaf {
			continue
		}
		told := at
		err := l.directs(ctx, who, s.Request, threadType, func(seen mark, out outlet) {
			if !begun || told.before(seen) {
				posts = append(posts, l.posted(asDirect, out, who, seen.through))
			}
			begun = true
			if at.before(seen) {
				at = at.after(seen)
			}
		})
		if err != nil && !deaf(err) {
			return l.told("conversations.history", err)
		}
		if begun {
			s.note.People[who] = at
		}
	}
	l.unsure.drop(l.id)
	return l.advance(ctx, s.cursor.Seq, s.note, posts...)
}

// tellDirectly sends a direct message in its turn.
func (l *lane) tellDirectly(ctx context.Context, who string, m view.Message, mark slack.SlackMetadata) (out outlet, err error) {
	if out.channel, err = l.im(ctx, who); err != nil {
		return out, err
	}
	err = l.inTurn(ctx, out.channel, func() (err error) {
		out.ts, err = l.post(ctx, out.channel, "", m, mark)
		return err
	})
	return out, err
}

// im opens the direct conversation with a person.
func (l *lane) im(ctx context.Context, who string) (id string, err error) {
	err = l.ask(ctx, "conversations.open", func(ctx context.Context) error {
		im, _, _, err := l.API.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{who}})
		if err == nil {
			id = im.ID
		}
		return err
	})
	return id, err
}

// directs shows the marks of a kind of the direct messages that a person was
// sent about a request, the latest first.
func (l *lane) directs(ctx context.Context, who string, r approvals.Request, kind string, see func(mark, outlet)) error {
	im, err := l.im(ctx, who)
	if err != nil {
		return err
	}
	return l.history(ctx, im, r.CreatedAt, func(m slack.Message) bool {
		if l.carries(m, r, kind) {
			see(readMark(m), outlet{channel: im, ts: m.Timestamp})
		}
		return false
	})
}
