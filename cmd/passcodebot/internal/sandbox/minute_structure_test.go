package sandbox_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pieces is JavaScript for the page's landmarks and pieces that can be seen,
// in the order of the page. Each is a line: its rectangle by columns and rows
// of 24 pixels, as left, top, right and bottom, and what it is, by its role
// and its name or its data attribute. Texts that vary with the time are left
// out.
const pieces = `(() => {
	const grid = 24;
	const roles = { HEADER: "header", NAV: "navigation", SECTION: "section", MAIN: "main", DIALOG: "dialog", BUTTON: "button", A: "link", TEXTAREA: "textbox", SELECT: "combobox", SUMMARY: "button", H2: "heading", H3: "heading" };
	const inputs = { checkbox: "checkbox", radio: "radio", search: "searchbox", text: "textbox" };
	const sought = "header, nav, section, dialog, h2, h3, [role]:not([role=presentation], [role=img]), button, a[href], input, textarea, select, summary, .message, [data-block-kind], [data-error], [data-step], [data-verdict]";
	const varies = /[0-9a-f]{10}|\d+:\d\d|\d repl\w+/g;
	const named = (e) => {
		const by = e.getAttribute("aria-labelledby")?.split(" ").map((id) => document.getElementById(id)?.textContent).join(" ");
		const label = e.labels?.[0]?.querySelector(".choice-label")?.textContent ?? e.labels?.[0]?.textContent;
		return (e.getAttribute("aria-label") ?? by ?? label ?? (/^(BUTTON|A|H2|H3|SUMMARY)$/.test(e.tagName) || e.role === "option" ? e.textContent : "") ?? "").replace(varies, "…").replace(/\s+/g, " ").trim().slice(0, 60);
	};
	// What has been scrolled out of sight, or lies under a dialog, is not seen.
	const seen = (e) => {
		if (!e.checkVisibility({ visibilityProperty: true })) return null;
		const r = e.getBoundingClientRect();
		const box = { left: r.left, top: r.top, right: r.right, bottom: r.bottom };
		if (r.width <= 1 || r.height <= 1) return null; // for screen readers alone
		for (let p = e.parentElement; p; p = p.parentElement) {
			if (getComputedStyle(p).overflowY === "visible") continue;
			const q = p.getBoundingClientRect();
			for (const side of ["left", "top"]) box[side] = Math.max(box[side], q[side]);
			for (const side of ["right", "bottom"]) box[side] = Math.min(box[side], q[side]);
		}
		box.right = Math.min(box.right, innerWidth);
		box.bottom = Math.min(box.bottom, innerHeight);
		return box.right - box.left < 1 || box.bottom - box.top < 1 ? null : box;
	};
	const top = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
	return [...top.querySelectorAll(sought)].flatMap((e) => {
		const box = seen(e);
		// How many replies and events there are of one thing depends on how fast it goes.
		if (!box || e.closest("#replies, #audit-list")) return [];
		const kind = e.role || roles[e.tagName] || inputs[e.type] || (e.matches(".message") ? "message" : e.tagName.toLowerCase());
		const data = Object.keys(e.dataset).filter((k) => /^(error|step|verdict|panel|person|action|reset)$/.test(k)).map((k) => k + "=" + e.dataset[k]).join(" ");
		return [[...[box.left, box.top, box.right, box.bottom].map((n) => String(Math.round(n / grid)).padStart(2)), kind, named(e) && JSON.stringify(named(e)), data].filter(Boolean).join(" ")];
	});
})()`

// cut is JavaScript for what is cut off: a text wider than its box, where
// nothing says by an ellipsis or a scroll bar that there is more, or beyond
// the window's edge. The space at the end of a line may hang over.
const cut = `[...document.body.querySelectorAll("*")].flatMap((e) => {
	if (!e.checkVisibility({ visibilityProperty: true }) || e.closest(".unseen, svg, option")) return [];
	const lines = [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && n.data.trim() !== "").flatMap((n) => {
		const range = document.createRange();
		range.selectNodeContents(n);
		return [...range.getClientRects()];
	});
	if (lines.length === 0) return [];
	const text = { left: Math.min(...lines.map((r) => r.left)), right: Math.max(...lines.map((r) => r.right)) };
	const name = e.tagName.toLowerCase() + (e.className ? "." + e.className : "") + " " + JSON.stringify(e.textContent.trim().slice(0, 60));
	for (let p = e; p; p = p.parentElement) {
		const style = getComputedStyle(p);
		if (/auto|scroll/.test(style.overflowX) || style.textOverflow === "ellipsis" && !/flex|grid/.test(style.display)) return [];
		if (/^(inline|contents)$/.test(style.display)) continue;
		const box = p.getBoundingClientRect();
		if (text.right > box.right + 6 || text.left < box.left - 1) return [name + " is wider than " + p.tagName.toLowerCase() + (p.id ? "#" + p.id : p.className ? "." + p.className : "")];
	}
	return text.left < -1 || text.right > innerWidth + 1 ? [name + " is beyond the edge of the window"] : [];
}).concat(document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [])`

// boxed gives all text the font of the test, so that a golden is the same
// whatever fonts a machine has.
func (b browser) boxed() {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(async () => {
		const bytes = Uint8Array.from(atob(%q), (c) => c.charCodeAt(0));
		const font = new FontFace("Boxes", bytes, { weight: "100 900" });
		document.fonts.add(await font.load());
		for (const name of ["--font", "--mono"]) document.documentElement.style.setProperty(name, "Boxes");
		return true;
	})()`, base64.StdEncoding.EncodeToString(boxFont())))
}

// unboxed ends boxed.
func (b browser) unboxed() {
	b.t.Helper()
	eval[bool](b, `(() => {
		for (const name of ["--font", "--mono"]) document.documentElement.style.removeProperty(name);
		document.fonts.clear();
		return true;
	})()`)
}

// structure is what is where on the page, as soon as it is as wanted, or else
// once it has stayed as it is for a while.
func (b browser) structure(want []string) []string {
	b.t.Helper()
	raw, err := json.Marshal(want)
	if err != nil {
		b.t.Fatal(err)
	}
	return eval[[]string](b, fmt.Sprintf(`(async () => {
		const want = JSON.stringify(%s);
		let now = [], since = performance.now();
		while (performance.now() < since + (want === "null" ? 1000 : 5000)) {
			await new Promise((again) => setTimeout(again, 20));
			const next = %s;
			if (JSON.stringify(next) !== JSON.stringify(now)) since = performance.now();
			now = next;
			if (JSON.stringify(now) === want) break;
		}
		return now;
	})()`, raw, pieces))
}

// What is where on the page stays as it is, in every view, on a wide screen
// and on a phone; it is the same in light and in dark, and nothing is cut off.
func TestStructure(t *testing.T) {
	t.Parallel()
	for _, s := range []size{wide, phone} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := seatedAt(t, t.TempDir(), minuteStart, slow, nil)
			b := browse(t, d.as(rita))
			b.size(s)
			minuteViewsOf(t, b, d, func(v view) {
				if diff := cmp.Diff([]string{}, eval[[]string](b, cut)); diff != "" {
					t.Errorf("%s: cut off (-want +got):\n%s", v.name, diff)
				}
				file := filepath.Join("testdata", "structure", s.name, strings.NewReplacer(" ", "-", ",", "", "'", "").Replace(strings.ToLower(v.name))+".json")
				want := goldenLines(t, file)
				b.boxed() // only while it is measured: the rest is as people have it
				b.theme("light")
				got := b.structure(want)
				b.theme("dark")
				if diff := cmp.Diff(got, b.structure(got)); diff != "" {
					t.Errorf("%s: dark is not as light (-light +dark):\n%s", v.name, diff)
				}
				b.theme("light")
				b.unboxed()
				if *update {
					writeLines(t, file, got)
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s; where it should be so, run go test -run TestStructure -update (-want +got):\n%s", file, diff)
				}
			})
		})
	}
}

// goldenLines reads a golden file; it need not be there where it is rewritten.
func goldenLines(t *testing.T, file string) (lines []string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &lines)
	}
	if err != nil && !*update {
		t.Fatalf("%s: %v; go test -run TestStructure -update writes it", file, err)
	}
	return lines
}

func writeLines(t *testing.T, file string, lines []string) {
	t.Helper()
	var out bytes.Buffer
	to := json.NewEncoder(&out)
	to.SetIndent("", "  ")
	to.SetEscapeHTML(false)
	err := errors.Join(to.Encode(lines), os.MkdirAll(filepath.Dir(file), 0o755))
	if err == nil {
		err = os.WriteFile(file, out.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
