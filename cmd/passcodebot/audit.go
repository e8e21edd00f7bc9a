package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"passcodebot/approvals"
	"passcodebot/store"
)

// auditCmd reads the event log of a bot that is stopped.
type auditCmd struct {
	Export auditExportCmd `cmd:"" help:"Write the whole event log as JSON Lines, oldest first."`
	Verify auditVerifyCmd `cmd:"" help:"Check that no event was altered, moved, taken out or put in."`
}

type auditExportCmd struct {
	storeFlags
	Output string `default:"-" placeholder:"FILE" help:"The file to write, - for the terminal (default: ${default})."`
}

type auditVerifyCmd struct{ storeFlags }

// auditPage is how many events are read at a time.
const auditPage = 1000

// auditLine is an event as it is exported.
type auditLine struct {
	Seq     approvals.Seq       `json:"seq"`
	At      time.Time           `json:"at"`
	Kind    approvals.EventKind `json:"kind"`
	Request string              `json:"request,omitempty"`
	Actor   auditActor          `json:"actor,omitzero"`
	Device  string              `json:"device,omitempty"`
	Text    string              `json:"text,omitempty"`
	Data    map[string]string   `json:"data,omitempty"`
}

type auditActor struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Team string `json:"team,omitempty"`
}

// Run writes the log.
func (c auditExportCmd) Run(s surroundings) error {
	return c.read(s, func(log store.Store) error {
		if c.Output == "-" {
			return writeAudit(s.ctx, log, s.stdout)
		}
		f, err := os.OpenFile(c.Output, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return &approvals.Error{
				Kind: approvals.Invalid, Code: "audit-output", Err: err,
				Text: fmt.Sprintf("The file %s cannot be written.", c.Output), Hint: "Choose another with --output.",
			}
		}
		return errors.Join(writeAudit(s.ctx, log, f), f.Close())
	})
}

// Run checks the log.
func (c auditVerifyCmd) Run(s surroundings) error {
	return c.read(s, func(log store.Store) error {
		if err := log.Verify(s.ctx); err != nil {
			return err
		}
		n := 0
		err := events(s.ctx, log, func(approvals.Event) error { n++; return nil })
		if err == nil {
			fmt.Fprintf(s.stdout, "%s, and the chain is whole.\n", plural(n, "event", "events"))
		}
		return err
	})
}

// writeAudit writes one event a line.
func writeAudit(ctx context.Context, log store.Store, to io.Writer) error {
	out := bufio.NewWriter(to)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	err := events(ctx, log, func(e approvals.Event) error {
		line := auditLine{
			Seq: e.Seq, At: e.At, Kind: e.Kind, Actor: auditActor{e.Actor.ID, e.Actor.Name, e.Actor.Team},
			Device: e.Device, Text: e.Text, Data: e.Data,
		}
		if e.Request != 0 {
			line.Request = e.Request.String()
		}
		return lines.Encode(line)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// events calls do with every event, oldest first.
func events(ctx context.Context, log store.Store, do func(approvals.Event) error) error {
	for after := approvals.Seq(0); ; {
		page, err := log.Events(ctx, after, auditPage)
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
