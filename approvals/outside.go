package approvals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// outsideBack is how far back resets outside of passcodebot are looked
	// for, as after a time in which it did not run.
	outsideBack = 7 * 24 * time.Hour
	// lookAgain is how far a look goes back behind the one before it.
	lookAgain = time.Hour
	// outsideAge is how old a record that no person began must be before it is
	// looked at: what came of a reset of ours is noted by then.
	outsideAge = 10 * time.Minute
)

// LookOutside records the resets since a time that Intune has recorded and
// that were not asked for here, each once: a ResetOutside event. From is
// when this store began; nothing before that is looked at. Calls must not
// overlap.
func (w *Runner) LookOutside(ctx context.Context, from time.Time) (found int, err error) {
	now := w.now()
	since := now.Add(-outsideBack)
	if since.Before(from) {
		since = from
	}
	if last := w.lookedOutside.Add(-lookAgain); last.After(since) {
		since = last
	}
	seen, since, err := w.recordSince(ctx, since, now)
	if err != nil {
		return 0, fmt.Errorf("look for resets outside: %w", err)
	}
	ours := map[string][]Trace{}
	byDevice := map[string][]Recorded{}
	for _, e := range seen {
		if _, known := ours[e.Device]; !known {
			if ours[e.Device], err = w.Store.Traces(ctx, Subject{ResetOf, e.Device}, since.Add(-sameReset), maxTraces); err != nil {
				return 0, err
			}
		}
		byDevice[e.Device] = append(byDevice[e.Device], e)
	}
	var outside []Recorded
	for device, records := range byDevice {
		outside = append(outside, foreign(records, device, ours[device])...)
	}
	slices.SortFunc(outside, func(a, b Recorded) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Device, b.Device)) })
	for _, e := range outside {
		if !e.ByPerson() && (now.Sub(e.At) < outsideAge || w.holds.held(e.Device)) {
			continue
		}
		fresh, err := w.noteOutside(ctx, e, now)
		if err != nil {
			return found, err
		}
		if fresh {
			found++
		}
	}
	w.lookedOutside = now
	if found > 0 {
		w.Changed()
	}
	return found, nil
}

// recordSince reads Intune's record back to a time, or to a later one where it
// is too long; of what is before that, nobody can be told.
func (w *Runner) recordSince(ctx context.Context, since, now time.Time) ([]Recorded, time.Time, error) {
	for {
		seen, err := w.Devices.Resets(ctx, since)
		if err == nil || AsError(err).Code != recordTooLong || now.Sub(since) <= lookAgain {
			return seen, since, err
		}
		w.Logger.Warn("Intune's record is too long to be looked through; it is read less far back", "since", since)
		since = now.Add(-now.Sub(since) / 2)
	}
}

// noteOutside records one reset, and reports whether it was not yet known.
func (w *Runner) noteOutside(ctx context.Context, e Recorded, now time.Time) (bool, error) {
	key := "outside:" + e.Device + ":" + e.At.UTC().Format(time.RFC3339Nano)
	if w.outside[key] {
		return false, nil
	}
	data := map[string]string{"at": e.At.UTC().Format(time.RFC3339Nano), "state": string(e.State)}
	if e.By != "" {
		data["by"] = e.By
	}
	if d, err := w.Devices.Read(ctx, e.Device); err == nil {
		data["device_name"], data["owner"] = d.Name, d.Owner.String()
	}
	_, err := w.Store.Save(ctx, Change{Key: key, Events: []Event{{At: now, Kind: ResetOutside, Device: e.Device, Data: data}}})
	known := errors.Is(err, ErrDuplicate)
	if err != nil && !known {
		return false, err
	}
	w.outside[key] = true
	return !known, nil
}
