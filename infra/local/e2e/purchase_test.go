package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The six steps: sign in, search, select, cart, checkout, receipt.
func TestPurchaseByMouse(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer01")
	p.clicks("input", "TAXI")
	p.types("+44 20 7946 01")
	p.clicks("button", "Search")
	p.sees("100 numbers")
	p.clicks("[data-row] .did", "+44 20 7946 0100")
	p.clicks("[data-row] .did", "+44 20 7946 0102")
	p.sees("Selected DIDs 2")
	p.sees("6.00 USD")
	p.clicks("button", "Add Selected DIDs To Cart")
	p.sees("2 numbers held for you")
	p.sees("98 numbers") // the search is still shown, without the held numbers
	p.clicks("a", "Proceed To Cart")
	p.sees("Due today 6.00 USD")
	p.clicks("button", "Checkout: pay 6.00 USD")
	p.sees("2 numbers are yours")
	p.clicks("a", "My DIDs")
	p.sees("+44 20 7946 0100")
	p.sees("+44 20 7946 0102")
	p.clicks("a", "Account")
	p.sees("994.00 USD")
}

func TestPurchaseByKeyboard(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.open("/")
	p.sees("Start Purchasing DIDs")
	p.tabsTo("Start Purchasing DIDs")
	p.presses(kb.Enter)
	p.sees("Who are you today?")
	p.tabsTo("buyer02")
	p.presses(kb.Enter)
	p.sees("Search numbers")
	p.tabsTo("TAXI")
	p.types("+44 113 496 0")
	p.presses(kb.Enter)
	p.sees("1,000 numbers")
	p.tabsTo("Available numbers")
	p.presses(" ")
	for range 3 {
		p.do("extend", chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(chromedp.ModifierShift)))
	}
	p.sees("Selected DIDs 4")
	p.tabsTo("Add Selected DIDs To Cart")
	p.presses(kb.Enter)
	p.sees("4 numbers held for you")
	p.tabsTo("Proceed To Cart")
	p.presses(kb.Enter)
	p.sees("Due today 12.00 USD")
	p.tabsTo("Checkout: pay 12.00 USD")
	p.presses(kb.Enter)
	p.sees("4 numbers are yours")
	if got := eval[string](p, `document.querySelector("tbody").innerText`); !strings.Contains(got, "+44 113 496 0003") {
		t.Errorf("the receipt lists %s", got)
	}
}

// The first page leads to a purchase with the names of its steps, and has a sign-in
// of its own. The receipt names the next steps, and its numbers are links.
func TestThePathOfAPurchaseHasItsNames(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.open("/")
	p.clicks("a", "Purchase DID Now")
	p.clicks("button", "Start Purchasing DIDs")
	p.sees("Who are you today?")
	p.picks("buyer38")
	p.sees("DID Ordering")
	p.open("/numbers?q=%2B33+1+99+00+05+01")
	p.clicks("[data-row] .did", "+33 1 99 00 05 01")
	p.clicks("button", "Add Selected DIDs To Cart")
	p.clicks("a", "Proceed To Cart")
	p.clicks("button", "Checkout: pay")
	p.sees("What happens next")
	p.clicks("th a", "+33 1 99 00 05 01")
	p.sees("Coming charges")
	visitor := newPerson(t, 390, 844)
	visitor.open("/")
	visitor.clicks("nav button", "Sign in")
	visitor.sees("Who are you today?")
}
