package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a person waits for something to appear, on a machine that
// other packages' tests keep busy.
const patience = 90 * time.Second

// interval is the pause between two looks.
const interval = 25 * time.Millisecond

// person is a user with a browser window. If the person can't do something, the
// test fails.
type person struct {
	t   *testing.T
	ctx context.Context
	api string

	mu         sync.Mutex
	complaints []string // of the browser: policy violations, errors of the script
	trace      []traceEvent
	traced     chan struct{} // closed when the trace is complete
}

// newPerson opens a private window of the size.
func newPerson(t *testing.T, width, height int64) *person {
	t.Helper()
	api, browser := start(t)
	return openTab(t, api, browser, width, height, chromedp.WithNewBrowserContext())
}

// newTab opens another tab of the person's browser, like Ctrl+click: it shares the
// browser's storage, but not the first tab's session storage.
func (p *person) newTab() *person {
	p.t.Helper()
	return openTab(p.t, p.api, p.ctx, 1280, 800)
}

// openTab opens another tab of the context's browser, and checks at the end of
// the test that the browser reported no error.
func openTab(t *testing.T, api string, beside context.Context, width, height int64,
	options ...chromedp.ContextOption) *person {
	t.Helper()
	p := &person{t: t, api: api, traced: make(chan struct{})}
	var stop context.CancelFunc
	p.ctx, stop = chromedp.NewContext(beside, append(options, chromedp.WithListener(p.hear))...)
	t.Cleanup(stop)
	if err := chromedp.Do(p.ctx, chromedp.EmulateViewport(width, height), enableLog); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, complaint := range p.complaints {
			t.Errorf("the browser complains: %s", complaint)
		}
	})
	return p
}

func enableLog(ctx context.Context, target *chromedp.Target) (none chromedp.Void, err error) {
	_, err = cdp.Call(ctx, target, log.Enable, cdp.Empty{})
	return none, err
}

// hear records errors. A refused request is not an error of the page: the page
// shows it.
func (p *person) hear(event any) {
	switch e := event.(type) {
	case *tracing.EventDataCollected:
		p.note(e)
	case *tracing.EventTracingComplete:
		close(p.traced)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork ||
			e.Entry.Source == log.EntrySourceSecurity {
			p.complain(e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		p.complain(fmt.Sprintf("%s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			p.complain(fmt.Sprintf("console.%s %s", e.Type, e.Args[0].Value))
		}
	}
}

func (p *person) complain(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complaints = append(p.complaints, text)
}

// do runs actions; the label is for error messages.
func (p *person) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v\n%s", what, err, p.around())
	}
}

// around returns the text that the person sees, for a failed test.
func (p *person) around() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, `+
		`1500)`))
	if err != nil {
		return err.Error()
	}
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return text
	}
	file := filepath.Join(os.TempDir(), "did-purchase-"+strings.ReplaceAll(p.t.Name(), "/", "-")+".png")
	if os.WriteFile(file, picture, 0o644) == nil {
		text = file + " shows it\n" + text
	}
	return text
}

// open goes to a path of the portal.
func (p *person) open(path string) {
	p.t.Helper()
	p.do("open "+path, chromedp.Navigate(p.api+path))
}

// until waits until a JavaScript expression is true, also while another page is
// being loaded.
func (p *person) until(what, expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		met, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && met {
			return
		}
		select {
		case <-ctx.Done():
			p.t.Fatalf("waited in vain for %s (%v)\n%s", what, err, p.around())
		case <-time.After(interval):
		}
	}
}

// sees waits for a text anywhere on the page.
func (p *person) sees(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%q", text), shows(text))
}

func shows(text string) string {
	return fmt.Sprintf(`document.body.innerText.replaceAll(/\s+/g, " ").includes(%q)`, text)
}

// opensUntil opens a search repeatedly until its answer shows the text: a search
// may be two seconds late after a hold.
func (p *person) opensUntil(path, text string) {
	p.t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; {
		p.open(path)
		p.until("the search's answer", `document.querySelector(".found .total b") != null`)
		if eval[bool](p, shows(text)) {
			return
		}
	}
	p.t.Fatalf("opened %s in vain for %q\n%s", path, text, p.around())
}

func (p *person) seesNot(text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%q to go", text), fmt.Sprintf(`!document.body.innerText.replaceAll(/\s+/g, " ").includes(%q)`,
		text))
}

// eval returns the value of a JavaScript expression.
func eval[T any](p *person, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", expression, err, p.around())
	}
	return value
}

// finder is JavaScript for the first visible element that matches the selector
// and contains the text (in its content, its label or its name).
const finder = `(() => {
  const says = (el) => [el.innerText, el.getAttribute("aria-label"), el.getAttribute("placeholder")].some((s) => s?.replaceAll(/\s+/g, " ").includes(%q));
  return [...document.querySelectorAll(%q)].find((el) => says(el) && el.checkVisibility({visibilityProperty: true}) && !el.disabled);
})()`

// resting is JavaScript for the place of the found element, after the page's fonts
// are loaded and it does not move any more.
const resting = `new Promise((resolve) => {
  let before;
  const look = () => {
    const el = %s;
    el?.scrollIntoView({block: "nearest"});
    const r = el?.getBoundingClientRect();
    const at = r && [r.x + Math.min(r.width / 2, 200), r.y + r.height / 2];
    if (at && at.join() === before) resolve(at);
    before = at?.join();
    setTimeout(look, 50);
  };
  document.fonts.ready.then(look);
})`

// heeded is JavaScript that records whether the found element gets a click.
const heeded = `(() => {
  window.heeded = false;
  %s?.addEventListener("click", () => { window.heeded = true; }, {capture: true, once: true});
})()`

// clicks presses the mouse where the element is. It repeats that, like a person, if
// the page moved or was drawn again at that moment, so that the element got no
// click.
func (p *person) clicks(selector, text string, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	find := fmt.Sprintf(finder, text, selector)
	for begun := time.Now(); time.Since(begun) < patience; {
		p.until(selector+" "+text, find+" != null")
		at := eval[[]float64](p, fmt.Sprintf(resting, find))
		eval[any](p, fmt.Sprintf(heeded, find))
		p.do("click "+text, chromedp.MouseClickXY(at[0], at[1], chromedp.ButtonModifiers(modifiers...)))
		if p.heeds() {
			return
		}
	}
	p.t.Fatalf("clicked %s %s in vain\n%s", selector, text, p.around())
}

// heeds reports whether the recorded element got the click. A page that the click
// led to has recorded nothing, or can't be asked yet.
func (p *person) heeds() bool {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	heeded, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.heeded !== false`))
	return heeded || err != nil
}

// types sends keys to the focused element.
func (p *person) types(text string) {
	p.t.Helper()
	p.do("type "+text, chromedp.KeyEvent(text))
}

// fills replaces the text of a field. It waits for the field to be visible: the
// fields of a dialog exist a moment before the dialog opens and takes the focus.
func (p *person) fills(selector, text string) {
	p.t.Helper()
	p.until("the field "+selector, fmt.Sprintf(`document.querySelector(%q)?.checkVisibility()`, selector))
	eval[any](p, fmt.Sprintf(`(() => { const field = document.querySelector(%q); field.focus(); field.select(); })()`,
		selector))
	p.types(text)
}

// presses keys, one after another.
func (p *person) presses(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.do("press a key", chromedp.KeyEvent(key))
	}
}

// tabsTo presses Tab until the focused element contains the text.
func (p *person) tabsTo(text string) {
	p.t.Helper()
	const most = 80
	for range most {
		p.presses(kb.Tab)
		focused := eval[string](p, `(() => { const el = document.activeElement; return [el?.innerText?.slice(0, 300), `+
			`el?.getAttribute("aria-label"), el?.getAttribute("placeholder")].join(" ").replaceAll(/\s+/g, " "); })()`)
		if strings.Contains(focused, text) {
			return
		}
	}
	p.t.Fatalf("%d tabs don't lead to %q\n%s", most, text, p.around())
}

// signsIn as a seeded user, by the mouse.
func (p *person) signsIn(user string) {
	p.t.Helper()
	p.open("/")
	p.clicks("button", "Start Purchasing DIDs")
	p.sees("Who are you today?")
	p.picks(user)
	p.until("the page", `document.querySelector(".shell") != null`)
}

// picks a user on the issuer's page.
func (p *person) picks(user string) {
	p.t.Helper()
	p.until("the user "+user, fmt.Sprintf(`(() => {
		document.querySelectorAll("details").forEach((d) => { d.open = true });
		return %s != null;
	})()`, fmt.Sprintf(finder, user+" ", "a")))
	p.clicks("a", user+" ")
}
