package sandbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// axeFile is axe-core, which checks pages for what keeps people out.
var axeFile = filepath.Join("..", "..", "..", "..", "bot", "fakeslack", "page", "testdata", "axe.min.js")

// axe runs all rules of axe-core that are on by themselves, those of best
// practice among them, and gives back every violation, however slight.
func (b browser) axe() []string {
	b.t.Helper()
	return eval[[]string](b, `(async () => {
		for (const a of document.getAnimations()) if (a.effect.getComputedTiming().iterations < Infinity) a.finish(); // a flash has no contrast to speak of
		const found = await axe.run(document, { resultTypes: ["violations"] });
		return found.violations.flatMap((rule) => rule.nodes.map((n) => rule.id + " (" + rule.impact + ") " + n.target.join(" ") + ": " +
			[...n.any, ...n.all, ...n.none].map((c) => c.message).join("; ") + " in " + n.html.slice(0, 160)));
	})()`)
}

// theme makes the page light or dark.
func (b browser) theme(name string) {
	b.t.Helper()
	b.run(chromedp.Evaluate[chromedp.Void](`document.documentElement.dataset.theme = "` + name + `"; undefined`))
}

// In no view of the real sandbox does axe-core find anything, in light and in
// dark, on a wide screen and on a phone.
func TestAxe_findsNothing(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []size{wide, phone} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
			b := browse(t, d.as(rita))
			b.size(s)
			b.run(chromedp.Evaluate[chromedp.Void](string(script) + "; undefined"))
			minuteViewsOf(t, b, d, func(v view) {
				for _, theme := range []string{"light", "dark"} {
					b.theme(theme)
					b.shot(strings.Join([]string{"view", s.name, v.name, theme}, "-"))
					if diff := cmp.Diff([]string{}, b.axe()); diff != "" {
						t.Errorf("%s, %s (-want +got):\n%s", v.name, theme, diff)
					}
				}
			})
		})
	}
}
