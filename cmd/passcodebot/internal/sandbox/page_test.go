package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"passcodebot/bot/fakeslack"
	"passcodebot/cmd/passcodebot/internal/sandbox"
	"passcodebot/graph/fakeintune"
)

// browser is headless Chromium on the sandbox's page.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func browse(t *testing.T, url string) browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("the browser tests need Chromium; install Debian's package chromium (apt-get install chromium): %v", err)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // it may be root who tests, for whom Chromium has no sandbox
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1500, 950),
	)...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // it fails only where the browser is dead already
		cancel()
		stop()
	})
	b := browser{t, ctx}
	b.run(chromedp.Navigate(url))
	b.until(`document.querySelector("html[data-ready]")`)
	return b
}

func (b browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for a condition in JavaScript.
func (b browser) until(condition string) {
	b.t.Helper()
	ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(async () => {
		const end = performance.now() + 30000;
		while (!(%s)) {
			if (performance.now() > end) return false;
			await new Promise((again) => setTimeout(again, 20));
		}
		return true;
	})()`, condition), chromedp.EvalAwaitPromise))
	if err != nil || !ok {
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText", chromedp.EvalAwaitPromise))
		b.t.Fatalf("it never became true that %s (%v); the page reads:\n%s", condition, err, text)
	}
}

func (b browser) reads(selector, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("[...document.querySelectorAll(%q)].some((e) => e.innerText.includes(%q))", selector, text))
}

// click clicks on what can be seen there and is not covered, looked up and
// clicked in one step, since the page may draw its messages anew at any time.
func (b browser) click(selector string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`(() => {
		const target = document.querySelector(%q);
		if (!target?.checkVisibility() || target.disabled) return false;
		target.scrollIntoView({ block: "nearest" });
		const box = target.getBoundingClientRect();
		const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
		if (!target.contains(top)) return false;
		target.focus();
		target.click();
		return true;
	})()`, selector))
}

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
	t.Cleanup(page.Close) // after the browser has gone
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
