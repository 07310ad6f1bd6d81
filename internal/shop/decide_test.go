package shop

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
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

// heldSet gives each number an offer, a live line and its item.
func heldSet(n int) (cart Cart, items map[e164.Number]did.DID, offers map[e164.Number]did.Offer) {
	cart, items, offers = Cart{Customer: alice, Ver: 3}, map[e164.Number]did.DID{}, map[e164.Number]did.Offer{}
	for i := range n {
		number, id := first+e164.Number(i), commit.NewID(noon)
		until := noon.Add(HoldFor)
		cart.Lines = append(cart.Lines, Line{Number: number, HoldID: id, Until: until})
		items[number] = did.DID{Carrier: "acme", Number: number, State: did.Held, HoldID: id, Customer: "alice", Until: until,
			Offer: offer}
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

// planned returns the plan of a request by alice at noon, with the given
// balance.
func planned(t *testing.T, balance string, cart Cart, items map[e164.Number]did.DID, numbers ...e164.Number) holdPlan {
	t.Helper()
	offers := map[e164.Number]did.Offer{}
	for n := first; n < first+1_000; n++ {
		offers[n] = offer
	}
	plan, err := planHold(holder{account(balance), at(noon)}, cart, items, numbers, offers)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestPlanHoldOfEachLine lists the outcomes of a number by its line in the
// cart. All requests are long past.
func TestPlanHoldOfEachLine(t *testing.T) {
	ago := func(minutes int) time.Time { return noon.Add(-time.Duration(minutes) * time.Minute) }
	tests := map[string]struct {
		line  Line
		rest  Rest
		held  bool // the number's item is hers
		want  Outcome
		until time.Time
		since time.Time
	}{
		"never asked for": {want: OutcomeHeld, until: ago(-15), since: noon},
		"held": {line: Line{Since: ago(10), Until: ago(-5)}, held: true,
			want: OutcomeAlreadyHeld},
		"in the cart, its claim was lost": {line: Line{Since: ago(10), Until: ago(-5)}, want: OutcomeHeld, until: ago(-5),
			since: ago(10)},
		"given back": {line: Line{Since: ago(10), Until: ago(-5), GoneAt: ago(2)}, want: OutcomeHeld,
			until: ago(-5), since: ago(10)},
		"given back a minute before": {line: Line{Since: ago(14), Until: ago(-1), GoneAt: ago(1)}, want: OutcomeHeld,
			until: ago(-15), since: ago(14)},
		"given back just before the hour": {line: Line{Since: ago(59), Until: ago(-1), GoneAt: ago(1)},
			want: OutcomeCooldown},
		"refused": {line: Line{Until: ago(-5), GoneAt: ago(10)}, want: OutcomeHeld, until: ago(-15),
			since: noon},
		"lapsed": {line: Line{Since: ago(20), Until: ago(5)}, want: OutcomeCooldown},
		"lapsed, found so by a checkout": {line: Line{Since: ago(20), Until: ago(5), GoneAt: ago(1)},
			want: OutcomeCooldown},
		"lapsed and dropped": {rest: Rest{Since: ago(30), Free: ago(-20), Lapsed: true}, want: OutcomeCooldown},
		"given back and dropped": {rest: Rest{Since: ago(20), Free: ago(-20)}, want: OutcomeHeld, until: ago(-15),
			since: ago(20)},
		"given back, dropped, an hour old": {rest: Rest{Since: ago(59), Free: ago(-20)}, want: OutcomeCooldown},
		"the cooldown is over": {rest: Rest{Since: ago(59), Free: noon, Lapsed: true}, want: OutcomeHeld,
			until: ago(-15), since: noon},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cart, items := Cart{Customer: alice, Ver: 3}, map[e164.Number]did.DID{}
			if !test.line.Until.IsZero() {
				test.line.Number, test.line.HoldID = first, commit.NewID(ago(10))
				cart.Lines = []Line{test.line}
			}
			if !test.rest.Free.IsZero() {
				test.rest.Number = first
				cart.Rests = []Rest{test.rest}
			}
			if test.held {
				items[first] = did.DID{Number: first, State: did.Held, Customer: "alice", HoldID: test.line.HoldID,
					Until: test.line.Until, Offer: offer}
			}
			plan := planned(t, "9", cart, items, first)
			if got := plan.results[0].Outcome; got != test.want {
				t.Errorf("outcome %s, want %s", got, test.want)
			}
			if test.want != OutcomeHeld {
				return
			}
			claim := plan.claims[0]
			if !claim.Until.Equal(test.until) {
				t.Errorf("until %s, want %s", claim.Until, test.until)
			}
			if !claim.Since.Equal(test.since) {
				t.Errorf("since %s, want %s", claim.Since, test.since)
			}
			if claim.HoldID <= test.line.HoldID {
				t.Errorf("hold id %s is not greater than the line's, %s", claim.HoldID, test.line.HoldID)
			}
		})
	}
}

func TestPlanHoldNamesWhatIsNotOffered(t *testing.T) {
	if got := outcomes(planned(t, "9", Cart{Customer: alice}, nil, first+2_000).results); got != "2000:not_offered " {
		t.Error(got)
	}
}

func TestPlanHoldCountsWhatIsHeld(t *testing.T) {
	cart, items, _ := heldSet(MaxLines)
	next := first + MaxLines
	if got := outcomes(planned(t, "1000", cart, items, next).results); got != "90:cart_full " {
		t.Errorf("a full cart: %s", got)
	}
	cart.Lines[0].GoneAt = noon
	if got := outcomes(planned(t, "1000", cart, items, next, first).results); got != "90:held 0:cart_full " {
		t.Errorf("one place left: %s", got)
	}
	for len(cart.Lines)+len(cart.Rests) < maxTried {
		cart.Rests = append(cart.Rests, Rest{Number: first + e164.Number(1000+len(cart.Rests)), Free: noon.Add(time.Minute)})
	}
	if got := outcomes(planned(t, "1000", cart, items, next).results); got != "90:cart_full " {
		t.Errorf("too many tried: %s", got)
	}
}

// TestPlanHoldCountsFunds: beyond ten numbers the funds must cover the cart, at
// 3.00 each, with the numbers that another request is working on.
func TestPlanHoldCountsFunds(t *testing.T) {
	cart, items, _ := heldSet(10)
	for balance, want := range map[string]string{
		"0": "10:hold_limit 11:hold_limit ", "32.99": "10:hold_limit 11:hold_limit ", "33": "10:held 11:hold_limit ",
		"36": "10:held 11:held ",
	} {
		if got := outcomes(planned(t, balance, cart, items, first+10, first+11).results); got != want {
			t.Errorf("with %s: %s, want %s", balance, got, want)
		}
		if got := outcomes(planned(t, balance, cart, nil, first+10, first+11).results); got != want {
			t.Errorf("with %s, ten being held by others' requests: %s, want %s", balance, got, want)
		}
	}
	cart, items, _ = heldSet(9)
	if got := outcomes(planned(t, "0", cart, items, first+9, first+10).results); got != "9:held 10:hold_limit " {
		t.Errorf("without money: %s", got)
	}
}

func TestExtendingEndsWithTheHoldsAge(t *testing.T) {
	for minutes, want := range map[int]time.Duration{0: 15 * time.Minute, 44: 59 * time.Minute, 50: time.Hour,
		61: time.Hour} {
		now := noon.Add(time.Duration(minutes) * time.Minute)
		if got := longest(noon, now); !got.Equal(noon.Add(want)) {
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

// key is the Idempotency-Key of a checkout.
var key = orderKey{customer: alice, key: "k", body: "b"}

// at returns the rates of a moment: no tax, in UTC.
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
	if _, err := decide(cart, items, account("9"), key, usd("5.99"), at(noon)); !errors.As(err, &changed) ||
		!changed.Today.Equal(usd("6")) {
		t.Errorf("another total: %v", err)
	}
	if _, err := decide(cart, items, account("9"), key, money.MustParse("6", "EUR"), at(noon)); !errors.Is(err,
		ErrTotalChanged) {
		t.Errorf("another currency: %v", err)
	}
	var short *ledger.InsufficientFunds
	if _, err := decide(cart, items, account("5.99"), key, usd("6"), at(noon)); !errors.As(err, &short) ||
		!short.Needed.Equal(usd("6")) {
		t.Errorf("short of a cent: %v", err)
	}
	var gone *Unavailable
	if _, err := decide(cart, items, account("9"), key, usd("6"), at(noon.Add(HoldFor+1))); !errors.As(err, &gone) ||
		len(gone.Numbers) != 2 {
		t.Errorf("too late: %v", err)
	}
	delete(items, first)
	_, err := decide(cart, items, account("9"), key, usd("3"), at(noon.Add(claimWithin)))
	if !errors.As(err, &gone) {
		t.Fatalf("one is lost, though the total fits the rest: error %v, want Unavailable", err)
	}
	if len(gone.Numbers) != 1 {
		t.Fatalf("one is lost, though the total fits the rest: lost numbers are %v, want one", gone.Numbers)
	}
	wanttest.Equal(t, "one is lost, though the total fits the rest: lost number", gone.Numbers[0], first)
}

// TestDecideAgrees: for any purchase, order, entry, invoice, account, cart and
// moves agree.
func TestDecideAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, MaxLines).Draw(t, "n")
		cart, items, _ := heldSet(n)
		for i := range cart.Lines {
			if rapid.IntRange(0, 3).Draw(t, "gone") == 0 {
				cart.Lines[i].GoneAt = noon
			}
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
		at := fmt.Sprintf("%d of %d live", live, n)
		wanttest.True(t, at+": at most 100 changes", len(p.changes()) <= 100)
		wanttest.Equal(t, at+": number of moves", len(p.moves), live)
		wanttest.Equal(t, at+": lines of the order", len(p.order.Lines), live)
		wanttest.Equal(t, at+": lines left in the cart", len(p.cart.To.Lines), n-live)
		wanttest.Equal(t, at+": version of the cart that was read", p.cart.SeenVer, 3)
		left, _ := money.MustParse("1000", "USD").Sub(total)
		wanttest.Diff(t, at+": total of the order", p.order.Total, total)
		wanttest.Diff(t, at+": amount of the entry", p.entry.Amount, total.Neg())
		wanttest.Diff(t, at+": gross amount of the invoice", p.invoice.Gross, total)
		wanttest.Diff(t, at+": balance of the account", p.account.To.Balance, left)
		wanttest.Equal(t, "number of the order", p.order.Number, "alice-5")
		wanttest.Equal(t, "invoice of the order", p.order.InvoiceID, "alice-inv-7")
		wanttest.Equal(t, "number of the account's orders", p.account.To.Orders, 5)
		wanttest.Equal(t, "number of the account's invoices", p.account.To.Invoices, 7)
		wanttest.Equal(t, "ledger entry of the order", p.order.EntrySeq, 3)
		targets := map[string]bool{}
		for _, c := range p.changes() {
			targets[c.Target()] = true
		}
		if len(targets) != len(p.changes()) {
			t.Fatal("a target is twice in the batch")
		}
	})
}
