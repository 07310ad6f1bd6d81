package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// An owner makes a webhook, keeps its secret, tests it, sees the answer, sends it
// again, rotates the secret and deletes the webhook.
func TestAnOwnerIsToldByAWebhook(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("olga")
	p.clicks("summary", "")
	p.clicks("a", "Webhooks")
	p.sees("No webhooks")
	p.clicks("button", "New webhook")
	p.clicks("label", "Orders")
	p.fills("#field-url", "nowhere")
	p.clicks("button", "Create webhook")
	p.sees("Address: ")
	p.fills("#field-url", p.api+"/local/hooks")
	p.clicks("button", "Create webhook")
	p.sees("It is shown only once")
	p.sees("whsec_")
	p.clicks("button", "Done")
	p.sees("did.*, order.*")
	p.clicks("th a", "/local/hooks")
	p.sees("No deliveries in the last 7 days")
	p.clicks("button", "Send a test")
	p.sees("webhook.test")
	p.refreshesUntil("204 after")
	p.clicks("td button", "Resend")
	p.until("both deliveries", `document.querySelectorAll("tbody tr").length === 2`)
	p.audit("a webhook", false)
	p.clicks("button", "Rotate secret")
	p.clicks("dialog[open] button.primary", "Rotate secret")
	p.sees("It is shown only once")
	p.sees("signed with the secret before the last rotation too")
	p.clicks("button.danger", "Delete")
	p.clicks("dialog[open] button.danger", "Delete")
	p.sees("No webhooks")
}

// refreshesUntil reloads the deliveries until the page shows the text.
func (p *person) refreshesUntil(text string) {
	p.t.Helper()
	p.until(text, `(document.body.innerText.includes("`+text+`") || [...document.querySelectorAll("button")].find((b) `+
		`=> b.innerText === "Refresh")?.click(), document.body.innerText.includes("`+text+`"))`)
}

// After checkout a buyer sends the calls of both numbers to a phone at once, with
// the keyboard. The numbers without a destination are marked before, and their
// route shows the phone afterwards.
func TestBoughtNumbersRing(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 390, 844)
	p.signsIn("buyer21")
	p.open("/numbers?q=%2B44*0217")
	for _, at := range []string{"1", "2"} {
		p.clicks("[data-row='"+at+"'] .did", "")
	}
	p.clicks("button", "Add Selected DIDs To Cart")
	p.sees("held for you")
	p.open("/cart")
	p.clicks("button", "Checkout: pay")
	p.sees("Where should they ring?")
	receipt := eval[string](p, "location.pathname + location.search")
	p.open("/dids?destination=none")
	p.sees("no destination")
	p.open(receipt)
	p.sees("Where should they ring?")
	p.fills("#ringing", "sip:desk@example.com")
	p.presses(kb.Enter)
	p.sees("go to sip:desk@example.com")
	p.open("/dids?destination=none")
	p.sees("None of your numbers match")
	p.clicks("button", "Show all")
	p.clicks("[data-row] a", "+44")
	p.sees("Put through:")
	p.audit("the routing of a number", false)
}
