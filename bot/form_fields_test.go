package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

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
		{Text: "Bob Galaxy · BOB123", Value: galaxy, Description: "whole device · never checked in · fully managed", Group: "Can be reset"},
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

// Who submits a form says what they see in it: what was typed in fields that
// it does not have any more is not said, and is there again when they are.
func TestForm_hidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Rules = []approvals.Rule{{
		Name: "verify", When: approvals.Conditions{Enrolments: []string{"fully-managed"}},
		Terms: approvals.Terms{Ticket: regexp.MustCompile(`^(?:INC\d+)$`), Verified: true},
	}}
	kiosk := w.devices.all[galaxy]
	kiosk.Enrollment = "androidEnterpriseDedicatedDevice"
	w.devices.all[galaxy] = kiosk
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	ticks := m.block("form_devices", pixel)
	w.uses(rita, m, ticks, "form_devices", []string{pixel}, nil)
	m = w.opened(rita, "Ticket number")
	w.uses(rita, m, ticks, "form_devices", []string{}, field("form_ticket", "INC1"))
	w.until("there is no such field", func() bool { return w.modal(rita).block("form_ticket", "") == "" })
	w.uses(rita, w.modal(rita), ticks, "form_devices", []string{pixel}, nil)
	m = w.opened(rita, `"initial_value":"INC1"`)
	w.uses(rita, m, "form_person", "form_person", "U0BOB", nil)
	m = w.opened(rita, "Bob Galaxy")
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{}, nil)
	w.uses(rita, m, m.block("form_devices", galaxy), "form_devices", []string{galaxy}, nil)
	w.until("there is no such field", func() bool { return w.modal(rita).block("form_ticket", "") == "" })
	got := w.submits(rita, w.modal(rita), field("form_reason", "forgot"))
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	if r, _ := w.stored(1); r.Statement != (approvals.Statement{}) {
		t.Errorf("for %v the form had no such fields, and stored is %+v", r.Selectors, r.Statement)
	}
}

// How one person was verified is not how another one was: the field is empty
// for another person, and what says so stands at it.
func TestForm_otherPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Rules = []approvals.Rule{{
		Name: "verify", When: approvals.Conditions{Enrolments: []string{"fully-managed"}}, Terms: approvals.Terms{Verified: true},
	}}
	w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{pixel}, nil)
	m = w.opened(rita, "How you verified who the person is")
	said := field("form_verified", "Alice called from her desk")
	w.uses(rita, m, "form_person", "form_person", "U0BOB", said)
	m = w.opened(rita, "Bob Galaxy")
	w.uses(rita, m, m.block("form_devices", galaxy), "form_devices", []string{galaxy}, nil)
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{}, nil)
	w.until("what was typed is gone", func() bool { return !strings.Contains(w.modal(rita).raw, "Alice called") })
	m = w.modal(rita)
	at := m.block("form_verified", "")
	got := w.submits(rita, m, filled(field("form_reason", "forgot"), fakeslack.State{at: {"form_verified": "-"}}))
	if e := got.Errors[at]; at == "form_verified" || !strings.HasPrefix(e, "How you verified who the person is must be said") {
		t.Fatalf("the field is %s, and the errors are %+v", at, got)
	}
	got = w.submits(rita, m, fakeslack.State{at: {"form_verified": "Bob came by"}})
	if got.Error != "" || len(got.Errors) > 0 {
		t.Fatalf("the form is not taken: %+v", got)
	}
	if r, _ := w.stored(1); r.Statement.Verified != "Bob came by" {
		t.Errorf("stored is %+v", r.Statement)
	}
}
