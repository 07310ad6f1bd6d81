package e2e

import "testing"

// A buyer pays on the provider's page. The page states only known facts, before and
// after the provider's report; a declined payment adds nothing.
func TestABuyerTopsUp(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 390, 844)
	p.signsIn("buyer22")
	p.open("/account")
	p.clicks("a", "Top up")
	p.sees("No top-ups yet")
	p.clicks("button", "100 USD")
	p.audit("the choice of an amount", false)
	p.picture("top up")
	p.clicks("button", "Go to the payment page")
	p.sees("Pay 100.00 USD")
	back := eval[string](p, "location.pathname")
	p.clicks("button", "pay by transfer")
	p.sees("waits for the money")
	p.picture("top-up on its way")
	p.open(back)
	p.clicks("button", "let the transfer arrive")
	p.sees("100.00 USD is in your balance.")
	p.audit("a paid top-up", false)
	p.picture("top-up paid")

	p.open("/account/top-ups")
	p.fills("#field-amount", "7.50")
	p.clicks("button", "Go to the payment page")
	p.sees("Pay 7.50 USD")
	p.clicks("button", "decline")
	p.sees("The payment was declined. Nothing was added to your balance.")
	p.open("/account/top-ups")
	p.sees("Declined")
	p.sees("In your balance")
}

// A customer with an address for notices gets a mail about a payment, in the chosen
// language.
func TestAPaymentIsMailed(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer24")
	p.open("/billing")
	p.clicks("button", "Change")
	p.fills("#field-email", "books@buyer24.example")
	eval[bool](p, `(document.querySelector("#field-locale").value = "fr") === "fr"`)
	p.clicks("dialog[open] button.primary", "")
	p.sees("Saved.")
	p.open("/account/top-ups")
	p.clicks("button", "20 USD")
	p.clicks("button", "Go to the payment page")
	p.sees("Pay 20.00 USD")
	p.clicks("button", "pay")
	p.sees("20.00 USD is in your balance.")
	p.open("/local/mail/")
	p.until("the mail", `document.body.innerText.includes("books@buyer24.example") || setTimeout(() => `+
		`location.reload(), 300) < 0`)
	p.clicks("a", "Paiement reçu")
	p.sees("Nous avons reçu votre paiement de 20,00 USD")
	p.picture("mail of a payment")
}

// Staff see the settings that the provider needs, and where the access to it is
// stored.
func TestStaffSeeThePaymentProvider(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("ada")
	p.open("/settings")
	p.sees("/v1/payment-providers/stripe/acme/events")
	p.sees("payments/acme/stripe/signing-secret")
	p.sees("every reported payment was credited")
	p.audit("the payment provider", false)
	p.picture("payment provider")
}
