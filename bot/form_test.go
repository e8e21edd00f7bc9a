package bot_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

const alice = "U0ALICE"

// modal is a modal that somebody has open.
type modal struct {
	ID     string
	Blocks []struct {
		Type    string
		BlockID string `json:"block_id"`
		Element struct {
			Type     string
			ActionID string `json:"action_id"`
			Options  []struct{ Value string }
		}
	}
	Submit *struct{ Text string }
	raw    string
}

// opened waits for the modal that somebody has open to say something, and
// returns it.
func (w *world) opened(who, says string) modal {
	w.t.Helper()
	w.until(who+" has a form that says "+says, func() bool { return strings.Contains(w.modal(who).raw, says) })
	return w.modal(who)
}

// modal is the uppermost modal of somebody; zero where they have none.
func (w *world) modal(who string) (m modal) {
	w.t.Helper()
	views := w.slack.Views(who)
	if len(views) == 0 {
		return m
	}
	top := views[len(views)-1]
	if err := json.Unmarshal(top.JSON, &m); err != nil {
		w.t.Fatal(err)
	}
	m.ID, m.raw = top.ID, string(top.JSON)
	return m
}

// block is the block with an element's action; of several, the one that has
// an option with a value.
func (m modal) block(action, value string) string {
	for _, b := range m.Blocks {
		for _, o := range b.Element.Options {
			if b.Element.ActionID == action && o.Value == value {
				return b.BlockID
			}
		}
		if value == "" && b.Element.ActionID == action {
			return b.BlockID
		}
	}
	return ""
}

// field is an input's value, as the state of a view has it.
func field(action string, value any) fakeslack.State {
	return fakeslack.State{action: {action: value}}
}

// filled puts states together.
func filled(states ...fakeslack.State) fakeslack.State {
	all := fakeslack.State{}
	for _, s := range states {
		for block, actions := range s {
			all[block] = actions
		}
	}
	return all
}

// form has somebody choose the shortcut on a message in #incidents, and
// returns the form once it can be filled in.
func (w *world) form(who, ts string) modal {
	w.t.Helper()
	if seen, err := w.slack.MessageShortcut(w.t.Context(), who, incidents, ts, "reset_passcode_for_author"); err != nil || seen.Error != "" {
		w.t.Fatal(seen.Error, err)
	}
	return w.opened(who, "Ask for approval")
}

// says has somebody post in #incidents.
func (w *world) says(who, thread, text string) string {
	w.t.Helper()
	ts, err := w.slack.Say(who, incidents, thread, text)
	if err != nil {
		w.t.Fatal(err)
	}
	return ts
}

// uses uses an element of somebody's form.
func (w *world) uses(who string, m modal, block, action string, value any, state fakeslack.State) {
	w.t.Helper()
	seen, err := w.slack.Act(w.t.Context(), who, fakeslack.Where{ViewID: m.ID}, block, action, value, state)
	if err != nil || seen.Error != "" {
		w.t.Fatal(seen.Error, err)
	}
}

func (w *world) submits(who string, m modal, state fakeslack.State) fakeslack.Submitted {
	w.t.Helper()
	got, err := w.slack.Submit(w.t.Context(), who, m.ID, state)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// stored is a request as the store has it; false where it does not.
func (w *world) stored(id approvals.ID) (approvals.Request, bool) {
	r, err := w.store.Request(w.t.Context(), id)
	return r, err == nil
}

// Somebody who knows no syntax asks for the phone of who wrote a message in a
// thread: the card comes to its channel, and tells of the thread.
func TestForm_ofAMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	root := w.says(ben, "", "phones are down")
	ts := w.says(alice, root, "I am locked out of mine")
	w.form(rita, ts)
	m := w.opened(rita, "Alice Pixel")
	tick := m.block("form_devices", pixel)
	w.uses(rita, m, tick, "form_devices", []string{pixel}, nil)
	w.opened(rita, "people could approve it; 2 of them active now")
	got := w.submits(rita, m, filled(field("form_reason", "locked-out"), field("form_text", "three times")))
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
	r, _ := w.stored(1)
	if r.Thread != root || r.Channel != incidents || r.Reason != "Locked out after failed attempts: three times" {
		t.Errorf("asked in %s, thread %q, because %q", r.Channel, r.Thread, r.Reason)
	}
	if diff := cmp.Diff([]approvals.Selector{{Kind: approvals.ByID, Value: pixel}}, r.Selectors); diff != "" {
		t.Errorf("the devices (-want +got):\n%s", diff)
	}
	if n := len(w.slack.Views(rita)); n != 0 {
		t.Errorf("%d modals are still open", n)
	}
	w.until("Rita is told in the thread", func() bool { return count(w.said(rita, incidents, root), "R-1 is stored.") == 1 })
	if n := count(w.said(anna, incidents, root), "R-1 is stored."); n != 0 {
		t.Error("Anna is told too")
	}
}

// The form is seen at once, also while Intune does not answer, and what is
// typed meanwhile is not lost.
func TestForm_slowIntune(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answers := make(chan struct{})
	w.devices.meets(func(ctx context.Context, _ approvals.Selector) error {
		select {
		case <-answers:
			return nil
		case <-ctx.Done():
			return &approvals.Error{Kind: approvals.Unavailable, Text: "Intune did not answer in time.", Err: ctx.Err()}
		}
	})
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "I look up the devices of <@U0ALICE>")
	found, err := w.slack.Suggest(t.Context(), rita, m.ID, "form_search", "form_search", "Bob")
	if err != nil || found.Error != "" || len(found.Options) != 1 || found.Options[0].Group != "No answer from Intune" {
		t.Errorf("the search brings %+v (%v)", found, err)
	}
	typed := filled(field("form_reason", "other"), field("form_text", "a long story"))
	w.uses(rita, m, "form_person", "form_person", "U0BOB", typed)
	w.opened(rita, "I look up the devices of <@U0BOB>")
	close(answers)
	m = w.opened(rita, "Bob Galaxy")
	if !strings.Contains(m.raw, "a long story") {
		t.Errorf("what was typed is not in the form: %s", m.raw)
	}
	tick := m.block("form_devices", galaxy)
	got := w.submits(rita, m, fakeslack.State{tick: {"form_devices": []string{galaxy}}})
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
	if r, _ := w.stored(1); r.Reason != "a long story" {
		t.Errorf("the reason is %q", r.Reason)
	}
}

// Where Intune stays silent, the form says so and can look again; where it
// does not answer a submitted form in time, that is stored and checked later.
func TestForm_silentIntune(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	away := true
	w.devices.meets(func(context.Context, approvals.Selector) error {
		mu.Lock()
		defer mu.Unlock()
		if away {
			return &approvals.Error{Kind: approvals.Unavailable, Code: "intune-away", Text: "Intune is away."}
		}
		return nil
	})
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Intune is away.")
	mu.Lock()
	away = false
	mu.Unlock()
	w.uses(rita, m, "form_retry", "form_retry", nil, nil)
	m = w.opened(rita, "Alice Pixel")
	mu.Lock()
	away = true
	mu.Unlock()
	tick := m.block("form_devices", pixel)
	got := w.submits(rita, m, filled(field("form_reason", "forgot"), fakeslack.State{tick: {"form_devices": []string{pixel}}}))
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	if r, there := w.stored(1); !there || r.State != approvals.Checking {
		t.Errorf("stored: %v, as %v; want a request that is being checked", there, r.State)
	}
}

// The command alone opens the form, in whose channel the card is to be.
func TestForm_bareCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	if seen := w.types(rita, "  "); seen.Error != "" || seen.Text != "" {
		t.Errorf("the command alone shows %+v, want the form and nothing else", seen)
	}
	m := w.opened(rita, "Ask for approval")
	w.uses(rita, m, m.block("form_person", ""), "form_person", alice, nil)
	m = w.opened(rita, "Alice Pixel")
	if got := w.submits(rita, m, filled(
		fakeslack.State{m.block("form_devices", pixel): {"form_devices": []string{pixel}}}, field("form_reason", "locked-out"),
	)); got.Error != "" || len(got.Errors) > 0 {
		t.Fatal(got)
	}
	w.until("the card is in the channel", func() bool { return len(w.cards()) == 1 })
}
