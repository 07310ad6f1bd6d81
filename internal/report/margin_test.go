package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/report"
)

// costly adds version 2 of the package, which costs the carrier 0.04 a day.
func (d *desk) costly() pricing.Terms {
	d.Helper()
	later := terms
	later.Version = 2
	d.must(d.store.PutPackage(d.Context(), "acme", pricing.Package{Terms: later, Cost: money.MustParse("0.04", "USD")}))
	return later
}

// A rental has the cost of its own package version, and none if that is not known.
func TestRentalsHaveTheMarginOfTheirVersion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	alice, later := d.open("alice"), d.costly()
	d.rent(alice, first, 1)
	o := offer(first + 1)
	o.Terms = later
	move, err := did.AllocateTo("acme", "alice", first+1, did.DID{}, o, commit.NewID(d.now()), d.now(), time.UTC)
	d.must(err)
	d.must(commit.Write(t.Context(), d.store, d.now(), move))
	_, file := d.made(report.Request{Kind: report.Rentals, Format: report.CSV})
	var got []string
	for _, row := range d.rows(file) {
		got = append(got, strings.Join([]string{row["package_version"], row["recurring"], row["cost"], row["margin"],
			row["monthly_margin"]}, " "))
	}
	// 0.06 a day is 0.06 x 365/12 = 1.825 a month, rounded half even
	if diff := cmp.Diff([]string{"1 0.10   ", "2 0.10 0.04 0.06 1.82"}, got); diff != "" {
		t.Errorf("version, recurring, cost and margins (-want +got):\n%s", diff)
	}
}

// The cost of the revenue is that of each charged period: of a shortened one its
// share of days, of a charge that names no numbers that of all of them. A charge
// without a known cost leaves the margin open.
func TestRevenueHasTheCostOfItsCharges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	later := d.costly()
	monthly := pricing.Terms{Package: "monthly", Version: 1, Name: "Monthly", Setup: money.MustParse("1", "USD"),
		Recurring: money.MustParse("3.00", "USD"), Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
		Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(1), Prorated: true}}
	d.must(d.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: monthly, Cost: money.MustParse("1.20", "USD")}))
	midJune := time.Date(2026, 6, 16, 12, 0, 0, 0, time.UTC) // 15 of 30 days are left
	charge := func(book ledger.Book, t pricing.Terms, net string, count int) ledger.Charge {
		return ledger.Charge{Book: book, Net: money.MustParse(net, "USD"), Tax: money.Zero("USD"), Package: t.Package,
			Version: t.Version, RentalID: fmt.Sprint(book, t.Package, t.Version), From: midJune, Count: count}
	}
	for id, charges := range map[string][]ledger.Charge{
		"alice": {charge(ledger.Setup, monthly, "1.00", 0), charge(ledger.Proration, monthly, "1.50", 0)},
		"bob":   {charge(ledger.Recurring, later, "1.00", 10), charge(ledger.Recurring, later, "0.10", 0)},
		"carol": {charge(ledger.Recurring, later, "0.10", 0), charge(ledger.Recurring, terms, "0.30", 3)},
		"dave":  {charge(ledger.Recurring, terms, "0.10", 0)},
	} {
		account, err := d.store.Account(t.Context(), d.open(id))
		d.must(err)
		account.CreditLimit = money.MustParse("100", "USD")
		update, entry, _, err := account.Bill(ledger.Renewal, charges, account.NextInvoice(midJune), "", midJune)
		d.must(err)
		d.must(commit.Write(t.Context(), d.store, d.now(), update, entry))
	}
	_, file := d.made(report.Request{Kind: report.Revenue, Format: report.CSV, From: "2026-06-01", To: "2026-06-30"})
	var got []string
	for _, row := range d.rows(file) {
		got = append(got, strings.Join([]string{row["customer"], row["package"], row["total"], row["cost"], row["margin"],
			row["charges_without_cost"]}, "|"))
	}
	want := []string{
		"alice|monthly|2.50|0.60|1.90|0", "bob|standard|1.10|0.44|0.66|0", "carol|standard|0.40|0.04||3",
		"dave|standard|0.10|||1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("customer, package, total, cost, margin, unknown (-want +got):\n%s", diff)
	}
}
