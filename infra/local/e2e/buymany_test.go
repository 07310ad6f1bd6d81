package e2e

import "testing"

// A customer buys 100 numbers in blocks: from the search to the preview, through
// the progress of the order to its numbers.
func TestBuyMany(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 390, 844)
	p.signsIn("buyer07")
	p.open("/numbers?area=Warsaw")
	p.sees("Buy many")
	p.clicks("a", "Buy many")
	p.sees("Up to 5,000 numbers in one order")
	p.clicks("input[name=consecutive]", "")
	p.types("10")
	p.clicks("button", "Preview")
	p.sees("100 of 100 numbers are available")
	p.sees("300.00 USD")
	p.clicks("button", "Buy 100 numbers")
	p.sees("Completed")
	p.sees("Bought 100")
	p.sees("+48 22 550")
	p.clicks("a", "Invoice")
	p.sees("100 numbers")
	p.open("/orders")
	p.sees("300.00 USD")
}
