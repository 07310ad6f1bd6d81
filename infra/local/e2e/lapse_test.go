package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// A hold lapses while its customer is away: the cart shows it, and offers the
// same number again and similar ones. The test moves the clock of all users, so
// it does not run in parallel.
func TestALapsedHoldIsToldAndHeldAgain(t *testing.T) {
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer51")
	p.open("/numbers?q=%2B49+30+23125+11")
	p.sees("10 numbers")
	p.clicks("[data-row='0'] .did", "")
	p.clicks("[data-row='1'] .did", "")
	p.clicks("button", "Add Selected DIDs To Cart")
	p.sees("2 numbers held for you")
	p.clicks("a", "Proceed To Cart")
	p.sees("Checkout: pay 6.00 USD")
	p.passes("16m")
	p.open("/cart")
	p.sees("No longer held for you")
	p.sees("None of your orders contains them")
	p.sees("You held it without buying it: you can hold it again at")
	p.seesNot("Hold it again")
	p.passes("31m") // the carrier's hold_cooldown is 30
	p.open("/cart")
	p.clicks("button", "Hold it again")
	p.sees("is held for you")
	p.sees("Checkout: pay 3.00 USD")
	p.clicks("button", "Dismiss")
	p.seesNot("No longer held for you")
	p.clicks("button", "Checkout: pay 3.00 USD")
	p.sees("1 number is yours")
}

// A session is renewed automatically when its token expires. If it can't be
// renewed, the page stays and asks the user to sign in; afterwards the search and
// the selection are unchanged. The test moves the clock, so it does not run in
// parallel.
func TestASessionIsRenewedAndEndsKindly(t *testing.T) {
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer52")
	p.open("/numbers?q=%2B49+30+23125+22")
	p.sees("10 numbers")
	p.clicks("[data-row='3'] .did", "")
	p.passes("70m") // a token lasts for 60
	p.clicks("nav a", "Account")
	p.sees("1,000.00 USD")
	p.passes("13h") // a session for 12
	p.clicks("nav a", "DID Ordering")
	p.sees("Your session has ended")
	p.clicks("button", "Sign in again")
	p.sees("Who are you today?")
	p.picks("buyer52")
	p.sees("Selected DIDs 1")
}

// passes moves the clock of the whole system.
func (p *person) passes(duration string) {
	p.t.Helper()
	answer, err := http.Post(p.api+"/local/clock", "application/json", strings.NewReader(`{"advance": "`+duration+`"}`))
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		p.t.Fatalf("the clock is not moved: %s", answer.Status)
	}
}
