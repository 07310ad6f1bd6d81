package lambdas_test

import (
	"testing"

	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/wanttest"
)

// Customers see the zone of their due dates, and staff the currency of new
// accounts.
func TestMeNamesTheZoneAndTheCurrency(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for _, who := range []string{"alice", "ada"} {
		var me books.Me
		w.as(who, "GET", "/v1/me", "").read(t, &me)
		wanttest.Equal(t, who+": time zone", me.Carrier.TimeZone, "UTC")
		wanttest.Equal(t, who+": currency", me.Carrier.Currency, "USD")
	}
}
