package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// task is something that a newcomer does, with the clicks and keys that it takes.
type task struct {
	*person
	name         string
	begun        time.Time
	clicked, hit int
}

func (p *person) begins(name string) *task { return &task{person: p, name: name, begun: time.Now()} }

func (k *task) clicks(selector, text string) {
	k.t.Helper()
	k.clicked++
	k.person.clicks(selector, text)
}

func (k *task) fills(selector, text string) {
	k.t.Helper()
	k.hit += len([]rune(text))
	k.person.fills(selector, text)
}

// chooses takes an option of a list: one click opens it, another one chooses.
func (k *task) chooses(selector, value string) {
	k.t.Helper()
	k.clicked += 2
	k.until(selector, fmt.Sprintf(`document.querySelector(%q)?.checkVisibility()`, selector))
	eval[any](k.person, fmt.Sprintf(`(() => { const list = document.querySelector(%q); list.value = %q;
		list.dispatchEvent(new Event("change", {bubbles: true})); })()`, selector, value))
}

// ends logs what the task took, and fails when it takes more clicks or keys than
// it did.
func (k *task) ends(mostClicks, mostKeys int) {
	k.t.Helper()
	k.t.Logf("%s: %d clicks, %d keys, %.1f s", k.name, k.clicked, k.hit, time.Since(k.begun).Seconds())
	if k.clicked > mostClicks {
		k.t.Errorf("%s takes %d clicks, not %d", k.name, k.clicked, mostClicks)
	}
	if k.hit > mostKeys {
		k.t.Errorf("%s takes %d keys, not %d", k.name, k.hit, mostKeys)
	}
}

// A customer buys 18 of 20 consecutive London numbers that cost at most 3 USD a
// month, and sets where they ring.
func TestBuyingConsecutiveNumbersTakesFewSteps(t *testing.T) {
	t.Parallel()
	if !*whole {
		t.Skip("SKIPPED: the steps of three tasks are counted with -whole")
	}
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer14")
	k := p.begins("consecutive London numbers")
	k.fills("#q", "London")
	k.clicks("button", "London area,")
	k.chooses("#consecutive", "20")
	k.fills("#max_recurring", "3"+kb.Enter)
	k.sees("at most 3 a month")
	k.clicks(".grid .add button", "Add 20")
	k.sees("20 numbers from")
	k.clicks(".toast a", "Proceed To Cart")
	k.sees("20 numbers held for you")
	for left := 19; left >= 18; left-- {
		k.clicks(".line button", "Remove")
		k.sees(fmt.Sprintf("%d numbers held for you", left))
	}
	k.clicks("button", "Checkout: pay")
	k.sees("18 numbers are yours")
	k.fills("#ringing", "sip:desk@example.com")
	k.clicks("button", "Set the destination of 18 numbers")
	k.sees("Calls to 18 numbers go to")
	k.ends(9, 28)
}

// A customer pastes a list of 30 lines, of which 6 are wrong, and buys the rest.
func TestBuyingAPastedListTakesFewSteps(t *testing.T) {
	t.Parallel()
	if !*whole {
		t.Skip("SKIPPED: the steps of three tasks are counted with -whole")
	}
	var lines []string
	for n := range 24 {
		lines = append(lines, fmt.Sprintf("+61 2 5550 07%02d", n))
	}
	lines = append(lines, "call me", "+61 2 5550", "+999 1", "+61 2 5550 0700", "61-2-", "0000")
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer15")
	p.open("/numbers")
	p.sees("jumps to this box")
	k := p.begins("a pasted list")
	k.clicks("#q", "")
	k.hit++ // Ctrl+V
	eval[any](p, fmt.Sprintf(`(() => { const data = new DataTransfer(); data.setData("text/plain", %q);
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); })()`,
		strings.Join(lines, "\n")))
	k.sees("24 of 30 lines can be bought")
	k.clicks("button", "Select all available")
	k.clicks("button", "Add Selected DIDs To Cart")
	k.clicks(".toast a", "Proceed To Cart")
	k.clicks("button", "Checkout: pay")
	k.sees("24 numbers are yours")
	k.ends(5, 1)
}

// Staff import a file with 3 wrong rows, apply its plan and assign one of its
// numbers.
func TestSellingAFileTakesFewSteps(t *testing.T) {
	t.Parallel()
	if !*whole {
		t.Skip("SKIPPED: the steps of three tasks are counted with -whole")
	}
	file := filepath.Join(t.TempDir(), "autumn offer.csv")
	rows := "start,end,package\n+441632970000,+441632970099,gold\n+441632971000,+441632971099,golden\n" +
		"+441632972099,+441632972000,gold\nnone,,gold\n"
	if err := os.WriteFile(file, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	p := newPerson(t, 1280, 900)
	p.signsIn("ada")
	p.sees("On sale by country")
	k := p.begins("a file from drop to sold")
	k.clicks("nav a", "Imports")
	k.sees("Drop a file here")
	k.clicked++ // the drop
	p.do("choose a file", chromedp.SetUploadFiles("input[type=file]", []string{file}))
	k.sees("This is a plan")
	k.sees("Rejected 3")
	k.clicks("button", "Apply the plan")
	k.sees("DIDs added 100")
	k.clicks("nav a", "Home")
	k.clicks("a", "Search numbers")
	k.fills("#q", "1632 9700")
	k.sees("100 numbers")
	k.clicks("[data-row='0'] .did", "")
	k.clicks("button", "Assign to a customer")
	k.chooses("#field-customer", "buyer16")
	k.clicks("dialog button", "Show the price")
	k.clicks("dialog button", "Assign for")
	k.sees("Order buyer16-1")
	k.ends(11, 9)
}
