package bot_test

import (
	"strings"
	"testing"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

// Where Slack takes no update for a while, as it has had too many or is away,
// the form comes all the same: nobody looks at "One moment" for ever.
func TestForm_limited(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeslack.Fault{
		"too many":     {RetryAfter: 1},
		"its fault":    {Error: "internal_error"},
		"no answer":    {Cut: true},
		"another view": {Error: "hash_conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.start()
			w.connected()
			fault.Method, fault.Times = "views.update", 3 // so many it does by itself
			w.slack.Fail(fault)
			w.form(rita, w.says(alice, "", "help"))
			w.opened(rita, "Alice Pixel")
			w.opened(rita, "active now")
		})
	}
}

// What can't be shown at all can be asked for once more by whoever waits.
func TestForm_lookAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Channels = []string{incidents}
	w.start()
	w.connected()
	mend := w.slack.Fail(fakeslack.Fault{Method: "views.update", Error: "invalid_arguments"})
	if seen, err := w.slack.Shortcut(t.Context(), rita, "reset_passcode"); err != nil || seen.Error != "" {
		t.Fatal(seen.Error, err)
	}
	m := w.opened(rita, "One moment")
	w.until("nothing can be shown", func() bool { return strings.Contains(w.logs.String(), "form not updated") })
	mend()
	w.uses(rita, m, "form_retry", "form_retry", nil, nil)
	w.opened(rita, `"initial_conversation":"`+incidents+`"`)
}

// Where Slack does not tell who may ask, the form can look again.
func TestForm_silentSlack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Channels = []string{incidents}
	w.start()
	w.connected()
	mend := w.slack.Fail(fakeslack.Fault{Method: "usergroups.users.list", Error: "internal_error"})
	if seen, err := w.slack.Shortcut(t.Context(), rita, "reset_passcode"); err != nil || seen.Error != "" {
		t.Fatal(seen.Error, err)
	}
	m := w.opened(rita, "Slack did not tell who may do this")
	mend()
	w.uses(rita, m, "form_retry", "form_retry", nil, nil)
	w.opened(rita, `"initial_conversation":"`+incidents+`"`)
}

// A form that another process has opened keeps the fields that the rule asks
// for, and what is in them, whatever is done in it first.
func TestForm_restartWithRule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.policy.Rules = []approvals.Rule{{
		Name: "verify", When: approvals.Conditions{Enrolments: []string{"fully-managed"}}, Terms: approvals.Terms{SecondReason: true},
	}}
	first := w.start()
	w.connected()
	w.form(rita, w.says(alice, "", "help"))
	m := w.opened(rita, "Alice Pixel")
	w.uses(rita, m, m.block("form_devices", pixel), "form_devices", []string{pixel}, nil)
	m = w.opened(rita, "Why now, or why so many")
	first.stop()
	w.until("the socket is closed", func() bool { return w.slack.Sockets() == 0 })
	w.start()
	w.connected()
	w.uses(rita, m, "form_person", "form_person", "U0BOB", field("form_second", "the shift starts"))
	m = w.opened(rita, "Bob Galaxy")
	if m.block("form_second", "") == "" || !strings.Contains(m.raw, "the shift starts") {
		t.Errorf("the field is gone, or what was typed: %s", m.raw)
	}
}
