package renewal

import (
	"slices"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

var anchor = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

func daily(state did.State, period int) did.DID {
	d := did.DID{Carrier: "acme", Number: 442071234567, State: state, RentalID: "r", Customer: "alice",
		Offer: did.Offer{Terms: pricing.Terms{
			Package: "daily", Version: 1, Recurring: usd("1"), Interval: pricing.Interval{Unit: pricing.Day, Count: 1},
		}}}
	d.Anchor, d.Period = anchor, period
	d.PeriodStart, d.PeriodEnd = d.Terms.Period(anchor, period, time.UTC)
	d.NextAt = d.PeriodEnd
	return d
}

func TestAffordable(t *testing.T) {
	account := func(balance string) ledger.Account {
		return ledger.Account{Status: ledger.Active, Currency: "USD", Balance: usd(balance), CreditLimit: usd("1")}
	}
	bills := func(n, periods int) (list []bill) {
		for range n {
			list = append(list, bill{older: time.UTC, rental: daily(did.Assigned, 0), periods: make([]int, periods)})
		}
		return list
	}
	free := bill{older: time.UTC, rental: daily(did.Assigned, 0), periods: []int{1}}
	free.rental.Terms.Recurring = usd("0")
	closed := account("100")
	closed.Status = ledger.Closed
	for _, tc := range []struct {
		what    string
		account ledger.Account
		bills   []bill
		want    int
	}{
		{"all", account("4"), bills(5, 1), 5},
		{"as far as the money goes", account("1.99"), bills(5, 1), 2},
		{"each whole or not at all", account("1.99"), bills(5, 2), 1},
		{"nothing", account("-0.01"), bills(5, 1), 0},
		{"a transaction's worth of rentals", account("1000"), bills(200, 1), maxRentals},
		{"a transaction's worth of charges", account("1000"), bills(20, 100), 3},
		{"one rental, however much it owes", account("1000"), bills(2, 400), 1},
		{"what costs nothing, whatever is left", account("-5"), slices.Insert(bills(2, 1), 1, free), 1},
		{"a closed account", closed, bills(2, 1), 0},
	} {
		taken, charges, err := affordable(tc.bills, tc.account, maxRentals)
		if err != nil {
			t.Fatalf("%s: %v", tc.what, err)
		}
		wanttest.Equal(t, tc.what+": number of bills that are paid", len(taken), tc.want)
		if tc.want > 0 {
			wanttest.Equal(t, tc.what+": number of charges", len(charges), tc.want*len(tc.bills[0].periods))
		}
	}
}

// TestFirstPeriodOfAnAdopted: its period 0 is charged here, as at a purchase,
// because the time before was paid elsewhere.
func TestFirstPeriodOfAnAdopted(t *testing.T) {
	paid := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	terms := pricing.Terms{
		Package: "fortnights", Version: 1, Recurring: usd("14"), Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
		Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(15, pricing.LastDay), Prorated: true},
	}
	adopted := did.TakeOver("acme", "alice", 442071234567, did.Offer{Terms: terms}, "r", paid, "UTC",
		paid.AddDate(0, 0, -5)).To
	charged := func(now time.Time) ledger.Charge {
		bills := billsFor([]did.DID{adopted}, carrier.Carrier{Dunning: carrier.Dunning{CatchUp: 4}}, time.UTC, now)
		if len(bills) != 1 {
			t.Fatalf("%d bills, want 1", len(bills))
		}
		lines := bills[0].charges(money.Rate{})
		if len(lines) != 1 {
			t.Fatalf("%d charges, want 1", len(lines))
		}
		return lines[0]
	}
	// 5 of the 15 days from 28 February to 15 March: 14 × 5/15.
	c := charged(paid)
	wanttest.Equal(t, "period 0: book", c.Book, ledger.Proration)
	wanttest.Diff(t, "period 0: net", c.Net, usd("4.67"))
	wanttest.Diff(t, "period 0: end", c.To, paid.AddDate(0, 0, 5))
	adopted.Period, adopted.PeriodEnd = 0, paid.AddDate(0, 0, 5)
	if c := charged(paid.AddDate(0, 0, 5)); c.Book != ledger.Recurring || !c.Net.Equal(usd("14")) {
		t.Errorf("period 1: %+v", c)
	}
}
