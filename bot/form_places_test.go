package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"passcodebot/approvals"
	"passcodebot/bot/fakeslack"
)

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
	w.opened(rita, "Channel in which to ask")
	m := w.opened(rita, "<#"+incidents+">")
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

// Where people may ask anywhere, the form begins with the conversation that
// its person is in, of which Slack tells with what they do first.
func TestForm_anyChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.start()
	w.connected()
	if seen, err := w.slack.Shortcut(t.Context(), rita, "reset_passcode"); err != nil || seen.Error != "" {
		t.Fatal(seen.Error, err)
	}
	m := w.opened(rita, `"default_to_current_conversation":true`)
	got := w.submits(rita, m, filled(field("form_reason", "forgot")))
	if got.Errors["form_channel"] == "" {
		t.Errorf("without a channel the errors are %+v", got)
	}
	w.uses(rita, m, "form_person", "form_person", alice, field("form_channel", incidents))
	w.opened(rita, "The request will be posted in <#"+incidents+">.")
	m = w.opened(rita, "Alice Pixel")
	got = w.submits(rita, m, fakeslack.State{m.block("form_devices", pixel): {"form_devices": []string{pixel}}})
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
