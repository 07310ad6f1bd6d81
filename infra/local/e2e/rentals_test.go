package e2e

import (
	"testing"

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
	p.open("/dids?state=aging")
	p.sees("None of your numbers match")
}
