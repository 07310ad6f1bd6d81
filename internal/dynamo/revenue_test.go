package dynamo_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/revenue"
)

// TestEveryRevenueChange: sums are added together with the progress that guards
// them: once, exactly, and separately for customer and carrier.
func TestEveryRevenueChange(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	acme := ledger.Customer{Carrier: "acme"}
	line := func(book ledger.Book, currency string) revenue.Line {
		return revenue.Line{Month: "2026-01", Package: "two-way-sms", Book: book, Currency: currency}
	}
	large, yen := money.MustParse("900000000000000.10", "USD"), money.MustParse("-7", "JPY")
	sums := revenue.Sums{line(ledger.Setup, "USD"): large, line(ledger.Recurring, "JPY"): yen}
	step := func(seen int) commit.Batch {
		return batch(revenue.Progress{SeenVer: seen,
			To: revenue.Counted{Customer: alice, UpTo: 10 * (seen + 1), Ver: seen + 1}},
			revenue.Earned{Of: alice, Month: "2026-01", Sums: sums}, revenue.Earned{Of: acme, Month: "2026-01", Sums: sums})
	}
	for _, seen := range []int{0, 1, 1, 0} { // the last two are refused
		var refused *commit.Refused
		err := store.Commit(t.Context(), step(seen))
		if errors.As(err, &refused); err != nil &&
			(len(refused.Refusals) != 1 || refused.Refusals[0].Current != any(revenue.Counted{Customer: alice, UpTo: 20,
				Ver: 2})) {
			t.Fatal(err)
		}
	}
	counted, err := store.Counted(t.Context(), alice)
	if want := (revenue.Counted{Customer: alice, UpTo: 20, Ver: 2}); err != nil || counted != want {
		t.Errorf("%+v, %v", counted, err)
	}
	twice, err := large.Add(large)
	if err != nil {
		t.Fatal(err)
	}
	want := revenue.Sums{line(ledger.Setup, "USD"): twice, line(ledger.Recurring, "JPY"): money.MustParse("-14", "JPY")}
	for whose, read := range map[string]func() (revenue.Sums, error){
		"alice":   func() (revenue.Sums, error) { return store.EarnedOf(t.Context(), alice) },
		"carrier": func() (revenue.Sums, error) { return store.Earned(t.Context(), "acme", "0000", "9999") },
	} {
		got, err := read()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", whose, err, diff)
		}
	}
}
