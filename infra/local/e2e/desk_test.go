package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"didpurchase/internal/wanttest"
)

// Staff's work for a customer, each step through the page: rent a number out,
// refund, cancel and restore, withhold by a plan, port out, make a profile; and the
// charts of the home page show it.
func TestStaffServeACustomer(t *testing.T) {
	t.Parallel()
	const number, other = "+44 1632 960087", "+441632960088"
	p := newPerson(t, 1280, 900)
	p.signsIn("ada")

	p.open("/customers/buyer27")
	p.asks("button", "Assign numbers")
	p.fills("textarea", number)
	p.clicks("dialog button", "Show the price")
	p.clicks("dialog button", "Assign for ")
	p.sees("Order buyer27-1: 1 DID for")
	p.sees(number)

	p.asks("button", "Refund or correct")
	p.fills("#field-amount", "2.50")
	p.fills("#field-reference", "ticket-7")
	p.fills("#field-note", "a bad line")
	p.clicks("dialog button", "Record")
	p.sees("-2.50 USD recorded")
	p.open("/customers/buyer27?show=ledger")
	p.sees("ticket-7: a bad line")

	p.open("/customers/buyer27")
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
	p.sees("buyer27")
	p.asks("button", "Port out")
	p.sees("You can’t undo this")
	p.clicks("dialog button", "Port out")
	p.sees("is ported out")

	p.open("/imports")
	p.asks("button", "New profile")
	for field, value := range map[string]string{"profile": "north", "code": "1", "default": "gold", "prefix": "NPA + NXX",
		"national_length": "3"} {
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

// setsARule makes a price rule, of which the first try is refused, and removes it.
func (p *person) setsARule() {
	const pattern = ".rule-list li:last-child input"
	p.clicks("button", "Edit the price rules")
	p.clicks("button", "Add a rule")
	p.fills(pattern, "1x")
	p.sees("which is not part of a number")
	p.fills(pattern, "44191498077?")
	p.until("its numbers are counted", `document.querySelector(".rule-count")?.innerText === "10 numbers"`)
	p.clicks("button", "Save the price rules")
	p.sees("The price rules are saved.")
	p.sees("has the pattern 44191498077?")
	p.clicks("button", "Edit the price rules")
	p.clicks("button", "Remove")
	p.until("no rule", `!document.querySelector(".rule-list li")`)
	p.clicks("button", "Save the price rules")
	p.sees("No price rules")
}

// Staff's first page lists what waits. A package is retired, and numbers of a
// country are listed.
func TestStaffSeeWhatWaits(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 900)
	p.signsIn("grace")
	p.open("/packages")
	p.asks("button", "New package")
	p.fills("#field-name", "Bronze")
	p.fills("#field-id", "bronze")
	p.fills("#field-recurring", "1.00")
	p.fills("#field-currency", "EUR")
	p.clicks("dialog button", "Create package")
	p.sees("Bronze is now version 1.")
	p.sees("Only accounts in EUR can buy it: new accounts are in USD.")
	p.asks("td button", "New price")
	p.clicks("dialog button", "Save as version 2")
	p.sees("Nothing changed: version 1 of Bronze is the same.")
	p.asks("button", "New package")
	p.fills("#field-name", "Bronze")
	p.fills("#field-id", "bronze")
	p.fills("#field-recurring", "2.00")
	p.clicks("dialog button", "Create package")
	p.sees("There is a package bronze already")
	p.clicks("dialog button", "Cancel")
	p.asks("tr:has(td) button", "Retire")
	p.clicks("dialog button", "Retire")
	p.sees("Bronze is no longer on sale.")

	file := filepath.Join(t.TempDir(), "bad.csv")
	if err := os.WriteFile(file, []byte("start,end,package\n+441632970000,+441632970009,standard\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ada := newPerson(t, 1280, 900)
	ada.signsIn("ada")
	ada.open("/packages")
	ada.setsARule()
	ada.open("/imports")
	ada.sees("Drop a file here")
	ada.do("choose a file", chromedp.SetUploadFiles("input[type=file]", []string{file}))
	ada.sees("This is a plan")
	ada.open("/")
	ada.sees("Plans that wait")
	ada.clicks(".work a", "bad.csv")
	ada.sees("Would add DIDs 10")
	ada.open("/inventory?country=PL")
	ada.sees("+48")
	wanttest.True(t, "only numbers of Poland",
		!eval[bool](ada, `document.querySelector("tbody").innerText.includes("+44")`))
}

// Numbers that are selected in the search are assigned to a customer, at a price
// that is shown first.
func TestStaffAssignFromTheSearch(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 900)
	p.signsIn("sam")
	p.open("/numbers?q=%2B44+1632+9600+7")
	p.sees("10 numbers")
	p.clicks("[data-row='1'] .did", "+44 1632 960071")
	p.clicks("[data-row='2'] .did", "+44 1632 960072")
	p.sees("Selected DIDs 2")
	p.asks("button", "Assign to a customer")
	p.until("the customers", `document.querySelectorAll("#field-customer option").length > 10`)
	eval[any](p, `(() => { const list = document.querySelector("#field-customer"); list.value = "buyer34"; `+
		`list.dispatchEvent(new Event("input", {bubbles: true})); })()`)
	p.clicks("dialog button", "Show the price")
	p.clicks("dialog button", "Assign for 6.00 USD")
	p.sees("Order buyer34-1: 2 DIDs for 6.00 USD")
	p.sees("8 numbers")
}

// asks clicks the button that opens a dialog, and waits for the dialog.
func (p *person) asks(selector, text string) {
	p.t.Helper()
	p.clicks(selector, text)
	p.until("the dialog", `document.querySelector("dialog:modal") != null`)
}

// Each role is offered exactly the actions that it is allowed.
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
			want := "CSV"
			if user == "cleo" {
				want = "CSV, Withhold, Return"
			}
			if got := eval[string](p, `[...document.querySelectorAll(".page .toolbar:has(h2) button")].map((b) => `+
				`b.innerText).join(", ")`); got != want {
				t.Errorf("on the inventory's page: %q, want %q", got, want)
			}
		})
	}
}
