package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"didpurchase/internal/wanttest"
)

// remembers records each time that the page shows one of the texts.
func (p *person) remembers(texts string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`(() => {
		window.shown = [];
		const look = () => shown.push(...(document.body.innerText.match(/%s/g) ?? []));
		new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
		return true;
	})()`, texts))
}

// After 20 numbers of a run were added, the rest of the run is shown at once.
func TestTheRestOfARunIsShownAtOnce(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer60")
	p.open("/numbers?q=%2B61+3+5550&consecutive=20")
	p.sees("1 run")
	p.remembers("0 runs|No numbers match|No more numbers")
	p.clicks("[data-row] button", "Add 20")
	p.sees("20 numbers from +61 3 5550 0000 on held for you until")
	p.sees("+61 3 5550 0020")
	p.sees("980")
	time.Sleep(3 * time.Second) // the search is repeated
	p.sees("+61 3 5550 0020")
	wanttest.Equal(t, "untrue answers", eval[int](p, `shown.length`), 0)
}

// After all found numbers were added, the page names the cart. Its message covers
// nothing that can be clicked, and is gone on the next page.
func TestAllFoundNumbersAreNamedAsInTheCart(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		user          string
		width, height int64
		q             string
	}{{"buyer61", 1280, 800, "%2B33+1+99+00+09+1"}, {"buyer62", 390, 844, "%2B33+1+99+00+09+2"}} {
		t.Run(size.user, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, size.width, size.height)
			p.signsIn(size.user)
			p.open("/numbers?q=" + size.q)
			p.sees("10 numbers")
			p.clicks("button.tick", "Select all")
			p.clicks("button", "Add Selected DIDs To Cart")
			p.sees("held for you until")
			p.sees("10 matching numbers are in your cart")
			covered := eval[bool](p, `(() => {
				const r = document.querySelector(".tray a").getBoundingClientRect();
				return [[1, 1], [r.width / 2, r.height / 2], [r.width - 2, r.height - 2]].some(([x, y]) => document.elementFromPoint(r.x + x, r.y + y).closest(".toast") !== null);
			})()`)
			wanttest.True(t, "the message doesn't cover Proceed To Cart", !covered)
			p.clicks(".tray a", "Proceed To Cart")
			p.sees("Due today")
			wanttest.Equal(t, "messages on the cart's page", eval[int](p, `document.querySelectorAll(".toast").length`), 0)
			p.open("/numbers?q=" + size.q)
			p.sees("No numbers match")
		})
	}
}

// buys rents the numbers of a search.
func (p *person) buys(q string) {
	p.t.Helper()
	p.open("/numbers?q=" + q)
	p.sees("10 numbers")
	p.clicks("button.tick", "Select all")
	p.clicks("button", "Add Selected DIDs To Cart")
	p.sees("held for you")
	p.open("/cart")
	p.clicks("button", "Checkout: pay")
	p.sees("10 numbers are yours")
}

// Cancel ends a bulk edit, and the page reports its progress. After Back, the
// selection, the place in the list and an unsaved label are unchanged.
func TestEditsAreStoppedAndKept(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 500)
	p.signsIn("buyer63")
	p.buys("%2B33+1+99+00+09+3")
	p.open("/dids")
	p.sees("My DIDs")
	p.clicks("button.tick", "Select all")
	p.clicks("button", "Edit 10 DIDs")
	eval[bool](p, `(() => {
		const send = window.fetch.bind(window);
		window.fetch = async (request, ...more) => {
			if (request.method === "PATCH") await new Promise((go) => setTimeout(go, 700));
			return send(request, ...more);
		};
		return true;
	})()`)
	p.fills("#field-label", "Desk")
	p.clicks("dialog button", "Change 10 DIDs")
	p.until("the edit runs", `document.querySelector("dialog progress") != null`)
	p.clicks("dialog button", "Cancel")
	p.sees("of 10 DIDs changed")
	time.Sleep(2 * time.Second) // an edit that continued would be done by now
	p.open("/dids")
	p.sees("My DIDs")
	p.until("the rows", `document.querySelectorAll("[data-row]").length === 10`)
	wanttest.True(t, "some numbers are unchanged", eval[int](p, `document.body.innerText.split("Desk").length - 1`) < 10)

	p.clicks("[data-row='1'] .check", "")
	p.clicks("[data-row='3'] .check", "")
	eval[any](p, `document.querySelector(".grid").scrollTop = 90`)
	p.clicks("[data-row='4'] a", "+33")
	p.sees("Coming charges")
	p.fills("#label", "Reception")
	p.sees("Not saved yet")
	p.do("go back", chromedp.NavigateBack())
	p.sees("Selected DIDs 2")
	p.until("the place in the list", `document.querySelector(".grid").scrollTop === 90`)
	p.clicks("[data-row='4'] a", "+33")
	p.sees("Not saved yet")
	wanttest.Equal(t, "the label", eval[string](p, `document.querySelector("#label").value`), "Reception")
	p.clicks("button", "Save")
	p.sees("Saved.")
	p.seesNot("Not saved yet")
}

// The focus stays near a line that is removed with the keyboard.
func TestTheFocusStaysAmongTheLines(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer64")
	p.open("/numbers?q=%2B33+1+99+00+09+4")
	p.sees("10 numbers")
	p.clicks("button.tick", "Select all")
	p.clicks("button", "Add Selected DIDs To Cart")
	p.sees("held for you")
	p.open("/cart")
	p.tabsTo("Remove +33 1 99 00 09 40")
	for left := 9; left > 6; left-- {
		p.presses(kb.Enter)
		p.until(fmt.Sprintf("%d lines", left), fmt.Sprintf(`document.querySelectorAll(".line").length === %d`, left))
		p.until("the focus is on a line", `document.activeElement.closest(".line") !== null`)
	}
}

// A payment that was entered before is not announced as recorded again.
func TestAPaymentEnteredTwiceIsRecordedOnce(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("bill")
	p.open("/customers/buyer40")
	for _, answer := range []string{"12.00 USD recorded. The balance is 1,012.00 USD.",
		"Nothing was added: the reference bank-40 was recorded on"} {
		p.asks("button", "Record payment")
		p.fills("#field-amount", "12.00")
		p.fills("#field-reference", "bank-40")
		p.clicks("dialog button", "Record")
		p.sees(answer)
	}
	p.sees("1,012.00 USD")
}
