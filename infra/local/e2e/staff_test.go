package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"didpurchase/internal/wanttest"
)

// A file with an invalid row: the good rows are offered, and the bad row is
// named with its reason.
func TestAnImportNamesItsFailingRow(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "spring offer.csv")
	rows := "start,end,package\n+441632980000,+441632980099,gold\n+441632990000,+441632990099,golden\n"
	if err := os.WriteFile(file, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	p := newPerson(t, 1280, 800)
	p.signsIn("ada")
	p.clicks("nav a", "Imports")
	p.sees("Drop a file here")
	p.do("choose a file", chromedp.SetUploadFiles("input[type=file]", []string{file}))
	p.sees("This is a plan")
	p.sees("Would add DIDs 100")
	p.seesNot("DIDs added")
	p.sees("Line 3 is rejected")
	plan := eval[string](p, `location.pathname`)
	for _, path := range []string{"/", "/imports"} {
		p.open(path)
		p.sees("would add 100 DIDs")
		row := eval[string](p, `[...document.querySelectorAll("li, tr")].filter((el) => el.innerText.includes("spring offer.csv"))
			.map((el) => (el.closest(".work section") ?? el).innerText).join(" ")`)
		wanttest.True(t, path+" shows the plan as a plan, not as completed", strings.Contains(row, "Plan"))
		wanttest.True(t, path+" shows nothing as added", !strings.Contains(row, "added"))
	}
	p.open(plan)
	p.sees("Rejected 1")
	p.clicks("button", "Apply the plan")
	p.until("the plan to be applied", `!document.body.innerText.includes("This is a plan")`)
	p.sees("Completed")
	p.sees("Rows read 2")
	p.sees("Applied 1")
	p.sees("Rejected 1")
	p.sees("DIDs added 100")
	p.sees("golden")
	row := eval[string](p, `document.querySelector("tbody").innerText`)
	wanttest.Contains(t, "first row of the report", row, "Rejected")
	wanttest.Contains(t, "first row of the report", row, "package")
	wanttest.True(t, "the report shows the rejected row first, not +441632980000", !strings.Contains(row, "+441632980000"))
	p.opensUntil("/numbers?q=%2B44+1632+9800", "100 numbers")
	p.open("/inventory/+441632980042")
	p.sees("gold")
	p.sees("No activity yet")
}

// Each user sees the pages of the role, and no others even by their address.
func TestRolesSeeTheirPages(t *testing.T) {
	t.Parallel()
	customer := []string{"DID Ordering", "My DIDs", "Orders", "Account"}
	staff := []string{"Home", "Inventory", "Imports", "Packages", "Customers", "Settings"}
	for _, test := range []struct {
		user          string
		places        []string
		path, sees    string // a page of the role
		cart, imports bool
		notTheirs     string
	}{
		{user: "buyer31", places: customer, path: "/cart", sees: "Your cart is empty", cart: true, notTheirs: "/imports"},
		{user: "amy", places: customer, path: "/account", sees: "Ledger", notTheirs: "/customers"},
		{user: "carol", places: customer, path: "/numbers", sees: "No numbers match", cart: true, notTheirs: "/inventory"},
		{user: "ada", places: staff, path: "/imports", sees: "spans.csv", imports: true, notTheirs: "/cart"},
		{user: "vera", places: staff, path: "/imports", sees: "spans.csv", notTheirs: "/dids"},
		{user: "grace", places: staff, path: "/imports", sees: "No imports yet", imports: true, notTheirs: "/account"},
	} {
		t.Run(test.user, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, 1280, 800)
			p.signsIn(test.user)
			p.sees(test.places[0])
			if got := eval[string](p, `[...document.querySelectorAll("nav.places a")].map((a) => a.innerText.trim()).join(" ")`); got != strings.Join(test.places, " ") {
				t.Errorf("sees %s", got)
			}
			p.open(test.path)
			p.sees(test.sees)
			if got := eval[bool](p, `document.querySelector(".cart-link") !== null`); got != test.cart {
				t.Errorf("has a cart: %v", got)
			}
			if got := eval[bool](p, `document.querySelector("input[type=file]") !== null`); got != test.imports {
				t.Errorf("may import: %v", got)
			}
			p.open(test.notTheirs)
			p.sees("Page not found")
		})
	}
}
