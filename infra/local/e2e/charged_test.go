package e2e

import "testing"

// The cart is open in two windows and bought in one. The other window shows that
// its numbers were bought, and by which order; it never shows a cost of nothing.
func TestACartBoughtInAnotherWindowIsToldAsBought(t *testing.T) {
	t.Parallel()
	first, second := newPerson(t, 1280, 800), newPerson(t, 1280, 800)
	first.fillsACart("buyer53", "%2B33+1+99+00+08+1", "+33 1 99 00 08 10")
	second.signsIn("buyer53")
	second.open("/cart")
	second.sees("Checkout: pay 3.00 USD")
	first.clicks("button", "Checkout: pay 3.00 USD")
	first.sees("1 number is yours")
	second.clicks("button", "Checkout: pay 3.00 USD")
	second.sees("1 number of this cart was bought")
	second.seesNot("No longer held for you")
	second.clicks("a", "Show the order")
	second.sees("+33 1 99 00 08 10")
}

// The order is made, and its answer is lost on the way.
func TestALostAnswerOfACheckoutIsFoundAmongTheOrders(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.fillsACart("buyer54", "%2B33+1+99+00+08+2", "+33 1 99 00 08 20")
	p.ordersAnswer(`await send(request); throw new TypeError("connection reset")`)
	p.clicks("button", "Checkout: pay 3.00 USD")
	p.sees("1 number of this cart was bought")
	p.seesNot("No longer held for you")
}

// The page is loaded again while the checkout still waits for its answer.
func TestAReloadDuringACheckoutForgetsNoOrder(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.fillsACart("buyer55", "%2B33+1+99+00+08+3", "+33 1 99 00 08 30")
	p.ordersAnswer(`await send(request); window.orderSent = true; return new Promise(() => {})`)
	p.clicks("button", "Checkout: pay 3.00 USD")
	p.until("the order is made", `window.orderSent === true`)
	p.open("/cart")
	p.sees("1 number of this cart was bought")
}

// The order never reaches the system. The page can't know that, and shows only
// that it got no answer.
func TestACheckoutWithoutAnAnswerIsNotCalledFree(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.fillsACart("buyer56", "%2B33+1+99+00+08+4", "+33 1 99 00 08 40")
	p.ordersAnswer(`throw new TypeError("no route to host")`)
	p.clicks("button", "Checkout: pay 3.00 USD")
	p.sees("Your checkout got no answer")
	p.sees("It may still succeed")
	p.ordersAnswer(`return send(request)`)
	p.clicks("button", "Checkout: pay 3.00 USD")
	p.sees("1 number is yours")
}

// fillsACart signs in, holds one number of a search, and shows the cart.
func (p *person) fillsACart(user, search, display string) {
	p.t.Helper()
	p.signsIn(user)
	p.open("/numbers?q=" + search)
	p.clicks("[data-row] .did", display)
	p.clicks("button", "Add Selected DIDs To Cart")
	p.clicks("a", "Proceed To Cart")
	p.sees("Checkout: pay 3.00 USD")
}

// ordersAnswer replaces the way in which the page sends its next POST /v1/orders;
// script is the body of an async function of (request, send).
func (p *person) ordersAnswer(script string) {
	p.t.Helper()
	eval[bool](p, `(() => {
		const send = window.realFetch ??= window.fetch.bind(window);
		const order = async (request) => { `+script+` };
		window.fetch = (request, ...more) => request.method === "POST" && request.url.endsWith("/v1/orders") ? order(request) : send(request, ...more);
		return true;
	})()`)
}
