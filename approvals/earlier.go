package approvals

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	// maxTraces bounds how many earlier resets of one subject are looked at.
	maxTraces = 200
	// maxEarlier bounds how many earlier resets a request keeps.
	maxEarlier = 200
	// maxSubject is how many bytes a store takes of a Subject's ID.
	maxSubject = 256
	// sameReset is how far apart our own note of a reset and Intune's record
	// of it can be.
	sameReset = 2 * time.Minute
)

// archive knows what was reset before.
type archive struct {
	store   Store
	devices Devices
	held    func(device string) bool // whether a reset of ours is on its way to a device; nil where that is not known
}

// outside returns Intune's record of the resets since a time. It is asked
// beside the search for devices, of which it does not depend.
func (a archive) outside(ctx context.Context, since time.Time) func() ([]Recorded, error) {
	type answer struct {
		seen []Recorded
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		var got answer
		got.err = caught(func() (err error) {
			got.seen, err = a.devices.Resets(ctx, since)
			return err
		})
		answers <- got
	}()
	return func() ([]Recorded, error) {
		got := <-answers
		return got.seen, got.err
	}
}

// earlier returns the resets since a time of the targets' devices, of their
// owners and by the requester, the latest first. What Intune has recorded and
// was not asked for here counts for the devices and their owners.
func (a archive) earlier(ctx context.Context, requester string, targets []Target, since time.Time, seen []Recorded) ([]Past, error) {
	subjects := []Subject{{ResetBy, requester}}
	for _, t := range targets {
		subjects = append(subjects, Subject{ResetOf, t.Device.ID})
		if key := t.Device.Owner.Key(); key != "" {
			subjects = append(subjects, Subject{ResetFor, key})
		}
	}
	var ours []Trace
	known := map[Trace]bool{}
	for _, s := range distinct(subjects) {
		traces, err := a.store.Traces(ctx, s, since, maxTraces)
		if err != nil {
			return nil, err
		}
		for _, t := range traces {
			t.Of = Subject{}
			if !known[t] {
				known[t] = true
				ours = append(ours, t)
			}
		}
	}
	past := make([]Past, 0, len(ours))
	requests := map[ID]Request{}
	for _, t := range ours {
		r, read := requests[t.Request]
		if !read {
			var err error
			if r, err = a.store.Request(ctx, t.Request); err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
			requests[t.Request] = r
		}
		p := Past{Device: t.Device, At: t.At, Request: t.Request, By: r.Requester, Reason: r.Reason}
		if was := r.Target(t.Device); was != nil {
			p.Owner = was.Device.Owner.Key()
		}
		past = append(past, p)
	}
	owners, ownerOf := map[string]string{}, map[string]string{}
	for _, t := range targets {
		ownerOf[t.Device.ID] = t.Device.Owner.Key()
		if upn := strings.ToLower(t.Device.Owner.UPN); upn != "" {
			owners[upn] = t.Device.Owner.Key()
		}
		if key := t.Device.Owner.Key(); key != "" {
			owners[key] = key
		}
	}
	about := distinct(append(devicesOf(targets), ownedBy(seen, owners)...))
	for _, device := range about {
		mine, err := a.store.Traces(ctx, Subject{ResetOf, device}, since.Add(-sameReset), maxTraces)
		if err != nil {
			return nil, err
		}
		ours := a.held != nil && a.held(device)
		for _, e := range foreign(seen, device, mine) {
			if e.At.Before(since) || ours && !e.ByPerson() {
				continue
			}
			owner, asked := ownerOf[device]
			if !asked {
				owner = owners[strings.ToLower(e.Owner)]
			}
			past = append(past, Past{Device: device, Owner: owner, At: e.At, By: Actor{Name: e.By}})
		}
	}
	slices.SortStableFunc(past, latestFirst)
	return past, nil
}

// counted returns the earlier resets and those under way, but for those of
// self, as rules count them.
func (a archive) counted(ctx context.Context, self ID, requester string, targets []Target, since time.Time, seen []Recorded) ([]Past, error) {
	// Those under way first: what ends in between has its traces then.
	begun, err := a.underWay(ctx, self, requester, targets)
	if err != nil {
		return nil, err
	}
	past, err := a.earlier(ctx, requester, targets, since, seen)
	if err != nil {
		return nil, err
	}
	for _, b := range begun {
		if !slices.ContainsFunc(past, func(p Past) bool { return p.Request == b.Request && p.Device == b.Device }) {
			past = append(past, b)
		}
	}
	slices.SortStableFunc(past, latestFirst)
	return past, nil
}

func latestFirst(a, b Past) int { return b.At.Compare(a.At) }

// underWay returns the resets that were begun for other requests than self and
// of which it is not known yet what came. There are no traces of them.
func (a archive) underWay(ctx context.Context, self ID, requester string, targets []Target) ([]Past, error) {
	devices, owners := map[string]bool{}, map[string]bool{}
	for _, t := range targets {
		devices[t.Device.ID], owners[t.Device.Owner.Key()] = true, true
	}
	delete(owners, "")
	open, err := a.store.Open(ctx)
	var begun []Past
	for _, r := range open {
		if r.ID == self || r.State != Running {
			continue
		}
		for _, t := range r.Targets {
			owner := t.Device.Owner.Key()
			if !t.Result.Phase.Settled() && (r.Requester.ID == requester || devices[t.Device.ID] || owners[owner]) {
				begun = append(begun, Past{Device: t.Device.ID, Owner: owner, At: r.StartedAt, Request: r.ID, By: r.Requester, Reason: r.Reason})
			}
		}
	}
	return begun, err
}

func devicesOf(targets []Target) []string {
	var ids []string
	for _, t := range targets {
		ids = append(ids, t.Device.ID)
	}
	return ids
}

// ownedBy returns the devices of Intune's record whose users are among owners.
func ownedBy(seen []Recorded, owners map[string]string) []string {
	var ids []string
	for _, e := range seen {
		if owners[strings.ToLower(e.Owner)] != "" {
			ids = append(ids, e.Device)
		}
	}
	return ids
}

// foreign returns the records of a device's resets that are none of ours: a
// person asked for them, or we have no trace of a reset at that time.
func foreign(seen []Recorded, device string, ours []Trace) []Recorded {
	left := slices.Clone(ours)
	var out []Recorded
	for _, e := range seen {
		if e.Device != device {
			continue
		}
		if !e.ByPerson() {
			i := nearest(left, e.At)
			if i >= 0 {
				left = slices.Delete(left, i, i+1)
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

// nearest returns the trace that is nearest to a time and can be of the same
// reset; -1 where there is none.
func nearest(traces []Trace, at time.Time) int {
	best := -1
	for i, t := range traces {
		d := t.At.Sub(at).Abs()
		if d <= sameReset && (best < 0 || d < traces[best].At.Sub(at).Abs()) {
			best = i
		}
	}
	return best
}

func distinct[T comparable](in []T) []T {
	seen := map[T]bool{}
	return slices.DeleteFunc(slices.Clone(in), func(t T) bool {
		was := seen[t]
		seen[t] = true
		return was
	})
}

// trace notes that Intune has taken the reset of a target, or may have.
func (r *Request) trace(t Target, at time.Time) {
	subjects := []Subject{{ResetOf, t.Device.ID}, {ResetBy, r.Requester.ID}}
	if key := t.Device.Owner.Key(); key != "" {
		subjects = append(subjects, Subject{ResetFor, key})
	}
	for _, s := range subjects {
		// What no id of Intune's is like must not keep the outcome from being
		// stored.
		if len(s.ID) > maxSubject || len(t.Device.ID) > maxSubject || strings.ContainsRune(s.ID, 0) {
			continue
		}
		r.traced = append(r.traced, Trace{Of: s, At: Instant(at), Request: r.ID, Device: t.Device.ID})
	}
}

// takenAt is when Intune took a reset, by the best clock that told.
func (r Result) takenAt() time.Time {
	for _, at := range []time.Time{r.TakenAt, r.IntendedAt} {
		if !at.IsZero() {
			return at
		}
	}
	return r.ChangedAt
}

// keep returns as many earlier resets as a request keeps: those of its devices
// and their owners first, then the requester's others; the latest first.
func keep(past []Past, targets []Target) []Past {
	if len(past) <= maxEarlier {
		return past
	}
	devices, owners := map[string]bool{}, map[string]bool{}
	for _, t := range targets {
		devices[t.Device.ID], owners[t.Device.Owner.Key()] = true, true
	}
	delete(owners, "")
	past = slices.Clone(past)
	slices.SortStableFunc(past, func(a, b Past) int {
		near := func(p Past) int {
			if devices[p.Device] || owners[p.Owner] {
				return 0
			}
			return 1
		}
		return near(a) - near(b)
	})
	past = past[:maxEarlier]
	slices.SortStableFunc(past, latestFirst)
	return past
}
