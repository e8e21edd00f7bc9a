package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

const (
	// callTime bounds one call of Slack.
	callTime = 20 * time.Second
	// historyLimit is how many events are read at a time.
	historyLimit = 500
	// passPause is the wait before events of which nothing is said are passed
	// over: they come by the hundred, and mostly with others of which
	// something is, and then cost no commit.
	passPause = 100 * time.Millisecond
)

// story is a request with what is still to tell of it.
type story struct {
	approvals.Request
	events []approvals.Event
	cursor approvals.Cursor
}

// last is the last event of the story.
func (s story) last() approvals.Seq {
	if len(s.events) == 0 {
		return s.cursor.Seq
	}
	return s.events[len(s.events)-1].Seq
}

// news reads what is still to tell, without the request, and the cursor's
// note.
func (l *lane) news(ctx context.Context, note any) (story, error) {
	var s story
	var err error
	if s.cursor, err = l.Outbox.Cursor(ctx, l.consumer, l.id); err != nil {
		return s, err
	}
	if err = readNote(s.cursor.Note, note); err != nil {
		return s, err
	}
	s.events, err = l.Requests.History(ctx, l.id, s.cursor.Seq, historyLimit)
	return s, err
}

// read reads what is still to tell. The request is read last, so that it is
// never older than its events.
func (l *lane) read(ctx context.Context, note any) (story, error) {
	s, err := l.news(ctx, note)
	if err != nil {
		return s, err
	}
	s.Request, err = l.Requests.Request(ctx, l.id)
	return s, err
}

// advance stores how far the lane has come, and appends events. What is out
// is out: that is stored also when the process stops.
func (l *lane) advance(ctx context.Context, to approvals.Seq, note any, events ...approvals.Event) error {
	raw, err := writeNote(note)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	l.waited = false
	if err = l.Outbox.Advance(ctx, l.consumer, l.id, approvals.Cursor{Seq: to, Note: raw}, events...); err != nil {
		l.unsure.add(l.id)
		return err
	}
	if len(events) > 0 {
		l.nudge() // they are for all consumers
	}
	return nil
}

// pass goes on behind events of which nothing is said. The first step that
// finds nothing else waits instead, for the next one to see what has come.
func (l *lane) pass(ctx context.Context, to approvals.Seq, note any) error {
	if !l.waited {
		l.waited = true
		return sleep(ctx, passPause)
	}
	return l.advance(ctx, to, note)
}

// post posts a message with its metadata, in a thread unless that is empty.
// A message that Slack finds wrong goes out as its text alone: people are
// told before we are proud.
func (l *lane) post(ctx context.Context, channel, thread string, m view.Message, mark slack.SlackMetadata) (ts string, err error) {
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
	ts, err = send(m)
	if malformed(err) && len(m.Blocks) > 0 {
		l.log.Error("message not taken by Slack; its text alone is posted", "channel", channel, "error", err)
		if err := sleep(ctx, l.PostPause); err != nil {
			return "", err
		}
		ts, err = send(view.Message{Text: m.Text})
	}
	if unanswered(err) {
		l.unsure.add(l.id)
	}
	return ts, err
}

// inTurn does something that posts to a channel when its turn has come.
func (l *lane) inTurn(ctx context.Context, channel string, do func() error) error {
	done, err := l.pacing.take(ctx, channel)
	if err != nil {
		return err
	}
	defer func() {
		longer, _ := wait(err)
		done(longer)
	}()
	err = do()
	return err
}

// told turns an error of a call into what a step returns: Forbidden ends the
// process, anything else is tried again.
func (l *lane) told(method string, err error) error {
	if e := explain(err, method, botToken); e.Kind == approvals.Forbidden {
		return e
	}
	return fmt.Errorf("%s: %w", method, err)
}

// unanswered says that a call may have had its effect, and its answer was
// lost.
func unanswered(err error) bool {
	_, limited := wait(err)
	return err != nil && !limited && slackCode(err) == "" && !undialled(err)
}

// undialled says that a call did not get as far as a connection.
func undialled(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "dial"
}

// malformed says that Slack finds a message wrong and always will.
func malformed(err error) bool {
	c := slackCode(err)
	return strings.HasPrefix(c, "invalid_blocks") || strings.HasPrefix(c, "msg_") || c == "invalid_arguments"
}
