package approvals

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// check looks up the person and the devices of a request and makes it
// pending or rejects it. Where Intune or Slack does not answer it is put
// off, until it expires.
func (w *Runner) check(ctx context.Context, r Request, log *slog.Logger) error {
	ctx = OnBehalf(ctx, r.ID)
	requester, found, err := w.examine(ctx, r.Requester, r.Channel, r.Selectors, r.AllOrNothing)
	if ctx.Err() != nil {
		return nil // stopping; the next start does it again
	}
	_, saveErr := w.change(ctx, r.ID, func(r *Request) {
		if r.State != Checking {
			return
		}
		now := w.now()
		if r.Expire(now) {
			return
		}
		if requester.Name != "" {
			r.Requester = requester.Actor()
		}
		switch why := AsError(err); {
		case err == nil:
			r.ready(found, w.policy.TimeToLive, now)
		case why.Kind == Unavailable:
			log.Warn("check put off", "error", err)
			r.delay(why, now.Add(checkDelay(now.Sub(r.CreatedAt))), now)
		default:
			log.Info("request rejected", "code", why.Code, "error", err)
			r.reject(found, why, now)
		}
	})
	return saveErr
}

// checkDelay is the wait before a check is tried again: as long as it has
// been tried for, between one second and maxDelay.
func checkDelay(tried time.Duration) time.Duration {
	return min(max(tried, time.Second), maxDelay)
}

// examine does what the check of a request does, without a request.
func (g examiner) examine(ctx context.Context, actor Actor, channel string, sels []Selector, allOrNothing bool) (Person, finding, error) {
	requester, err := g.mayAsk(ctx, actor, channel)
	if err != nil {
		return requester, finding{}, err
	}
	found, err := g.find(ctx, sels)
	if err == nil {
		err = found.verdict(allOrNothing, g.policy.MaxDevices)
	}
	if err != nil {
		return requester, found, err
	}
	able, owners, err := g.candidates(ctx, actor.ID, found.Targets)
	if err != nil {
		e := refusal("slack-silent")
		e.Err = err
		return requester, found, e
	}
	if needs := plural(g.policy.Quorum, "approval", "approvals"); len(able) < g.policy.Quorum {
		could := "nobody"
		if len(able) > 0 {
			could = "only " + strconv.Itoa(len(able))
		}
		if len(able)+len(owners) >= g.policy.Quorum {
			err = refusal("approvers-own-devices", "This request", needs, could, names(owners))
		} else {
			err = refusal("too-few-approvers", "This request", needs, could)
		}
	}
	return requester, found, err
}

// names lists people in a sentence.
func names(people []Person) string {
	var all []string
	for _, p := range people {
		all = append(all, p.Actor().String())
	}
	return strings.Join(all, ", ")
}

// examiner finds devices and checks who may do what with them.
type examiner struct {
	rights
	devices Devices
}

// examine uses the Runner's own devices.
func (w *Runner) examine(ctx context.Context, actor Actor, channel string, sels []Selector, allOrNothing bool) (Person, finding, error) {
	return examiner{w.rights, w.Devices}.examine(ctx, actor, channel, sels, allOrNothing)
}

// find resolves every selector, several at a time, and puts what they bring
// together in the order in which they were typed.
func (g examiner) find(ctx context.Context, sels []Selector) (finding, error) {
	type answer struct {
		found Found
		err   error
	}
	answers := make([]answer, len(sels))
	slots := make(chan struct{}, maxSelectorsAtOnce)
	var asking sync.WaitGroup
	for i, sel := range sels {
		slots <- struct{}{}
		asking.Go(func() {
			defer func() { <-slots }()
			answers[i].err = caught(func() (err error) {
				answers[i].found, err = g.resolve(ctx, sel)
				return err
			})
		})
	}
	asking.Wait()

	var f finding
	var failed error
	for i, sel := range sels {
		a := answers[i]
		switch KindOf(a.err) {
		case "":
		case NotFound:
			f.miss(sel, AsError(a.err))
			continue
		default:
			// What can't be corrected by waiting is the better answer.
			if failed == nil || KindOf(failed) == Unavailable {
				failed = a.err
			}
			continue
		}
		if a.found.More {
			failed = tooMany("More than "+strconv.Itoa(g.policy.MaxDevices), g.policy.MaxDevices)
			continue
		}
		if a.found.Dropped > 0 {
			f.Narrowed = append(f.Narrowed, Narrowing{Selector: sel, Dropped: a.found.Dropped})
		}
		if len(a.found.Devices) == 0 {
			f.miss(sel, refusal("no-device", sel.String()))
		}
		for _, d := range a.found.Devices {
			f.add(d, sel)
		}
	}
	return f, failed
}

// resolve finds the devices of one selector, and makes sure that each of
// them is one that the selector names.
func (g examiner) resolve(ctx context.Context, sel Selector) (Found, error) {
	ask := sel
	if sel.Kind == ByPerson {
		p, err := g.directory.Person(ctx, sel.Value)
		switch {
		case KindOf(err) == NotFound:
			return Found{}, refusal("unknown-person", sel.Value)
		case err != nil:
			e := refusal("slack-silent")
			e.Err = err
			return Found{}, e
		case p.Email == "":
			return Found{}, refusal("no-mail", p.Name)
		}
		ask = Selector{Kind: ByUser, Value: p.Email}
	}
	if strings.TrimSpace(ask.Value) == "" {
		return Found{}, newError(Invalid, "empty-value", "There is nothing behind "+string(sel.Kind)+":.", "")
	}
	found, err := g.devices.Find(ctx, ask, g.policy.MaxDevices)
	if err != nil || ask.Kind == ByFilter {
		return found, err
	}
	// Intune's answers can hold devices that were not asked for; the port
	// promises that they are gone, and a reset must not rest on a promise.
	matching := found.Devices[:0:0]
	for _, d := range found.Devices {
		if ask.Matches(d) {
			matching = append(matching, d)
		}
	}
	found.Dropped += len(found.Devices) - len(matching)
	found.Devices = matching
	return found, nil
}

// Trial is what a dry run brings.
type Trial struct {
	Targets  []Target
	LeftOut  []LeftOut
	Narrowed []Narrowing
	Quorum   int
	Able     []Person // who could approve now, up to a bound
	Refusal  *Error   // why a request like this would be rejected, or nil
}

// Try finds and checks as a request would, and changes nothing.
func (s *Service) Try(ctx context.Context, ask Ask) (Trial, error) {
	g := examiner{s.rights, s.Devices}
	_, found, err := g.examine(ctx, ask.Actor, ask.Channel, ask.Selectors, ask.AllOrNothing)
	t := Trial{Targets: found.Targets, LeftOut: found.LeftOut, Narrowed: found.Narrowed, Quorum: s.policy.Quorum}
	if err != nil {
		e := AsError(err)
		if e.Kind == Unavailable || e.Kind == Internal || errors.Is(err, context.Canceled) {
			return t, e
		}
		t.Refusal = e
		if len(found.Targets)+len(found.LeftOut) == 0 {
			return t, nil
		}
	}
	able, _, err := s.candidates(ctx, ask.Actor.ID, found.Targets)
	if err != nil {
		e := refusal("slack-silent")
		e.Err = err
		return t, e
	}
	t.Able = able
	return t, nil
}
