package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"passcodebot/approvals"
)

// Requests reads requests and what has happened to them.
type Requests interface {
	// Request returns one request. approvals.ErrNotFound.
	Request(context.Context, approvals.ID) (approvals.Request, error)
	// Open returns the requests that have not ended, oldest first.
	Open(context.Context) ([]approvals.Request, error)
	// History returns up to limit events of a request after a place in the
	// log, oldest first.
	History(ctx context.Context, id approvals.ID, after approvals.Seq, limit int) ([]approvals.Event, error)
}

// Outbox is the event log as a consumer follows it: request by request, each
// with a cursor of its own, so that one that can't be told holds up no other.
type Outbox interface {
	// Behind returns the requests that have events after the consumer's
	// cursor, the longest waiting first.
	Behind(context.Context, approvals.Consumer) ([]approvals.ID, error)
	// Cursor returns how far the consumer has come; zero for not begun.
	Cursor(context.Context, approvals.Consumer, approvals.ID) (approvals.Cursor, error)
	// Advance stores how far the consumer has come. approvals.ErrConflict
	// where Seq would go back; the same Seq with another Note is allowed.
	Advance(context.Context, approvals.Consumer, approvals.ID, approvals.Cursor) error
}

// note is what the publisher remembers of a request beside its cursor.
type note struct {
	Channel    string        `json:"channel,omitempty"` // where the card is
	TS         string        `json:"ts,omitempty"`      // the card's timestamp, by which Slack knows it
	Drawn      uint64        `json:"drawn,omitempty"`   // the version of the request that the card shows
	Listing    approvals.Seq `json:"listing,omitempty"` // the event of which Parts posts of several are out
	Parts      int           `json:"parts,omitempty"`
	Unpostable bool          `json:"unpostable,omitempty"` // the requester knows that the card can't be posted
	Direct     bool          `json:"direct,omitempty"`     // card or channel are gone: the requester is told by direct message
}

func readNote(raw []byte) (note, error) {
	var n note
	if len(raw) == 0 {
		return n, nil
	}
	if err := json.Unmarshal(raw, &n); err != nil {
		return n, fmt.Errorf("read the publisher's note: %w", err)
	}
	return n, nil
}

func (n note) encode() ([]byte, error) {
	raw, err := json.Marshal(n)
	if err != nil {
		return nil, fmt.Errorf("write the publisher's note: %w", err)
	}
	return raw, nil
}
