package bot

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"passcodebot/approvals"
)

// nobody refuses everything.
type nobody struct{}

func (nobody) err() error {
	return &approvals.Error{Kind: approvals.Forbidden, Code: "no", Text: "No."}
}

func (n nobody) Ask(context.Context, approvals.Ask) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (n nobody) Try(context.Context, approvals.Ask) (approvals.Trial, error) {
	return approvals.Trial{}, n.err()
}

func (n nobody) Decide(context.Context, approvals.ID, approvals.Actor, bool, string) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (n nobody) Cancel(context.Context, approvals.ID, approvals.Actor) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (nobody) Refuse(_ context.Context, _ approvals.ID, _ approvals.Actor, _ string, err error) error {
	return err
}

func (n nobody) Show(context.Context, approvals.ID, approvals.Actor) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (n nobody) List(context.Context, approvals.Actor) ([]approvals.Request, error) {
	return nil, n.err()
}

func (nobody) Request(context.Context, approvals.ID) (approvals.Request, error) {
	return approvals.Request{}, approvals.ErrNotFound
}

func (nobody) Open(context.Context) ([]approvals.Request, error) { return nil, nil }

func (nobody) History(context.Context, approvals.ID, approvals.Seq, int) ([]approvals.Event, error) {
	return nil, nil
}

func (nobody) Behind(context.Context, approvals.Consumer) ([]approvals.ID, error) { return nil, nil }

func (nobody) Cursor(context.Context, approvals.Consumer, approvals.ID) (approvals.Cursor, error) {
	return approvals.Cursor{}, nil
}

func (nobody) Advance(context.Context, approvals.Consumer, approvals.ID, approvals.Cursor, ...approvals.Event) error {
	return nil
}

// Whatever comes in an envelope, it is answered and breaks nothing.
func FuzzEnvelope(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button","action_id":"approve","value":"1"}]}`), "list")
	f.Add([]byte(`{"type":"block_actions","actions":[null]}`), "")
	f.Add([]byte(`{"type":"view_submission"}`), "serial: reason:")
	f.Add([]byte(`{"envelope_id":"e","type":"x"}`), "show R-1")
	b, err := New(Config{
		API: slack.New("xoxb-fuzz"), Acts: nobody{}, Requests: nobody{}, Outbox: nobody{},
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Unix(0, 0) },
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte, text string) {
		if id := envelopeID(raw); id != "" && !json.Valid(raw) {
			t.Errorf("an envelope id %q out of %q", id, raw)
		}
		var click slack.InteractionCallback
		if json.Unmarshal(raw, &click) == nil {
			b.interaction(t.Context(), click)
		}
		a := b.command(t.Context(), slack.SlashCommand{Text: text, UserID: "U1"})
		if a.payload == nil {
			t.Errorf("%q is not answered", text)
		}
	})
}
