package shop_test

import (
	"errors"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// rule replaces the carrier's price rules.
func (w *testShop) rule(t testing.TB, ver int64, rules ...catalogue.PriceRule) {
	t.Helper()
	must(t, w.store.PutPriceRules(t.Context(), "acme", catalogue.PriceRules{Ver: ver, Rules: rules}))
}

func (w *testShop) gold(t testing.TB) catalogue.PriceRule {
	t.Helper()
	must(t, w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "gold", Version: 1, Name: "Gold", Setup: usd("5.00"), Recurring: usd("10.00"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1}}}))
	return catalogue.PriceRule{Pattern: "*77", Package: "gold", Currency: "USD"}
}

// The price that a hold shows is the price that a checkout charges, also if the rules
// change in between.
func TestTheHeldPriceIsCharged(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice := w.customer(t, "alice", "100.00")
	w.rule(t, 1, w.gold(t))
	wanttest.Equal(t, "holds", w.hold(t, alice, first+77, first+78), "77:held 78:held ")
	view, err := w.View(t.Context(), alice)
	must(t, err)
	wanttest.Equal(t, "total by the rules", view.Quote.Total.String(), "18.00 USD") // 5 + 10, and 1 + 2
	w.rule(t, 2)
	again, err := w.View(t.Context(), alice)
	must(t, err)
	wanttest.Equal(t, "total after the rules changed", again.Quote.Total.String(), "18.00 USD")
	_, err = w.Checkout(t.Context(), alice, "k1", usd("6.00"))
	if !errors.Is(err, shop.ErrTotalChanged) {
		t.Errorf("checkout at the price of the range: %v, want total changed", err)
	}
	_, err = w.Checkout(t.Context(), alice, "k2", usd("18.00"))
	must(t, err)
	wanttest.Equal(t, "package of 77", w.item(t, first+77).Terms.Package, "gold")
	wanttest.Equal(t, "package of 78", w.item(t, first+78).Terms.Package, "standard")
	wanttest.Equal(t, "spent", w.checkBooks(t, alice).String(), "18.00 USD")
}

// A rule for another currency, or whose package is not on sale, never gives a number
// the price of its range in silence.
func TestRulesAndWhatCanBeHeld(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice := w.customer(t, "alice", "100.00")
	w.rule(t, 1, catalogue.PriceRule{Pattern: "*77", Package: "yen", Currency: "JPY"},
		catalogue.PriceRule{Pattern: "*?8", Package: "ended", Currency: "USD"})
	wanttest.Equal(t, "holds", w.hold(t, alice, first+77, first+78), "77:held 78:not_offered ")
	wanttest.Equal(t, "package of 77", w.item(t, first+77).Terms.Package, "standard")
}

// A large order charges the price of the rules at its reservation. If that is more than
// the customer allowed, it ends without a purchase; the numbers of a block have one price.
func TestLargeOrdersFollowTheRules(t *testing.T) {
	t.Parallel()
	ten := search.Filters{Pattern: "44207123007?"}
	for what, tc := range map[string]struct {
		wanted  shop.Wanted
		between func(testing.TB, *testShop)
		want    ended
		gold    int
	}{
		"criteria": {matching(ten, 10, "42"), nil, ended{shop.Completed, 10, 10, "42.00 USD", ""}, 1},
		"a list":   {list(numbers(70, 10), "42"), nil, ended{shop.Completed, 10, 10, "42.00 USD", ""}, 1},
		"a package": {matching(search.Filters{Package: "gold"}, 5, "75"), nil,
			ended{shop.Completed, 5, 5, "75.00 USD", ""}, 5},
		"blocks": {matching(search.Filters{Pattern: "44207123007?", Consecutive: 3}, 6, "42"), nil,
			ended{shop.Completed, 6, 6, "18.00 USD", ""}, 0},
		"rules set after the order was placed": {matching(ten, 10, "99"),
			func(t testing.TB, w *testShop) { w.rule(t, 2) }, ended{shop.Completed, 10, 10, "30.00 USD", ""}, 0},
		"dearer than allowed": {list(numbers(70, 10), "42"), func(t testing.TB, w *testShop) {
			w.rule(t, 2, catalogue.PriceRule{Pattern: "*7?", Package: "gold", Currency: "USD"})
		}, ended{shop.Rejected, 3, 0, "0.00 USD", "total_changed"}, 0},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newLargeShop(t)
			w.rule(t, 1, w.gold(t))
			alice := w.customer(t, "alice", "100")
			o, err := w.orders.PlaceOrder(t.Context(), alice, "key", tc.wanted)
			must(t, err)
			if tc.between != nil {
				tc.between(t, w.testShop)
			}
			must(t, w.orders.WorkOff(t.Context(), alice, o.ID))
			wanttest.Diff(t, "ended", w.ended(t, o), tc.want)
			items, err := w.store.DIDsIn(t.Context(), "acme", e164.Span{Start: first, End: first + 9_999})
			must(t, err)
			gold := 0
			for _, d := range items {
				if d.Terms.Package == "gold" {
					gold++
				}
			}
			wanttest.Equal(t, "gold numbers", gold, tc.gold)
			w.checkBooks(t, alice)
		})
	}
}
