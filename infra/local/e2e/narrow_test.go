package e2e

import (
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// beyond is JavaScript for the visible elements that end outside of the window.
// Lists that have scrollbars of their own are left out.
const beyond = `[...document.querySelectorAll("body *")]
	.filter((el) => el.checkVisibility({visibilityProperty: true}) && !el.closest(".grid, .hidden, .skip, svg, .search h1") && el.getBoundingClientRect().right > innerWidth + 1)
	.map((el) => el.tagName + "." + el.className + " " + el.innerText.slice(0, 40)).slice(0, 3).join("; ")`

// On the narrowest phone, and at 200 % zoom of a small screen, nothing is cut off,
// even with long names.
func TestNothingIsCutOffOnANarrowPage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Donaudampfschifffahrtsgesellschaft", 2)
	for _, size := range []struct {
		name, user, q string
		width, height int64
	}{{"320", "buyer36", "%2B33+1+99+00+08+9", 320, 568}, {"zoomed", "buyer37", "%2B33+1+99+00+08+8", 640, 400}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, size.width, size.height)
			visit := func(path, ready string) {
				t.Helper()
				p.open(path)
				p.sees(ready)
				wanttest.Equal(t, path+": elements that are cut off", eval[string](p, beyond), "")
			}
			visit("/", "Purchase DID Now")
			p.signsIn(size.user)
			visit("/numbers?area="+long, "No numbers match")
			visit("/numbers?q=%2B33+1+99+00+08&consecutive=5", "run")
			p.open("/numbers?q=" + size.q)
			p.sees("10 numbers")
			p.clicks("[data-row='0'] .did", "+33")
			p.clicks("button", "Add Selected DIDs To Cart")
			p.sees("held for you")
			visit("/cart", "Due today")
			p.clicks("button", "Checkout: pay")
			p.sees("What happens next")
			wanttest.Equal(t, "receipt: elements that are cut off", eval[string](p, beyond), "")
			visit("/account", "Payment")
			visit("/account?show=invoices", "An order")
			visit("/orders", "Completed")

			p = newPerson(t, size.width, size.height)
			p.signsIn("ada")
			p.open("/customers")
			p.sees("alice") // the button moves when the list appears
			p.asks("button", "New customer")
			p.fills("#field-name", long)
			p.fills("#field-id", "long"+size.name)
			p.clicks("dialog button", "Open the account")
			p.sees(long)
			visit("/customers/long"+size.name, long)
			visit("/customers", long)
			visit("/customers/alice?show=ledger", "Payment")
			visit("/", "On sale by country")
			visit("/inventory", "New Jersey")
			visit("/inventory/+442079460100", "History")
			visit("/imports", "spans.csv")
			visit("/packages", "Gold")
			visit("/settings", "Quarantine")
		})
	}
}

// A number keeps its order of digits on a page that is written from right to left.
func TestNumbersRunFromLeftToRight(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer35")
	p.open("/numbers?q=%2B33+1+99+00+08")
	p.until("the rows", `document.querySelector("[data-row] .did") != null`)
	inOrder := eval[bool](p, `(() => {
		document.documentElement.dir = "rtl";
		const place = (el, at) => { const r = document.createRange(); const text = document.createTreeWalker(el, 4); let node; while (node = text.nextNode()) { if (at < node.length) { r.setStart(node, at); r.setEnd(node, at + 1); return r.getBoundingClientRect().left; } at -= node.length; } };
		const number = document.querySelector("[data-row] .did"), amount = document.querySelector("[data-row] .recurring .amount");
		return place(number, 0) < place(number, 1) && place(number, 1) < place(number, 8) && place(amount, 0) < place(amount, 5);
	})()`)
	wanttest.True(t, "the plus is on the left", inOrder)
}
