package page_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axeFile is axe-core as its makers publish it (npm: axe-core; the Mozilla
// Public License 2.0), which checks pages for what keeps people out.
var axeFile = filepath.Join("testdata", "axe.min.js")

// readAxe reads it. The test fails without it: it must not pass unseen.
func readAxe(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// axed is what axe-core finds: what is wrong, and what it can't tell.
type axed struct {
	Wrong, Unsure []string
}

func (w tab) axe() axed {
	w.t.Helper()
	return eval[axed](w, `(async () => {
		const found = await axe.run(document, {
			runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
			resultTypes: ["violations", "incomplete"],
		});
		// Of text that something lies over in this view axe can't tell the
		// ground. Colours are the same in the views where nothing does.
		const covered = (n) => n.any.some((c) => ["bgOverlap", "elmPartiallyObscured", "elmPartiallyObscuring"].includes(c.data?.messageKey));
		for (const rule of found.incomplete) if (rule.id === "color-contrast") rule.nodes = rule.nodes.filter((n) => !covered(n));
		const words = (list) => list.flatMap((rule) => rule.nodes.map((n) => rule.id + " (" + rule.impact + ") " + n.target.join(" ") + ": " +
			[...n.any, ...n.all, ...n.none].map((c) => c.message).join("; ") + " in " + n.html.slice(0, 160)));
		return { Wrong: words(found.violations), Unsure: words(found.incomplete) };
	})()`)
}

// view is a state of the page, and how it is reached.
type view struct {
	name string
	open func(w tab, s *stub)
	shut func(w tab, s *stub)
}

func panel(name string) func(tab, *stub) {
	return func(w tab, _ *stub) { w.click(`#panels [data-panel="` + name + `"]`) }
}

func escape(w tab, _ *stub) { w.key(kb.Escape) }

// toSidebar brings the sidebar to the front where it is not seen.
func toSidebar(w tab) {
	if !eval[bool](w, `document.querySelector("#sidebar").checkVisibility()`) {
		w.click(`#panels [data-panel="sidebar"]`)
	}
}

func views() []view {
	return []view{
		{name: "channel"},
		{name: "people", open: func(w tab, _ *stub) { toSidebar(w) }},
		{name: "settings", open: func(w tab, _ *stub) { toSidebar(w); w.click(`[data-menu="workspace"]`); w.sees(`.menu`) }, shut: escape},
		{name: "devices", open: panel("fleet")},
		{name: "controls", open: panel("controls")},
		{name: "audit", open: func(w tab, s *stub) {
			panel("audit")(w, s)
			w.click(`[data-event="2"] summary`)
			w.click(`[data-control="verify"]`)
			w.sees(`[data-verdict="broken"]`)
		}},
		{name: "refused", open: panel("refused")},
		{name: "App Home", open: func(w tab, _ *stub) {
			toSidebar(w)
			w.click(`[data-home]`)
			w.reads(`#home`, "Waits for you")
		}},
		{name: "direct messages", open: func(w tab, _ *stub) { w.click(`[data-tab-messages]`); w.sees(`[data-tab-messages][aria-current]`) }},
		{name: "thread", open: func(w tab, _ *stub) {
			toSidebar(w)
			w.click(`[data-channel="C1"]`)
			w.click(`[data-thread]`)
			w.reads(`#replies`, "look at it")
		}},
		{name: "menu of a message", open: func(w tab, _ *stub) { w.click(`#replies [data-more]`); w.sees(`.menu`) }, shut: func(w tab, s *stub) {
			w.key(kb.Escape)
			w.click(`#thread-close`)
		}},
		{name: "one's own menu", open: func(w tab, _ *stub) { w.click(`[data-menu="me"]`); w.sees(`.menu`) }, shut: escape},
		{name: "shortcuts", open: func(w tab, _ *stub) { w.click(`#composer-place [data-shortcuts]`); w.sees(`.menu`) }, shut: escape},
		{name: "commands", open: func(w tab, _ *stub) { w.click(`#composer`); w.key("/"); w.sees(`#composer-list`) }, shut: func(w tab, _ *stub) { w.key(kb.Escape + kb.Backspace) }},
		{name: "select in a message", open: func(w tab, _ *stub) { w.click(`#messages [data-action="whom"]`); w.sees(`.picker-list`) }, shut: escape},
		{name: "question", open: func(w tab, _ *stub) { w.click(`#messages [data-action="approve"]`); w.sees(`#confirm[open]`) }, shut: func(w tab, _ *stub) {
			w.key(kb.Escape)
			w.lacks(`#confirm[open]`)
		}},
		{name: "notice", open: func(w tab, s *stub) {
			s.answering(func(object) object { return object{"error": "dispatch_failed"} })
			w.click(`#composer-place [data-shortcuts]`)
			w.click(`[data-item="ask"]`)
			w.reads(`#notice`, "not connected")
		}, shut: func(w tab, _ *stub) { w.click(`#notice-close`) }},
		{name: "modal with errors", open: func(w tab, s *stub) {
			s.modal("V1", "1", object{"errors": object{"words": "Say why.", "why": "Choose one.", "proof": "How?", "ticks": "Tick one."}}, everything()...)
			w.sees(`#modal[open] [data-error]`)
		}},
		{name: "search in a modal", open: func(w tab, s *stub) {
			s.answering(func(object) object {
				return object{"error": "", "option_groups": []object{{"label": plain("Rita's"), "options": []object{option("d1", "Alice's Pixel")}}}}
			})
			w.click(`#modal [data-action="search"]`)
			w.key("al")
			w.sees(`.option`)
		}, shut: escape},
		{name: "chosen in a modal", open: func(w tab, _ *stub) {
			w.click(`#modal [data-action="tags"]`)
			w.key(kb.Enter + kb.ArrowDown + kb.Enter)
			w.key(kb.Escape)
			w.sees(`[data-chip="b"]`)
		}},
		{name: "second modal", open: func(w tab, s *stub) {
			s.modal("V2", "1", object{"submit": nil, "title": plain("Details")}, object{"type": "section", "block_id": "s", "text": mrkdwn("*Loading* the devices…")})
			w.sees(`[data-back]`)
		}},
	}
}

func TestAxe_findsNothing(t *testing.T) {
	t.Parallel()
	script := readAxe(t)
	for _, size := range []struct {
		name string
		w, h int64
	}{{"wide", 1500, 950}, {"phone", 360, 740}} {
		for _, theme := range []string{"light", "dark"} {
			t.Run(size.name+" "+theme, func(t *testing.T) {
				t.Parallel()
				s := serve(t)
				s.withSandbox()
				full(s)
				s.answering(func(object) object {
					return object{"error": "", "ok": false, "checked": 2, "problems": []string{"Event 2 was changed."}}
				})
				w := open(t, s, "U1")
				w.run(chromedp.EmulateViewport(size.w, size.h))
				w.run(chromedp.Evaluate[chromedp.Void](script + "; undefined"))
				eval[bool](w, fmt.Sprintf(`(document.documentElement.dataset.theme = %q, true)`, theme))
				for _, v := range views() {
					if v.open != nil {
						v.open(w, s)
					}
					found := w.axe()
					for _, f := range append(found.Wrong, found.Unsure...) {
						t.Errorf("%s: %s", v.name, f)
					}
					if v.shut != nil {
						v.shut(w, s)
					}
				}
			})
		}
	}
}

// answering changes what the stub answers to posts.
func (s *stub) answering(answer func(object) object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}
