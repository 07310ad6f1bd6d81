package e2e

import (
	"strings"
	"testing"
)

// What staff do for a customer, each step by the page: rent a number out, refund,
// cancel and restore, withhold by a plan, port out, teach a profile; and the
// charts of the home page that tell of it.
func TestStaffServeACustomer(t *testing.T) {
	t.Parallel()
	const number, other = "+44 1632 960087", "+441632960088"
	p := newPerson(t, 1280, 900)
	p.signsIn("ada")

	p.open("/customers/buyer42")
	p.asks("button", "Assign numbers")
	p.fills("textarea", number)
	p.clicks("dialog button", "Show the price")
	p.clicks("dialog button", "Assign for ")
	p.sees("Order buyer42-1: 1 DID for")
	p.sees(number)

	p.asks("button", "Refund or correct")
	p.fills("#field-amount", "2.50")
	p.fills("#field-reference", "ticket-7")
	p.fills("#field-note", "a bad line")
	p.clicks("dialog button", "Record")
	p.sees("-2.50 USD recorded")
	p.open("/customers/buyer42?show=ledger")
	p.sees("ticket-7: a bad line")

	p.open("/customers/buyer42")
	p.asks("td button", "Cancel")
	p.sees("and is not charged again")
	p.clicks("dialog button", "Cancel")
	p.sees("Ends soon")
	p.asks("td button", "Restore")
	p.clicks("dialog button", "Restore")
	p.sees("the rental continues")
	p.sees("Active")

	p.open("/inventory/" + other)
	p.asks("button", "Withhold")
	p.sees("Nothing changes before you apply the plan")
	p.clicks("dialog button", "Create plan")
	p.sees("This is a plan")
	p.clicks("button", "Apply the plan")
	p.sees("Completed") // the job of a plan also counts the DIDs that it changes
	p.sees("DIDs changed 1")
	p.open("/inventory/" + other)
	p.sees("Withheld")
	p.sees("Return")
	p.seesNot("Re-price")

	p.open("/inventory/" + strings.ReplaceAll(number, " ", ""))
	p.sees("buyer42")
	p.asks("button", "Port out")
	p.sees("You can’t undo this")
	p.clicks("dialog button", "Port out")
	p.sees("is ported out")

	p.open("/imports")
	p.asks("button", "New profile")
	for field, value := range map[string]string{"profile": "north", "code": "1", "default": "gold", "prefix": "NPA + NXX", "national_length": "3"} {
		p.fills("#field-"+field, value)
	}
	p.clicks("dialog button", "Save")
	p.sees("prefix: NPA + NXX, national length: 3")
	p.sees("By the profile north")

	p.open("/")
	p.sees("before tax, in 12 months")
	p.sees("Coming renewals")
	eval[any](p, `document.querySelectorAll(".chart details").forEach((d) => { d.open = true })`)
	p.until("the order's revenue", `document.querySelector(".charts table")?.innerText.includes("Standard")`)
}

// asks clicks what opens a dialog, and waits for it.
func (p *person) asks(selector, text string) {
	p.t.Helper()
	p.clicks(selector, text)
	p.until("the dialog", `document.querySelector("dialog:modal") != null`)
}

// Each role is offered the actions that it is allowed, and no others.
func TestStaffAreOfferedWhatTheyMayDo(t *testing.T) {
	t.Parallel()
	for user, offers := range map[string]string{
		"sam":  "Assign numbers",
		"bill": "Edit account, Refund or correct, Record payment",
		"cleo": "",
		"vera": "",
	} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, 1280, 800)
			p.signsIn(user)
			p.open("/customers/alice")
			p.sees("Credit limit")
			if got := eval[string](p, `[...document.querySelectorAll(".page-head button")].map((b) => b.innerText).join(", ")`); got != offers {
				t.Errorf("on the customer's page: %q, want %q", got, offers)
			}
			p.open("/inventory")
			p.sees("Offered")
			want := ""
			if user == "cleo" {
				want = "Withhold, Return"
			}
			if got := eval[string](p, `[...document.querySelectorAll(".page .toolbar:has(h2) button")].map((b) => b.innerText).join(", ")`); got != want {
				t.Errorf("on the inventory's page: %q, want %q", got, want)
			}
		})
	}
}
