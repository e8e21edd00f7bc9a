package approvals

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	// DeskTime is how far back a Desk has what has ended.
	DeskTime = 30 * 24 * time.Hour
	// MaxRecent is how many ended requests a Desk has.
	MaxRecent = 50
)

// Desk is what one person has to do with requests.
type Desk struct {
	Waiting []Request // pending ones that they may decide on now, the first to expire first
	Asked   []Request // their own that are open, the oldest first
	Running []Request // approved or running ones that they may see, the oldest first
	Recent  []Request // ended ones of the last 30 days that they may see, the newest first
	More    bool      // there are more of these, or more were not looked at

	Admin     bool // they see the health of passcodebot
	MayAsk    bool
	MayDecide bool
	MaySee    bool // what others asked for
}

// Desk returns what an actor has to do with requests. A search narrows what
// ended lately to what has all of its words. Whoever may do nothing here has
// an empty Desk, which is no error. It decides nothing and asks for little:
// it reads the person once and each user group once, from Recent.
func (s *Service) Desk(ctx context.Context, actor Actor, search string) (Desk, error) {
	d := desk{rights: rights{newOnce(s.Recent), s.policy}, now: s.now()}
	p, err := d.person(ctx, actor.ID)
	switch KindOf(err) {
	case "":
	case Unavailable:
		return Desk{}, err
	default:
		return Desk{}, nil
	}
	d.who = p
	if err := d.may(ctx); err != nil {
		return Desk{}, err
	}
	open, err := s.Store.Open(ctx)
	if err == nil {
		err = d.open(ctx, open)
	}
	if err == nil {
		err = s.ended.catchUp(ctx, s.Store, d.now, open)
	}
	if err == nil {
		err = d.recent(ctx, s, search)
	}
	if err != nil {
		_, err = s.stored(Request{}, err)
	}
	return d.Desk, err
}

// desk is a Desk that is being laid out.
type desk struct {
	Desk
	rights
	who Person
	now time.Time
}

// may finds out what the person may do.
func (d *desk) may(ctx context.Context) (err error) {
	for _, of := range []struct {
		audience Audience
		may      *bool
	}{
		{d.policy.Requesters, &d.MayAsk},
		{d.policy.deciders(), &d.MayDecide},
		{d.policy.Admins, &d.Admin},
		{d.policy.BreakGlass.Reviewers, &d.MaySee},
	} {
		if *of.may, err = d.belongs(ctx, of.audience); err != nil {
			return err
		}
	}
	d.MaySee = d.MaySee || d.MayDecide
	return nil
}

// belongs says whether the person is in an audience. A group that is not there
// any more has nobody in it.
func (d *desk) belongs(ctx context.Context, a Audience) (bool, error) {
	for _, group := range append([]string{""}, a.Groups...) {
		one := Audience{People: a.People}
		if group != "" {
			one = Audience{Groups: []string{group}}
		}
		switch in, err := d.included(ctx, one, d.who.ID); {
		case KindOf(err) == Unavailable:
			return false, err
		case err == nil && in:
			return true, nil
		}
	}
	return false, nil
}

// sees says that the person may see a request.
func (d *desk) sees(r *Request) bool { return d.MaySee || r.Requester.ID == d.who.ID }

// open takes the requests that have not ended.
func (d *desk) open(ctx context.Context, open []Request) error {
	for i := range open {
		r := &open[i]
		if r.Requester.ID == d.who.ID {
			d.Asked = append(d.Asked, *r)
		}
		if (r.State == Approved || r.State == Running) && d.sees(r) {
			d.Running = append(d.Running, *r)
		}
		switch waits, err := d.waits(ctx, r); {
		case err != nil:
			return err
		case waits:
			d.Waiting = append(d.Waiting, *r)
		}
	}
	slices.SortStableFunc(d.Waiting, func(a, b Request) int { return a.ExpiresAt.Compare(b.ExpiresAt) })
	return nil
}

// waits says whether the person may decide on a request now.
func (d *desk) waits(ctx context.Context, r *Request) (bool, error) {
	if r.State != Pending || r.settled(d.now) != nil || r.Requester.ID == d.who.ID ||
		r.decidedBy(d.who.ID) != nil || d.who.conflict(r.Targets) != nil {
		return false, nil
	}
	return d.belongs(ctx, r.Approvers)
}

// recent takes what has ended lately and has all words of a search, each as it
// is now: devices can be heard of after the end.
func (d *desk) recent(ctx context.Context, s *Service, search string) error {
	var ids []ID
	ids, d.More = s.ended.found(d.now, strings.Fields(strings.ToLower(search)), func(requester string) bool {
		return d.MaySee || requester == d.who.ID
	})
	for _, id := range ids {
		switch r, err := s.Store.Request(ctx, id); {
		case errors.Is(err, ErrNotFound): // purged
		case err != nil:
			return err
		default:
			d.Recent = append(d.Recent, r)
		}
	}
	return nil
}

// once is a Directory that asks for each person and group at most once.
type once struct {
	Directory
	groups map[string]members
}

type members struct {
	ids []string
	err error
}

func newOnce(d Directory) *once { return &once{d, map[string]members{}} }

// Members implements Directory. It is for one goroutine.
func (o *once) Members(ctx context.Context, group string) ([]string, error) {
	m, asked := o.groups[group]
	if !asked {
		m.ids, m.err = o.Directory.Members(ctx, group)
		o.groups[group] = m
	}
	return m.ids, m.err
}
