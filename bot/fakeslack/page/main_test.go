package page_test

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
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	code := m.Run()
	chromium.close()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// chromium is the one browser of all tests. It starts with the first.
var chromium browser

type browser struct {
	start  sync.Once
	ctx    context.Context
	cancel func()
	err    error
}

func (b *browser) open() (context.Context, error) {
	b.start.Do(func() {
		path, err := exec.LookPath("chromium")
		if err != nil {
			b.err = fmt.Errorf("the browser tests need Chromium; install Debian's package chromium (apt-get install chromium): %w", err)
			return
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path),
			chromedp.NoSandbox, // it may be root who tests, for whom Chromium has no sandbox
			chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true),
			chromedp.Flag("disable-component-update", true),
			chromedp.WindowSize(1500, 950),
		)
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, cancel := chromedp.NewContext(allocator)
		b.ctx = ctx
		b.cancel = func() {
			// Cancel waits for the browser to end; it fails only where that is dead already.
			_ = chromedp.Cancel(ctx)
			cancel()
			stop()
		}
		b.err = chromedp.Do(ctx)
	})
	return b.ctx, b.err
}

func (b *browser) close() {
	if b.cancel != nil {
		b.cancel()
	}
}

// tab is a window of the browser on the page.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// open opens the stub's page as a person. The test fails where the page has
// logged an error, such as a breach of its content security policy.
func open(t *testing.T, s *stub, as string) tab {
	t.Helper()
	parent, err := chromium.open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(parent)
	stop := context.AfterFunc(t.Context(), cancel)
	t.Cleanup(func() {
		stop()
		cancel()
	})
	err = chromedp.Listen(ctx, func(event any) {
		if t.Context().Err() != nil {
			return // the stub is going away
		}
		switch e := event.(type) {
		case *log.EventEntryAdded:
			// That there are no controls of a sandbox is an answer too.
			if e.Entry.Level == log.EntryLevelError && !s.wasCut.Load() && !strings.HasSuffix(e.Entry.URL, "/sandbox/state") {
				t.Errorf("the page logged: %s %s", e.Entry.Text, e.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			t.Error((&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	w := tab{t: t, ctx: ctx}
	w.run(chromedp.Navigate(s.url + "/?as=" + as))
	w.sees(`html[data-ready]`)
	return w
}

func (w tab) run(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		w.t.Fatal(err)
	}
}

// eval gives back what a JavaScript expression (a promise too) comes to.
func eval[T any](w tab, js string) T {
	w.t.Helper()
	out, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%v\nin %s", err, js)
	}
	return out
}

// until waits for a condition in JavaScript.
func (w tab) until(condition string) {
	w.t.Helper()
	if !eval[bool](w, fmt.Sprintf(`(async () => {
		const end = performance.now() + 40000;
		while (!(%s)) {
			if (performance.now() > end) return false;
			await new Promise((again) => setTimeout(again, 15));
		}
		return true;
	})()`, condition)) {
		w.t.Fatalf("it never became true that %s; the page reads:\n%s", condition, eval[string](w, "document.body.innerText"))
	}
}

// sees waits for an element that can be seen.
func (w tab) sees(selector string) {
	w.t.Helper()
	w.until(fmt.Sprintf("document.querySelector(%q)?.checkVisibility()", selector))
}

// lacks waits until no such element can be seen.
func (w tab) lacks(selector string) {
	w.t.Helper()
	w.until(fmt.Sprintf("![...document.querySelectorAll(%q)].some((e) => e.checkVisibility())", selector))
}

// reads waits for an element with a text in it.
func (w tab) reads(selector, text string) {
	w.t.Helper()
	w.until(fmt.Sprintf("[...document.querySelectorAll(%q)].some((e) => e.innerText.includes(%q))", selector, text))
}

// click clicks on an element, once it can be seen.
func (w tab) click(selector string) {
	w.t.Helper()
	w.sees(selector)
	w.run(chromedp.Click(chromedp.CSS(selector)))
}

// key presses keys, or types text, where the focus is.
func (w tab) key(keys string, modifiers ...chromedp.Modifier) {
	w.t.Helper()
	w.run(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// tabTo presses Tab until an element has the focus, as somebody without a
// mouse does.
func (w tab) tabTo(selector string, modifiers ...chromedp.Modifier) {
	w.t.Helper()
	for range 150 {
		w.key(kb.Tab, modifiers...)
		if w.focus(selector) {
			return
		}
	}
	w.t.Fatalf("Tab never reaches %s", selector)
}

func (w tab) focus(selector string) bool {
	w.t.Helper()
	return eval[bool](w, fmt.Sprintf("document.activeElement.matches(%q)", selector))
}
