package e2e

import (
	"context"
	"flag"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A run of consecutive numbers goes into the cart in one go, and a pasted list is
// looked up line by line.
func TestRunsAndLists(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer41")
	p.open("/numbers?q=%2B61+8+5550&consecutive=10")
	p.sees("1 run")
	p.sees("1,000")
	p.clicks("[data-row] button", "Add 10")
	p.sees("10 numbers from +61 8 5550 0000 on held for you")
	p.open("/numbers?q=%2B61+8+5550&consecutive=10")
	p.clicks("[data-row] button", "Choose from +61 8 5550 0010")
	p.sees("990 numbers in a row")
	p.sees("To +61 8 5550 0019, 30.00 USD")
	p.fills("#field-first", "+61 8 5550 1500")
	p.sees("The first number must be from +61 8 5550 0010 to +61 8 5550 0999.")
	p.fills("#field-first", "600")
	p.fills("#field-count", "4")
	p.sees("To +61 8 5550 0603, 12.00 USD")
	p.clicks("button", "Add to cart")
	p.sees("4 numbers from +61 8 5550 0600 on held for you")
	p.open("/numbers")
	p.sees("numbers")
	p.clicks("input", "TAXI")
	eval[any](p, `(() => {
		const data = new DataTransfer();
		data.setData("text", "+61 8 5550 0500\n+61 8 5550 0501\n+61 8 5550 0003\nhello 123");
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	})()`)
	p.sees("2 numbers")
	p.sees("2 lines of your list can’t be bought") // held a moment ago; no number
	p.clicks("button", "List of 4")
	p.seesNot("List of 4")
}

// A search is its address: with its filters it can be sent to a colleague.
func TestASearchIsShared(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer42")
	p.clicks("input", "TAXI")
	p.types("00")
	p.clicks("fieldset button", "Germany")
	p.clicks("fieldset button", "Berlin")
	p.until("both in the address", `location.search === "?q=00&country=DE&area=Berlin"`)
	p.until("its total", `/^\d+ numbers$/.test(document.querySelector(".total").innerText)`)
	total := eval[string](p, `document.querySelector(".total").innerText`)
	address := eval[string](p, `location.pathname + location.search`)
	colleague := newPerson(t, 390, 844)
	colleague.open(address)
	colleague.clicks("button", "Sign in to go on")
	colleague.sees("Who are you today?")
	colleague.picks("buyer43")
	colleague.sees(total)
	colleague.sees("Berlin")
}

// whole holds frames to 50 ms by the clock, which only says something on a
// machine that nobody else uses.
var whole = flag.Bool("whole", false, "no frame of scrolling may take over 50 ms")

// 10,000 rows scroll smoothly, 45 new ones a frame: few of them are in the
// document, whose elements stay, and they are laid out once a frame. How long
// frames took is logged.
func TestTenThousandRowsScrollSmoothly(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer44")
	p.open("/numbers?country=FR")
	p.sees("12,2")
	p.until("rows", `document.querySelectorAll("[data-row]").length > 20`)
	before := p.performance()
	scrolled := eval[struct {
		Frames     []float64
		Long, Made int
	}](p, `new Promise((resolve) => {
		const grid = document.querySelector(".grid");
		const frames = [];
		let long = 0, made = 0, last = performance.now();
		new PerformanceObserver((list) => { long += list.getEntries().length; }).observe({type: "longtask"});
		const known = new WeakSet(grid.querySelectorAll("[data-row]"));
		const look = (node) => {
			if (!known.has(node)) made++;
			known.add(node);
		};
		new MutationObserver((list) => list.forEach((m) => m.addedNodes.forEach(look))).observe(grid.querySelector(".grid-body"), {childList: true});
		const step = (now) => {
			frames.push(now - last);
			last = now;
			grid.scrollTop += 2000;
			if (grid.scrollTop < 44 * 10000) requestAnimationFrame(step);
			else setTimeout(() => resolve({frames, long, made}), 100);
		};
		requestAnimationFrame(step);
	})`)
	used, frames := p.performance().minus(before), len(scrolled.Frames)
	slices.Sort(scrolled.Frames)
	longest := scrolled.Frames[frames-1]
	t.Logf("%d frames: p50 %.1f, p99 %.1f, longest %.1f ms; %d tasks over 50 ms; a frame has %.1f ms of processor time and %.1f layouts",
		frames, scrolled.Frames[frames/2], scrolled.Frames[frames*99/100], longest, scrolled.Long, 1000*used.seconds/float64(frames), used.layouts/float64(frames))
	if rows := eval[int](p, `document.querySelectorAll("[data-row]").length`); rows > 50 {
		t.Errorf("%d rows are in the document at once", rows)
	}
	if scrolled.Made > frames {
		t.Errorf("%d elements of rows were made in %d frames", scrolled.Made, frames)
	}
	if used.layouts > 3*float64(frames) {
		t.Errorf("%d frames were laid out %v times", frames, used.layouts)
	}
	if *whole && (longest > 50 || scrolled.Long > 0) {
		t.Errorf("a frame took %.1f ms, %d tasks over 50", longest, scrolled.Long)
	}
}

// Any part of a list is a drag of the scrollbar away, without what lies before it
// being read.
func TestAnyPartOfAListIsReached(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer45")
	p.open("/numbers?country=FR")
	p.sees("12,2")
	p.until("rows", `document.querySelectorAll("[data-row] .did").length > 20`)
	eval[any](p, `(() => { const grid = document.querySelector(".grid"); grid.scrollTop = grid.scrollHeight / 2; })()`)
	p.until("the middle", `document.querySelector("[data-row='6130'] .did") !== null`)
	if read := eval[int](p, `performance.getEntriesByType("resource").filter((e) => e.name.includes("available-dids")).length`); read > 4 {
		t.Errorf("%d pages were read on the way", read)
	}
	middle := eval[string](p, `document.querySelector("[data-row='6130'] .did").innerText`)
	p.clicks("[data-row='6130'] .did", "")
	p.presses(kb.End)
	p.until("the end", `[...document.querySelectorAll("[data-row]")].at(-1).getAttribute("aria-rowindex") === document.querySelector(".grid").getAttribute("aria-rowcount")`)
	p.presses(kb.Home)
	p.until("the start", `document.querySelector("[data-row='0'] .did") !== null`)
	p.clicks("button", "Selected DIDs 1")
	p.sees(middle)
}

// usage is what a page's main thread did.
type usage struct{ seconds, layouts float64 }

func (u usage) minus(before usage) usage {
	return usage{u.seconds - before.seconds, u.layouts - before.layouts}
}

func (p *person) performance() (used usage) {
	p.t.Helper()
	p.do("look at what was done", func(ctx context.Context, target *chromedp.Target) (none chromedp.Void, err error) {
		threadTicks := performance.EnableTimeDomainThreadTicks
		if _, err = cdp.Call(ctx, target, performance.Enable, performance.EnableParams{TimeDomain: threadTicks}); err != nil {
			return none, err
		}
		got, err := cdp.Call(ctx, target, performance.GetMetrics, cdp.Empty{})
		for _, metric := range got.Metrics {
			switch metric.Name {
			case "TaskDuration":
				used.seconds = metric.Value
			case "LayoutCount":
				used.layouts = metric.Value
			}
		}
		return none, err
	})
	return used
}
