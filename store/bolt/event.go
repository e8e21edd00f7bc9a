package bolt

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"passcodebot/approvals"
)

// eventFormat is the version of eventRecord. Stored events never change, so
// that every form that ever was stays readable.
const eventFormat = 1

// eventRecord is the stored form of an event. It holds its own place, so that
// the hash over it binds the event to that place.
type eventRecord struct {
	Format  int                 `json:"v"`
	Seq     approvals.Seq       `json:"seq"`
	At      time.Time           `json:"at,omitzero"`
	Request approvals.ID        `json:"request,omitempty"`
	Kind    approvals.EventKind `json:"kind"`
	Actor   actorRecord         `json:"actor,omitzero"`
	Device  string              `json:"device,omitempty"`
	Text    string              `json:"text,omitempty"`
	Data    map[string]string   `json:"data,omitempty"`
}

// link is the hash of the chain up to an event.
type link = [sha256.Size]byte

// chain returns the hash of an event with these bytes after prev.
func chain(prev link, body []byte) link {
	return sha256.Sum256(append(prev[:], body...))
}

// encodeEvent returns the bytes of an event.
func encodeEvent(e approvals.Event) ([]byte, error) {
	body, err := json.Marshal(eventRecord{
		Format: eventFormat, Seq: e.Seq, At: stamp(e.At), Request: e.Request, Kind: e.Kind,
		Actor: actorRecord(e.Actor), Device: e.Device, Text: e.Text, Data: e.Data,
	})
	if err != nil {
		return nil, unstorable(fmt.Sprintf("The event %s", e.Kind), err)
	}
	return body, nil
}

// decodeEntry reads an entry of the log: the hash up to it and its event.
func decodeEntry(seq approvals.Seq, data []byte) (link, []byte, approvals.Event, error) {
	what := fmt.Sprintf("Event %d of the log", seq)
	if len(data) < sha256.Size {
		return link{}, nil, approvals.Event{}, damaged(what+" is cut off in the database.", nil)
	}
	hash, body := link(data), data[sha256.Size:]
	var rec eventRecord
	err := json.Unmarshal(body, &rec)
	if err := understood(what, body, rec.Format, eventFormat, err); err != nil {
		return hash, body, approvals.Event{}, err
	}
	e := approvals.Event{
		Seq: rec.Seq, At: rec.At, Request: rec.Request, Kind: rec.Kind, Actor: approvals.Actor(rec.Actor),
		Device: rec.Device, Text: rec.Text, Data: rec.Data,
	}
	if len(e.Data) == 0 {
		e.Data = nil
	}
	return hash, body, e, nil
}
