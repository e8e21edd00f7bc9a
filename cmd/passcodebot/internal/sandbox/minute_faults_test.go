package sandbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"passcodebot/graph/fakeintune"
)

// panel brings a panel of the right side to the front, from wherever one is.
func (b browser) panel(name string) {
	b.t.Helper()
	b.click(`#panels [data-panel="` + name + `"]`)
	b.sees("#" + name)
}

// fault switches a fault, and waits until the page says so.
func (b browser) fault(name string, on bool) {
	b.t.Helper()
	b.panel("controls")
	b.until(`document.querySelector("[data-control=clock-60]").ariaDisabled !== "true"`)
	b.tabTo(`[data-fault="` + name + `"]`)
	b.key(" ")
	b.sees(fmt.Sprintf(`[data-fault="%s"][aria-checked="%t"]`, name, on))
}

// approves has Anna, who is at the window, approve the one that waits.
func (b browser) approves() {
	b.t.Helper()
	b.click(`#messages [data-action="approve"]`)
	b.click("[data-confirm]")
	b.lacks("#confirm[open]")
}

// asked is a window of Anna's on a request that Rita has asked for.
func asked(t *testing.T, checkIn time.Duration) (*desk, browser) {
	t.Helper()
	d := seatedAt(t, t.TempDir(), minuteStart, checkIn, nil)
	d.asks("serial:31091JEHN01234 reason: forgot the PIN")
	b := browse(t, d.as(anna))
	b.reads("#messages", "R-1: reset 1 passcode?")
	return d, b
}

// resetOnce says that Intune took one reset of the phone, and no second one.
func (d *desk) resetOnce() {
	d.t.Helper()
	took := 0
	for _, p := range d.world.Intune.Posts() {
		if p.Took {
			took++
		}
	}
	if took != 1 {
		d.t.Errorf("Intune took %d resets, want 1", took)
	}
}

// Graph throttles when Anna approves; then Slack goes away, and Graph comes
// back. What happens meanwhile stands on the card when Slack is back.
func TestMinute_slackAwayAndGraphThrottles(t *testing.T) {
	t.Parallel()
	d, b := asked(t, 50*time.Millisecond)
	b.fault("graph-throttles", true)
	b.approves()
	b.reads("#messages", "Approved by")
	d.eventually("Graph refuses a reset", func() bool {
		return slices.ContainsFunc(d.world.Intune.Calls(), func(c fakeintune.Call) bool { return c.Status == http.StatusTooManyRequests })
	})
	b.fault("slack-away", true)
	b.reads("#banner", "passcodebot is not connected to Slack.")
	b.shot("slack-away")
	b.fault("graph-throttles", false)
	b.panel("fleet")
	b.sees(`[data-device][data-reset="done"]`)
	b.reads("#messages", "R-1: reset 1 passcode – under way")

	// Nobody is answered while it is away, and what was typed is not lost.
	b.click("#composer")
	b.types("/reset-passcode list")
	b.reads("#messages", "/reset-passcode failed")
	b.until(`document.querySelector("#composer").value === "/reset-passcode list"`)
	b.shot("slack-away-command")

	b.fault("slack-away", false)
	b.until(`document.querySelector("#banner").innerText === ""`)
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	d.resetOnce()
}

// Devices that are offline take nothing until they are back.
func TestMinute_devicesOffline(t *testing.T) {
	t.Parallel()
	d, b := asked(t, 50*time.Millisecond)
	b.fault("device-offline", true)
	b.approves()
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	b.panel("fleet")
	b.sees(`[data-device][data-reset="pending"]`)
	b.fault("device-offline", false)
	b.panel("fleet")
	b.sees(`[data-device][data-reset="done"]`)
	d.resetOnce()
}

// An answer that is lost is asked for, and the reset is not sent again.
func TestMinute_answerLost(t *testing.T) {
	t.Parallel()
	d, b := asked(t, 50*time.Millisecond)
	b.fault("answer-lost", true)
	b.approves()
	b.sees(`[data-fault="answer-lost"][aria-checked="false"]`) // it was the next one's only
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	b.panel("fleet")
	b.reads("[data-post]", "cut off")
	d.resetOnce()
}

// The bot is killed in the middle of a request, and started again: the
// request ends as it should, with one reset.
func TestMinute_killed(t *testing.T) {
	t.Parallel()
	d, b := asked(t, 50*time.Millisecond)
	b.fault("graph-throttles", true)
	b.approves()
	b.reads("#messages", "Approved by")
	b.panel("controls")
	b.enter(`[data-control="kill"]`)
	b.reads(".bot-state", "Killed. Started once.")
	b.until(`document.activeElement.matches("[data-control=start]")`)
	b.reads("#banner", "passcodebot is not connected to Slack.")
	b.shot("killed")
	b.fault("graph-throttles", false)
	b.enter(`[data-control="start"]`)
	b.reads(".bot-state", "Running. Started 2 times.")
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	b.panel("fleet")
	b.sees(`[data-device][data-reset="done"]`)
	d.resetOnce()
}

// The log is looked at, tampered with, found broken and mended.
func TestMinute_audit(t *testing.T) {
	t.Parallel()
	d, b := asked(t, 50*time.Millisecond)
	b.approves()
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	d.eventually("the device says so", func() bool { return d.kinds()["reset.confirmed"] == 1 })
	b.panel("audit")
	b.reads("[data-event]", "decision.approved")
	b.enter(`[data-control="verify"]`)
	b.sees(`[data-verdict="ok"]`)
	b.shot("audit-whole")

	b.enter(`[data-event="3"] [data-tamper]`)
	b.lacks("[data-verdict]")
	b.enter(`[data-control="verify"]`)
	b.sees(`[data-verdict="broken"]`)
	b.reads(`[data-verdict="broken"]`, "Event 3 of the log is not as it was stored")
	b.shot("audit-broken")
	b.enter(`[data-control="mend"]`)
	b.lacks("[data-verdict]")
	b.enter(`[data-control="verify"]`)
	b.sees(`[data-verdict="ok"]`)
}
