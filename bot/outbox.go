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

// Outbox is the event log as its consumers follow it: each request by request,
// with a cursor of its own, so that one that can't be told holds up no other.
type Outbox interface {
	// Behind returns the requests that have events after the consumer's
	// cursor, the longest waiting first.
	Behind(context.Context, approvals.Consumer) ([]approvals.ID, error)
	// Cursor returns how far the consumer has come; zero for not begun.
	Cursor(context.Context, approvals.Consumer, approvals.ID) (approvals.Cursor, error)
	// Advance stores how far the consumer has come and appends events of that
	// request, in one step. approvals.ErrConflict where Seq would go back;
	// the same Seq with another Note is allowed.
	Advance(context.Context, approvals.Consumer, approvals.ID, approvals.Cursor, ...approvals.Event) error
}

// cardNote is what the cards' cursor remembers.
type cardNote struct {
	Channel    string `json:"channel,omitempty"`    // where the card is
	TS         string `json:"ts,omitempty"`         // the card's timestamp, by which Slack knows it
	Drawn      uint64 `json:"drawn,omitempty"`      // the version of the request that the card shows
	Unpostable bool   `json:"unpostable,omitempty"` // it is said that the card can't be posted
	Lost       bool   `json:"direct,omitempty"`     // card or channel are gone for good
	Why        string `json:"why,omitempty"`        // in words, where it is lost or could not be posted
}

// placeless says that the card is neither posted nor lost yet.
func (n cardNote) placeless() bool { return n.TS == "" && !n.Lost }

// readCard returns what is known of the card of a request.
func readCard(ctx context.Context, o Outbox, id approvals.ID) (cardNote, error) {
	cursor, err := o.Cursor(ctx, approvals.Cards, id)
	if err != nil {
		return cardNote{}, fmt.Errorf("read the place of the card of %s: %w", id, err)
	}
	var n cardNote
	return n, readNote(cursor.Note, &n)
}

// threadNote is what the threads' cursor remembers.
type threadNote struct {
	Listing approvals.Seq   `json:"listing,omitempty"` // the event of which Parts posts of several are out
	Parts   int             `json:"parts,omitempty"`
	File    approvals.Seq   `json:"file,omitempty"`   // the event that is told but for the file with the results
	Direct  bool            `json:"direct,omitempty"` // the thread is gone: people are told by direct message
	People  map[string]spot `json:"people,omitempty"` // how far each of them is told then; absent before the first message
}

// noticeNote is what the notices' cursor remembers of a request.
type noticeNote struct {
	Review  reviewPlace `json:"review,omitzero"`
	Unasked bool        `json:"unasked,omitempty"` // it is said that the review can't be posted
}

// reviewPlace is where the review of a request is.
type reviewPlace struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// readNotice returns what is known of the review of a request.
func readNotice(ctx context.Context, o Outbox, id approvals.ID) (noticeNote, error) {
	cursor, err := o.Cursor(ctx, approvals.Notices, id)
	if err != nil {
		return noticeNote{}, fmt.Errorf("read the place of the review of %s: %w", id, err)
	}
	var n noticeNote
	return n, readNote(cursor.Note, &n)
}

// spot is how far somebody has been told: through an event, and some parts
// of the listing that a later event brings.
type spot struct {
	Seq     approvals.Seq `json:"seq,omitempty"`
	Listing approvals.Seq `json:"listing,omitempty"`
	Parts   int           `json:"parts,omitempty"`
	Deaf    bool          `json:"deaf,omitempty"` // Slack takes no direct message to this person
}

// after returns where somebody is who was told a post's mark.
func (s spot) after(m mark) spot {
	if m.last {
		return spot{Seq: m.through}
	}
	return spot{Seq: s.Seq, Listing: m.through, Parts: m.part + 1}
}

// before says that a post's mark is of something that s has not been told.
func (s spot) before(m mark) bool {
	return m.through > s.Seq && (m.through > s.Listing || m.through == s.Listing && m.part >= s.Parts)
}

func readNote(raw []byte, into any) error {
	if len(raw) == 0 || into == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read the note of a cursor: %w", err)
	}
	return nil
}

func writeNote(note any) ([]byte, error) {
	if note == nil {
		return nil, nil
	}
	raw, err := json.Marshal(note)
	if err != nil {
		return nil, fmt.Errorf("write the note of a cursor: %w", err)
	}
	return raw, nil
}
