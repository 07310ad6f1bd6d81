package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"didpurchase/internal/wanttest"
)

// The list of own numbers has its filters and its order in the address, so that a
// link or a bookmark shows the same.
func TestOwnNumbersAreFiltered(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 390, 800)
	p.signsIn("buyer13")
	p.buys("%2B33+1+99+00+09+5")
	p.open("/dids")
	p.sees("10 numbers")
	p.clicks("[data-row='1'] .check", "")
	p.clicks("[data-row='2'] .check", "")
	p.clicks("button", "Edit 2 DIDs")
	p.fills("#field-label", "Front desk")
	p.fills("#field-tags", "vip")
	p.clicks("dialog button", "Change 2 DIDs")
	p.sees("2 DIDs changed")
	chooses := func(selector, value string) {
		eval[any](p, `(() => {
			const select = document.querySelector("`+selector+`");
			select.value = "`+value+`";
			select.dispatchEvent(new Event("change", {bubbles: true}));
		})()`)
	}
	p.until("the count of the new tag", `document.querySelector("select[aria-label=Tag]")?.innerText.includes("vip (2)")`)
	chooses("select[aria-label=Tag]", "vip")
	p.sees("2 numbers found")
	p.clicks("button", "Without a destination")
	p.sees("2 numbers found")
	chooses("#dids-sort", "assigned_at")
	const saved = "/dids?tag=vip&destination=none&sort=assigned_at"
	p.until("the address", `location.pathname + location.search === "`+saved+`"`)
	p.audit("own numbers, filtered", false)
	p.picture("dids-filtered-390")
	p.prefers("dark")
	p.picture("dids-filtered-390-dark")
	p.open("/dids?q=front+DESK")
	p.sees("2 numbers found")
	p.open(saved)
	p.sees("2 numbers found")
	wanttest.Equal(t, "the order", eval[string](p, `document.querySelector("#dids-sort").value`), "assigned_at")
	p.changesAllThatMatch(saved)
	p.open("/dids?state=aging")
	p.sees("None of your numbers match")
}

// changesAllThatMatch changes the two numbers of a filtered list by a job: preview,
// change, report and undo.
func (p *person) changesAllThatMatch(list string) {
	p.t.Helper()
	p.prefers("light")
	p.open(list)
	p.clicks("button", "Edit all")
	p.fills("#field-label", "Back office")
	p.clicks("dialog button", "Preview")
	p.sees("This is a preview: nothing was changed yet.")
	p.clicks("button", "Report")
	p.audit("preview of a change", false)
	p.inAllSizes("edit-preview")
	p.clicks("button", "Change 2 DIDs")
	p.sees("Undo until")
	p.inAllSizes("edit-done")
	p.open("/dids?q=back+OFFICE")
	p.sees("2 numbers found")
	p.clicks("a", "Changes")
	p.sees("Destination, label or tags")
	p.inAllSizes("edits")
	p.clicks("tbody a", "Destination, label or tags")
	p.clicks("button", "Undo until")
	p.sees("Undo of: Destination, label or tags")
	p.sees("Completed")
	p.open("/dids?q=front+DESK")
	p.sees("2 numbers found")
}

// inAllSizes checks the page's width, and takes pictures of it, on a phone and on a
// desk, in light and in dark.
func (p *person) inAllSizes(name string) {
	p.t.Helper()
	for _, size := range []struct {
		name          string
		width, height int64
	}{{wide, 1280, 800}, {"390", 390, 800}} {
		p.do("resize", chromedp.EmulateViewport(size.width, size.height))
		if over := eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			p.t.Errorf("%s at %s is %v pixels too wide", name, size.name, over)
		}
		for _, scheme := range []string{"dark", "light"} {
			p.prefers(scheme)
			p.picture(name + "-" + size.name + "-" + scheme)
		}
	}
}
