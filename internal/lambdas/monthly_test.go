package lambdas_test

import (
	"encoding/json"
	"testing"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

// priced has the price fields that an offer, a cart line, a rental and a package
// share.
type priced struct {
	Recurring, Monthly httpapi.Money
	Alignment          *httpapi.Alignment
}

func pricedOf(p httpapi.Price) priced { return priced{p.Recurring, p.MonthlyEquivalent, p.Alignment} }

func TestMonthlyEquivalentIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.must(w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "payday", Version: 1, Name: "Payday", Setup: money.MustParse("0", "USD"),
		Recurring: money.MustParse("3", "USD"),
		Interval:  pricing.Interval{Unit: pricing.Month, Count: 1},
		Align:     pricing.Alignment{MonthDays: pricing.OnMonthDays(15, pricing.LastDay)},
	}}))
	w.offerAs("payday", 442071230000, 442071230009)
	want := priced{httpapi.Money{Amount: "3.00", Currency: "USD"}, httpapi.Money{Amount: "6.00", Currency: "USD"},
		&httpapi.Alignment{MonthDays: []httpapi.MonthDay{15, pricing.LastDay}}}

	var found customer.SearchAnswer
	w.as("alice", "GET", "/v1/available-dids?limit=1", "").read(t, &found)
	wanttest.Diff(t, "offer", pricedOf(found.Data[0].Price), want)

	var covered customer.Coverage
	w.as("alice", "GET", "/v1/coverage", "").read(t, &covered)
	wanttest.Diff(t, "covered package", pricedOf(covered.Packages[0].Price), want)
	wanttest.Diff(t, "lowest of the country", covered.Countries[0].Lowest, []customer.Lowest{{
		Setup: httpapi.Money{Amount: "0.00", Currency: "USD"}, Recurring: want.Recurring, MonthlyEquivalent: want.Monthly,
		Interval: httpapi.Interval{Unit: "month", Count: 1},
	}})

	var held customer.HoldAnswer
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230000"]}`).read(t, &held)
	wanttest.Diff(t, "cart line", pricedOf(held.Cart.Items[0].Price), want)
	total, err := json.Marshal(held.Cart.Total)
	w.must(err)
	w.as("alice", "POST", "/v1/orders", `{"total":`+string(total)+`}`, "Idempotency-Key", "monthly")

	rental := w.rental("GET", 442071230000, "", "")
	wanttest.Diff(t, "rental", priced{rental.Recurring, rental.Monthly, rental.Alignment}, want)

	var packages httpapi.List[staff.Package]
	w.as("acme-viewer", "GET", "/v1/packages", "").read(t, &packages)
	for _, p := range packages.Data {
		if p.ID == "payday" {
			wanttest.Diff(t, "package", priced{p.Recurring, p.MonthlyEquivalent, p.Alignment}, want)
		}
	}
}

// Prices of two currencies are not compared: staff see the lowest of each.
func TestLowestPricesAreOfEachCurrency(t *testing.T) {
	t.Parallel()
	w := market(t)
	w.must(w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "euro", Version: 1, Name: "Euro", Setup: money.MustParse("7", "EUR"),
		Recurring: money.MustParse("36", "EUR"),
		Interval:  pricing.Interval{Unit: pricing.Year, Count: 1},
	}}))
	w.offerAs("euro", 442071235000, 442071235009)
	euro := customer.Lowest{
		Setup: httpapi.Money{Amount: "7.00", Currency: "EUR"}, Recurring: httpapi.Money{Amount: "36.00", Currency: "EUR"},
		Interval: httpapi.Interval{Unit: "year", Count: 1}, MonthlyEquivalent: httpapi.Money{Amount: "3.00", Currency: "EUR"},
	}
	dollars := customer.Lowest{
		Setup: httpapi.Money{Amount: "1.00", Currency: "USD"}, Recurring: httpapi.Money{Amount: "2.00", Currency: "USD"},
		Interval:          httpapi.Interval{Unit: "month", Count: 1},
		MonthlyEquivalent: httpapi.Money{Amount: "2.00", Currency: "USD"},
	}
	for user, want := range map[string][]customer.Lowest{"acme-viewer": {euro, dollars}, "alice": {dollars}} {
		var covered customer.Coverage
		w.as(user, "GET", "/v1/coverage", "").read(t, &covered)
		wanttest.Diff(t, user+": countries", covered.Countries[0].Lowest, want)
		wanttest.Diff(t, user+": areas", covered.Areas[0].Lowest, want)
	}
}
