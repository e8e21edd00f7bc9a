package bot

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"golang.org/x/time/rate"

	"passcodebot/approvals"
	"passcodebot/bot/view"
)

// formRules are the rules, which note what is asked for.
type formRules struct {
	Acts
	asked []approvals.Ask
}

func (r *formRules) Look(_ context.Context, l approvals.Look) (approvals.Looked, error) {
	return approvals.Looked{MaxDevices: 3, Terms: approvals.Terms{Quorum: 1}, Candidates: []approvals.Candidate{
		{Device: approvals.Device{ID: "00000000-0000-4000-8000-000000000001", Name: l.Search}},
	}}, nil
}

func (r *formRules) Terms(context.Context, approvals.Ask) (approvals.Looked, error) {
	return approvals.Looked{MaxDevices: 3, Terms: approvals.Terms{Quorum: 1}}, nil
}

func (r *formRules) Refuse(_ context.Context, _ approvals.ID, _ approvals.Actor, _ string, err error) error {
	return err
}

func (r *formRules) Ask(_ context.Context, ask approvals.Ask) (approvals.Request, error) {
	r.asked = append(r.asked, ask)
	return approvals.Request{ID: approvals.ID(len(r.asked))}, nil
}

// nowhere is a Slack that knows nothing, not even the views that we show.
type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"ok":false,"error":"not_found"}`)),
	}, nil
}

func formBot(tb testing.TB) (*Bot, *formRules) {
	tb.Helper()
	api, err := NewAPI("xoxb-1", "xapp-1", "http://127.0.0.1:1/", nowhere{})
	if err != nil {
		tb.Fatal(err)
	}
	r := &formRules{}
	c := Config{API: api, Acts: r, MaxReason: 50}
	b := &Bot{Config: c}
	b.Logger, b.Now = slog.New(slog.DiscardHandler), time.Now
	b.Directory, b.presences = NewDirectory(api, b.Logger), newPresences(b.Config)
	b.forms.updates = rate.NewLimiter(rate.Inf, 1)
	b.whispers = newWhispers(api, nowhere{}, time.Now, b.Logger)
	return b, r
}

// formPayload is an interaction with a view whose state and metadata are anything.
func formPayload(tb testing.TB, kind, action, block, value, metadata, state string) (slack.InteractionCallback, bool) {
	tb.Helper()
	if !utf8.ValidString(metadata + value + action + block) {
		return slack.InteractionCallback{}, false
	}
	var values any
	if json.Unmarshal([]byte(state), &values) != nil {
		return slack.InteractionCallback{}, false
	}
	raw, err := json.Marshal(map[string]any{
		"type": kind, "user": map[string]any{"id": "U0RITA"}, "trigger_id": "1.2", "value": value, "action_id": action, "block_id": block,
		"actions": []any{map[string]any{"type": "button", "action_id": action, "block_id": block, "value": value}},
		"view": map[string]any{
			"id": "V1", "callback_id": view.CallbackForm, "private_metadata": metadata, "state": map[string]any{"values": values},
		},
	})
	if err != nil {
		return slack.InteractionCallback{}, false
	}
	var c slack.InteractionCallback
	return c, json.Unmarshal(raw, &c) == nil
}

const typedState = `{
	"form_devices-1": {"form_devices": {"type": "checkboxes", "selected_options": [{"value": "00000000-0000-4000-8000-000000000001", "text": {"type": "plain_text", "text": "Pixel"}}]}},
	"form_reason": {"form_reason": {"type": "static_select", "selected_option": {"value": "forgot"}}},
	"form_text": {"form_text": {"type": "plain_text_input", "value": "twice"}}
}`

func formSeeds(f *testing.F) {
	f.Helper()
	for _, state := range []string{
		typedState, `{}`, `null`, `{"form_reason": null}`, `{"x": {"form_devices": {"selected_options": [{"value": "no:00000000-0000-4000-8000-000000000001"}]}}}`,
		`{"x": {"form_search": {"selected_options": [{"value": "none"}, {"value": "user:alice"}, {}]}}}`,
		`{"x": {"form_text": {"value": "<!channel> Approved by Anna"}, "form_ticket": {"value": null}}}`,
		strings.ReplaceAll(typedState, "twice", strings.Repeat("é", 60)),
		strings.ReplaceAll(typedState, `"forgot"`, `"other"`),
		`{"c": {"form_channel": {"selected_conversation": "C0OTHER"}, "form_person": {"selected_user": "U0ALICE"}, "form_all": {"selected_options": [{}]}}}`,
	} {
		for _, metadata := range []string{`{"c":"C0HELP"}`, `{"c":"C0HELP","t":"1.2"}`, `{"c":"D0X","t":"x"}`, ``, `[]`, `{"c":1}`} {
			f.Add("form_devices", "form_devices-1", "pixel", metadata, state)
		}
	}
	f.Add("form_open", "form", "1700000000.000100 U0ALICE", `{}`, `{}`)
	f.Add("form_search", "form_search", "\u202e", `{}`, `{}`)
	f.Add("form_person", "form_person", "", `{"c":"C0HELP"}`, `{"form_person":{"form_person":{"selected_user":"U0ALICE"}}}`)
}

// Whatever a view tells, only what the form can say is stored, and once.
func FuzzFormSubmitted(f *testing.F) {
	formSeeds(f)
	f.Fuzz(func(t *testing.T, action, block, value, metadata, state string) {
		c, ok := formPayload(t, "view_submission", action, block, value, metadata, state)
		if !ok {
			return
		}
		b, r := formBot(t)
		by := approvals.Actor{ID: "U0RITA"}
		first := b.formSubmitted(t.Context(), c, by)
		again := b.formSubmitted(t.Context(), c, by)
		if stored := len(r.asked); stored > 1 || (stored == 1) != (first.payload == nil) || (stored == 1) != (again.payload == nil) {
			t.Fatalf("stored %d times, and answered %v and %v", stored, first.payload, again.payload)
		}
		for _, ask := range r.asked {
			if !channelID.MatchString(ask.Channel) || ask.Thread != "" && !timestamp.MatchString(ask.Thread) {
				t.Errorf("asked in %q, thread %q", ask.Channel, ask.Thread)
			}
			if ask.Key != "form:V1" || ask.Actor != by {
				t.Errorf("asked by %v with the key %q", ask.Actor, ask.Key)
			}
			if n := len(ask.Selectors); n == 0 || n > maxChosen {
				t.Errorf("%d devices", n)
			}
			for _, sel := range ask.Selectors {
				if id, ok := approvals.ParseGUID(sel.Value); sel.Kind != approvals.ByID || !ok || id != sel.Value {
					t.Errorf("the device %v", sel)
				}
			}
			if n := utf8.RuneCountInString(ask.Reason); approvals.Blank(ask.Reason) || n > 50 || strings.ContainsAny(ask.Reason, "\n\r") {
				t.Errorf("the reason %q", ask.Reason)
			}
		}
	})
}

// Whatever is done in a form stores nothing.
func FuzzFormAction(f *testing.F) {
	formSeeds(f)
	f.Fuzz(func(t *testing.T, action, block, value, metadata, state string) {
		c, ok := formPayload(t, "block_actions", action, block, value, metadata, state)
		if !ok {
			return
		}
		b, r := formBot(t)
		a := c.ActionCallback.BlockActions
		if len(a) != 1 {
			return
		}
		done := b.formAction(t.Context(), c, a[0], approvals.Actor{ID: "U0RITA"})
		if done.payload != nil || len(r.asked) > 0 {
			t.Errorf("answered %v, asked %v", done.payload, r.asked)
		}
		if done.then != nil && a[0].ActionID != view.FormOpen {
			done.then(t.Context())
		}
		if len(r.asked) > 0 {
			t.Errorf("asked %v", r.asked)
		}
	})
}

// Whatever is searched for, the answer fits into its frame and has options
// that Slack takes.
func FuzzFormSuggest(f *testing.F) {
	formSeeds(f)
	f.Fuzz(func(t *testing.T, action, block, value, metadata, state string) {
		c, ok := formPayload(t, "block_suggestion", action, block, value, metadata, state)
		if !ok {
			return
		}
		b, r := formBot(t)
		got := b.formSuggest(t.Context(), c, approvals.Actor{ID: "U0RITA"})
		raw, err := json.Marshal(got.payload)
		if err != nil || len(raw) >= 18_000 || !strings.Contains(string(raw), `"option`) || len(r.asked) > 0 {
			t.Errorf("the answer %s (%v)", raw, err)
		}
	})
}

// What the view has no field for at the moment is kept for when it has.
func TestFilled_over(t *testing.T) {
	t.Parallel()
	before := filled{
		Channel: "C0HELP", Person: "U0ALICE", Ticked: []view.Choice{{ID: "1"}}, Found: []view.Choice{{ID: "2"}}, Reason: "other", Text: "text",
		Statement: approvals.Statement{Ticket: "INC1", SecondReason: "now", Verified: "called", BreakGlass: "night"}, All: true,
	}
	if diff := cmp.Diff(before, filled{}.over(before), cmp.AllowUnexported(filled{})); diff != "" {
		t.Errorf("a view without fields (-want +got):\n%s", diff)
	}
	all := map[string]bool{}
	for _, id := range []string{
		view.FormChannel, view.FormPerson, view.FormDevices, view.FormSearch, view.FormReason, view.FormText, view.FormTicket,
		view.FormSecond, view.FormVerified, view.FormGlass, view.FormAll,
	} {
		all[id] = true
	}
	emptied := filled{has: all}
	if diff := cmp.Diff(emptied, emptied.over(before), cmp.AllowUnexported(filled{})); diff != "" {
		t.Errorf("a view whose fields were emptied (-want +got):\n%s", diff)
	}
}

// How a person was verified is taken from the field of that person alone,
// also where a view of before comes late.
func TestForm_take(t *testing.T) {
	t.Parallel()
	said := func(person, block, verified string) filled {
		return filled{
			Person: person, Statement: approvals.Statement{Verified: verified, Ticket: "INC1"},
			has:    map[string]bool{view.FormPerson: true, view.FormVerified: true, view.FormTicket: true, view.FormAll: false},
			blocks: map[string]string{view.FormVerified: block},
		}
	}
	f := &form{}
	for _, tc := range []struct {
		person, block, typed, want string
		persons                    int
	}{
		{"", "form_verified", "by phone", "by phone", 0},
		{"U0ALICE", "form_verified", "by phone", "by phone", 0}, // whom else should that have been about?
		{"U0BOB", "form_verified", "by phone", "", 1},
		{"U0BOB", "form_verified", "by phone", "", 1},
		{"U0BOB", "form_verified-1", "in person", "in person", 1},
		{"U0BOB", "form_verified-x", "by phone", "in person", 1},
		{"", "form_verified-1", "in person", "", 2},
	} {
		f.take(said(tc.person, tc.block, tc.typed))
		if got := f.chosen.Statement.Verified; got != tc.want || f.persons != tc.persons {
			t.Errorf("%+v: %q is kept, of the person %d", tc, got, f.persons)
		}
	}
	f.take(said("", "form_verified-1", "by phone"))
	want := approvals.Statement{Ticket: "INC1"}
	if diff := cmp.Diff(want, f.ask().Statement); diff != "" {
		t.Errorf("what is said with a field of before (-want +got):\n%s", diff)
	}
}
