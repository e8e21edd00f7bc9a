package graph

import (
	"time"

	"passcodebot/approvals"
)

const (
	// The limit is reached where there are several refusals in a window, and
	// they are a part of all calls in it, also of those that are still to be
	// answered: a refusal is quick, and comes before the answers to what was
	// sent earlier. Fewer are accidents.
	several, part = 5, 4
	// steps is in how many windows an allowance that was learnt grows by
	// Intune's whole published limit.
	steps = 10
	// handful is how many calls of newcomers go beyond an own limit that is
	// used up, in one window.
	handful = 5
)

// window is what is known of one of Intune's limits: how many calls were sent
// within the last while, and how many Intune takes.
//
// A call is in the window from when it is sent until a window's length after
// its answer. Intune counts it from somewhere in between, so that what is
// inside here is at least what is inside there. A refused call stays in it
// too: by Microsoft's guidance on throttling, all calls count.
type window struct {
	limit  int // what is published
	tenant int // what is published for all apps of the tenant together
	length time.Duration

	flying int // sent and not yet answered
	past   []past
	of     map[approvals.ID]int // how many of them are made for a request

	learnt      int       // what Intune was last found to take
	learntAt    time.Time // zero while the limit is believed
	refusedAt   time.Time // the last 429
	pausedUntil time.Time // by Retry-After
}

// past is a call that was answered.
type past struct {
	at    time.Time
	by    approvals.ID
	taken bool
}

// look forgets what has left the window.
func (w *window) look(now time.Time) {
	n := 0
	for n < len(w.past) && !now.Before(w.past[n].at.Add(w.length)) {
		w.leave(w.past[n].by)
		n++
	}
	w.past = w.past[n:]
}

func (w *window) leave(id approvals.ID) {
	if w.of[id]--; w.of[id] == 0 {
		delete(w.of, id)
	}
}

func (w *window) used() int { return w.flying + len(w.past) }

// allowance is how many calls the window may hold: what is published, or what
// was learnt and some more for each window that has gone well since.
func (w *window) allowance(now time.Time) int {
	if w.learntAt.IsZero() {
		return w.limit
	}
	well := int(now.Sub(w.learntAt)/w.length) - 1
	return min(w.limit, w.learnt+max(0, well)*max(1, w.limit/steps))
}

// room says that a call may be sent.
func (w *window) room(now time.Time) bool {
	return !now.Before(w.pausedUntil) && w.used() < w.allowance(now)
}

// roomFor says that a request which has further calls waiting may send one.
// One that needs several windows anyway spreads over them evenly, which
// leaves room for small ones. A newcomer may send one even where there is no
// room, for published limits are those of an app, and the tenant's is higher.
func (w *window) roomFor(id approvals.ID, waiting int, now time.Time) bool {
	allowance := w.allowance(now)
	if w.room(now) {
		all := waiting + w.of[id]
		return w.of[id] < split(all, split(all, allowance))
	}
	calm := w.refusedAt.IsZero() || now.Sub(w.refusedAt) >= w.length
	return calm && !now.Before(w.pausedUntil) && w.of[id] == 0 && w.used() < min(allowance+handful, w.tenant)
}

// split is how large the largest of n even parts is.
func split(whole, n int) int { return (whole + n - 1) / n }

// send counts a call that is sent.
func (w *window) send(id approvals.ID) {
	w.flying++
	w.of[id]++
}

// unsent takes a call back that has not been sent after all.
func (w *window) unsent(id approvals.ID) {
	w.flying--
	w.leave(id)
}

// answered counts a call whose answer is here.
func (w *window) answered(id approvals.ID, taken bool, now time.Time) {
	w.flying--
	w.past = append(w.past, past{now, id, taken})
}

// accepts learns from a call that Intune has taken.
func (w *window) accepts(now time.Time) {
	if w.learntAt.IsZero() {
		return
	}
	if more := w.taken() - w.allowance(now); more > 0 {
		w.learnt += more
	}
}

// refuses learns from a 429.
func (w *window) refuses(pause time.Duration, now time.Time) {
	w.refusedAt = now
	if until := now.Add(pause); until.After(w.pausedUntil) {
		w.pausedUntil = until
	}
	if refused := len(w.past) - w.taken(); refused >= several && part*refused >= w.used() {
		w.learnt, w.learntAt = max(w.taken(), w.limit/steps, 1), now
	}
}

// taken is how many calls Intune has taken within the window.
func (w *window) taken() int {
	n := 0
	for _, p := range w.past {
		if p.taken {
			n++
		}
	}
	return n
}

// next is when something changes here by itself; zero where nothing does.
func (w *window) next(now time.Time) time.Time {
	var next time.Time
	if now.Before(w.pausedUntil) {
		next = w.pausedUntil
	}
	if len(w.past) > 0 {
		next = sooner(next, w.past[0].at.Add(w.length))
	}
	return next
}

// sooner is the sooner of two instants, of which one may be zero for never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
