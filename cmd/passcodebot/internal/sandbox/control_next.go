package sandbox

import (
	"cmp"
	"context"
	"slices"
	"time"

	"passcodebot/approvals"
	"passcodebot/store/bolt"
)

// upcoming bounds how many deadlines are shown.
const upcoming = 50

// next returns when requests next need the clock, the soonest first.
func (c *Control) next(ctx context.Context) ([]shownNext, error) {
	next := []shownNext{}
	err := c.log(ctx, func(s *bolt.Store) error {
		waking, err := s.Waking(ctx, upcoming)
		for _, r := range waking {
			add := func(what string, at time.Time) {
				next = append(next, shownNext{r.ID.String(), what, at.UnixMilli()})
			}
			if what := wakes(r); what != "" && !r.WakeAt.Equal(r.ExpiresAt) {
				add(what, r.WakeAt)
			}
			if expires(r) {
				add("expires", r.ExpiresAt)
			}
		}
		return err
	})
	slices.SortStableFunc(next, func(a, b shownNext) int { return cmp.Compare(a.At, b.At) })
	return next, err
}

// expires says that a request comes to nothing where nobody decides in time.
func expires(r approvals.Request) bool {
	return r.State == approvals.Checking || r.State == approvals.Pending
}

// wakes says what a request is woken for, and nothing where that is the bot's
// own work of the next seconds: nobody moves the clock on for that.
func wakes(r approvals.Request) string {
	switch r.State {
	case approvals.Checking, approvals.Approved, approvals.Running:
		return ""
	case approvals.Pending:
		if r.Reminded > 0 {
			return "escalation"
		}
		return "reminder"
	}
	if r.Review.Due && r.Count(approvals.Accepted) == 0 {
		return "review"
	}
	return "follow-up"
}
