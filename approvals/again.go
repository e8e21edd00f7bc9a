package approvals

import (
	"context"
	"errors"
	"strconv"
)

// Borrowed is whose words the reason of a request is, where somebody asks for
// failed devices again who had not asked for them before.
type Borrowed struct {
	By Actor // who gave it; zero where the requester did
	Of ID    // the request for which it was given
}

// Again asks once more for the devices of a done request whose reset did not
// come about: in the same place and for the same reason, but without break
// glass. Whoever may ask there may do it. What the requester of before has
// stated beside the reason is theirs alone, and a rule that wants it asks
// anew; of the reason it is kept whose it is.
//
// There is one such request at a time for all tries of the same devices: while
// one is open, a refusal names it. Where it has ended, what failed in it too
// can be asked for again.
func (s *Service) Again(ctx context.Context, id ID, actor Actor) (Request, error) {
	r, err := s.again(ctx, id, actor)
	return r, s.refused(ctx, id, actor, "again", err)
}

func (s *Service) again(ctx context.Context, id ID, actor Actor) (Request, error) {
	was, err := s.Store.Request(ctx, id)
	if err != nil {
		return s.stored(Request{ID: id}, err)
	}
	who, err := s.mayAsk(ctx, actor, was.Channel)
	if err != nil {
		return Request{}, err
	}
	for try := 0; ; try++ {
		earlier, err := s.tries(ctx, was)
		if err != nil {
			return s.stored(Request{}, err)
		}
		open := earlier.open
		switch {
		case open.ID == 0:
		case open.State == Checking && open.Again == id && open.Requester.ID == who.ID:
			return open, nil // the same click once more
		default:
			return Request{}, refusal("again-open", id.String(), open.Requester.String(), open.ID.String())
		}
		ask, err := was.again(who.Actor(), earlier)
		if err != nil {
			return Request{}, err
		}
		r := newRequest(ask, s.Policy, s.now())
		r.repeats(was)
		sourceOf(ctx).mark(r.recorded)
		saved, err := s.Store.Save(ctx, Change{Request: r, Key: ask.Key})
		if errors.Is(err, ErrDuplicate) && try < attempts {
			continue // somebody else was faster
		}
		if err == nil {
			s.Logger.Info("request stored", "request", saved.ID.String(), "actor", actor.ID, "again", id.String(), "selectors", len(ask.Selectors))
			s.Changed()
		}
		return s.stored(saved, err)
	}
}

// tries is what has come of the requests that asked for the same devices
// again.
type tries struct {
	key  string  // of the next one
	open Request // the one that can still reset devices; zero for none
	last ID      // the latest one; zero for none
	// over are the devices that one of them has reset, or of which nobody can
	// tell.
	over map[string]bool
}

// tries reads what has come of the tries after the request that was the first
// to ask for the devices: they have their keys from it, so that no two are
// open, whichever of them somebody tries again.
func (s *Service) tries(ctx context.Context, was Request) (tries, error) {
	first := was.ID
	for before := was.Again; before != 0; {
		first = before
		r, err := s.Store.Request(ctx, first)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return tries{}, err
		}
		before = r.Again // zero where it was purged
	}
	t := tries{over: map[string]bool{}}
	for n := 1; ; n++ {
		t.key = "again:" + first.String()
		if n > 1 {
			t.key += ":" + strconv.Itoa(n)
		}
		r, err := s.Store.Keyed(ctx, t.key)
		if errors.Is(err, ErrNotFound) {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		t.last = r.ID
		if !r.State.Ended() && !r.overdue(s.now()) {
			t.open = r
		}
		for _, target := range r.Targets {
			switch target.Result.Phase {
			case Accepted, Confirmed, Unknown:
				t.over[target.Device.ID] = true
			}
		}
	}
}

// again returns what is asked for where somebody tries the failed devices of a
// request again. Those of which nobody can tell what came are not among them,
// nor those that an earlier try has reset.
func (r *Request) again(by Actor, earlier tries) (Ask, error) {
	if r.State != Done {
		return Ask{}, refusal("again-too-early", r.ID.String())
	}
	ask := r.ask()
	ask.Actor, ask.AllOrNothing, ask.Key = by, false, earlier.key
	ask.Statement.BreakGlass = ""
	if by.ID != r.Requester.ID {
		ask.Statement = Statement{}
	}
	ask.Selectors = nil
	failed := 0
	for _, t := range r.Targets {
		switch t.Result.Phase {
		case Failed, Skipped, FailedOnDevice:
			failed++
			if !earlier.over[t.Device.ID] {
				ask.Selectors = append(ask.Selectors, Selector{Kind: ByID, Value: t.Device.ID})
			}
		}
	}
	switch {
	case failed == 0:
		return Ask{}, refusal("again-nothing", r.ID.String())
	case len(ask.Selectors) == 0:
		return Ask{}, refusal("again-over", r.ID.String(), earlier.last.String())
	}
	return ask, nil
}

// repeats notes of a new request whose failed devices it is for, and whose
// the reason is.
func (r *Request) repeats(was Request) {
	r.Again, r.Borrowed = was.ID, was.Borrowed
	if r.Borrowed.By.ID == "" {
		r.Borrowed = Borrowed{By: was.Requester, Of: was.ID}
	}
	if r.Borrowed.By.ID == r.Requester.ID {
		r.Borrowed = Borrowed{}
	}
	for i := range r.recorded {
		data := r.recorded[i].Data
		data["again"] = was.ID.String()
		if b := r.Borrowed; b.By.ID != "" {
			data["reason_by"], data["reason_of"] = b.By.ID, b.Of.String()
		}
	}
}
