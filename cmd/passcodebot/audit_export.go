package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"passcodebot/approvals"
	"passcodebot/cmd/passcodebot/internal/audit"
	"passcodebot/store"
)

type auditExportCmd struct {
	storeFlags
	Output  string        `default:"-" placeholder:"FILE" help:"The file to write, - for the terminal (default: ${default})."`
	Format  string        `default:"jsonl" enum:"jsonl,csv,ecs" placeholder:"FORMAT" help:"jsonl, csv, or ecs for the fields of the Elastic Common Schema (default: ${default})."`
	Since   instant       `placeholder:"TIME" help:"Only what happened from then on: a time such as 2026-11-24T22:00:00Z, a day, or how long ago, such as 24h or 7d."`
	Until   instant       `placeholder:"TIME" help:"Only what happened before then."`
	Person  string        `placeholder:"WHO" help:"Only what somebody did: a Slack id (U…), or a name as it was at the time."`
	Device  string        `placeholder:"WHICH" help:"Only what was done with a device: its id in Intune, or its name or serial number as a request had it."`
	Request requestNumber `placeholder:"R-12" help:"Only what belongs to a request."`
}

// requestNumber is the number of a request as a flag gives it.
type requestNumber struct{ id approvals.ID }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *requestNumber) UnmarshalText(text []byte) (err error) {
	r.id, err = approvals.ParseID(string(text))
	return err
}

// instant is a time as a flag gives it: itself, or how long ago it was.
type instant struct {
	at  time.Time
	ago time.Duration
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *instant) UnmarshalText(text []byte) (err error) {
	s := string(text)
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if i.at, err = time.Parse(layout, s); err == nil {
			return nil
		}
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err == nil && n > 0 {
			i.ago = time.Duration(n) * 24 * time.Hour
			return nil
		}
	}
	if i.ago, err = time.ParseDuration(s); err != nil || i.ago <= 0 {
		return errors.New("it is neither a time such as 2026-11-24T22:00:00Z or 2026-11-24, nor how long ago, such as 24h or 7d")
	}
	return nil
}

// time returns the instant, or the zero time where there is none.
func (i instant) time(now time.Time) time.Time {
	if i.ago > 0 {
		return now.Add(-i.ago)
	}
	return i.at
}

// Validate implements kong's check of flags that belong together.
func (c auditExportCmd) Validate() error {
	now := time.Now()
	if since, until := c.Since.time(now), c.Until.time(now); !until.IsZero() && !since.Before(until) {
		return errors.New("--since must be before --until")
	}
	return nil
}

// Run writes the log.
func (c auditExportCmd) Run(s surroundings) error {
	return c.read(s, func(log store.Store) error {
		now := time.Now()
		filter := audit.Filter{Since: c.Since.time(now), Until: c.Until.time(now), Person: strings.TrimPrefix(c.Person, "@"), Request: c.Request.id}
		read, err := c.known(s.ctx, log, &filter)
		if err != nil {
			return err
		}
		if c.Output == "-" {
			return c.write(read, filter, s.stdout)
		}
		// Only once it is known to be no part of the store is it emptied.
		f, err := os.OpenFile(c.Output, os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			err = c.empty(s, f)
		}
		if err != nil {
			return &approvals.Error{
				Kind: approvals.Invalid, Code: "audit-output", Err: err,
				Text: fmt.Sprintf("The file %s cannot be written.", c.Output), Hint: "Choose another with --output.",
			}
		}
		return errors.Join(c.write(read, filter, f), f.Close())
	})
}

// errStoreItself says that an export would be written over what it is read from.
var errStoreItself = errors.New("it is the database itself")

// empty empties a file that is to be written, and makes it its owner's alone.
func (c auditExportCmd) empty(s surroundings, f *os.File) error {
	address, err := c.address(s)
	if err != nil {
		return err
	}
	there, err := f.Stat()
	if err != nil {
		return err
	}
	if db, err := os.Stat(strings.TrimPrefix(address, "bolt:")); err == nil && os.SameFile(db, there) {
		return errStoreItself
	}
	if !there.Mode().IsRegular() {
		return nil // a pipe, say
	}
	return errors.Join(f.Chmod(0o600), f.Truncate(0))
}

// write writes the events of a reader that are wanted.
func (c auditExportCmd) write(read reader, filter audit.Filter, to io.Writer) error {
	out := bufio.NewWriter(to)
	export := audit.NewExport(c.Format, out)
	if err := export.Begin(); err != nil {
		return err
	}
	err := pages(read, func(e approvals.Event) error {
		if !filter.Wants(e) {
			return nil
		}
		return export.Write(e)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// known completes the filter, and returns where the events that meet it are
// read from. The error is that it names a request or a device of which the
// log knows nothing.
func (c auditExportCmd) known(ctx context.Context, log store.Store, filter *audit.Filter) (reader, error) {
	read, err := source(ctx, log, filter.Request)
	if err != nil || c.Device == "" {
		return read, err
	}
	if id, ok := approvals.ParseGUID(c.Device); ok {
		filter.Devices = map[string]bool{id: true}
		return read, nil
	}
	if filter.Devices, err = devicesNamed(ctx, log, c.Device); err == nil && len(filter.Devices) == 0 {
		err = unknownToLog(fmt.Sprintf("No request in the store had a device with the name or serial number %q.", c.Device),
			"Give the device's id in Intune, which its page in the admin center shows.")
	}
	return read, err
}

// source returns where the events of a request are read from: from its history,
// or from the whole log where it was purged and the log still has them behind
// those of an older one. Without a request it is the whole log.
func source(ctx context.Context, log store.Store, request approvals.ID) (reader, error) {
	all := whole(ctx, log)
	if request == 0 {
		return all, nil
	}
	history := func(after approvals.Seq, limit int) ([]approvals.Event, error) {
		return log.History(ctx, request, after, limit)
	}
	if some, err := history(0, 1); err != nil || len(some) > 0 {
		return history, err
	}
	there := false
	err := pages(all, func(e approvals.Event) error {
		there = there || e.Request == request
		return nil
	})
	if err == nil && !there {
		err = unknownToLog("There is no request "+request.String()+" in the log.", "It may have been purged.")
	}
	return all, err
}

// devicesNamed returns the ids of the devices that had a name or serial
// number when a request had them or left them out, or when they were reset
// outside.
func devicesNamed(ctx context.Context, log store.Store, name string) (map[string]bool, error) {
	ids := map[string]bool{}
	err := events(ctx, log, func(e approvals.Event) error {
		if e.Kind == approvals.ResetOutside && strings.EqualFold(e.Data["device_name"], name) {
			ids[e.Device] = true
		}
		if e.Kind != approvals.BecameReady && e.Kind != approvals.WasRejected {
			return nil
		}
		r, err := log.Request(ctx, e.Request)
		if errors.Is(err, approvals.ErrNotFound) { // purged, while the log still has its events
			return nil
		}
		is := func(d approvals.Device) {
			if d.ID != "" && (strings.EqualFold(d.Name, name) || strings.EqualFold(d.Serial, name)) {
				ids[d.ID] = true
			}
		}
		for _, t := range r.Targets {
			is(t.Device)
		}
		for _, l := range r.LeftOut {
			is(l.Device)
		}
		return err
	})
	return ids, err
}

func unknownToLog(text, hint string) error {
	return &approvals.Error{Kind: approvals.NotFound, Code: "not-in-log", Text: text, Hint: hint}
}
