package approvals

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// maxTraces bounds how many earlier resets of one subject are looked at.
	maxTraces = 200
	// maxEarlier bounds how many earlier resets a request keeps.
	maxEarlier = 200
	// sameReset is how far apart our own note of a reset and Intune's record
	// of it can be.
	sameReset = 2 * time.Minute
)

// archive knows what was reset before.
type archive struct {
	store   Store
	devices Devices
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
	for _, t := range targets {
		mine, err := a.store.Traces(ctx, Subject{ResetOf, t.Device.ID}, since.Add(-sameReset), maxTraces)
		if err != nil {
			return nil, err
		}
		for _, e := range foreign(seen, t.Device.ID, mine) {
			if !e.At.Before(since) {
				past = append(past, Past{Device: t.Device.ID, Owner: t.Device.Owner.Key(), At: e.At, By: Actor{Name: e.By}})
			}
		}
	}
	slices.SortStableFunc(past, func(a, b Past) int { return b.At.Compare(a.At) })
	return past, nil
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

// keep returns the latest of the earlier resets, as many as a request keeps.
func keep(past []Past) []Past {
	return past[:min(len(past), maxEarlier)]
}
