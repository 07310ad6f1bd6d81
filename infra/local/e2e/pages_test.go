package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// page is one page to visit, with the text that it shows when it is ready.
type page struct {
	name, path, ready string
	prepare           func(p *person)
	printed           bool // people print it
}

// wide names the size of a screen.
const wide = "1280"

var publicPages = []page{
	{name: "start", path: "/", ready: "Start Purchasing DIDs"},
	{name: "start-deep", path: "/dids", ready: "Sign in to continue"},
}

// customerPages are visited in this order, on the way to a purchase of found
// numbers.
func customerPages(q string) []page {
	return []page{
		{name: "cart-empty", path: "/cart", ready: "Your cart is empty"},
		{name: "dids-empty", path: "/dids", ready: "No rented numbers yet"},
		{name: "orders-empty", path: "/orders", ready: "No orders yet"},
		{name: "numbers", path: "/numbers", ready: "numbers"},
		{name: "numbers-none", path: "/numbers?q=%2B999", ready: "No numbers match"},
		{name: "numbers-wrong", path: "/numbers?q=7!7", ready: "Your search has"},
		{name: "numbers-selected", path: "/numbers?q=" + q, ready: "numbers", prepare: selectSome},
		{name: "numbers-held", path: "/numbers?q=" + q, ready: "numbers", prepare: holdSome},
		{name: "cart", path: "/cart", ready: "Due today"},
		{name: "receipt", path: "/cart", ready: "Due today", prepare: clicking("button", "Checkout: pay", "yours"),
			printed: true},
		{name: "dids", path: "/dids", ready: "+"},
		{name: "dids-edit", path: "/dids", ready: "+", prepare: editAll},
		{name: "did", path: "/dids", ready: "+", prepare: openFirst},
		{name: "did-cancel", path: "/dids", ready: "+", prepare: askToCancel},
		{name: "idle", path: "/idle", ready: "switch of your carrier reports"},
		{name: "orders", path: "/orders", ready: "-1"},
		{name: "buy", path: "/buy?area=Belfast", ready: "How many", prepare: clicking("button", "Preview", "are available")},
		{name: "buy-list", path: "/buy?show=list", ready: "One a line"},
		{name: "account", path: "/account", ready: "Payment"},
		{name: "invoices", path: "/account?show=invoices", ready: "An order"},
		{name: "invoice", path: "/account?show=invoices", ready: "An order", prepare: clicking("th a", "-", "All invoices"),
			printed: true},
		{name: "billing", path: "/billing", ready: "Notices that are off"},
		{name: "billing-edit", path: "/billing", ready: "Legal name",
			prepare: clicking("button", "Change", "Send a mail when")},
		{name: "filters", path: "/numbers?country=GB&interval=month", ready: "United Kingdom", prepare: openFilters},
		{name: "runs", path: "/numbers?consecutive=10&country=FR", ready: "runs"},
		{name: "list", path: "/numbers?list=1", ready: "This list is not in this tab"},
		{name: "nothing", path: "/nothing", ready: "Page not found"},
	}
}

var staffPages = []page{
	{name: "staff-home", path: "/", ready: "On sale by country", prepare: openTables},
	{name: "staff-inventory", path: "/inventory", ready: "New Jersey"},
	{name: "staff-did", path: "/inventory/+442079460100", ready: "History"},
	{name: "staff-did-then", path: "/inventory/+442079460100?at=2026-01-31T12:00", ready: "Now"},
	{name: "staff-audit", path: "/audit", ready: "order completed"},
	{name: "staff-audits", path: "/audits", ready: "Regulators’ forms",
		prepare: clicking("button", "Make a report", "Make it now")},
	{name: "staff-audits-made", path: "/audits", ready: "Regulators’ forms", prepare: makeAReport},
	{name: "staff-imports", path: "/imports", ready: "spans.csv"},
	{name: "staff-packages", path: "/packages", ready: "Gold"},
	{name: "staff-rules", path: "/packages", ready: "Gold", prepare: writeARule},
	{name: "staff-settings", path: "/settings", ready: "Quarantine"},
	{name: "staff-issuer", path: "/settings", ready: "Quarantine",
		prepare: clicking("button", "Invoices", "Colour of headings")},
	{name: "staff-billing", path: "/customers/alice/billing", ready: "Tax number"},
	{name: "staff-access", path: "/access", ready: "API keys"},
	{name: "staff-invite", path: "/access", ready: "API keys",
		prepare: clicking("button", "Invite a user", "Customer success")},
	{name: "staff-key", path: "/access", ready: "API keys", prepare: clicking("button", "New key", "Record payments")},
	{name: "staff-import", path: "/imports", ready: "spans.csv", prepare: openImport},
	{name: "staff-price", path: "/packages", ready: "Gold",
		prepare: clicking("td button", "New price", "Save as version")},
	{name: "staff-customer", path: "/customers/alice", ready: "Record payment"},
	{name: "staff-payment", path: "/customers/alice?show=ledger", ready: "Payment",
		prepare: clicking("button", "Record payment", "Amount in USD")},
	{name: "staff-correction", path: "/customers/alice", ready: "Refund or correct",
		prepare: clicking("button", "Refund or correct", "the customer reads it")},
	{name: "staff-allocation", path: "/customers/alice", ready: "Assign numbers",
		prepare: clicking("button", "Assign numbers", "Show the price")},
	{name: "staff-profile", path: "/imports", ready: "Import profiles",
		prepare: clicking("button", "New profile", "The column of each value")},
	{name: "staff-plan", path: "/inventory", ready: "New Jersey", prepare: clicking("button", "Re-price", "Create plan")},
	{name: "staff-customers", path: "/customers", ready: "alice"},
	{name: "staff-rentals", path: "/rentals", ready: "of all customers: "},
	{name: "staff-numbers", path: "/numbers", ready: "numbers"},
}

// clicking clicks an element and waits until the page shows a text.
func clicking(selector, text, shown string) func(*person) {
	return func(p *person) {
		p.clicks(selector, text)
		p.sees(shown)
	}
}

// writeARule shows the editor of price rules with a rule that is not saved.
func writeARule(p *person) {
	clicking("button", "Edit the price rules", "Add a rule")(p)
	p.clicks("button", "Add a rule")
	p.fills(".rule-list li:last-child input", "*77")
	p.until("its numbers are counted", `document.querySelector(".rule-count")?.innerText.includes("number")`)
}

func selectSome(p *person) {
	for _, at := range []int{1, 2, 4} {
		p.clicks(fmt.Sprintf("[data-row='%d'] .did", at), "")
	}
	p.sees("Add Selected DIDs To Cart")
}

// holdSome holds the numbers that were selected when the page was left.
func holdSome(p *person) {
	p.sees("Selected DIDs 3")
	p.clicks("button", "Add Selected DIDs To Cart")
	p.sees("held for you")
}

func editAll(p *person) {
	p.clicks("button.tick", "Select all")
	p.clicks("button", "Edit 3 DIDs")
	p.sees("Empty fields stay unchanged")
}

func openFirst(p *person) {
	p.clicks("[data-row] a", "+44")
	p.sees("Coming charges")
	p.until("the charges", `document.querySelectorAll("tbody tr").length === 12`)
}

func askToCancel(p *person) {
	openFirst(p)
	p.clicks("button", "Cancel number")
	p.sees("It stays yours until")
}

// openFilters opens the filters on a phone; on a larger screen they are always
// open.
func openFilters(p *person) {
	if eval[bool](p, `matchMedia("(max-width: 900px)").matches`) {
		p.clicks("button", "Filters")
		p.sees("Show the numbers")
	}
}

func openTables(p *person) {
	p.sees("Coming renewals")
	p.until("the charts", `document.querySelectorAll(".charts.wide .chart").length === 2`)
	eval[any](p, `document.querySelectorAll(".chart details").forEach((d) => { d.open = true })`)
}

// makeAReport makes a report and a schedule, by the keyboard alone.
func makeAReport(p *person) {
	p.tabsTo("Make a report")
	p.presses(kb.Enter)
	p.sees("Make it now")
	p.tabsTo("Make it now")
	p.presses(kb.Enter)
	p.until("the finished report", `[...document.querySelectorAll("td button")].some((b) => b.innerText === "CSV")`)
	p.tabsTo("New schedule")
	p.presses(kb.Enter)
	p.tabsTo("monthly-inventory")
	p.types("nightly-inventory")
	p.tabsTo("Save")
	p.presses(kb.Enter)
	p.until("the schedule", `[...document.querySelectorAll("tbody")].some((t) => t.innerText.includes("nightly-inventory"))`)
}

func openImport(p *person) {
	p.clicks("th a", "spans.csv")
	p.sees("DIDs added")
	p.sees("Report")
}

// Every page, light on a screen and dark on a phone, and with -whole in both
// schemes on both: axe-core finds no violation. With E2E_SCREENS=DIR, screenshots
// are written to that folder.
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name          string
		width, height int64
		customer, q   string
	}{{wide, 1280, 800, "buyer11", "%2B44*007"}, {"390", 390, 844, "buyer12", "%2B44*117"}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, size.width, size.height)
			p.inspect(size.name, publicPages)
			p.signsIn(size.customer)
			p.inspect(size.name, customerPages(size.q))
			staff := newPerson(t, size.width, size.height)
			staff.signsIn("ada")
			staff.inspect(size.name, staffPages)
		})
	}
}

func (p *person) inspect(size string, pages []page) {
	p.t.Helper()
	for _, page := range pages {
		p.open(page.path)
		p.sees(page.ready)
		if page.prepare != nil {
			page.prepare(p)
		}
		for i, scheme := range schemesOf(size) {
			p.prefers(scheme)
			p.audit(page.name+" "+scheme, i > 0)
			p.picture(fmt.Sprintf("%s-%s-%s", page.name, size, scheme))
		}
		p.prefers("light")
		p.seesInForcedColours(fmt.Sprintf("%s-%s-forced", page.name, size))
		if page.printed {
			p.prints(fmt.Sprintf("%s-%s-print", page.name, size))
		}
		if over := eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			p.t.Errorf("%s at %s is %v pixels too wide", page.name, size, over)
		}
	}
}

// schemesOf returns the schemes in which pages of a size are checked; all rules are
// checked in the first.
func schemesOf(size string) []string {
	switch {
	case *whole:
		return []string{"light", "dark"}
	case size == wide:
		return []string{"light"}
	}
	return []string{"dark"}
}

// prefers sets the reader's preference for a light or a dark scheme.
func (p *person) prefers(scheme string) {
	p.t.Helper()
	p.emulates("", &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme},
		&emulation.MediaFeature{Name: "prefers-reduced-motion", Value: "reduce"})
}

func (p *person) emulates(media string, features ...*emulation.MediaFeature) {
	p.t.Helper()
	p.do("emulate "+media, func(ctx context.Context, target *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, target, emulation.SetEmulatedMedia,
			emulation.SetEmulatedMediaParams{Media: media, Features: features})
		return none, err
	})
}

// seesInForcedColours checks that a selected or chosen element is still
// recognisable when the reader's own colours replace the page's background
// colours.
func (p *person) seesInForcedColours(name string) {
	p.t.Helper()
	p.emulates("", &emulation.MediaFeature{Name: "forced-colors", Value: "active"})
	p.picture(name)
	said := eval[bool](p, `[...document.querySelectorAll(".row[aria-selected=true], .places a[aria-current], .tabs a[aria-current], button[aria-pressed=true]:not(.tick)")]
		.every((el) => { const s = getComputedStyle(el); return s.outlineStyle !== "none" || s.textDecorationLine === "underline"; })`)
	if !said {
		p.t.Errorf("%s: the chosen element can't be recognised", name)
	}
	p.prefers("light")
}

// prints checks that the printed page has its whole table, and no buttons.
func (p *person) prints(name string) {
	p.t.Helper()
	p.emulates("print")
	p.picture(name)
	if pressed := eval[int](p, `[...document.querySelectorAll("button, nav, .button, .tray")].filter((el) => `+
		`el.checkVisibility()).length`); pressed > 0 {
		p.t.Errorf("%s has %d things to press", name, pressed)
	}
	if repeated := eval[int](p, `[...document.querySelectorAll("tfoot")].filter((foot) => `+
		`getComputedStyle(foot).display === "table-footer-group").length`); repeated > 0 {
		p.t.Errorf("%s repeats its totals on every page", name)
	}
	if cut := eval[float64](p, `Math.max(...[...document.querySelectorAll("table")].map((t) => t.scrollWidth - `+
		`t.parentElement.clientWidth))`); cut > 0 && strings.Contains(name, wide) {
		p.t.Errorf("%s cuts %v pixels off its table", name, cut)
	}
	p.prefers("light")
}

// audit runs axe-core on the current page after its lists are loaded: a list that
// is about to be replaced is paler. With colours it checks only colours, because
// other tests check the rest.
func (p *person) audit(name string, colours bool) {
	p.t.Helper()
	p.until("the lists of "+name, `!document.querySelector("[aria-busy=true]")`)
	script, err := os.ReadFile("../../../functions/portal/node_modules/axe-core/axe.min.js")
	if err != nil {
		p.t.Fatal(err)
	}
	if !eval[bool](p, "window.axe !== undefined") {
		eval[any](p, string(script)+"; null")
	}
	only := ""
	if colours {
		only = `, runOnly: ["color-contrast", "link-in-text-block"]`
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`axe.run(document, {resultTypes: ["violations"]`+only+`}).then((r) => JSON.stringify(r.violations.map((v) => `+
			`({id: v.id, help: v.help, nodes: v.nodes.map((n) => n.html.slice(0, 160) + " " + n.failureSummary)}))))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("axe on %s: %v", name, err)
	}
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		p.t.Fatal(err)
	}
	for _, v := range violations {
		p.t.Errorf("%s: %s (%s), %d places, such as %s", name, v.ID, v.Help, len(v.Nodes),
			strings.ReplaceAll(v.Nodes[0], "\n", " "))
	}
}

// picture saves a screenshot in the folder E2E_SCREENS, if there is one.
func (p *person) picture(name string) {
	p.t.Helper()
	folder := os.Getenv("E2E_SCREENS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644)
	}
	if err != nil {
		p.t.Errorf("a picture of %s: %v", name, err)
	}
}
