package shop

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/pricing"
)

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	alice = ledger.Customer{Carrier: "acme", ID: "alice"}
	offer = did.Offer{Country: "GB", Terms: pricing.Terms{
		Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}
)

const first e164.Number = 442071230000

// heldSet gives each number an offer, a live line and the item that backs it.
func heldSet(n int) (cart Cart, items map[e164.Number]did.DID, offers map[e164.Number]did.Offer) {
	cart, items, offers = Cart{Customer: alice, Ver: 3}, map[e164.Number]did.DID{}, map[e164.Number]did.Offer{}
	for i := range n {
		number, id := first+e164.Number(i), newID(noon)
		until := noon.Add(HoldFor)
		cart.Lines = append(cart.Lines, Line{Number: number, HoldID: id, Until: until})
		items[number] = did.DID{Carrier: "acme", Number: number, State: did.Held, HoldID: id, Customer: "alice", Until: until, Offer: offer}
		offers[number] = offer
	}
	return cart, items, offers
}

func outcomes(results []Result) string {
	text := ""
	for _, r := range results {
		text += fmt.Sprintf("%d:%s ", r.Number-first, r.Outcome)
	}
	return text
}

func TestPlanHoldDecidesEachNumber(t *testing.T) {
	cart, items, offers := heldSet(3)
	cart.Lines[1].Gone = true                    // given back
	cart.Lines[2].Until = noon.Add(-time.Second) // over
	delete(items, first+2)                       // and lapsed
	offers[first+3] = offer                      // new
	lostLine := Line{Number: first + 4, HoldID: newID(noon), Until: noon.Add(time.Minute)}
	cart.Lines = append(cart.Lines, lostLine) // a crash came between line and claim
	offers[first+4] = offer
	worn := Line{Number: first + 5, HoldID: newID(noon.Add(-MaxHoldAge)), Until: noon.Add(-time.Second)}
	cart.Lines = append(cart.Lines, worn)
	offers[first+5] = offer

	plan := planHold(cart, items, []e164.Number{first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6}, offers, noon)
	want := "0:already_held 1:held 2:held 3:held 4:held 5:unavailable 6:not_offered "
	if got := outcomes(plan.results); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for i, wantUntil := range []time.Time{cart.Lines[1].Until, noon.Add(HoldFor), noon.Add(HoldFor), lostLine.Until} {
		claim := plan.claims[i]
		if line, _ := cart.line(claim.Number); line.HoldID != "" && line.HoldID != claim.HoldID {
			t.Errorf("%s got another hold id", claim.Number)
		}
		if !claim.Until.Equal(wantUntil) || claim.Gone {
			t.Errorf("%s until %s, want %s", claim.Number, claim.Until, wantUntil)
		}
	}
	if len(cart.Lines) != 5 || cart.Lines[1].Gone == false {
		t.Error("the seen cart was written to")
	}
}

func TestPlanHoldCountsLiveLines(t *testing.T) {
	cart, items, offers := heldSet(MaxLines)
	next := first + MaxLines
	offers[next] = offer
	if got := outcomes(planHold(cart, items, []e164.Number{next}, offers, noon).results); got != "90:cart_full " {
		t.Errorf("a full cart: %s", got)
	}
	cart.Lines[0].Gone = true
	plan := planHold(cart, items, []e164.Number{next, first}, offers, noon)
	if got := outcomes(plan.results); got != "90:held 0:cart_full " {
		t.Errorf("one place left: %s", got)
	}
	for len(cart.Lines) < maxTried {
		cart.Lines = append(cart.Lines, Line{Number: first + e164.Number(1000+len(cart.Lines)), HoldID: newID(noon), Until: noon, Gone: true})
	}
	if got := outcomes(planHold(cart, items, []e164.Number{next}, offers, noon).results); got != "90:cart_full " {
		t.Errorf("too many tried: %s", got)
	}
}

func TestExtendingEndsWithTheHoldsAge(t *testing.T) {
	id := newID(noon)
	for minutes, want := range map[int]time.Duration{0: 15 * time.Minute, 44: 59 * time.Minute, 50: time.Hour, 61: time.Hour} {
		now := noon.Add(time.Duration(minutes) * time.Minute)
		if got := longest(id, now); !got.Equal(noon.Add(want)) {
			t.Errorf("after %d minutes: %s, want %s", minutes, got, noon.Add(want))
		}
	}
}

func account(balance string) ledger.Account {
	return ledger.Account{
		Customer: alice, Status: ledger.Active, Ver: 5, Currency: "USD", Balance: money.MustParse(balance, "USD"),
		CreditLimit: money.Zero("USD"), Seq: 2, Orders: 4, Invoices: 6,
	}
}

// key is a checkout's.
var key = orderKey{customer: alice, key: "k", body: "b"}

// at is how charges are computed at a moment: no tax, in UTC.
func at(now time.Time) rates {
	return rates{carrier: carrier.New("acme", "Acme", "UTC", "USD"), loc: time.UTC, now: now}
}

func TestDecideRefuses(t *testing.T) {
	usd := func(n string) money.Amount { return money.MustParse(n, "USD") }
	cart, items, _ := heldSet(2)
	if _, err := decide(Cart{Customer: alice}, nil, account("9"), key, usd("0"), at(noon)); !errors.Is(err, ErrCartEmpty) {
		t.Errorf("empty: %v", err)
	}
	var changed *TotalChanged
	if _, err := decide(cart, items, account("9"), key, usd("5.99"), at(noon)); !errors.As(err, &changed) || !changed.Today.Equal(usd("6")) {
		t.Errorf("another total: %v", err)
	}
	if _, err := decide(cart, items, account("9"), key, money.MustParse("6", "EUR"), at(noon)); !errors.Is(err, ErrTotalChanged) {
		t.Errorf("another currency: %v", err)
	}
	var short *ledger.InsufficientFunds
	if _, err := decide(cart, items, account("5.99"), key, usd("6"), at(noon)); !errors.As(err, &short) || !short.Needed.Equal(usd("6")) {
		t.Errorf("short of a cent: %v", err)
	}
	var gone *Unavailable
	if _, err := decide(cart, items, account("9"), key, usd("6"), at(noon.Add(HoldFor+1))); !errors.As(err, &gone) || len(gone.Numbers) != 2 {
		t.Errorf("too late: %v", err)
	}
	delete(items, first)
	if _, err := decide(cart, items, account("9"), key, usd("3"), at(noon)); !errors.As(err, &gone) || len(gone.Numbers) != 1 || gone.Numbers[0] != first {
		t.Errorf("one is lost, though the total fits the rest: %v", err)
	}
}

// TestDecideAgrees: whatever is bought, order, entry, invoice, account, cart
// and moves say the same.
func TestDecideAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, MaxLines).Draw(t, "n")
		cart, items, _ := heldSet(n)
		for i := range cart.Lines {
			cart.Lines[i].Gone = rapid.IntRange(0, 3).Draw(t, "gone") == 0
		}
		live := len(cart.live())
		total := moneytest.Cents(300 * int64(live))
		p, err := decide(cart, items, account("1000"), key, total, at(noon))
		if live == 0 {
			if !errors.Is(err, ErrCartEmpty) {
				t.Fatal(err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(p.changes()) > 100 || len(p.moves) != live || len(p.order.Lines) != live || len(p.cart.To.Lines) != n-live || p.cart.SeenVer != 3 {
			t.Fatalf("%d of %d live: %d changes, %d moves, %d lines, %d left", live, n, len(p.changes()), len(p.moves), len(p.order.Lines), len(p.cart.To.Lines))
		}
		left, _ := money.MustParse("1000", "USD").Sub(total)
		if !p.order.Total.Equal(total) || !p.entry.Amount.Equal(total.Neg()) || !p.invoice.Gross.Equal(total) || !p.account.To.Balance.Equal(left) {
			t.Fatalf("total %v: %v %v %v %v", total, p.order.Total, p.entry.Amount, p.invoice.Gross, p.account.To.Balance)
		}
		if p.order.Number != "alice-5" || p.order.InvoiceID != "alice-7" || p.account.To.Orders != 5 || p.account.To.Invoices != 7 || p.order.EntrySeq != 3 {
			t.Fatalf("%+v", p.order)
		}
		targets := map[string]bool{}
		for _, c := range p.changes() {
			targets[c.Target()] = true
		}
		if len(targets) != len(p.changes()) {
			t.Fatal("a target stands twice in the batch")
		}
	})
}
