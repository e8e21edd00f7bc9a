package audit

import (
	"encoding/json"
	"io"
	"time"

	"passcodebot/approvals"
)

// Schema names the form of exports as JSON Lines and CSV. What a field means
// never changes under one name; new kinds of events and new names in data may
// come at any time.
const Schema = "passcodebot.audit/1"

// Formats lists the forms of an export: JSON Lines, CSV, and JSON Lines in
// the field names of the Elastic Common Schema.
func Formats() []string { return []string{"jsonl", "csv", "ecs"} }

// Export writes events in one form, and keeps none of them.
type Export interface {
	// Begin writes what stands before the first event.
	Begin() error
	Write(approvals.Event) error
}

// NewExport returns the export of a format of Formats; of another, nil.
func NewExport(format string, to io.Writer) Export {
	switch format {
	case "jsonl":
		return jsonLines{encoder(to)}
	case "csv":
		return newTable(to)
	case "ecs":
		return elastic{encoder(to)}
	}
	return nil
}

func encoder(to io.Writer) *json.Encoder {
	lines := json.NewEncoder(to)
	lines.SetEscapeHTML(false)
	return lines
}

// line is an event as a line of JSON.
type line struct {
	Schema  string              `json:"schema"`
	Seq     approvals.Seq       `json:"seq"`
	At      time.Time           `json:"at"`
	Kind    approvals.EventKind `json:"kind"`
	Request string              `json:"request,omitempty"`
	Actor   actor               `json:"actor,omitzero"`
	Device  string              `json:"device,omitempty"`
	Text    string              `json:"text,omitempty"`
	Data    map[string]string   `json:"data,omitempty"`
}

type actor struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Team string `json:"team,omitempty"`
}

// request returns the number of a request as people read it; empty for none.
func request(id approvals.ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

type jsonLines struct{ lines *json.Encoder }

func (jsonLines) Begin() error { return nil }

func (j jsonLines) Write(e approvals.Event) error {
	return j.lines.Encode(line{
		Schema: Schema, Seq: e.Seq, At: e.At, Kind: e.Kind, Request: request(e.Request),
		Actor: actor{e.Actor.ID, e.Actor.Name, e.Actor.Team}, Device: e.Device, Text: e.Text, Data: e.Data,
	})
}
