package bot_test

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
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
	m := w.form(rita, w.says(alice, "", "help"))
	m = w.opened(rita, "I look up the devices of <@U0ALICE>")
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

// What is found by a search adds to what is ticked of a person, also of one
// who was chosen before; what can't be reset stands apart and is not taken.
func TestForm_search(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const nexus = "00000000-0000-4000-8000-000000000003"
	w.devices.all[nexus] = approvals.Device{ID: nexus, Name: "Bob Nexus", Serial: "OLD1", Type: "android", OS: "Android", OSVersion: "9", State: "managed"}
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{pixel}, nil)
	found, err := w.slack.Suggest(t.Context(), rita, m.ID, "form_search", "form_search", "bob")
	if err != nil || found.Error != "" {
		t.Fatal(found.Error, err)
	}
	want := []fakeslack.Option{
		{Text: "Bob Galaxy · BOB123", Value: galaxy, Description: "resets the whole device's passcode · never checked in · fully managed", Group: "Can be reset"},
		{Text: "Bob Nexus · OLD1", Value: "no:" + nexus, Description: "Intune cannot reset a device administrator device on Android 7 and later", Group: "Cannot be reset"},
	}
	if diff := cmp.Diff(want, found.Options); diff != "" {
		t.Fatalf("the search brings (-want +got):\n%s", diff)
	}
	w.uses(rita, m, "form_search", "form_search", []string{galaxy, "no:" + nexus}, nil)
	w.opened(rita, "Bob Nexus · OLD1* cannot be reset")
	w.uses(rita, m, "form_person", "form_person", nora, nil)
	m = w.opened(rita, "Intune knows no devices of <@U0NORA>")
	if kept := m.block("form_devices", pixel); kept == "" {
		t.Fatalf("what was ticked before is gone: %s", m.raw)
	}
	got := w.submits(rita, m, field("form_reason", "forgot"))
	if e := got.Errors["form_search"]; !strings.HasPrefix(e, "Bob Nexus · OLD1 cannot be reset: Intune cannot") {
		t.Fatalf("the errors are %+v", got)
	}
	found, err = w.slack.Suggest(t.Context(), rita, m.ID, "form_search", "form_search", "Galaxy")
	if err != nil || len(found.Options) != 1 {
		t.Fatal(found, err)
	}
	got = w.submits(rita, m, filled(field("form_reason", "forgot"), field("form_search", []string{galaxy})))
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	r, _ := w.stored(1)
	if diff := cmp.Diff([]approvals.Selector{{Kind: approvals.ByID, Value: pixel}, {Kind: approvals.ByID, Value: galaxy}}, r.Selectors); diff != "" {
		t.Errorf("the devices (-want +got):\n%s", diff)
	}
}

// Errors stand at their fields, nothing is stored, and nothing is lost.
func TestForm_errors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.MaxDevices = 1
	w.policy.Rules = []approvals.Rule{{
		Name: "tickets", When: approvals.Conditions{Enrolments: []string{"fully-managed"}},
		Terms: approvals.Terms{Ticket: regexp.MustCompile(`^(?:INC\d+)$`), Verified: true},
	}}
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	tick := fakeslack.State{m.block("form_devices", pixel): {"form_devices": []string{pixel}}}
	try := func(state fakeslack.State, want map[string]string) {
		t.Helper()
		got := w.submits(rita, w.modal(rita), state)
		short := map[string]string{}
		for block, text := range got.Errors {
			short[block], _, _ = strings.Cut(text, ".")
		}
		if diff := cmp.Diff(want, short); diff != "" || got.Error != "" {
			t.Errorf("%v: %s (-want +got):\n%s", state, got.Error, diff)
		}
	}
	try(nil, map[string]string{"form_reason": "Please complete this required field"})
	try(field("form_reason", "other"), map[string]string{
		"form_search": "Choose at least one device: of a person above, or by a search here",
		"form_text":   "Say in your own words why; that is needed where the reason is “Other”",
	})
	try(filled(field("form_reason", "other"), tick, field("form_text", "look, @here")), map[string]string{
		"form_text": "“@here” in what begins at character 1 names a whole group of people, and nobody is called here",
	})
	// What the rule asks for has no field yet; it gets one.
	try(filled(field("form_reason", "other"), tick, field("form_text", "lost")), map[string]string{
		"form_reason": "A ticket number is needed for this, by the rule “tickets”",
	})
	m = w.opened(rita, "Ticket number")
	if !strings.Contains(m.raw, "How you verified who the person is") {
		t.Errorf("the form does not ask who was verified: %s", m.raw)
	}
	try(filled(field("form_ticket", "4711"), field("form_verified", "called back")), map[string]string{
		"form_ticket": "“4711” is not a ticket number as the rule “tickets” wants it",
	})
	found, err := w.slack.Suggest(t.Context(), rita, m.ID, "form_search", "form_search", "Galaxy")
	if err != nil || len(found.Options) != 1 {
		t.Fatal(found, err)
	}
	try(filled(field("form_ticket", "INC1"), field("form_search", []string{galaxy})), map[string]string{
		"form_search": "2 devices are chosen, and a request may have 1 at the most",
	})
	if _, there := w.stored(1); there {
		t.Fatal("something is stored")
	}
	try(filled(field("form_search", []string{})), map[string]string{})
	r, _ := w.stored(1)
	want := approvals.Statement{Ticket: "INC1", Verified: "called back"}
	if diff := cmp.Diff(want, r.Statement); diff != "" || r.Reason != "lost" {
		t.Errorf("stored because %q, with (-want +got):\n%s", r.Reason, diff)
	}
}

// A form that comes twice is one request, also after a restart.
func TestForm_twice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{pixel}, nil)
	submission := submissionOf(m, m.block("form_devices", pixel))
	deliver := func() {
		t.Helper()
		if _, err := w.slack.Deliver(t.Context(), "interactive", submission); err != nil {
			t.Error(err)
		}
	}
	var both sync.WaitGroup
	both.Go(deliver)
	both.Go(deliver)
	both.Wait()
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
	first.stop()
	w.until("the socket is closed", func() bool { return w.slack.Sockets() == 0 })
	w.start()
	w.connected()
	deliver()
	if _, there := w.stored(1); !there {
		t.Error("nothing is stored")
	}
	if _, there := w.stored(2); there {
		t.Error("it is stored twice")
	}
}

// submissionOf is the payload of a form that is submitted with a device.
func submissionOf(m modal, block string) map[string]any {
	return map[string]any{
		"type": "view_submission", "api_app_id": "A0PASSCODE", "token": "sandbox",
		"team": map[string]any{"id": "T0CONTOSO", "domain": "contoso"},
		"user": map[string]any{"id": rita, "team_id": "T0CONTOSO", "name": "rita"},
		"view": map[string]any{
			"id": m.ID, "type": "modal", "callback_id": "form", "hash": "1.2", "private_metadata": `{"c":"` + incidents + `"}`,
			"state": map[string]any{"values": map[string]any{
				block:         map[string]any{"form_devices": map[string]any{"type": "checkboxes", "selected_options": []any{map[string]any{"value": pixel}}}},
				"form_reason": map[string]any{"form_reason": map[string]any{"type": "static_select", "selected_option": map[string]any{"value": "forgot"}}},
			}},
		},
	}
}

// A form outlives the process that opened it.
func TestForm_restart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	first.stop()
	w.until("the socket is closed", func() bool { return w.slack.Sockets() == 0 })
	w.start()
	w.connected()
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{pixel}, field("form_text", "kept"))
	w.opened(rita, `"initial_options"`)
	m = w.opened(rita, "kept")
	got := w.submits(rita, m, field("form_reason", "forgot"))
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	if r, _ := w.stored(1); r.Reason != "Forgot the passcode: kept" {
		t.Errorf("asked because %q", r.Reason)
	}
}

// Whoever may not ask is told so in place of the form, and finds nothing.
func TestForm_refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	if _, err := w.slack.MessageShortcut(t.Context(), nora, incidents, w.says(alice, "", "help"), "reset_passcode_for_author"); err != nil {
		t.Fatal(err)
	}
	m := w.opened(nora, "You are not in the group of people who may ask for a passcode reset here.")
	if m.Submit != nil || strings.Contains(m.raw, "Alice Pixel") {
		t.Errorf("Nora sees %s", m.raw)
	}
	forged := submissionOf(m, "form_devices-1")
	forged["user"] = map[string]any{"id": nora, "team_id": "T0CONTOSO", "name": "nora"}
	if _, err := w.slack.Deliver(t.Context(), "interactive", forged); err != nil {
		t.Fatal(err)
	}
	if _, there := w.stored(1); there {
		t.Error("her request is stored")
	}
}

// A form whose trigger is over does not open, and its person is told how to
// go on.
func TestForm_expiredTrigger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.slack.Fail(fakeslack.Fault{Method: "views.open", Times: 1, Error: "expired_trigger_id"})
	if _, err := w.slack.MessageShortcut(t.Context(), rita, incidents, w.says(alice, "", "help"), "reset_passcode_for_author"); err != nil {
		t.Fatal(err)
	}
	w.until("Rita is told", func() bool { return count(w.whispers(rita), "The form did not open") == 1 })
	if len(w.slack.Views(rita)) != 0 {
		t.Error("a form is open")
	}
}

// What another process has shown meanwhile does not keep the form from
// showing what is newer.
func TestForm_conflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	w.opened(rita, "active now")
	w.slack.Fail(fakeslack.Fault{Method: "views.update", Times: 1, Error: "hash_conflict"})
	w.uses(rita, m, "form_person", "form_person", "U0BOB", nil)
	w.opened(rita, "Bob Galaxy")
}

// From a global shortcut it is not known where it is asked: the form asks.
func TestForm_channel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Channels = []string{incidents}
	w.start()
	w.connected()
	if seen, err := w.slack.Shortcut(t.Context(), rita, "reset_passcode"); err != nil || seen.Error != "" {
		t.Fatal(seen.Error, err)
	}
	m := w.opened(rita, "Channel in which to ask")
	m = w.opened(rita, "<#"+incidents+">")
	w.uses(rita, m, "form_person", "form_person", alice, nil)
	m = w.opened(rita, "Alice Pixel")
	w.uses(rita, m, "form_channel", "form_channel", random, nil)
	m = w.opened(rita, "Passcode resets cannot be asked for in this channel.")
	state := filled(field("form_reason", "forgot"), fakeslack.State{m.block("form_devices", pixel): {"form_devices": []string{pixel}}})
	got := w.submits(rita, m, state)
	if e := got.Errors["form_channel"]; e != "Passcode resets cannot be asked for in this channel." {
		t.Fatalf("the errors are %+v", got)
	}
	got = w.submits(rita, m, filled(state, field("form_channel", incidents)))
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	w.until("the card is posted", func() bool { return len(w.cards()) == 1 })
}

// The messages of apps have no author with devices.
func TestForm_ofAnApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	card := w.asks(pixel)
	w.form(rita, card.TS)
	m := w.opened(rita, "That message is from an app")
	w.uses(rita, m, "form_person", "form_person", alice, nil)
	w.opened(rita, "*Alice Pixel* is already asked for in R-1.")
}

// How many of who could approve are active is known a moment later.
func TestForm_active(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.slack.EditPerson(anna, func(p *fakeslack.Person) { p.Away = true })
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	w.opened(rita, "2 people could approve it; 1 of them active now.")
	var asked []string
	for _, c := range w.slack.Calls() {
		if c.Method == "users.getPresence" {
			asked = append(asked, c.Args["user"])
		}
	}
	slices.Sort(asked)
	if diff := cmp.Diff([]string{anna, ben}, asked); diff != "" {
		t.Errorf("Slack was asked whether these are active (-want +got):\n%s", diff)
	}
}

// Of two persons who are chosen one after the other, the devices of the second
// are shown, whichever Intune answers first.
func TestForm_overtaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.start()
	w.connected()
	w.form(rita, w.says(nora, "", "help"))
	m := w.opened(rita, "Intune knows no devices of <@U0NORA>")
	held := make(chan struct{})
	w.devices.meets(func(_ context.Context, sel approvals.Selector) error {
		if sel.Value == "alice@contoso.com" {
			<-held
		}
		return nil
	})
	w.uses(rita, m, "form_person", "form_person", alice, nil)
	w.opened(rita, "I look up the devices of <@U0ALICE>")
	w.uses(rita, m, "form_person", "form_person", "U0BOB", nil)
	w.opened(rita, "Bob Galaxy")
	close(held)
	l.stop() // when all that was begun is done
	for _, c := range w.slack.Calls() {
		if c.Method == "views.update" && strings.Contains(c.Args["view"], "Alice Pixel") {
			t.Errorf("the devices of the first person were shown: %s", c.Args["view"])
		}
	}
	if m := w.modal(rita); !strings.Contains(m.raw, "Bob Galaxy") {
		t.Errorf("the form shows %s", m.raw)
	}
}

// The store fails: the form stays open with what was typed.
func TestForm_storeFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	w.opened(rita, "active now")
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	state := filled(field("form_reason", "forgot"), fakeslack.State{m.block("form_devices", pixel): {"form_devices": []string{pixel}}})
	got := w.submits(rita, m, state)
	if e := got.Errors["form_reason"]; !strings.Contains(e, "database") {
		t.Errorf("the form answers %+v", got)
	}
	if len(w.slack.Views(rita)) != 1 {
		t.Error("the form is closed")
	}
}
