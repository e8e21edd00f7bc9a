package sandbox_test

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"passcodebot/cmd/passcodebot/internal/pictures"
)

var update = flag.Bool("update", false, "take docs/pictures/sandbox.png again")

// The README's picture of the sandbox: what Anna sees after the main job, with
// the next request before her. It is kept with -update only, since no two
// machines draw the same pixels; the one that is kept must be of this size.
func TestPicture(t *testing.T) {
	t.Parallel()
	d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
	b := browse(t, d.as(rita))
	b.types("/reset-passcode serial:31091JEHN01234 reason: forgot the PIN")
	b.reads("#messages", "R-1: reset 1 passcode?")
	b.goTo(d.as(anna))
	b.enter(`#messages [data-action="approve"]`)
	b.enter("[data-confirm]")
	b.reads("#messages", "R-1: reset 1 passcode – succeeded")
	b.lacks(`#messages [data-action="approve"]`)
	b.enter(`[data-device][data-reset="pending"] [data-check-in]`)
	b.sees(`[data-device][data-reset="done"]`)
	b.goTo(d.as(rita))
	b.types("/reset-passcode serial:R5CT90WAREH reason: locked out after failed attempts")
	b.reads("#messages", "R-2: reset 1 passcode?")
	b.goTo(d.as(anna))
	b.reads("#messages", "R-2: reset 1 passcode?")
	b.run(chromedp.EmulateViewport(int64(wide.w), int64(wide.h), chromedp.EmulateScale(1)))
	b.until(`(() => {
		document.documentElement.dataset.theme = "light";
		document.activeElement?.blur();
		// With a mouse they come where it is; headless Chromium has none.
		for (const tools of document.querySelectorAll(".message-tools")) tools.style.display = "none";
		document.querySelector("[data-device][data-reset=done]").scrollIntoView({ block: "center" });
		return document.fonts.status === "loaded";
	})()`)
	raw, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := pictures.Small(raw, 64)
	if err != nil {
		t.Fatal(err)
	}
	const path = "../../../../docs/pictures/sandbox.png"
	if *update {
		if err := os.WriteFile(path, picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pixels(t, picture), pixels(t, kept)); diff != "" {
		t.Errorf("%s is of another size; make pictures takes it again (-now +kept):\n%s", path, diff)
	}
}

// pixels are how many a picture has across and down.
func pixels(t *testing.T, raw []byte) [2]int {
	t.Helper()
	c, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return [2]int{c.Width, c.Height}
}
