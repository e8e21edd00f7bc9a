package approvals

import "time"

// wake sets when a done request needs the clock next: to look at devices that
// have yet to confirm, to remind of its review, or to ask whether the
// temporary passcode is done with. The next look is at the time that is given,
// where any device is looked at still. A request that waits for none of these
// needs the clock no more, and can be purged one day.
func (r *Request) wake(look time.Time, p Policy) {
	r.WakeAt = time.Time{}
	if !r.waitsForDevice() {
		look = time.Time{}
	}
	for _, at := range []time.Time{look, r.Review.next(), r.Handover.next(r.EndedAt, p)} {
		if !at.IsZero() && (r.WakeAt.IsZero() || at.Before(r.WakeAt)) {
			r.WakeAt = at
		}
	}
}
