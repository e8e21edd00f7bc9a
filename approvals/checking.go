package approvals

import (
	"context"
	"errors"
	"fmt"
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
	g := w.examiner()
	requester, found, err := g.examine(ctx, r.ask(), r.CreatedAt)
	if ctx.Err() != nil {
		return nil // stopping; the next start does it again
	}
	if err == nil && w.policy.limited() {
		// Of two requests that are checked at the same time, the second must
		// see the first.
		w.limiting.Lock()
		defer w.limiting.Unlock()
		err = g.overLimit(ctx, r.Requester.ID, len(found.Targets), w.now())
	}
	if err == nil {
		found.Unusual, err = g.unusual(ctx, r.Requester.ID, found, r.CreatedAt)
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
			r.ready(found, w.policy.Fingerprint, now)
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
func (g examiner) examine(ctx context.Context, ask Ask, at time.Time) (Person, finding, error) {
	requester, err := g.mayAsk(ctx, ask.Actor, ask.Channel)
	if err != nil {
		return requester, finding{}, err
	}
	// Who has asked for too much already costs no more than this.
	if err := g.overLimit(ctx, ask.Actor.ID, 0, at); err != nil {
		return requester, finding{}, err
	}
	window, decides := g.policy.lookBack()
	since := at.Add(-window)
	record := func() ([]Recorded, error) { return nil, nil }
	if window > 0 {
		record = g.archive.outside(ctx, since.Add(-sameReset))
	}
	found, err := g.find(ctx, ask.Selectors)
	if err == nil {
		err = found.verdict(ask.AllOrNothing, g.policy.MaxDevices)
	}
	if err != nil {
		return requester, found, err
	}
	if window > 0 {
		seen, err := record()
		// A record that is too long to be read would hold up everything.
		if err != nil && decides && AsError(err).Code != recordTooLong {
			return requester, found, err
		}
		found.Unseen = err != nil
		if decides {
			found.Earlier, err = g.archive.counted(ctx, 0, ask.Actor.ID, found.Targets, since, seen)
		} else {
			found.Earlier, err = g.archive.earlier(ctx, ask.Actor.ID, found.Targets, since, seen)
		}
		if err != nil {
			return requester, found, err
		}
	}
	if err := g.rule(ctx, ask, &found, at); err != nil {
		return requester, found, err
	}
	return requester, found, g.reachable(ctx, ask.Actor.ID, &found)
}

// recordTooLong is the code of the Devices' error where Intune's record has
// too many remote actions since a time.
const recordTooLong = "record-too-long"

// reachable finds who could approve what was found, and returns the refusal
// of a request that can't get its approvals.
func (g examiner) reachable(ctx context.Context, requester string, f *finding) error {
	t := f.Ruling.Terms
	who, err := g.electorate(ctx, requester, f.Targets, t)
	if err != nil {
		return unread(err)
	}
	f.Able = who.able
	if who.covers(t) {
		return nil
	}
	needs := plural(t.Quorum, "approval", "approvals")
	if len(who.able) >= t.Quorum {
		return refusal("too-few-groups", "This request", needs, plural(t.Groups, "group", "groups"))
	}
	could := "nobody"
	if len(who.able) > 0 {
		could = fmt.Sprintf("only %d", len(who.able))
	}
	if len(who.able)+len(who.unknown) >= t.Quorum {
		return refusal("approvers-unidentified", "This request", needs, could, names(who.unknown))
	}
	if len(who.able)+len(who.owners) >= t.Quorum {
		return refusal("approvers-own-devices", "This request", needs, could, names(who.owners))
	}
	return refusal("too-few-approvers", "This request", needs, could)
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
	archive
}

// examiner uses the Runner's own devices.
func (w *Runner) examiner() examiner {
	return examiner{w.rights, archive{w.Store, w.Devices, w.holds.held}}
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
			failed = tooMany(fmt.Sprintf("More than %d", g.policy.MaxDevices), g.policy.MaxDevices)
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
			return Found{}, silent(err)
		case p.Email == "":
			return Found{}, refusal("no-mail", p.Name)
		}
		ask = Selector{Kind: ByUser, Value: p.Email}
	}
	if strings.TrimSpace(ask.Value) == "" {
		return Found{}, newError(Invalid, "empty-value", fmt.Sprintf("There is nothing behind %s:.", sel.Kind), "")
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
	Rule     string // the name of the rule that would hold; empty where none does
	Quorum   int
	Groups   int // from how many different groups; 0 and 1 mean any
	Earlier  []Past
	Able     []Person // who could approve now, up to a bound
	Refusal  *Error   // why a request like this would be rejected, or nil
}

// tried records that somebody was shown devices and who could approve.
func (s *Service) tried(ctx context.Context, ask Ask, t Trial) error {
	e := Event{Kind: WasTried, Actor: ask.Actor, At: s.now(), Data: ask.named()}
	e.Data["devices"] = strconv.Itoa(len(t.Targets))
	if t.Refusal != nil {
		e.Text, e.Data["code"] = t.Refusal.Text, t.Refusal.Code
	}
	events := []Event{e}
	sourceOf(ctx).mark(events)
	_, err := s.stored(s.Store.Save(ctx, Change{Events: events}))
	return err
}

// Try finds and checks as a request would, and changes nothing but the log,
// which knows who was shown what, or was not.
func (s *Service) Try(ctx context.Context, ask Ask) (Trial, error) {
	g := s.examiner(s.rights)
	now := s.now()
	_, found, err := g.examine(ctx, ask, now)
	if err == nil {
		err = g.overLimit(ctx, ask.Actor.ID, len(found.Targets), now)
	}
	u := found.Ruling
	if u.Terms.Quorum == 0 {
		u.Terms = s.policy.terms()
	}
	t := Trial{
		Targets: found.Targets, LeftOut: found.LeftOut, Narrowed: found.Narrowed, Earlier: keep(found.Earlier, found.Targets),
		Rule: u.Rule, Quorum: u.Terms.Quorum, Groups: u.Terms.Groups, Able: found.Able,
	}
	if err == nil {
		return t, s.tried(ctx, ask, t)
	}
	why := AsError(err)
	if why.Kind == Unavailable || why.Kind == Internal || errors.Is(err, context.Canceled) {
		return t, why
	}
	t.Refusal = why
	if why.Kind == Forbidden {
		if refused := AsError(s.refused(ctx, 0, ask.Actor, "dry-run", err)); refused.Code != why.Code {
			return t, refused
		}
	} else if err := s.tried(ctx, ask, t); err != nil {
		return t, err
	}
	if len(found.Targets)+len(found.LeftOut) == 0 || t.Able != nil {
		return t, nil
	}
	who, err := s.electorate(ctx, ask.Actor.ID, found.Targets, u.Terms)
	if err != nil {
		return t, unread(err)
	}
	t.Able = who.able
	return t, nil
}
