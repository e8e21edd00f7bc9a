package sandbox_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// opensForm has somebody open the form by the shortcut, by keyboard.
func (b browser) opensForm() {
	b.t.Helper()
	b.enter("#composer-place [data-shortcuts]")
	b.until(`document.activeElement.matches("[data-item=reset_passcode]")`)
	b.key(kb.Enter)
	b.reads("#modal-title", "Reset a passcode")
	b.sees(`#modal [data-action="form_person"]`)
}

// picks chooses in a select what begins with a text.
func (b browser) picks(selector, text, option string) {
	b.t.Helper()
	b.tabTo(selector)
	b.key(kb.Enter)
	b.sees(".picker-search")
	b.key(text)
	b.reads(".option-active", option)
	b.key(kb.Enter)
	b.lacks(".popup")
	b.reads(selector, option)
}

// Rita asks by the form, without knowing any syntax and by keyboard alone:
// what is missing is said at its field, and nothing that she typed is lost.
func TestMinute_byForm(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	b.step("ask")
	b.opensForm()
	b.reads("#modal", "2 people could approve it; 2 of them active now.")
	b.picks(`#modal [data-action="form_channel"]`, "inci", "incidents")
	b.reads("#modal", "The request will be posted in")
	b.picks(`#modal [data-action="form_person"]`, "alice", "Alice Meyer")
	b.reads("#modal .choice", "Alice's Pixel 8")
	b.reads("#modal", "ALICE-LT-042, serial PF3ALICE042, cannot be reset: it runs Windows")
	b.tabTo(`#modal [data-action="form_text"]`)
	const why = "back from holiday, called from the office"
	b.key(why)

	// Slack itself refuses what is required and empty; the bot, what is wrong.
	b.enter("#modal [data-submit]")
	b.reads(`#modal [data-error="form_reason"]`, "Please complete this required field.")
	b.until(`document.activeElement.matches("[data-action=form_reason]")`)
	b.shot("form-required")
	b.key(kb.Enter)
	b.reads(".option", "Locked out after failed attempts")
	b.key("lock")
	b.reads(".option-active", "Locked out after failed attempts")
	b.key(kb.Enter)
	b.lacks(".popup")
	b.enter("#modal [data-submit]")
	b.reads("#modal [data-error]", "Choose at least one device")
	b.lacks(`#modal [data-error="form_reason"]`)
	b.until(`document.activeElement.matches("#modal [aria-invalid=true]")`)
	b.untilf(`document.querySelector("#modal [data-action=form_text]").value === %q`, why)
	b.shot("form-error")

	b.tabTo(`#modal .choice-box[value^="d0000001"]`)
	b.key(" ")
	b.until(`document.querySelector("#modal .choice-box[value^='d0000001']").checked`)
	b.enter("#modal [data-submit]")
	b.lacks("#modal")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.reads("#messages", why)
	b.step("switch")
}

// A bare command opens the form, which finds devices as one types, also those
// that can't be reset, and says why they can't.
func TestMinute_formSearches(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	b.types("/reset-passcode")
	b.reads("#modal-title", "Reset a passcode")
	b.sees(`#modal [data-action="form_person"]`)
	b.lacks(`#modal [data-action="form_channel"]`) // a command knows where it is typed
	b.tabTo(`#modal [data-action="form_search"]`)
	b.key(kb.Enter)
	b.sees(".picker-search")
	b.key("carla's")
	b.reads(".option", "Carla's Pixel 7a")
	b.reads(".option", "Carla's iPhone 15")
	b.reads(".picker-list", "Cannot be reset")
	b.shot("form-search")
	b.reads(".option-active", "Carla's Pixel 7a")
	b.key(kb.Enter)
	b.key(kb.Escape) // closes the list, and not the form
	b.lacks(".popup")
	b.sees(`#modal [data-chip^="d0000004"]`)
	b.picks(`#modal [data-action="form_reason"]`, "forg", "Forgot the passcode")
	b.enter("#modal [data-submit]")
	b.lacks("#modal")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.reads("#messages", "Carla's Pixel 7a")

	// Details has every device; it opens by its button and closes by Escape.
	b.enter(`#messages [data-action="details"]`)
	b.reads("#modal-title", "R-1")
	b.reads("#modal", "Carla's Pixel 7a")
	b.reads("#modal", "31091JEHN01234")
	b.shot("details")
	b.key(kb.Escape)
	b.lacks("#modal")
	b.until(`document.activeElement.matches('#messages [data-action="details"]')`)
}
