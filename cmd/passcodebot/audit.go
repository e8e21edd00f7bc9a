package main

import (
	"context"

	"passcodebot/approvals"
	"passcodebot/store"
)

// auditCmd reads the event log of a bot that is stopped.
type auditCmd struct {
	Export auditExportCmd `cmd:"" help:"Write the event log, or a part of it, as JSON Lines, CSV or ECS, oldest first."`
	Verify auditVerifyCmd `cmd:"" help:"Check that no event was altered, moved, taken out or put in, and with anchors, that none was cut off or written anew."`
	Anchor auditAnchorCmd `cmd:"" help:"Print an anchor: how long the log is now, and the hash of its end. Keep it elsewhere, for verify."`
	Keygen auditKeygenCmd `cmd:"" help:"Make a key that signs anchors: the private one in a new file, the public one on the terminal."`
}

// auditPage is how many events are read at a time.
const auditPage = 1000

// reader returns up to a number of events behind a place, oldest first.
type reader func(after approvals.Seq, limit int) ([]approvals.Event, error)

// whole reads the whole log.
func whole(ctx context.Context, log store.Store) reader {
	return func(after approvals.Seq, limit int) ([]approvals.Event, error) { return log.Events(ctx, after, limit) }
}

// pages calls do with every event of a reader, page by page.
func pages(read reader, do func(approvals.Event) error) error {
	for after := approvals.Seq(0); ; {
		page, err := read(after, auditPage)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			if err := do(e); err != nil {
				return err
			}
			after = e.Seq
		}
	}
}

// events calls do with every event of the log, oldest first.
func events(ctx context.Context, log store.Store, do func(approvals.Event) error) error {
	return pages(whole(ctx, log), do)
}
