package audit

import (
	"strings"
	"testing"
	"time"

	"didpurchase/infra/client"
)

func usd(amount string) client.Money { return client.Money{Amount: amount, Currency: "USD"} }

// good are books without a fault: a payment, then an order of one number.
func good() Books {
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	return Books{
		Customer: "alice", Balance: usd("7.00"),
		Ledger: []client.LedgerEntry{
			{Seq: 1, Kind: "payment", Amount: usd("10.00"), BalanceAfter: usd("10.00"), Note: new("p-1")},
			{Seq: 2, Kind: "order", Amount: usd("-3.00"), BalanceAfter: usd("7.00"), OrderID: new("o-1"),
				InvoiceID: new("alice-1"), Lines: []client.LedgerLine{
					{Amount: usd("-1.00"), DID: new("+1")},
					{Amount: usd("-2.00"), DID: new("+1"), PeriodFrom: &noon, PeriodTo: new(noon.AddDate(0, 1, 0))},
				}},
		},
		Orders:   []client.Order{{ID: "o-1", Number: "alice-1", DIDs: []string{"+1"}, InvoiceID: new("alice-1")}},
		Invoices: []client.InvoiceHeader{{ID: "alice-1", Net: usd("3.00"), Tax: usd("0.00"), Gross: usd("3.00")}},
		Rentals:  []client.Rental{{DID: "+1", State: "active"}},
	}
}

func TestGoodBooks(t *testing.T) {
	t.Parallel()
	if faults := good().Check(false); len(faults) > 0 {
		t.Errorf("faults: %q", faults)
	}
	if faults := good().Paid("p-1", true); len(faults) > 0 {
		t.Errorf("faults of the payment: %q", faults)
	}
}

func TestDamagedBooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  string
		damage func(*Books)
	}{
		{"the ledger sums to", func(b *Books) { b.Balance = usd("8.00") }},
		{"has seq 3", func(b *Books) { b.Ledger[1].Seq = 3 }},
		{`is "NaN"`, func(b *Books) { b.Ledger[0].Amount = usd("NaN") }},
		{"the balance after entry 1", func(b *Books) { b.Ledger[0].BalanceAfter = usd("9.00") }},
		{"the lines of entry 2 sum to", func(b *Books) { b.Ledger[1].Lines = b.Ledger[1].Lines[1:] }},
		{"charged twice", func(b *Books) { b.Ledger[1].Lines = append(b.Ledger[1].Lines, b.Ledger[1].Lines[1]) }},
		{"its entries sum to", func(b *Books) { b.Invoices[0].Gross = usd("4.00") }},
		{"net and tax are", func(b *Books) { b.Invoices[0].Tax = usd("1.00") }},
		{"entries name invoice alice-1", func(b *Books) { b.Invoices = nil }},
		{"order o-1 has 0 entries", func(b *Books) { b.Ledger[1].OrderID = nil }},
		{"an entry names order o-1", func(b *Books) { b.Orders = nil }},
		{"has no DIDs", func(b *Books) { b.Orders[0].DIDs = nil }},
		{"two orders have the number", func(b *Books) { b.Orders = append(b.Orders, b.Orders[0]) }},
		{"is ordered and not rented", func(b *Books) { b.Rentals = nil }},
		{"without an order", func(b *Books) { b.Rentals = append(b.Rentals, client.Rental{DID: "+2", State: "active"}) }},
	} {
		b := good()
		c.damage(&b)
		if faults := strings.Join(b.Check(false), "\n"); !strings.Contains(faults, c.fault) {
			t.Errorf("%q is missing in %q", c.fault, faults)
		}
	}
}

func TestPaymentsTwiceOrMissing(t *testing.T) {
	t.Parallel()
	b := good()
	if faults := b.Paid("p-2", true); len(faults) != 1 {
		t.Errorf("an answered payment that is missing: %q", faults)
	}
	if faults := b.Paid("p-2", false); len(faults) != 0 {
		t.Errorf("a lost payment that is missing: %q", faults)
	}
	b.Ledger = append(b.Ledger, b.Ledger[0])
	if faults := b.Paid("p-1", false); len(faults) != 1 {
		t.Errorf("a payment that is there twice: %q", faults)
	}
}

func TestRentedByTwo(t *testing.T) {
	t.Parallel()
	bob := good()
	bob.Customer = "bob"
	if faults := Among([]Books{good(), bob}); len(faults) != 1 {
		t.Errorf("faults: %q", faults)
	}
}

// One late history on a busy machine is not a fault; a search that is always late
// is.
func TestLateInMostHistories(t *testing.T) {
	t.Parallel()
	const soon, late = 100 * time.Millisecond, 5 * time.Second
	for _, c := range []struct {
		name  string
		after []time.Duration
		found int
	}{
		{"none", nil, 0},
		{"few", []time.Duration{late, late, late, late}, 0},
		{"two of five", []time.Duration{late, soon, soon, late, soon}, 0},
		{"three of five", []time.Duration{late, soon, late, late, soon}, 1},
	} {
		if got := Late(c.after); len(got) != c.found {
			t.Errorf("%s: %q, want %d faults", c.name, got, c.found)
		}
	}
}
