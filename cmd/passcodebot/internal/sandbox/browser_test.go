package sandbox_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium is the one browser of all tests. It starts with the first that
// needs one, and TestMain ends it.
var chromium oneBrowser

type oneBrowser struct {
	start sync.Once
	ctx   context.Context
	end   func()
	err   error
}

func (o *oneBrowser) open() (context.Context, error) {
	o.start.Do(func() {
		path, err := exec.LookPath("chromium")
		if err != nil {
			o.err = fmt.Errorf("the browser tests need Chromium; install Debian's package chromium (apt-get install chromium): %w", err)
			return
		}
		allocator, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path),
			chromedp.NoSandbox, // it may be root who tests, for whom Chromium has no sandbox
			chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
			chromedp.WindowSize(wide.w, wide.h),
		)...)
		ctx, cancel := chromedp.NewContext(allocator)
		o.ctx = ctx
		o.end = func() {
			_ = chromedp.Cancel(ctx) // it fails only where the browser is dead already
			cancel()
			stop()
		}
		o.err = chromedp.Do(ctx)
	})
	return o.ctx, o.err
}

func (o *oneBrowser) close() {
	if o.end != nil {
		o.end()
	}
}

// size is how large the window is, in pixels of CSS.
type size struct {
	name string
	w, h int
}

var (
	wide  = size{"wide", 1400, 900}
	phone = size{"phone", 390, 844}
)

// browser is a window on the sandbox's page, with a memory of its own.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// browse opens a window. The test fails where the page logs an error, such as
// a breach of its content security policy.
func browse(t *testing.T, url string) browser {
	t.Helper()
	parent, err := chromium.open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext())
	over := make(chan struct{})
	t.Cleanup(func() {
		close(over)
		_ = chromedp.Cancel(ctx) // it fails only where the window is gone already
		cancel()
	})
	err = chromedp.Listen(ctx, func(event any) {
		select {
		case <-over:
			return // the page's server goes away
		default:
		}
		switch e := event.(type) {
		case *log.EventEntryAdded:
			// That there are no controls of a sandbox is an answer too.
			if e.Entry.Level == log.EntryLevelError && !strings.HasSuffix(e.Entry.URL, "/sandbox/state") {
				t.Errorf("the page logged: %s %s", e.Entry.Text, e.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			t.Error((&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	b := browser{t, ctx}
	b.size(wide)
	b.goTo(url)
	return b
}

// goTo opens an address in the window.
func (b browser) goTo(url string) {
	b.t.Helper()
	// From the page itself it would be a jump within it.
	b.run(chromedp.Navigate("about:blank"), chromedp.Navigate(url))
	b.until(`document.querySelector("html[data-ready]")`)
}

// size makes the window that large.
func (b browser) size(s size) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(int64(s.w), int64(s.h)))
}

func (b browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval gives back what a JavaScript expression (a promise too) comes to.
func eval[T any](b browser, js string) T {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%v\nin %s", err, js)
	}
	return out
}

// until waits for a condition in JavaScript.
func (b browser) until(condition string) {
	b.t.Helper()
	if !eval[bool](b, fmt.Sprintf(`(async () => {
		const end = performance.now() + 60000;
		while (!(%s)) {
			if (performance.now() > end) return false;
			await new Promise((again) => setTimeout(again, 20));
		}
		return true;
	})()`, condition)) {
		b.t.Fatalf("it never became true that %s; the page reads:\n%s", condition, eval[string](b, "document.body.innerText"))
	}
}

// sees waits for an element that can be seen.
func (b browser) sees(selector string) {
	b.t.Helper()
	b.until(fmt.Sprintf("[...document.querySelectorAll(%q)].some((e) => e.checkVisibility())", selector))
}

// lacks waits until no such element can be seen.
func (b browser) lacks(selector string) {
	b.t.Helper()
	b.until(fmt.Sprintf("![...document.querySelectorAll(%q)].some((e) => e.checkVisibility())", selector))
}

// reads waits for an element with a text in it.
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

// key presses keys, or types text, where the focus is.
func (b browser) key(keys string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	b.run(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// focused tells that an element has the focus.
func (b browser) focused(selector string) bool {
	b.t.Helper()
	return eval[bool](b, fmt.Sprintf("document.activeElement.matches(%q)", selector))
}

// tabTo presses Tab, or Shift and Tab where that is the way, until an element
// has the focus, as somebody without a mouse does.
func (b browser) tabTo(selector string) {
	b.t.Helper()
	b.sees(selector)
	if b.focused(selector) {
		return
	}
	var way []chromedp.Modifier
	if eval[bool](b, fmt.Sprintf(`(() => {
		const target = [...document.querySelectorAll(%q)].find((e) => e.checkVisibility());
		return target.compareDocumentPosition(document.activeElement) === Node.DOCUMENT_POSITION_FOLLOWING;
	})()`, selector)) {
		way = append(way, chromedp.ModifierShift)
	}
	for range 80 {
		b.key(kb.Tab, way...)
		if b.focused(selector) {
			return
		}
	}
	b.t.Fatalf("Tab does not come to %s within 80 presses; it is at %s", selector, eval[string](b, "document.activeElement.outerHTML.slice(0, 200)"))
}

// enter brings the focus to an element by Tab, and presses Enter there.
func (b browser) enter(selector string) {
	b.t.Helper()
	b.tabTo(selector)
	b.key(kb.Enter)
}

// shot saves what the window shows, for people to look at, where they ask for
// it by the environment's SANDBOX_SHOTS, a folder.
func (b browser) shot(name string) {
	b.t.Helper()
	dir := os.Getenv("SANDBOX_SHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(dir+"/"+name+".png", picture, 0o600)
	}
	if err != nil {
		b.t.Error(err)
	}
}

// untilf is until with a condition as fmt makes it.
func (b browser) untilf(condition string, with ...any) {
	b.t.Helper()
	b.until(fmt.Sprintf(condition, with...))
}
