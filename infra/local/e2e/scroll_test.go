package e2e

import (
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// whole limits frames to 50 ms of real time, which is only meaningful on a
// quiet machine.
var whole = flag.Bool("whole", false, "type in every field at three speeds; look at every page in both schemes; no "+
	"frame of scrolling may take over 50 ms")

// 10,000 rows scroll smoothly, with 45 other rows in each frame. Few rows are
// in the document; their elements are reused, and they are laid out once per
// frame. The test logs the time of frames by the clock, which other programs
// slow down, and by the processor time of the longest task of the page's main
// thread. It does not run in parallel: a trace records all pages of the browser,
// and several busy ones are too much for it.
func TestTenThousandRowsScrollSmoothly(t *testing.T) {
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer44")
	p.open("/numbers?country=FR")
	p.sees("12,2")
	p.until("rows", `document.querySelectorAll("[data-row]").length > 20`)
	var scrolled struct {
		Frames []float64
		Made   int
	}
	trace := p.traces(func() {
		scrolled = eval[struct {
			Frames []float64
			Made   int
		}](p, `new Promise((resolve) => {
			const grid = document.querySelector(".grid");
			const frames = [], known = new WeakSet(grid.querySelectorAll("[data-row]"));
			let made = 0, last = performance.now();
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
				else setTimeout(() => resolve({frames, made}), 100);
			};
			requestAnimationFrame(step);
		})`)
	})
	frames := len(scrolled.Frames)
	slices.Sort(scrolled.Frames)
	longest := scrolled.Frames[frames-1]
	t.Logf("%d frames, one in %.1f ms (median), %.1f (p99), %.1f (longest) by the clock; the longest task took %v of "+
		"processor time; %d layouts",
		frames, scrolled.Frames[frames/2], scrolled.Frames[frames*99/100], longest, trace.longest, trace.layouts)
	if rows := eval[int](p, `document.querySelectorAll("[data-row]").length`); rows > 50 {
		t.Errorf("%d rows are in the document at once", rows)
	}
	if scrolled.Made > frames {
		t.Errorf("%d elements of rows were made in %d frames", scrolled.Made, frames)
	}
	if trace.layouts > 3*frames {
		t.Errorf("%d frames were laid out %d times", frames, trace.layouts)
	}
	if *whole && (longest > 50 || trace.longest > 50*time.Millisecond) {
		t.Errorf("a frame took %.1f ms, a task %v", longest, trace.longest)
	}
}

// The scrollbar reaches any part of a list without loading the rows before it.
func TestAnyPartOfAListIsReached(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer45")
	p.open("/numbers?country=FR")
	p.sees("12,2")
	p.until("rows", `document.querySelectorAll("[data-row] .did").length > 20`)
	eval[any](p, `(() => { const grid = document.querySelector(".grid"); grid.scrollTop = grid.scrollHeight / 2; })()`)
	p.until("the middle", `document.querySelector("[data-row='6130'] .did") !== null`)
	if read := eval[int](p, `performance.getEntriesByType("resource").filter((e) => `+
		`e.name.includes("available-dids")).length`); read > 4 {
		t.Errorf("%d pages were read on the way", read)
	}
	middle := eval[string](p, `document.querySelector("[data-row='6130'] .did").innerText`)
	p.clicks("[data-row='6130'] .did", "")
	p.presses(kb.End)
	p.until("the end", `[...document.querySelectorAll("[data-row]")].at(-1).getAttribute("aria-rowindex") === `+
		`document.querySelector(".grid").getAttribute("aria-rowcount")`)
	p.presses(kb.Home)
	p.until("the start", `document.querySelector("[data-row='0'] .did") !== null`)
	p.clicks("button", "Selected DIDs 1")
	p.sees(middle)
}
