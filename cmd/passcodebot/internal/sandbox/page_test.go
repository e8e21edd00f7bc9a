package sandbox_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
)

// A person plays the main job on the page, as two people, and sees the
// phones change.
func TestPage_mainJob(t *testing.T) {
	t.Parallel()
	w, err := sandbox.Open(context.WithoutCancel(t.Context()), sandbox.World{
		Dir:        t.TempDir(),
		EditSlack:  func(c *fakeslack.Config) { c.PostEvery = 200 * time.Millisecond },
		EditIntune: func(c *fakeintune.Config) { c.Latency, c.CheckIn = 0, 2*time.Second },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	page := httptest.NewServer(w.Slack.Page(map[string]http.Handler{"/fleet/": w.Intune.Control()}))
	t.Cleanup(func() { page.CloseClientConnections(); page.Close() }) // after the window has gone
	if err := w.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := browse(t, page.URL+"/?as=U0RITA#C0INCIDENTS")
	b.reads("[data-device]", "Carla's Pixel 7a")

	b.click("#composer")
	b.run(chromedp.KeyEvent("/reset-passcode user:carla@contoso.com reason: forgot the PIN"), chromedp.KeyEvent("\r"))
	b.reads("#messages [data-ephemeral]", "R-1 is stored.")
	b.reads("#messages", "R-1: reset 1 passcode?")

	b.click(`#messages [data-action="approve"]`)
	b.click("dialog[open] [data-confirm]")
	b.reads("#messages [data-ephemeral]", "You asked for R-1 yourself, so you cannot decide on it.")

	b.click(`[data-person="U0ANNA"]`)
	b.until(`!document.querySelector("[data-ephemeral]")`)
	b.click(`#messages [data-action="approve"]`)
	b.reads("dialog[open]", "Approve for 1 device")
	b.click("dialog[open] [data-confirm]")
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	b.until(`!document.querySelector("#messages [data-action]")`)
	b.click("#messages [data-thread]")
	b.reads("#replies", "R-1 is done: 1 of 1 device accepted by Intune")
	b.until(`document.querySelector('[data-device][data-reset="done"]')?.innerText.includes("Carla's Pixel 7a")`)
	b.reads("[data-post]", "204")
}
