package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Staff reach a customer, a number and a page with the keyboard.
func TestStaffFindAnything(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("ada")
	p.open("/packages")
	p.sees("Gold")
	p.clicks("button", "Find") // letters typed at once are not lost
	p.types("ALIC")
	p.sees("Customer Alice")
	p.picture("finder")
	p.audit("finder", true)
	p.pressesInField("Enter")
	p.until("the customer's page", `location.pathname === "/customers/alice"`)
	p.sees("Record payment")

	p.clicks("button", "Find")
	p.types("44 20 7946 0100")
	p.sees("Number +44 20 7946 0100")
	p.pressesInField("Enter")
	p.until("the number's page", `location.pathname === "/inventory/+442079460100"`)
	p.sees("History")

	p.clicks("button", "Find")
	p.types("no such thing")
	p.sees("Nothing found.")
	p.presses(kb.Escape)
	p.seesNot("Nothing found.")

	p.prefers("dark")
	p.clicks("button", "Find")
	p.picture("finder-dark")
}

// pressesInField presses a key down in the focused field. The protocol's key event
// has a character of its own, which would go to the element that has the focus
// afterwards.
func (p *person) pressesInField(key string) {
	p.t.Helper()
	eval[any](p, fmt.Sprintf(`void document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: %q, `+
		`bubbles: true}))`, key))
}
