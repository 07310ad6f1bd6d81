package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Rows in another currency than that of accounts are counted, and nothing waits
// for them.
func TestRowsInAnotherCurrencyAreNoted(t *testing.T) {
	t.Parallel()
	in := func(currency string) pricing.Package {
		return pricing.Package{Terms: pricing.Terms{Recurring: money.MustParse("1.00", currency)}}
	}
	s, err := opened("number,package\n+442079460000,gold\n+442079460001,euro\n+442079460002,euro\n+442079460003,none\n",
		nil)
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlan(Offer, false,
		NewPackages(map[string]pricing.Package{"gold": in("USD"), "euro": in("EUR")}, "USD", "", nil))
	eachOf(t, s, func(rec sheet.Record) {
		if err := p.Add(&s.Layout, rec); err != nil {
			t.Fatal(err)
		}
	})
	want := []string{"2 rows are priced in EUR: only accounts in EUR can buy their numbers, and new accounts are in USD"}
	if diff := cmp.Diff(want, p.Notes("USD")); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if asks, doubts := p.Review(s.Recognised); len(asks)+len(doubts) > 0 {
		t.Errorf("the plan waits for %q and %q", asks, doubts)
	}
}
