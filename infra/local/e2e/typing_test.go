package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// slowdown divides the speed of the page's processor, to imitate an old phone.
const slowdown = 6

func slowPage(ctx context.Context, target *chromedp.Target) (none chromedp.Void, err error) {
	_, err = cdp.Call(ctx, target, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowdown})
	return none, err
}

// typesAt types one key after another, with a pause after each.
func (p *person) typesAt(text string, pause time.Duration) {
	p.t.Helper()
	for _, key := range text {
		p.types(string(key))
		time.Sleep(pause)
	}
}

// idle is enough time for all pending work of the page: the pause after typing, the
// request, and the drawing.
const idle = time.Second

// No digit is lost at any typing speed, while answers arrive and the address
// follows. With -whole it types into every field that is bound to the address, at
// three speeds.
func TestEveryTypedDigitStays(t *testing.T) {
	t.Parallel()
	const digits = "79460012"
	pauses := []time.Duration{275}
	if *whole {
		pauses = []time.Duration{20, 150, 275}
	}
	for _, field := range []struct {
		name, user, path, selector, typed string
		onlyWhole                         bool
	}{
		{"search", "buyer45", "/numbers", "#q", digits, false},
		{"search within filters", "buyer45", "/numbers?country=GB&max_recurring=9", "#q", digits, true},
		{"price", "buyer45", "/numbers?q=4", "#max_recurring", "123.4567", false},
		{"own numbers", "buyer45", "/dids", "#dids-q", digits, true},
		{"ranges", "ada", "/inventory", "#starts", digits, true},
		{"look-up", "ada", "/inventory", "#lookup", digits, true},
	} {
		if field.onlyWhole && !*whole {
			continue
		}
		t.Run(field.name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, 1280, 800)
			p.signsIn(field.user)
			p.do("slow the page", slowPage)
			for _, pause := range pauses {
				pause *= time.Millisecond
				p.open(field.path)
				p.until("the field", fmt.Sprintf(`document.querySelector(%q) != null`, field.selector))
				p.fills(field.selector, field.typed[:1])
				p.typesAt(field.typed[1:], pause)
				time.Sleep(idle)
				if got := eval[string](p, fmt.Sprintf(`document.querySelector(%q).value`, field.selector)); got != field.typed {
					t.Errorf("%s, %v between keys: got %q, want %q", field.name, pause, got, field.typed)
				}
			}
		})
	}
}

// A field shows the text of the address after a link, a cleared filter or Back.
func TestAFieldFollowsTheAddress(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer46")
	p.open("/numbers?q=4420&max_recurring=0.5")
	has := func(what, selector, text string) {
		t.Helper()
		p.until(what, fmt.Sprintf(`document.querySelector(%q)?.value === %q`, selector, text))
	}
	has("the address's text", "#q", "4420")
	has("the address's price", "#max_recurring", "0.5")
	p.fills("#max_recurring", "1,5")
	p.presses("\r")
	p.until("the price in the address", `location.search.includes("max_recurring=1.5")`)
	p.clicks("button", "Remove Recurring cost")
	has("no price", "#max_recurring", "")
	p.do("go back", chromedp.NavigateBack())
	has("the price again", "#max_recurring", "1.5")
	has("the text still", "#q", "4420")
}
