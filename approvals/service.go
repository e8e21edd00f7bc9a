package approvals

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"
)

// Config is what Service and Runner work with.
type Config struct {
	Store     Store
	Queue     Queue
	Devices   Devices
	Directory Directory
	// Recent answers for everything but decisions, and may use answers of
	// the last few seconds: Slack allows few calls a minute, which decisions
	// must not want for. Nil means Directory.
	Recent Directory
	// Shown answers for who could approve, as forms show it: it decides
	// nothing, and may use answers of the last minutes. Nil means Recent.
	Shown  Directory
	Policy Policy // zero limits mean their defaults
	Now    func() time.Time
	Logger *slog.Logger
	// Changed is called after each change that was stored, from any
	// goroutine; it must not block. Nil for none.
	Changed func()
}

func (c Config) withDefaults() (Config, error) {
	switch {
	case c.Store == nil:
		return c, errors.New("approvals: no store")
	case c.Devices == nil:
		return c, errors.New("approvals: no devices")
	case c.Directory == nil:
		return c, errors.New("approvals: no directory")
	}
	if c.Recent == nil {
		c.Recent = c.Directory
	}
	if c.Shown == nil {
		c.Shown = c.Recent
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
	c.Policy = c.Policy.WithDefaults()
	return c, nil
}

// Service takes what people do. Its errors are *Error, fit to be shown to
// the person.
type Service struct {
	Config
	rights
	searches searches
	ended    ended
}

// NewService returns a Service. Store, Devices and Directory are required.
func NewService(c Config) (*Service, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Service{Config: c, rights: rights{c.Recent, c.Policy}}, nil
}

func (s *Service) now() time.Time { return Instant(s.Now()) }

// Ask stores a request; the Runner checks the person and the devices. An ask
// with the key of a stored one returns that request.
func (s *Service) Ask(ctx context.Context, ask Ask) (Request, error) {
	r := newRequest(ask, s.Policy, s.now())
	sourceOf(ctx).mark(r.recorded)
	saved, err := s.Store.Save(ctx, Change{Request: r, Key: ask.Key})
	if errors.Is(err, ErrDuplicate) {
		return s.stored(s.Store.Keyed(ctx, ask.Key))
	}
	if err == nil {
		s.Logger.Info("request stored", "request", saved.ID.String(), "actor", ask.Actor.ID, "selectors", len(ask.Selectors))
		s.Changed()
	}
	return s.stored(saved, err)
}

// stored turns an error of the store into one for people.
func (s *Service) stored(r Request, err error) (Request, error) {
	if err == nil {
		return r, nil
	}
	if errors.Is(err, ErrNotFound) {
		return Request{}, refusal("unknown-request", r.ID.String())
	}
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Unavailable {
		return Request{}, e
	}
	e := refusal("store-failed")
	e.Err = err
	return Request{}, e
}

// Decide takes an approver's approve or deny. Who the approver is and
// whether they may is read afresh; where the Directory can't be asked, the
// answer is no. A refused decision is stored as an event.
func (s *Service) Decide(ctx context.Context, id ID, actor Actor, approve bool, comment string) (Request, error) {
	act := "deny"
	if approve {
		act = "approve"
	}
	r, err := s.change(ctx, id, func(r *Request) error {
		if !approve {
			return s.deny(ctx, r, actor, comment)
		}
		now := s.now()
		if err := r.settled(now); err != nil {
			return err
		}
		if actor.ID == r.Requester.ID {
			return refusal("own-request", r.ID.String())
		}
		g := s.examiner(rights{s.Directory, s.policy})
		today, err := g.stricter(ctx, r, s.rights)
		if err != nil {
			return err
		}
		p, groups, err := g.check(ctx, actor, r, today.Terms)
		if err != nil {
			return err
		}
		if err := g.recount(ctx, r, today.Terms, actor.ID, now); err != nil {
			return err
		}
		r.tighten(today, now)
		return r.Decide(p, groups, true, comment, now)
	})
	return r, s.refused(ctx, id, actor, act, err)
}

// examiner examines with these rights.
func (s *Service) examiner(g rights) examiner {
	return examiner{g, archive{store: s.Store, devices: s.Devices}}
}

// Cancel takes a request back, for its requester.
func (s *Service) Cancel(ctx context.Context, id ID, actor Actor) (Request, error) {
	r, err := s.change(ctx, id, func(r *Request) error { return r.Cancel(actor, s.now()) })
	return r, s.refused(ctx, id, actor, "cancel", err)
}

// attempts bounds how often a change is tried again after ErrConflict.
const attempts = 20

// change reads a request, applies a transition and saves it; where somebody
// else was faster, anew.
func (s *Service) change(ctx context.Context, id ID, transition func(*Request) error) (Request, error) {
	for try := 0; ; try++ {
		r, err := s.Store.Request(ctx, id)
		if err != nil {
			r.ID = id
			return s.stored(r, err)
		}
		if err := transition(&r); err != nil {
			return r, err
		}
		sourceOf(ctx).mark(r.recorded)
		saved, err := s.Store.Save(ctx, Change{Request: &r})
		if errors.Is(err, ErrConflict) && try < attempts {
			continue
		}
		if err != nil {
			return s.stored(r, err)
		}
		s.Logger.Info("request changed", "request", id.String(), "state", string(saved.State))
		s.Changed()
		return saved, nil
	}
}

// refused stores that an act was refused, and returns the refusal; where the
// event can't be stored, that: nobody is told what the log does not know.
func (s *Service) refused(ctx context.Context, id ID, actor Actor, act string, err error) error {
	if err == nil {
		return nil
	}
	e := AsError(err)
	if e.Kind == UnknownOutcome {
		return e // it may have happened after all, and then the log says so
	}
	event := Event{
		At: s.now(), Kind: WasRefused, Actor: actor, Text: e.Text,
		Data: map[string]string{"act": act, "code": e.Code, "kind": string(e.Kind)},
	}
	if e.Kind == NotFound && id != 0 {
		event.Data["request"] = strconv.FormatUint(uint64(id), 10)
	} else {
		event.Request = id
	}
	sourceOf(ctx).mark([]Event{event})
	if _, saveErr := s.Store.Save(context.WithoutCancel(ctx), Change{Events: []Event{event}}); saveErr != nil {
		s.Logger.Error("refusal not stored", "request", id.String(), "actor", actor.ID, "code", e.Code, "error", saveErr)
		_, saveErr = s.stored(Request{}, saveErr)
		return saveErr
	}
	s.Logger.Info("act refused", "request", id.String(), "actor", actor.ID, "act", act, "code", e.Code, "error", err)
	return e
}

// Refuse stores that an act was refused before it came to the rules, such
// as a click on a message that is not the card, and returns the refusal.
func (s *Service) Refuse(ctx context.Context, id ID, actor Actor, act string, err error) error {
	return s.refused(ctx, id, actor, act, err)
}

// Note stores an event that belongs to no request, such as that of a socket.
func (s *Service) Note(ctx context.Context, e Event) error {
	e.At, e.Request = s.now(), 0
	if _, err := s.Store.Save(ctx, Change{Events: []Event{e}}); err != nil {
		_, err = s.stored(Request{}, err)
		return err
	}
	s.Changed()
	return nil
}

// Show returns a request to its requester or an approver.
func (s *Service) Show(ctx context.Context, id ID, actor Actor) (Request, error) {
	r, err := s.Store.Request(ctx, id)
	if err != nil {
		_, err := s.stored(Request{ID: id}, err)
		return Request{}, s.refused(ctx, id, actor, "show", err)
	}
	if r.Requester.ID == actor.ID {
		return r, nil
	}
	switch err := s.maySee(ctx, actor); KindOf(err) {
	case "":
		return r, nil
	case Unavailable:
		return Request{}, err
	}
	return Request{}, s.refused(ctx, id, actor, "show", refusal("not-yours-to-see", id.String()))
}

// List returns the open requests that a person may see, oldest first: their
// own, and for approvers all.
func (s *Service) List(ctx context.Context, actor Actor) ([]Request, error) {
	open, err := s.Store.Open(ctx)
	if err != nil {
		_, err = s.stored(Request{}, err)
		return nil, err
	}
	err = s.maySee(ctx, actor)
	if KindOf(err) == Unavailable {
		return nil, err
	}
	var seen []Request
	for _, r := range open {
		if err == nil || r.Requester.ID == actor.ID {
			seen = append(seen, r)
		}
	}
	return seen, nil
}
