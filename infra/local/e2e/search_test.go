package e2e

import "testing"

// A run of consecutive numbers goes into the cart at once, and a pasted list is
// looked up line by line.
func TestRunsAndLists(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer41")
	p.open("/numbers?q=%2B61+8+5550&consecutive=10")
	p.sees("1 run")
	p.sees("1,000")
	p.clicks("[data-row] button", "Add 10")
	p.sees("10 numbers from +61 8 5550 0000 on held for you")
	p.opensUntil("/numbers?q=%2B61+8+5550&consecutive=10", "+61 8 5550 0010")
	p.clicks("[data-row] button", "Choose from +61 8 5550 0010")
	p.sees("990 numbers in a row")
	p.sees("To +61 8 5550 0019, 30.00 USD")
	p.fills("#field-first", "+61 8 5550 1500")
	p.sees("The first number must be from +61 8 5550 0010 to +61 8 5550 0999.")
	p.fills("#field-first", "600")
	p.fills("#field-count", "4")
	p.sees("To +61 8 5550 0603, 12.00 USD")
	p.clicks("button", "Add to cart")
	p.sees("4 numbers from +61 8 5550 0600 on held for you")
	p.open("/numbers")
	p.sees("numbers")
	p.clicks("input", "TAXI")
	eval[any](p, `(() => {
		const data = new DataTransfer();
		data.setData("text", "+61 8 5550 0500\n+61 8 5550 0501\n+61 8 5550 0003\n08 5550 0501\nhello 123");
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	})()`)
	p.sees("2 of 5 lines can be bought")
	p.sees("Yours 1") // held a moment ago
	p.sees("Unreadable 1")
	if address := eval[string](p, `location.search`); address != "?list=1" {
		t.Errorf("the address is %q, want ?list=1: the list is not in it", address)
	}
	p.sees("Ambiguous 1") // four countries on sale have such a national number
	p.clicks("button", "It is +61855500501")
	p.sees("duplicates line 2")
	p.clicks("button", "Close list")
	p.seesNot("lines can be bought")
}

// answered is JavaScript for: the shown total is of this search. While the answer of
// the search before is shown, it ends in dots.
const answered = `/^[0-9,]+ numbers$/.test(document.querySelector(".total").innerText)`

// A search is in its address, with its filters, and can be sent to a colleague.
func TestASearchIsShared(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer42")
	p.clicks("input", "TAXI")
	p.types("00")
	// The filters are in another order once the answer is there. Until then, the rows
	// of the answer before have marks already, and a click could reach another filter.
	p.until("the answer for 00", `location.search === "?q=00" && `+answered)
	p.clicks("fieldset button", "Germany")
	p.until("Germany's areas alone", `location.search === "?q=00&country=DE" && `+answered+
		` && !document.body.innerText.includes("London")`)
	p.clicks("fieldset button", "Berlin")
	p.until("both in the address", `location.search === "?q=00&country=DE&area=Berlin"`)
	p.until("its total", answered)
	total := eval[string](p, `document.querySelector(".total").innerText`)
	address := eval[string](p, `location.pathname + location.search`)
	colleague := newPerson(t, 390, 844)
	colleague.open(address)
	colleague.clicks("button", "Sign in to continue")
	colleague.sees("Who are you today?")
	colleague.picks("buyer43")
	colleague.sees(total)
	colleague.sees("Berlin")
	p.open("/numbers?country=FR&sort=memorable")
	p.until("a number of one digit first, and its reason", `/(\d)( ?\1){3}$/.test(document.querySelector(`+
		`"[data-row='0'] .did").innerText) && document.querySelector("[data-row='0']").innerText.includes("Repeat")`)
}

// On a narrow screen a price still has its period, for numbers and for runs.
func TestNarrowRowsShowThePeriod(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 390, 844)
	p.signsIn("buyer59")
	for _, path := range []string{"/numbers?q=%2B49+30+23125+3", "/numbers?q=%2B49+30+23125+3&consecutive=2"} {
		p.open(path)
		p.until("a period in the first row", `document.querySelector("[data-row='0']")?.innerText.includes("a month")`)
	}
}

// A search that finds nothing leads to the nearest searches that find something,
// and the name of a country offers its filter with its count.
func TestNothingFoundLeadsOn(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer39")
	p.open("/numbers?q=%2B44+20+7946+9&country=DE")
	p.sees("No numbers match")
	p.sees("Ends with *")
	p.open("/numbers?q=%2B44+20+7946+9")
	p.clicks("button", "Begins with +44207946")
	p.until("its 1,000 numbers, or fewer if others bought some",
		`/^(1,000|9[0-9][0-9]) numbers$/.test(document.querySelector(".total").innerText)`)
	p.open("/numbers?q=germ")
	p.clicks("button", "Germany country,") // other tests buy German numbers meanwhile
	p.until("the filter", `location.search === "?country=DE"`)
	p.clicks("#q-help button", "begins with")
	p.until("an example that finds something",
		`/^[1-9][0-9,]* numbers?$/.test(document.querySelector(".total").innerText)`)
}
