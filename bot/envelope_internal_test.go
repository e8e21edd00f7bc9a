package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
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

func (n nobody) Sign(context.Context, approvals.ID, approvals.Actor, string) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (nobody) Note(context.Context, approvals.Event) error { return nil }

func (nobody) Refuse(_ context.Context, _ approvals.ID, _ approvals.Actor, _ string, err error) error {
	return err
}

func (n nobody) Show(context.Context, approvals.ID, approvals.Actor) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (n nobody) List(context.Context, approvals.Actor) ([]approvals.Request, error) {
	return nil, n.err()
}

func (n nobody) MayDeny(context.Context, approvals.ID, approvals.Actor) error { return n.err() }

func (n nobody) Again(context.Context, approvals.ID, approvals.Actor) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (n nobody) Answer(context.Context, approvals.ID, approvals.Actor, bool) (approvals.Request, error) {
	return approvals.Request{}, n.err()
}

func (n nobody) Able(context.Context, approvals.ID) ([]approvals.Person, error) { return nil, n.err() }

func (n nobody) Preferences(context.Context, string) (approvals.Preferences, error) {
	return approvals.Preferences{}, n.err()
}

func (n nobody) SetPreferences(context.Context, approvals.Actor, approvals.Preferences) error {
	return n.err()
}

func (n nobody) Desk(context.Context, approvals.Actor, string) (approvals.Desk, error) {
	return approvals.Desk{}, n.err()
}

func (n nobody) Look(context.Context, approvals.Look) (approvals.Looked, error) {
	return approvals.Looked{}, n.err()
}

func (n nobody) Terms(context.Context, approvals.Ask) (approvals.Looked, error) {
	return approvals.Looked{}, n.err()
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

// somebody has one request, R-7, with its card and its review, and lets
// everybody do everything.
type somebody struct {
	nobody
	acts []string
}

func (s *somebody) act(what string, id approvals.ID) (approvals.Request, error) {
	s.acts = append(s.acts, fmt.Sprint(what, id))
	return approvals.Request{ID: id}, nil
}

func (s *somebody) Decide(_ context.Context, id approvals.ID, _ approvals.Actor, approve bool, _ string) (approvals.Request, error) {
	return s.act(map[bool]string{true: "approve ", false: "deny "}[approve], id)
}

func (s *somebody) Cancel(_ context.Context, id approvals.ID, _ approvals.Actor) (approvals.Request, error) {
	return s.act("cancel ", id)
}

func (s *somebody) Sign(_ context.Context, id approvals.ID, _ approvals.Actor, _ string) (approvals.Request, error) {
	return s.act("review ", id)
}

func (s *somebody) Request(_ context.Context, id approvals.ID) (approvals.Request, error) {
	if id != 7 {
		return approvals.Request{}, approvals.ErrNotFound
	}
	return approvals.Request{ID: id, State: approvals.Pending, CardChannel: "C1"}, nil
}

func (s *somebody) Cursor(_ context.Context, c approvals.Consumer, _ approvals.ID) (approvals.Cursor, error) {
	note := `{"channel":"C1","ts":"1.000001"}`
	if c == approvals.Notices {
		note = `{"review":{"channel":"C2","ts":"2.000001"}}`
	}
	return approvals.Cursor{Seq: 1, Note: []byte(note)}, nil
}

// fuzzed returns a Bot that belongs to the app A1 in the workspace T1.
func fuzzed(f *testing.F, s *somebody) *Bot {
	f.Helper()
	b, err := New(Config{
		API: slack.New("xoxb-fuzz"), Acts: s, Requests: s, Outbox: s, Home: approvals.Home{Team: "T1"},
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Unix(0, 0) },
	})
	if err != nil {
		f.Fatal(err)
	}
	return b
}

const goodClick = `{"type":"block_actions","api_app_id":"A1","team":{"id":"T1"},"user":{"id":"U1","team_id":"T1"},` +
	`"container":{"type":"message","channel_id":"C1","message_ts":"1.000001"},` +
	`"actions":[{"type":"button","block_id":"b","action_id":"approve","value":"7"}]}`

// Whatever is in the payload of a click, it is answered or does what the
// payload of a click on the card or review of R-7 does, and nothing else.
func FuzzClick(f *testing.F) {
	f.Add([]byte(goodClick))
	for old, other := range map[string]string{
		`"A1"`: `"A2"`, `{"id":"T1"}`: "null", `"approve"`: `"deny"`, `"7"`: `"007"`, `"1.000001"`: `"1.000002"`,
		`"block_actions"`: `"view_submission"`, `"actions":[`: `"actions":[{"name":"x"},`, `"C1"`: `"C1","is_ephemeral":true`,
		`"user":{`: `"enterprise":{"id":"E1"},"user":{"is_stranger":true,`,
	} {
		f.Add([]byte(strings.Replace(goodClick, old, other, 1)))
	}
	f.Add([]byte(strings.NewReplacer("approve", "review", "C1", "C2", "1.000001", "2.000001").Replace(goodClick)))
	f.Add([]byte(`{"type":"block_actions","actions":[null]}`))
	s := &somebody{}
	b := fuzzed(f, s)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var click slack.InteractionCallback
		if json.Unmarshal(raw, &click) != nil {
			return
		}
		s.acts = nil
		a := b.interaction(t.Context(), click, "A1")
		if done := len(s.acts) > 0; done == (a.then != nil) {
			t.Errorf("done %q, and answered: %v", s.acts, a.then != nil)
		}
		if len(s.acts) == 0 {
			return
		}
		where := click.Container.ChannelID + " " + click.Container.MessageTs
		act := strings.Fields(s.acts[0])
		review := act[0] == "review"
		switch actions := click.ActionCallback.BlockActions; {
		case len(s.acts) != 1 || len(actions) != 1 || actions[0].ActionID != act[0] || actions[0].Value != "7" || act[1] != "R-7":
			t.Errorf("done %q", s.acts)
		case click.APIAppID != "A1" || click.Team.ID != "T1" || click.Enterprise.ID != "" || click.User.IsStranger || !slices.Contains([]string{"", "T1"}, click.User.TeamID):
			t.Errorf("done for elsewhere: %s", raw)
		case click.Container.IsEphemeral || review != (where == "C2 2.000001") || !review != (where == "C1 1.000001"):
			t.Errorf("done on the message %s", where)
		}
	})
}

// Whatever is typed, in whatever payload, it is answered, and not with more
// than Slack takes.
func FuzzCommand(f *testing.F) {
	for _, text := range []string{"", "list", "show R-1", "cancel R-7", "dry-run user:a@b.c", "serial: reason:", "serial:R58 reason: x", `"`} {
		raw, err := json.Marshal(map[string]string{"command": "/reset-passcode", "text": text, "api_app_id": "A1", "team_id": "T1", "user_id": "U1"})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"text":"list","api_app_id":"A2"}`))
	f.Add([]byte(`{"text":"list","api_app_id":"A1","team_id":"T1","enterprise_id":"E1"}`))
	b := fuzzed(f, &somebody{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var c slack.SlashCommand
		if json.Unmarshal(raw, &c) != nil {
			return
		}
		a := b.command(t.Context(), c, "A1")
		if a.payload == nil && a.then == nil { // the form is opened afterwards
			t.Fatalf("%s is not answered", raw)
		}
		// Slack: acknowledgements of 20 KB and more are dropped.
		sent, err := json.Marshal(a.payload)
		if err != nil || len(sent) > 19_000 {
			t.Errorf("%s is answered with %d bytes (%v)", raw, len(sent), err)
		}
	})
}
