package approvals

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	// maxSends bounds how often the reset of one device is sent: each time
	// it was provably not taken before.
	maxSends = 3
	// skew is how far apart two of Intune's clocks may say that the same
	// thing happened: that of its answers, that of its devices' actions, and
	// that of its record.
	skew = 2 * time.Second
	// nearly is how long before the baseline an entry of Intune's record
	// can still be the reset that came after it, by another clock.
	nearly = 2 * time.Minute
)

// settle finds out what became of a reset without an answer, or with one that
// leaves it open, as after a crash. It reports whether the device can go on
// at once.
func (d *deviceRun) settle(ctx context.Context) (goesOn, ok bool) {
	since, why := d.target.Result.DoubtedAt, d.unclear
	if since.IsZero() {
		since = d.now()
		if why == nil {
			why = newError(UnknownOutcome, "interrupted", "passcodebot was interrupted while it was sent", "")
		}
	}
	answered := d.target.Result.Answered || why != nil && why.Answered
	t := d.target
	t.Result.DoubtedAt = since
	found := d.look(ctx, t, answered || d.now().Sub(since) >= d.policy.ResendAfter)
	id, now := d.target.Device.ID, d.now()
	if ctx.Err() != nil {
		if d.unclear != nil { // the next start would know less of it
			d.store(ctx, func(r *Request) { r.doubt(id, d.unclear, since, now) })
		}
		return false, false
	}
	var take func(*Request)
	end := func(phase Phase, e *Error) {
		take = func(r *Request) { r.settle(id, phase, e, Receipt{}, now) }
	}
	switch {
	case found.verdict == taken:
		take = func(r *Request) { r.found(id, found, now) }
	case found.verdict == notSent && d.target.Result.Sends < maxSends:
		take = func(r *Request) { r.unsent(id, nil, now) }
		d.seen = &found.device
	case found.verdict == notSent:
		end(Failed, newError(Unavailable, "never-taken", fmt.Sprintf("Intune has not taken it, though it was sent %d times; ask again once Intune is well", maxSends), ""))
	case found.verdict == others:
		end(Skipped, newError(Conflict, "reset-by-others", found.words, ""))
	case !now.Before(since.Add(d.policy.SettleFor)):
		end(Unknown, &Error{Kind: UnknownOutcome, Code: "unsettled", Text: found.words, Ref: d.target.Result.GraphRequestID, Err: found.err})
	case !d.target.Result.DoubtedAt.IsZero():
		return false, true // nothing new to store
	}
	d.log.Warn("reset in doubt", "verdict", found.verdict.String(), "words", found.words, "sends", d.target.Result.Sends, "error", found.err)
	stored := d.store(ctx, func(r *Request) {
		if why != nil {
			r.doubt(id, why, since, now)
		}
		if take != nil {
			take(r)
		}
	})
	if stored {
		d.unclear = nil
	}
	return take != nil, stored
}

// verdict is what Intune's two witnesses say of a reset in doubt.
type verdict int

const (
	undecided verdict = iota
	taken
	notSent
	others // it was not taken, and somebody else has reset the device
)

// String returns the verdict as it stands in the log.
func (v verdict) String() string {
	return [...]string{"undecided", "taken", "not sent", "reset by others"}[v]
}

// evidence is what was found out about a reset in doubt.
type evidence struct {
	verdict verdict
	words   string    // what else there is to say; why it is undecided
	at      time.Time // when Intune took it, by its own clock
	by      string    // who asked for it, by Intune's record
	err     error     // why a witness was not heard
	device  Device    // as it was read
}

// look asks both witnesses about the reset of a target: what the device's
// deviceActionResults show, and Intune's record of remote actions. Quiet says
// that whatever was sent would have arrived by now.
func (w *Runner) look(ctx context.Context, t Target, quiet bool) evidence {
	type answer struct {
		seen []Recorded
		err  error
	}
	record := make(chan answer, 1)
	go func() {
		var a answer
		a.err = caught(func() (err error) {
			a.seen, err = w.Devices.Resets(ctx, t.Result.since())
			return err
		})
		record <- a
	}()
	device, err := w.Devices.Read(ctx, t.Device.ID)
	a := <-record
	switch {
	case KindOf(err) == NotFound:
		return evidence{words: "it has left Intune while it was being reset", err: err}
	case err != nil:
		return evidence{words: fmt.Sprintf("Intune could not be asked what became of it: %s", phrase(err)), err: err}
	}
	e := judge(t.Result, device, a.seen, a.err, quiet, w.policy.SettleFor)
	e.device = device
	return e
}

// since is from when on Intune's record is of interest.
func (r Result) since() time.Time {
	at := r.BaselineAt
	if at.IsZero() {
		at = r.IntendedAt
	}
	return at.Add(-nearly)
}

// until is up to when, in Intune's record, there can be a reset that nothing is
// sent of any more.
func (r Result) until(settleFor time.Duration) time.Time {
	doubted := r.DoubtedAt
	if doubted.IsZero() {
		doubted = r.ChangedAt // the work on it broke off
	}
	return r.since().Add(nearly + doubted.Sub(r.IntendedAt) + settleFor)
}

// judge weighs what the device shows now against its baseline and Intune's
// record. Whether a reset was not taken can be said only once Intune has been
// quiet for long enough, and with the record at hand.
func judge(r Result, d Device, seen []Recorded, unread error, quiet bool, settleFor time.Duration) evidence {
	var ours, theirs, near []Recorded
	for _, e := range seen {
		switch {
		case e.Device != d.ID || e.At.Before(r.since()) || e.At.After(r.until(settleFor)) || e.At.Before(r.Baseline.Started.Add(-skew)):
		case !e.At.After(r.Baseline.Started) || e.At.Before(r.BaselineAt):
			near = append(near, e)
		case e.ByPerson():
			theirs = append(theirs, e)
		default:
			ours = append(ours, e)
		}
	}
	// One of those about the time of the baseline is the baseline itself.
	ambiguous := len(near) > 1 || len(near) == 1 && r.Baseline.Started.Before(r.since())
	moved := d.LastReset.Newer(r.Baseline)
	switch {
	case len(ours) > 0:
		e := evidence{verdict: taken, at: ours[len(ours)-1].At, by: by(ours)}
		switch {
		case len(theirs) > 0:
			e.words = fmt.Sprintf("%s reset it in Intune too, at %s; the passcode of the later reset is the one that holds", by(theirs), clock(theirs[0].At))
		case len(ours) > 1:
			e.words = fmt.Sprintf("Intune recorded %d resets of it by programs since; which of them is this one cannot be told", len(ours))
		}
		return e
	case unread != nil && moved:
		return evidence{words: fmt.Sprintf("Intune shows a reset that began at %s, and its record of who asked for it could not be read", clock(d.LastReset.Started)), err: unread}
	case unread != nil:
		return evidence{words: "Intune shows no new reset, and its record of remote actions could not be read", err: unread}
	case len(theirs) > 0 && quiet && !d.LastReset.Started.After(theirs[0].At.Add(skew)):
		return evidence{verdict: others, words: fmt.Sprintf("Intune has not taken it, and it was not sent again, because %s reset the device in Intune meanwhile, at %s; ask again if that is not enough", by(theirs), clock(theirs[0].At))}
	case len(theirs) > 0:
		return evidence{words: fmt.Sprintf("Intune shows a reset by %s at %s, and none by passcodebot", by(theirs), clock(theirs[0].At))}
	case moved:
		return evidence{words: fmt.Sprintf("Intune shows a reset that began at %s, and does not say who asked for it", clock(d.LastReset.Started))}
	case ambiguous:
		return evidence{words: fmt.Sprintf("Intune recorded a reset of it at %s, and whether that is this one cannot be told", clock(near[0].At))}
	case quiet:
		return evidence{verdict: notSent}
	}
	return evidence{words: "Intune shows no new reset, and it may still be under way"}
}

// phrase is the sentence of an error within a longer one.
func phrase(err error) string { return strings.TrimSuffix(AsError(err).Text, ".") }

// by names who asked for resets, each once.
func by(seen []Recorded) string {
	var names []string
	for _, e := range seen {
		if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+e.By+" ") {
			names = append(names, e.By)
		}
	}
	return strings.Join(names, " and ")
}

// clock is a time as it stands in a reason, which has one form for all who
// read it.
func clock(t time.Time) string { return t.UTC().Format("15:04:05 UTC on 2 Jan 2006") }
