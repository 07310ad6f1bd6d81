package lambdas_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/revenue"
	"didpurchase/internal/wanttest"
)

// The renewals happen as forecast, day by day, and revenue equals the ledger's.
func TestReports(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	first := e164.Number(442071230000)
	w.must(w.store.PutPackage(context.Background(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "daily", Version: 1, Name: "Daily", Setup: money.MustParse("0", "USD"),
		Recurring: money.MustParse("0.05", "USD"),
		Interval:  pricing.Interval{Unit: pricing.Day, Count: 7},
	}}))
	w.offer("acme", first, first+99)
	w.offerAs("daily", first+100, first+199)
	w.offer("globex", first, first+99)
	w.buy("a", "9.00", span(first, 3)...)
	w.buy("b", "0.10", span(first+100, 2)...)
	w.clock = w.clock.AddDate(0, 0, 10)
	w.buy("c", "3.00", first+3)
	w.renew(w.clock, span(first+100, 2)...) // a week and three days have passed
	w.rental("DELETE", first+2, "", "")     // is not charged any more

	var ahead staff.RenewalReport
	w.as("acme-viewer", "GET", "/v1/reports/renewals", "").read(t, &ahead)
	if len(ahead.Data) != 31 {
		t.Fatalf("days are %+v, want 31", ahead.Data)
	}
	wanttest.Equal(t, "first day", ahead.Data[0].Date, "2026-12-04")
	wanttest.Diff(t, "time of the report", ahead.AsOf, w.clock)
	before := w.counted()
	count := 0
	for i, day := range ahead.Data {
		w.renew(time.Date(2026, 12, 5+i, 0, 0, 0, -1, time.UTC), append(span(first, 4), span(first+100, 2)...)...)
		after, want := w.counted(), money.Zero("USD")
		for _, a := range day.Amounts {
			want = money.MustParse(a.Amount, a.Currency)
		}
		came, err := after.Sub(before)
		if err != nil {
			t.Fatalf("%s: %v", day.Date, err)
		}
		wanttest.Diff(t, day.Date+": charged amount", came, want)
		wanttest.Equal(t, day.Date+": nothing is foretold", day.Count == 0, want.IsZero())
		before, count = after, count+day.Count
	}
	// Two come on 8, 15, 22 and 29 December at 0.05, two on the 24th at 2.00; the
	// one of 4 January is a day too far.
	wanttest.Equal(t, "number of renewals", ahead.Count, 10)
	wanttest.Equal(t, "number of renewals by day", count, 10)
	wanttest.Equal(t, "totals", fmt.Sprint(ahead.Totals), "[{4.40 USD}]")

	var report staff.RevenueReport
	w.as("acme-billing", "GET", "/v1/reports/revenue", "").read(t, &report)
	wanttest.Equal(t, "first month", report.From, "2026-02")
	wanttest.Equal(t, "last month", report.To, "2027-01")
	if len(report.Totals) != 1 {
		t.Fatalf("totals are %+v, want one", report.Totals)
	}
	wanttest.Equal(t, "total of the report", report.Totals[0].Amount, before.Number())
	var rows []string
	for _, row := range report.Data {
		rows = append(rows, strings.Join([]string{row.Month, row.Package.Name, row.Setup.Amount, row.Recurring.Amount,
			row.Total.Amount}, " "))
	}
	if got := strings.Join(rows, ", "); got != "2026-11 Daily 0.00 0.10 0.10, 2026-11 Standard 3.00 6.00 9.00, 2026-12 "+
		"Daily 0.00 0.50 0.50, 2026-12 Standard 1.00 6.00 7.00" {
		t.Error(got)
	}
	w.as("acme-billing", "GET", "/v1/reports/revenue?from=2026-12&to=2026-12", "").read(t, &report)
	if len(report.Data) != 2 || report.Totals[0].Amount != "7.50" {
		t.Errorf("of December: %+v", report)
	}
	w.as("grace", "GET", "/v1/reports/revenue", "").read(t, &report)
	if len(report.Data) != 0 || len(report.Totals) != 0 {
		t.Errorf("of another carrier: %+v", report)
	}
	for query, parameter := range map[string]string{"from=2026-13": "from", "from=2026-12&to=2026-11": "to",
		"from=2001-01&to=2026-11": "from"} {
		got := w.as("ada", "GET", "/v1/reports/revenue?"+query, "")
		if !strings.Contains(got.Body, `"parameter":"`+parameter+`"`) {
			t.Errorf("%s: %d %s", query, got.Status, got.Body)
		}
	}
}

// counted counts the ledger of alice, as the stream's consumer does, and returns
// the sum of alice's bills before tax.
func (w *carriers) counted() (all money.Amount) {
	w.t.Helper()
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	for _, err := range revenue.New(w.store, w.env.Now).Follow(context.Background(), []ledger.Customer{alice}) {
		w.must(err)
	}
	entries, err := w.store.EntriesAfter(context.Background(), alice, 1, 100) // the first is a payment
	w.must(err)
	for _, e := range entries {
		all, err = all.Add(e.Amount.Neg()) // there is no tax
		w.must(err)
	}
	return all
}
