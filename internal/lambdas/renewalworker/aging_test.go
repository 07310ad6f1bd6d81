package renewalworker_test

import (
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// In a country with a minimum, a released number rests for that time, in whatever
// way it was released; others rest for the carrier's days.
func TestReleasedNumbersRestForTheCountrysMinimum(t *testing.T) {
	t.Parallel()
	days := map[string]time.Duration{"US": 45 * 24 * time.Hour, "GB": rules.AgingIn("GB")}
	if days["GB"] >= days["US"] {
		t.Fatalf("the carrier's aging of %s shows nothing", days["GB"])
	}
	for country, want := range days {
		for what, release := range map[string]func(*testing.T, renewals, ledger.Customer){
			"by time": func(t *testing.T, w renewals, _ ledger.Customer) {
				for range 3 { // past due, suspended, aging
					w.tick(t, w.did(t, blocks["daily"]).NextAt)
				}
			},
			"given up unpaid": func(t *testing.T, w renewals, c ledger.Customer) {
				w.tick(t, w.did(t, blocks["daily"]).NextAt)
				_, err := shop.New(w.store, w.env.Now).Cancel(t.Context(), c, blocks["daily"])
				must(t, err)
			},
		} {
			t.Run(country+" "+what, func(t *testing.T) {
				t.Parallel()
				w := newMarket(t, rules)
				c := w.customer(t, "alice", "0")
				w.rentIn(t, country, c)
				release(t, w, c)
				d := w.did(t, blocks["daily"])
				if d.State != did.Aging {
					t.Fatalf("state %s, want aging", d.State)
				}
				if got := d.NextAt.Sub(*w.now); got != want {
					t.Errorf("it rests for %s, want %s", got, want)
				}
			})
		}
	}
}

// rentIn rents out a number of a country.
func (w renewals) rentIn(t *testing.T, country string, c ledger.Customer) {
	t.Helper()
	hold := did.HoldFor(c.Carrier, c.ID, blocks["daily"], ulid.Make().String(), noon.Add(time.Hour),
		did.Offer{Terms: prices["daily"], Country: country}, noon)
	w.commit(t, hold)
	rented, err := did.Assign(hold.To, ulid.Make().String(), noon, time.UTC)
	must(t, err)
	w.commit(t, rented)
}
