package bot

import (
	"context"
	"slices"
	"strings"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// direct tells the requester what is for nobody else: what becomes of a
// request that has no card.
type direct struct {
	*follower
}

func newDirect(p *publisher) *direct {
	d := &direct{}
	d.follower = &follower{publisher: p, consumer: approvals.Direct, step: d.step, lanes: map[approvals.ID]bool{}}
	return d
}

func (d *direct) step(ctx context.Context, l *lane) (more bool, err error) {
	s, err := l.news(ctx, nil)
	if err != nil {
		return false, err
	}
	if len(s.events) == 0 {
		l.unsure.drop(l.id)
		return false, nil
	}
	i := slices.IndexFunc(s.events, whispered)
	if i < 0 {
		return true, l.pass(ctx, s.last(), nil)
	}
	e := s.events[i]
	if s.Request, err = d.Requests.Request(ctx, l.id); err != nil {
		return false, err
	}
	// An event whose place could not be stored is not told once more.
	v := speak(ctx, d.Directory, d.view, s.Requester.ID)
	if m := whisperOf(v, s.Request, e); m.Text != "" && l.said < e.Seq {
		if l.out, err = d.whisper(ctx, l, s.Request, e.Seq, m); err != nil {
			return false, l.told("chat.postMessage", err)
		}
		l.said = e.Seq
	}
	if err := l.advance(ctx, e.Seq, nil, l.out...); err != nil {
		return false, err
	}
	l.out = nil
	return true, nil
}

// whispered says that an event may have to be told to the requester.
func whispered(e approvals.Event) bool {
	switch e.Kind {
	case approvals.CheckDelayed, approvals.WasRejected, approvals.HasExpired, approvals.CardLost:
		return true
	}
	return false
}

// whisperOf is what an event says to the requester. It is empty where that is
// no longer true, or said elsewhere.
func whisperOf(v view.Renderer, r approvals.Request, e approvals.Event) view.Message {
	switch {
	case e.Kind == approvals.CheckDelayed && r.State == approvals.Checking:
		return v.Delayed(r, e.Text)
	case e.Kind == approvals.WasRejected:
		return v.Rejected(r, strings.Fields(e.Data["channels"])...)
	case e.Kind == approvals.HasExpired && r.ReadyAt.IsZero():
		return v.Lapsed(r)
	case e.Kind == approvals.CardLost && e.Data["ts"] == "" && !r.State.Ended():
		return v.Unpostable(r, e.Data["error"])
	}
	return view.Message{}
}

// whisper tells the requester. What is seen by one person alone can't be
// found again in Slack: where its answer was lost, or the process ended
// before its place was stored, it is said a second time, because to be told
// twice harms less than never to be told. A direct message is recognised.
//
// It returns the event that says so; none where Slack takes no message to the
// person at all.
func (d *direct) whisper(ctx context.Context, l *lane, r approvals.Request, seq approvals.Seq, m view.Message) ([]approvals.Event, error) {
	who, this := r.Requester.ID, mark{through: seq, last: true}
	if d.whispers.send(ctx, d.whispers.recall(r), m) == nil {
		return []approvals.Event{d.posted(asWhisper, outlet{channel: r.Channel}, who, seq)}, nil
	}
	var out outlet
	var err error
	if l.unsure.has(l.id) {
		err = l.directs(ctx, who, r, whisperType, func(seen mark, at outlet) {
			if seen == this {
				out = at
			}
		})
	}
	if err == nil && out.ts == "" {
		l.unsure.drop(l.id)
		out, err = l.tellDirectly(ctx, who, m, this.metadata(whisperType, r))
	}
	switch {
	case deaf(err):
		l.log.Error("person not told: Slack takes no direct message to them", "actor", who, "error", err)
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []approvals.Event{d.posted(asDirect, out, who, seq)}, nil
}
