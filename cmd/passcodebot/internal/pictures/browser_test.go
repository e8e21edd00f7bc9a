package pictures_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"

	"passcodebot/bot/fakeslack/page"
	"passcodebot/cmd/passcodebot/internal/pictures"
)

// browser is headless Chromium on the renderer.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string
}

func browse(t *testing.T) browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("pictures are drawn by Chromium; install Debian's package chromium (apt-get install chromium): %v", err)
	}
	// As Slack: Lato, and a font for each language.
	for _, font := range []string{"Lato", ":lang=ja", ":lang=und-zsye"} {
		if found, err := exec.Command("fc-list", font, "family").Output(); err != nil || len(found) == 0 {
			t.Fatalf("there is no font for %s (%v); install Debian's packages fonts-lato, fonts-ipafont-gothic and fonts-noto-color-emoji", font, err)
		}
	}
	server := httptest.NewServer(http.FileServerFS(page.Files))
	t.Cleanup(server.Close)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // it may be root who draws, for whom Chromium has no sandbox
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("disable-lcd-text", true), chromedp.Flag("hide-scrollbars", true),
	)...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // it fails only where the browser is dead already
		cancel()
		stop()
	})
	b := browser{t, ctx, server.URL + "/render.html"}
	b.run(chromedp.EmulateViewport(pictures.Width, 900, chromedp.EmulateScale(pictures.Scale)))
	return b
}

func (b browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval waits for what a JavaScript expression comes to: whether all is well.
func (b browser) eval(js string) {
	b.t.Helper()
	ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](js, chromedp.EvalAwaitPromise))
	if err != nil || !ok {
		b.t.Fatalf("%v, %v: %.300s", ok, err, js)
	}
}

// draw draws a piece, which is JSON, and returns its picture. The page keeps
// what was chosen in a form, so that each piece has a new one.
func (b browser) draw(piece []byte) []byte {
	b.t.Helper()
	b.run(chromedp.Navigate("about:blank"), chromedp.Navigate(b.url))
	b.eval(`new Promise((ready) => {
		const look = () => (document.documentElement.dataset.ready === undefined ? requestAnimationFrame(look) : ready(true));
		look();
	})`)
	b.eval(fmt.Sprintf(`(async () => {
		window.renderPiece(%s);
		await document.fonts.ready;
		await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
		return true;
	})()`, piece))
	raw, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS("#piece")))
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := pictures.Small(raw, 16)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}
