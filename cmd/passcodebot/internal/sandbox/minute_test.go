package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// minuteStart is what the clock shows where that matters: a Monday, within
// working hours in London.
var minuteStart = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// slow is a fleet of which no device checks in before somebody has it do so.
const slow = -1

// as is the page as somebody sees it, in the channel.
func (d *desk) as(who string) string { return d.page + "/?as=" + who + "#" + incidents }

// step waits until the coach has come to a step, by its name; to the end
// where that is empty.
func (b browser) step(name string) {
	b.t.Helper()
	if name == "" {
		b.until(`document.querySelector("#coach").checkVisibility() && !document.querySelector("[data-step]:not([data-done])")`)
		return
	}
	b.sees(`[data-step="` + name + `"][aria-current="step"]`)
}

// deadlines is JavaScript for what waits for the clock, and until when.
const deadlines = `[...document.querySelectorAll("[data-deadline]")].map((e) => e.dataset.deadline + " " + e.querySelector("time").dateTime).join()`

// types types a message into the composer, from wherever the focus is, and
// sends it.
func (b browser) types(text string) {
	b.t.Helper()
	b.tabTo("#composer")
	b.key(text)
	b.key(kb.Enter)
}

// The whole first minute, by keyboard alone: Rita asks, Anna approves, looks
// at the phone, asks once more and lets that expire. The coach sees each step
// by what has really happened.
func TestMinute_byKeyboard(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	b.step("ask")
	b.reads("#coach", "Be Rita")

	// The slash opens the commands, Enter takes the first.
	b.tabTo("#composer")
	b.key("/res")
	b.sees(`[data-suggestion="/reset-passcode"]`)
	b.key(kb.Enter)
	b.key("serial:31091JEHN01234 reason: forgot the PIN")
	b.key(kb.Enter)
	b.reads("#messages [data-ephemeral]", "R-1 is stored.")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.step("switch")
	b.reads("#coach", "Alt+2")

	// Nobody decides alone, and says so to who tries.
	b.enter(`#messages [data-action="approve"]`)
	b.sees("#confirm[open]")
	if !b.focused("[data-deny]") {
		t.Error("the question does not begin at the answer that does nothing")
	}
	b.enter("[data-confirm]")
	b.reads("#messages [data-ephemeral]", "You asked for R-1 yourself, so you cannot decide on it.")
	b.step("switch")

	b.key("2", chromedp.ModifierAlt)
	b.reads("#me", "Anna Lindqvist")
	b.lacks("[data-ephemeral]")
	b.step("approve")
	b.tabTo(`[data-show-me="approve"]`)
	b.key(kb.Enter)
	b.until(`document.activeElement.matches('#messages [data-action="approve"]')`)
	b.key(kb.Enter)
	b.reads("dialog[open]", "You approve R-1 for 1 device.")
	b.reads("dialog[open]", "Approve for 1 device")
	b.enter("[data-confirm]")
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	b.lacks(`#messages [data-action="approve"]`)
	b.step("phone")

	// The phone has the command, and takes it when it checks in.
	b.sees(`[data-device][data-reset="pending"]`)
	b.tabTo(`[data-show-me="phone"]`)
	b.key(kb.Enter)
	b.until(`document.activeElement.matches("[data-reset=pending] [data-check-in]")`)
	b.key(kb.Enter)
	b.sees(`[data-device][data-reset="done"]`)
	b.reads(`[data-device][data-reset="done"]`, "Carla's Pixel 7a")
	b.reads("[data-post]", "204")
	b.step("expire")

	// Show me fills in another request; nobody decides on it, and the clock
	// goes on until its time is over.
	b.reads("#coach", "Ask once more")
	b.tabTo(`[data-show-me="expire"]`)
	b.key(kb.Enter)
	b.until(`document.activeElement.matches("#composer") && document.activeElement.value.startsWith("/reset-passcode ")`)
	b.key(kb.Enter)
	b.reads("#messages", "R-2: reset")
	b.reads("#coach", "Move the clock")
	b.tabTo(`[data-show-me="expire"]`)
	b.key(kb.Enter)
	for left := eval[string](b, deadlines); strings.Contains(left, "R-2"); left = eval[string](b, deadlines) { // the reminder, the escalation, its end
		b.until(`document.activeElement.matches("[data-control=clock-next]") && document.activeElement.ariaDisabled !== "true"`)
		b.key(kb.Enter)
		b.untilf(`%s !== %q`, deadlines, left)
	}
	b.reads("#messages", "expired")
	b.step("")
	b.reads("#coach", "That is the whole job.")
}

// The first minute can be left at any time, stays left and its steps stay
// done over a reload, and is taken up again from the menu of the workspace.
func TestMinute_leftAndTakenUpAgain(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	b.step("ask")
	b.types("/reset-passcode serial:31091JEHN01234 reason: forgot the PIN")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.step("switch")
	b.goTo(d.as(rita))
	b.step("switch")

	b.enter("[data-leave]")
	b.lacks("#coach")
	if !b.focused("#channel-name") {
		t.Error("who leaves it is nowhere")
	}
	b.goTo(d.as(rita))
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.lacks("#coach")

	b.enter(`[data-menu="workspace"]`)
	b.until(`document.activeElement.matches("[data-item=coach]")`)
	b.key(kb.Enter)
	b.step("ask") // what was asked before does not count
	if !b.focused("#coach-title") {
		t.Error("the coach does not have the focus")
	}
	b.types("/reset-passcode serial:R5CT90WAREH reason: forgot the PIN")
	b.step("switch")
	b.key("2", chromedp.ModifierAlt)
	b.step("approve")
}
