package sandbox_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// view is a state of the page in which it is looked at, how it is come to from
// the one before, and how it is left.
type view struct {
	name  string
	open  func(b browser, d *desk)
	leave func(b browser)
}

// toSide brings a panel of the right side to the front; on a phone, any.
func toSide(name string) func(browser, *desk) {
	return func(b browser, _ *desk) { b.panel(name) }
}

// toRow goes to a place of the sidebar.
func (b browser) toRow(selector string) {
	b.t.Helper()
	if !eval[bool](b, `document.querySelector("#sidebar").checkVisibility()`) {
		b.panel("sidebar")
	}
	b.click(selector)
}

func escape(b browser) { b.key(kb.Escape) }

// minuteViews are all that somebody comes across, as Rita and then as Anna.
func minuteViews() []view {
	return []view{
		{name: "start", open: func(b browser, _ *desk) { b.step("ask") }},
		{name: "people", open: func(b browser, _ *desk) { b.toRow(`[data-person="U0RITA"]`) }},
		{name: "settings", open: func(b browser, _ *desk) { b.click(`[data-menu="workspace"]`); b.sees(".menu") }, leave: escape},
		{name: "commands", open: func(b browser, _ *desk) {
			b.toRow(toIncident)
			b.click("#composer")
			b.key("/")
			b.sees("#composer-list")
		}, leave: func(b browser) { b.key(kb.Escape + kb.Backspace) }},
		{name: "shortcuts", open: func(b browser, _ *desk) { b.click("#composer-place [data-shortcuts]"); b.sees(".menu") }, leave: escape},
		{name: "form", open: func(b browser, _ *desk) {
			b.click("#composer-place [data-shortcuts]")
			b.click("[data-item=reset_passcode]")
			b.reads("#modal", "2 of them active now.")
		}},
		{name: "form, people", open: func(b browser, _ *desk) {
			b.click(`#modal [data-action="form_person"]`)
			b.sees(".picker-list")
		}, leave: escape},
		{name: "form, filled in and refused", open: func(b browser, _ *desk) {
			b.click(`#modal [data-action="form_person"]`)
			b.key("alice")
			b.reads(".option-active", "Alice Meyer")
			b.key(kb.Enter)
			b.reads("#modal .choice", "Alice's Pixel 8")
			b.click("#modal [data-submit]")
			b.sees(`#modal [data-error="form_reason"]`)
		}, leave: func(b browser) { b.click("#modal [data-close-modal]"); b.lacks("#modal") }},
		{name: "card pending", open: func(b browser, _ *desk) {
			b.click("#composer")
			b.key("/reset-passcode user:alice@contoso.com serial:R5CT90WAREH reason: locked out after failed attempts")
			b.key(kb.Enter)
			b.sees(`#messages [data-action="approve"]`)
			b.reads("#messages", "R-1: reset 3 passcodes?")
			b.click("[data-dismiss]")
			b.lacks("[data-ephemeral]")
		}},
		{name: "details", open: func(b browser, _ *desk) {
			b.click(`#messages [data-action="details"]`)
			b.sees("#modal[open]")
			b.reads("#modal-title", "R-1")
			b.reads("#modal", "Alice's Galaxy S23")
		}, leave: func(b browser) { b.key(kb.Escape); b.lacks("#modal") }},
		{name: "direct messages", open: func(b browser, _ *desk) {
			b.toRow(toDirect)
			b.sees("[data-tab-messages][aria-current]")
			b.reads("#messages", "R-1: reset 3 passcodes?")
		}},
		{name: "one's own menu", open: func(b browser, _ *desk) { b.click(`[data-menu="me"]`); b.sees(".menu") }, leave: escape},
		{name: "App Home", open: func(b browser, _ *desk) {
			b.click("[data-tab-home]")
			b.reads("#home", "R-1: reset 3 passcodes?")
		}},
		{name: "question", open: func(b browser, _ *desk) {
			b.toRow(toIncident)
			b.toRow(`[data-person="U0ANNA"]`)
			b.toRow(toIncident)
			b.click(`#messages [data-action="approve"]`)
			b.sees("#confirm[open]")
		}, leave: func(b browser) { b.key(kb.Escape); b.lacks("#confirm[open]") }},
		{name: "deny", open: func(b browser, _ *desk) {
			b.click(`#messages [data-action="deny"]`)
			b.sees(`#modal [data-action="why"]`)
		}, leave: func(b browser) { b.click("#modal [data-close-modal]"); b.lacks("#modal") }},
		{name: "approver's App Home", open: func(b browser, _ *desk) {
			b.toRow(toHome)
			b.sees(`#home [data-action="approve"]`)
		}},
		{name: "coach", open: func(b browser, _ *desk) {
			b.toRow(toIncident)
			b.approves()
			b.reads("#messages", "R-1: reset 3 passcodes – succeeded")
			b.step("phone")
		}},
		{name: "thread", open: func(b browser, _ *desk) {
			b.click("#messages [data-thread]")
			b.reads("#replies", "R-1 is done")
		}, leave: func(b browser) { b.click("#thread-close"); b.lacks("#thread") }},
		{name: "devices", open: toSide("fleet")},
		{name: "faults", open: func(b browser, _ *desk) {
			b.panel("controls")
			b.fault("graph-throttles", true)
		}},
		{name: "killed", open: func(b browser, _ *desk) {
			b.click(`[data-control="kill"]`)
			b.reads(".bot-state", "Killed.")
			b.reads("#banner", "not connected")
		}},
		{name: "audit", open: func(b browser, _ *desk) {
			b.panel("audit")
			b.click(`[data-event="2"] [data-tamper]`)
			b.until(`document.querySelector("[data-control=mend]").innerText.includes("1")`)
			b.click(`[data-control="verify"]`)
			b.sees(`[data-verdict="broken"]`)
		}},
	}
}

// minuteViewsOf calls look with the page in each view.
func minuteViewsOf(t *testing.T, b browser, d *desk, look func(v view)) {
	t.Helper()
	for _, v := range minuteViews() {
		v.open(b, d)
		look(v)
		if v.leave != nil {
			v.leave(b)
		}
	}
}
