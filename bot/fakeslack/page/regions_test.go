package page_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestRegions_areReachedByKey(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.withSandbox()
	ts := s.say(card())
	s.say(object{"channel": "C1", "user": "UBOT", "thread_ts": ts, "text": "one"})
	w := open(t, s, "U1")
	w.click(`[data-thread]`)
	w.until(`document.activeElement.id === "thread-title"`)
	w.run(chromedp.Focus(chromedp.CSS(`#channels button`)))
	all := []string{`#timeline`, `#composer`, `#thread-title`, `#panels [aria-current]`, `[data-person="U1"]`, `#timeline`}
	for _, want := range all {
		w.key(kb.F6)
		if !w.focus(want) {
			t.Errorf("F6 does not lead to %s but to %s", want, eval[string](w, "document.activeElement.outerHTML.slice(0, 100)"))
		}
	}
	w.key(kb.F6, chromedp.ModifierShift)
	w.key(kb.F6, chromedp.ModifierShift)
	if !w.focus(`#panels [aria-current]`) {
		t.Error("Shift+F6 does not lead back")
	}
	w.tabTo(`[data-skip="composer-place"]`)
	w.until(`document.querySelector("#skip").offsetHeight > 30`) // seen when it has the focus
	w.key(kb.Enter)
	if !w.focus(`#composer`) {
		t.Error("the link does not lead to the message field")
	}
	w.until(`document.querySelector("#skip").offsetHeight <= 1`)
	w.click(`[data-menu="workspace"]`)
	w.reads(`[data-item="region"]`, "Shift+F6")
	w.key(kb.Escape)

	// On a phone, the region comes to the front.
	w.run(chromedp.EmulateViewport(360, 740))
	w.click(`#panels [data-panel="fleet"]`)
	w.key(kb.F6)
	w.sees(`#sidebar`)
	if !w.focus(`[data-person="U1"]`) {
		t.Error("F6 does not bring the region to the front")
	}
}

func TestShortWindow_everythingIsReachedByScrolling(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.withSandbox()
	full(s)
	s.edit(func() { s.connected = 0 })
	w := open(t, s, "U1")
	w.run(chromedp.EmulateViewport(900, 500))
	w.click(`#panels [data-panel="controls"]`)
	w.sees(`[data-control="kill"]`)
	w.reads(`#banner`, "not connected")
	w.until(`document.documentElement.scrollHeight <= 500`)
	for _, last := range []string{`[data-home]`, `.sidebar-foot`, `[data-control="kill"]`} {
		if got := eval[string](w, fmt.Sprintf(`(() => {
			const e = document.querySelector(%q);
			e.scrollIntoView({ block: "nearest" });
			const box = e.getBoundingClientRect();
			const at = document.elementFromPoint(box.left + box.width / 2, box.bottom - 3);
			return box.bottom < innerHeight + 1 && e.contains(at) ? "" : box.bottom + " " + at?.outerHTML.slice(0, 80);
		})()`, last)); got != "" {
			t.Errorf("%s is cut off: %s", last, got)
		}
	}
}

// A mistake of the page is no loss of the sandbox, and is not kept quiet.
func TestMistake_isReported(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	eval[bool](w, `(addEventListener("error", (e) => {
		e.preventDefault();
		window.mistake = e.message;
	}), true)`)
	people := s.people
	s.edit(func() { s.people = append(people[:len(people):len(people)], nil) })
	w.until(`window.mistake?.includes("TypeError")`)
	w.lacks(`#banner[data-kind="lost"]`)
	s.edit(func() { s.people = people })
	s.say(object{"channel": "C1", "user": "U2", "text": "it goes on"})
	w.reads(`#messages`, "it goes on")
}

func TestModal_withoutFieldsHasTheFocusItself(t *testing.T) {
	t.Parallel()
	s := serve(t)
	w := open(t, s, "U1")
	w.click(`#composer`)
	s.modal("V1", "1", object{"submit": nil}, object{"type": "section", "block_id": "s", "text": mrkdwn("Loading")})
	w.sees(`#modal[open]`)
	w.until(`document.activeElement.id === "modal" && getComputedStyle(document.activeElement).outlineStyle === "none"`)
	w.key(kb.Tab)
	if !w.focus(`#modal *`) {
		t.Error("Tab leads out of the modal")
	}
}
