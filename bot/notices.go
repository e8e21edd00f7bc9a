package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// notices says in channels of its own what more people than those of a
// request are to know: break glass and its review, resets that were not asked
// for here, and how long the log is. The last two belong to no request and
// have a lane together.
type notices struct {
	*follower
}

func newNotices(p *publisher) *notices {
	n := &notices{}
	n.follower = &follower{publisher: p, consumer: approvals.Notices, step: n.step, lanes: map[approvals.ID]bool{}}
	return n
}

// notice is something to say.
type notice struct {
	message view.Message
	channel string
	thread  string // in which it is said; empty for none
	first   approvals.Event
	through approvals.Seq // the last event that it tells of
	review  bool          // it is the review of a request, whose place is remembered
}

func (n *notices) step(ctx context.Context, l *lane) (more bool, err error) {
	var note noticeNote
	s, err := n.read(ctx, l, &note)
	if err != nil {
		return false, err
	}
	if len(s.events) == 0 {
		l.unsure.drop(l.id)
		return false, nil
	}
	if e, signed := n.signed(s, note); signed {
		return true, n.close(ctx, l, s, note, e)
	}
	next, any := n.next(s, note)
	if !any {
		return true, l.pass(ctx, s.last(), note)
	}
	if l.unsure.has(l.id) {
		out, through, err := n.find(ctx, l, s, next)
		switch {
		case err != nil:
			return true, n.failed(ctx, l, note, next, "conversations.history", err)
		case out.ts != "":
			l.log.Info("notice recognised in its channel", "channel", out.channel)
			next.through = through
			return true, n.said(ctx, l, note, next, out)
		}
		l.unsure.drop(l.id)
	}
	return true, n.say(ctx, l, next)
}

// read reads what is still to tell, with the request where there is one.
func (n *notices) read(ctx context.Context, l *lane, note *noticeNote) (story, error) {
	s, err := l.news(ctx, note)
	if err == nil && l.id != 0 && slices.ContainsFunc(s.events, ofReview) {
		s.Request, err = n.Requests.Request(ctx, l.id)
	}
	return s, err
}

func ofReview(e approvals.Event) bool {
	switch e.Kind {
	case approvals.BrokeGlass, approvals.ReviewAsked, approvals.ReviewReminded, approvals.ReviewSigned:
		return true
	}
	return false
}

// next returns the next thing to say, if there is any.
func (n *notices) next(s story, note noticeNote) (notice, bool) {
	for i, e := range s.events {
		next := notice{first: e, through: e.Seq, channel: n.Config.Notices.BreakGlass}
		v := n.viewFor(next.channel)
		switch e.Kind {
		case approvals.BrokeGlass:
			next.message = v.BreakGlassNotice(s.Request)
		case approvals.ReviewAsked:
			next.message, next.review = v.Review(s.Request), true
		case approvals.ReviewReminded:
			if !s.Review.Due {
				continue
			}
			if n.moved(note) { // or it was deleted, or could not be posted
				next.message, next.review = v.Review(s.Request), true
			} else {
				next.thread, next.channel = note.Review.TS, note.Review.Channel
				next.message = n.viewFor(next.channel).ReviewReminder(s.Request)
			}
		case approvals.ResetOutside:
			gathered := together(s.events[i:])
			next.channel, next.through = n.Config.Notices.Outside, gathered[len(gathered)-1].Seq
			next.message = n.viewFor(next.channel).Outside(gathered)[0]
		case approvals.LogAnchored:
			next.channel = n.Config.Notices.Anchors
			next.message = n.viewFor(next.channel).Anchor(e)
		default:
			continue
		}
		if next.channel != "" {
			return next, true
		}
	}
	return notice{}, false
}

// moved says that the review of a request is not where it can be signed: it
// is nowhere, or another channel is for it now.
func (n *notices) moved(note noticeNote) bool {
	now := n.Config.Notices.BreakGlass
	return note.Review.TS == "" || now != "" && note.Review.Channel != now
}

// together returns the resets that are told in one post: those before the
// next anchor, and no more than one message has.
func together(events []approvals.Event) []approvals.Event {
	var resets []approvals.Event
	for _, e := range events {
		if e.Kind == approvals.LogAnchored || len(resets) == view.MaxOutside {
			break
		}
		if e.Kind == approvals.ResetOutside {
			resets = append(resets, e)
		}
	}
	return resets
}

// say posts a notice. What it says is read when its turn has come.
func (n *notices) say(ctx context.Context, l *lane, next notice) error {
	var note noticeNote
	out := outlet{}
	err := l.inTurn(ctx, next.channel, func() error {
		s, err := n.read(ctx, l, &note)
		if err != nil {
			return err
		}
		now, any := n.next(s, note)
		if !any || now.channel != next.channel {
			return errMoved
		}
		next = now
		out = outlet{channel: next.channel, thread: next.thread}
		out.ts, err = l.post(ctx, next.channel, next.thread, next.message, n.mark(s, next))
		return err
	})
	switch {
	case errors.Is(err, errMoved):
		return nil
	case err != nil:
		return n.failed(ctx, l, note, next, "chat.postMessage", err)
	}
	return n.said(ctx, l, note, next, out)
}

// errMoved says that there is something else to say meanwhile.
var errMoved = errors.New("there is something else to say")

// said stores that a notice is out.
func (n *notices) said(ctx context.Context, l *lane, note noticeNote, what notice, out outlet) error {
	if what.review {
		note.Review, note.Unasked = reviewPlace{out.channel, out.ts}, false
	}
	return l.advance(ctx, what.through, note, n.posted(asNotice, out, "", what.through))
}

// failed takes the error of a notice that could not be posted. Where only a
// person can mend it, the log says so, and others are not held up. A review
// that can't be reached any more is posted anew in the channel that is for it
// now; where that is gone too, the next reminder tries again.
func (n *notices) failed(ctx context.Context, l *lane, note noticeNote, what notice, method string, err error) error {
	switch {
	case (deleted(err) || gone(err)) && what.thread != "":
		l.log.Warn("review gone; it is posted anew", "channel", what.channel, "error", err)
		note.Review = reviewPlace{}
		return l.advance(ctx, what.first.Seq-1, note)
	case gone(err):
		l.log.Error("notice not posted; it is left out", "channel", what.channel, "event", string(what.first.Kind), "error", err)
		lost := n.event(approvals.MessageLost, because(err, false), map[string]string{
			"as": what.lost(note), "channel": what.channel, "error": slackCode(err), "through": strconv.FormatUint(uint64(what.through), 10),
		})
		note.Unasked = note.Unasked || what.review
		return l.advance(ctx, what.through, note, lost)
	}
	return l.told(method, err)
}

// lost is what the log calls a notice that is left out. What has a name of
// its own is told in the thread of the request's card: a review of which that
// is known has none.
func (what notice) lost(note noticeNote) string {
	switch {
	case what.first.Kind == approvals.BrokeGlass:
		return view.LostBreakGlass
	case what.review && !note.Unasked:
		return view.LostReview
	}
	return asNotice
}

// signed returns the signature of a review that is to be seen on it, where
// that is the next thing to do.
func (n *notices) signed(s story, note noticeNote) (approvals.Event, bool) {
	i := slices.IndexFunc(s.events, func(e approvals.Event) bool { return e.Kind == approvals.ReviewSigned })
	if i < 0 || note.Review.TS == "" {
		return approvals.Event{}, false
	}
	before := s
	before.events = s.events[:i]
	_, any := n.next(before, note)
	return s.events[i], !any
}

// close edits a review to its signed form.
func (n *notices) close(ctx context.Context, l *lane, s story, note noticeNote, e approvals.Event) error {
	if err := l.edits.Wait(ctx); err != nil {
		return err
	}
	at := note.Review
	call, cancel := context.WithTimeout(ctx, callTime)
	_, _, _, err := l.API.UpdateMessageContext(call, at.Channel, at.TS, options(n.viewFor(at.Channel).Review(s.Request))...)
	cancel()
	switch {
	case err == nil:
	case gone(err), deleted(err), malformed(err):
		l.log.Error("review not marked as signed; it stays as it is", "channel", at.Channel, "error", err)
	default:
		return l.told("chat.update", err)
	}
	return l.advance(ctx, e.Seq, note)
}
