package bot

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

const (
	// callTime bounds one call of Slack.
	callTime = 20 * time.Second
	// drawPause is the pause between two edits of one card.
	drawPause = time.Second
	// historyLimit is how many events are read at a time.
	historyLimit = 500
)

// lane tells of one request, in the order of its events: its card, and what
// goes into the card's thread.
type lane struct {
	*publisher
	id    approvals.ID
	log   *slog.Logger
	drawn time.Time // when this lane last edited the card
}

// story is a request with what is still to tell of it.
type story struct {
	approvals.Request
	events []approvals.Event
	cursor approvals.Cursor
	note   note
}

func (l *lane) read(ctx context.Context) (story, error) {
	var s story
	var err error
	if s.cursor, err = l.Outbox.Cursor(ctx, approvals.Slack, l.id); err != nil {
		return s, err
	}
	if s.note, err = readNote(s.cursor.Note); err != nil {
		return s, err
	}
	if s.events, err = l.Requests.History(ctx, l.id, s.cursor.Seq, historyLimit); err != nil {
		return s, err
	}
	// The request is read last, so that it is never older than its events.
	s.Request, err = l.Requests.Request(ctx, l.id)
	return s, err
}

// advance stores how far the lane has come.
func (l *lane) advance(ctx context.Context, s story, to approvals.Seq) error {
	raw, err := s.note.encode()
	if err != nil {
		return err
	}
	// What is out is out: the place is stored also when the process stops.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	return l.Outbox.Advance(ctx, approvals.Slack, l.id, approvals.Cursor{Seq: to, Note: raw})
}

// step tells one thing, and reports whether there may be more. What is to be
// said is read when its turn has come, so that all that has gathered until
// then is said at once.
func (l *lane) step(ctx context.Context) (more bool, err error) {
	s, err := l.read(ctx)
	if err != nil {
		return false, err
	}
	if len(s.events) == 0 {
		return l.lookAtCard(ctx, s)
	}
	switch {
	case s.note.Direct:
		return true, l.tellDirectly(ctx, s)
	case s.note.TS == "" && s.ReadyAt.IsZero():
		return true, l.whisper(ctx, s)
	case s.note.TS == "":
		return true, l.postCard(ctx, s)
	case s.note.Drawn < s.Version:
		return true, l.draw(ctx, s)
	case l.unsure.has(l.id):
		return true, l.recoverThread(ctx, s)
	}
	return true, l.postThread(ctx, s)
}

// lookAtCard makes sure, once at the start, that the card of a request that waits
// is still there: without it nobody could decide.
func (l *lane) lookAtCard(ctx context.Context, s story) (more bool, err error) {
	if !l.unchecked.has(l.id) {
		return false, nil
	}
	if s.State == approvals.Pending && s.note.TS != "" && !s.note.Direct {
		if err := l.draw(ctx, s); err != nil {
			return false, err
		}
	}
	l.unchecked.drop(l.id)
	return true, nil
}

// whisper tells the requester of a request that has no card.
func (l *lane) whisper(ctx context.Context, s story) error {
	e := s.events[0]
	var m view.Message
	switch e.Kind {
	case approvals.CheckDelayed:
		m = view.Delayed(s.Request, e.Text)
	case approvals.WasRejected:
		m = view.Rejected(s.Request)
	case approvals.HasExpired:
		m = view.Lapsed(s.Request)
	}
	if m.Text != "" {
		if err := l.whispers.requester(ctx, s.Request, m); err != nil {
			return l.told("chat.postEphemeral", err)
		}
	}
	return l.advance(ctx, s, e.Seq)
}

// postCard posts the card of a request that is ready.
func (l *lane) postCard(ctx context.Context, s story) error {
	if l.unsure.has(l.id) {
		ts, err := l.findCard(ctx, s.Request)
		if err != nil {
			return l.unpostable(ctx, s, err)
		}
		if ts != "" {
			l.log.Info("card recognised in its channel", "channel", s.CardChannel)
			s.note.Channel, s.note.TS = s.CardChannel, ts
			return l.advance(ctx, s, s.cursor.Seq)
		}
		l.unsure.drop(l.id)
	}
	done, err := l.pacing.take(ctx, s.CardChannel)
	if err != nil {
		return err
	}
	if s, err = l.read(ctx); err != nil {
		done(0)
		return err
	}
	ts, err := l.post(ctx, s.CardChannel, "", l.view.Card(s.Request, l.Now()), cardMark(s.Request))
	pause, _ := wait(err)
	done(pause)
	if err != nil {
		return l.unpostable(ctx, s, err)
	}
	l.drawn = time.Now()
	s.note.Channel, s.note.TS, s.note.Drawn, s.note.Unpostable = s.CardChannel, ts, s.Version, false
	return l.advance(ctx, s, s.cursor.Seq)
}

// unpostable takes the error of a card that could not be posted. Where only
// a person can mend it the requester is told, once; a request that has ended
// meanwhile is told directly.
func (l *lane) unpostable(ctx context.Context, s story, err error) error {
	if !gone(err) {
		return l.told("chat.postMessage", err)
	}
	if s.State.Ended() {
		s.note.Direct = true
		return l.advance(ctx, s, s.cursor.Seq)
	}
	if !s.note.Unpostable {
		if tell := l.whispers.requester(ctx, s.Request, view.Unpostable(s.Request, slackCode(err))); tell != nil {
			return l.told("chat.postEphemeral", tell)
		}
		s.note.Unpostable = true
		if stored := l.advance(ctx, s, s.cursor.Seq); stored != nil {
			return stored
		}
	}
	return fmt.Errorf("card not posted in %s: %w", s.CardChannel, err)
}

// draw brings the card to where the request stands.
func (l *lane) draw(ctx context.Context, s story) error {
	if err := sleep(ctx, time.Until(l.drawn.Add(drawPause))); err != nil {
		return err
	}
	if err := l.updates.Wait(ctx); err != nil {
		return err
	}
	s, err := l.read(ctx)
	if err != nil {
		return err
	}
	m := l.view.Card(s.Request, l.Now())
	call, cancel := context.WithTimeout(ctx, callTime)
	_, _, _, err = l.API.UpdateMessageContext(call, s.note.Channel, s.note.TS, append(options(m), slack.MsgOptionMetadata(cardMark(s.Request)))...)
	cancel()
	l.drawn = time.Now()
	switch {
	case err == nil:
	case slackCode(err) == "message_not_found" && s.State == approvals.Pending:
		// Nobody could decide without it: it is posted again.
		l.log.Warn("card gone; it is posted again", "channel", s.note.Channel)
		s.note = note{}
		if err := l.advance(ctx, s, s.cursor.Seq); err != nil {
			return err
		}
		return l.postCard(ctx, s)
	case gone(err), slackCode(err) == "message_not_found", slackCode(err) == "cant_update_message":
		return l.lose(ctx, s, err)
	case malformed(err):
		l.log.Error("card not taken by Slack; it stays as it is", "error", err)
	default:
		return l.told("chat.update", err)
	}
	s.note.Drawn = s.Version
	return l.advance(ctx, s, s.cursor.Seq)
}

// postThread says what has gathered in the thread, in one post; where that
// is nothing, it only advances.
func (l *lane) postThread(ctx context.Context, s story) error {
	if _, any := l.next(s); !any {
		return l.advance(ctx, s, s.events[len(s.events)-1].Seq)
	}
	done, err := l.pacing.take(ctx, s.note.Channel)
	if err != nil {
		return err
	}
	if s, err = l.read(ctx); err != nil {
		done(0)
		return err
	}
	post, any := l.next(s)
	if !any {
		done(0)
		return nil
	}
	_, err = l.post(ctx, s.note.Channel, s.note.TS, post.Message, threadMark(s.Request, post))
	pause, _ := wait(err)
	done(pause)
	switch {
	case err == nil:
	case gone(err), slackCode(err) == "thread_not_found", slackCode(err) == "message_not_found":
		return l.lose(ctx, s, err)
	default:
		return l.told("chat.postMessage", err)
	}
	return l.posted(ctx, s, post.Through, post.Part, post.Last)
}

// next returns the next post of the thread.
func (l *lane) next(s story) (view.Post, bool) {
	for _, p := range l.view.Thread(s.Request, s.events, l.Now()) {
		if p.Through == s.note.Listing && p.Part < s.note.Parts {
			continue
		}
		return p, true
	}
	return view.Post{}, false
}

// posted stores that a part of what is said of an event is out.
func (l *lane) posted(ctx context.Context, s story, through approvals.Seq, part int, last bool) error {
	if !last {
		s.note.Listing, s.note.Parts = through, part+1
		return l.advance(ctx, s, s.cursor.Seq)
	}
	s.note.Listing, s.note.Parts = 0, 0
	return l.advance(ctx, s, through)
}

// lose takes that a card or its channel is gone: from now on the requester
// is told directly.
func (l *lane) lose(ctx context.Context, s story, err error) error {
	l.log.Error("card or channel gone; the requester is told by direct message", "channel", s.note.Channel, "error", err)
	s.note.Direct = true
	return l.advance(ctx, s, s.cursor.Seq)
}

// tellDirectly says in a direct message what the thread can't say any more.
func (l *lane) tellDirectly(ctx context.Context, s story) error {
	post, any := l.next(s)
	if !any {
		return l.advance(ctx, s, s.events[len(s.events)-1].Seq)
	}
	m := post.Message
	if err := l.whispers.direct(ctx, s.Requester.ID, view.About(s.Request, m)); err != nil {
		return l.told("chat.postMessage", err)
	}
	return l.posted(ctx, s, post.Through, post.Part, post.Last)
}

// post posts a message with its mark, in a thread unless that is empty. A
// message that Slack finds wrong goes out as its text alone: people are told
// before we are proud.
func (l *lane) post(ctx context.Context, channel, thread string, m view.Message, mark slack.SlackMetadata) (string, error) {
	send := func(m view.Message) (string, error) {
		ctx, cancel := context.WithTimeout(ctx, callTime)
		defer cancel()
		o := append(options(m), slack.MsgOptionMetadata(mark))
		if thread != "" {
			o = append(o, slack.MsgOptionTS(thread))
		}
		_, ts, err := l.API.PostMessageContext(ctx, channel, o...)
		return ts, err
	}
	ts, err := send(m)
	if malformed(err) && len(m.Blocks) > 0 {
		l.log.Error("message not taken by Slack; its text alone is posted", "channel", channel, "error", err)
		if err := sleep(ctx, l.PostPause); err != nil {
			return "", err
		}
		ts, err = send(view.Message{Text: m.Text})
	}
	if _, limited := wait(err); err != nil && !limited && slackCode(err) == "" {
		l.unsure.add(l.id) // it may be out all the same
	}
	return ts, err
}

// told turns an error of a call into what the lane returns: Forbidden ends
// the process, anything else is tried again.
func (l *lane) told(method string, err error) error {
	if e := explain(err, method, botToken); e.Kind == approvals.Forbidden {
		return e
	}
	return fmt.Errorf("%s: %w", method, err)
}

// malformed says that Slack finds a message wrong and always will.
func malformed(err error) bool {
	c := slackCode(err)
	return strings.HasPrefix(c, "invalid_blocks") || strings.HasPrefix(c, "msg_") || c == "invalid_arguments"
}
