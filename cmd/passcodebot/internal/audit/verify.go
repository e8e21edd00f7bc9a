package audit

import (
	"context"
	"errors"
	"fmt"

	"passcodebot/approvals"
	"passcodebot/store"
)

// Checked is what a check of the log has found to be in order.
type Checked struct {
	Events int            // how many there are
	Origin approvals.Head // what the log begins after; the zero Head where nothing was purged
}

// String says so in sentences, a line each.
func (c Checked) String() string {
	events := "1 event"
	if c.Events != 1 {
		events = fmt.Sprintf("%d events", c.Events)
	}
	said := events + ", and the chain is whole.\n"
	if c.Origin.Seq > 0 {
		said += fmt.Sprintf("It begins after event %d: what was before was purged, as the retention in the config says. If it does not, somebody else took it away.\n", c.Origin.Seq)
	}
	return said
}

// Check reads the whole log: that its chain is whole and agrees with heads
// that were kept elsewhere, that the requests that can still lead to a reset
// are what the log tells of them, and that no reset was begun but by an
// approved request. The error is an *approvals.Error that names the first
// thing that is not so. Nothing may change meanwhile.
func Check(ctx context.Context, log store.Store, heads ...approvals.Head) (Checked, error) {
	if err := log.Verify(ctx, heads...); err != nil {
		return Checked{}, err
	}
	origin, err := log.Origin(ctx)
	if err != nil {
		return Checked{}, err
	}
	end, err := log.Head(ctx)
	if err != nil {
		return Checked{}, err
	}
	if err := begun(ctx, log); err != nil {
		return Checked{}, err
	}
	if err := agree(ctx, log); err != nil {
		return Checked{}, err
	}
	return Checked{int(end.Seq - origin.Seq), origin}, nil
}

// checkPage is how many events are read at a time.
const checkPage = 1000

// begun checks that no reset was begun but by an approved request.
func begun(ctx context.Context, log store.Store) error {
	var course approvals.Course
	for after := approvals.Seq(0); ; {
		page, err := log.Events(ctx, after, checkPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			if after = e.Seq; course.Next(e) {
				continue
			}
			switch _, err := log.Request(ctx, e.Request); {
			case errors.Is(err, approvals.ErrNotFound):
				continue // purged, and its approval was cut off with the log before
			case err != nil:
				return err
			}
			return &approvals.Error{
				Kind: approvals.Invalid, Code: "log-unapproved",
				Text: fmt.Sprintf("Event %d of the log begins a reset of %s, and the log has no approval and start of %s before it.", e.Seq, e.Request, e.Request),
				Hint: "Somebody has written into the database. Do not start passcodebot with it, and look at the device in Intune.",
			}
		}
	}
}

// agree checks that the requests that can still lead to a reset are what the
// log tells of them.
func agree(ctx context.Context, log store.Store) error {
	open, err := log.Open(ctx)
	if err != nil {
		return err
	}
	for _, r := range open {
		history, err := log.History(ctx, r.ID, 0, 1<<20)
		if err != nil {
			return err
		}
		if what := approvals.Disagrees(r, history); what != "" {
			return &approvals.Error{
				Kind: approvals.Invalid, Code: "log-disagrees",
				Text: fmt.Sprintf("%s is not what the log tells of it: %s.", r.ID, what),
				Hint: "Somebody has written into the database. Do not start passcodebot with it; put the last backup in its place.",
			}
		}
	}
	return nil
}
