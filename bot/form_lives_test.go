package bot_test

import (
	"strings"
	"sync"
	"testing"

	"passcodebot/bot/fakeslack"
)

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
