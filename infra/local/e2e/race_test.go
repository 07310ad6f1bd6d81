package e2e

import (
	"sync"
	"testing"
)

// Two customers want the same number at the same moment: one gets it; the other
// sees a friendly message and takes another number.
func TestTheLoserOfARaceIsToldAndTakesAnother(t *testing.T) {
	t.Parallel()
	racers := []*person{newPerson(t, 1280, 800), newPerson(t, 1280, 800)}
	for i, user := range []string{"buyer25", "buyer26"} {
		racers[i].signsIn(user)
		racers[i].open("/numbers?q=%2B33+1+99+00+07+7")
		racers[i].sees("10 numbers")
		racers[i].clicks("[data-row] .did", "+33 1 99 00 07 70")
		racers[i].sees("Selected DIDs 1")
	}
	var race sync.WaitGroup
	for _, p := range racers {
		race.Go(func() { p.clicks("button", "Add Selected DIDs To Cart") })
	}
	race.Wait()
	const lost = `document.body.innerText.includes("+33 1 99 00 07 70 can no longer be bought")`
	for _, p := range racers {
		p.until("an answer", lost+` || document.body.innerText.includes("1 number held for you")`)
	}
	losers := 0
	for _, p := range racers {
		if !eval[bool](p, lost) {
			continue
		}
		losers++
		p.sees("9 numbers") // the listed numbers are available
		p.clicks("[data-row] .did", "+33 1 99 00 07 71")
		p.clicks("button", "Add Selected DIDs To Cart")
		p.sees("1 number held for you")
		p.clicks("a", "Proceed To Cart")
		p.sees("+33 1 99 00 07 71")
		p.clicks("button", "Checkout: pay 3.00 USD")
		p.sees("1 number is yours")
	}
	if losers != 1 {
		t.Errorf("%d of two lost", losers)
	}
}
