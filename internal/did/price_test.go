package did_test

import (
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/money"
	"didpurchase/internal/wanttest"
)

// TestNextPrice: a monthly rental of 31 January that pays 2.00 agrees on 3.00 from
// 1 April. The period that begins on 31 March costs 2.00, the one of 30 April 3.00,
// and the agreed price is the rental's own from then on.
func TestNextPrice(t *testing.T) {
	d := rental(did.Assigned, 0)
	move, err := d.AgreeOn(did.NextPrice{Change: "c", Version: 2, Name: "Standard", Recurring: money.MustParse("3", "USD"),
		From: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}, noon)
	wanttest.Equal(t, "error", err, nil)
	d = move.To
	wanttest.Equal(t, "start of the new price", d.NextPriceAt(time.UTC).Format(time.DateOnly), "2026-04-30")
	for _, want := range []struct {
		period int
		net    string
	}{{1, "2.00 USD"}, {2, "2.00 USD"}, {3, "3.00 USD"}, {4, "3.00 USD"}} {
		wanttest.Equal(t, "charge", d.ChargeOf(want.period, time.UTC, money.Rate{}).Net.String(), want.net)
	}
	for period := 1; period <= 4; period++ {
		move, err := d.Paid(period, d.PeriodEnd, time.UTC)
		wanttest.Equal(t, "error", err, nil)
		d = move.To
		wanttest.Equal(t, "version", d.Terms.Version, map[bool]int{false: 1, true: 2}[period >= 3])
		wanttest.Equal(t, "a price is to come", d.NextPrice.Change != "", period < 3)
	}
	wanttest.Equal(t, "later charges", d.ChargeOf(9, time.UTC, money.Rate{}).Net.String(), "3.00 USD")
	wanttest.Equal(t, "setup charge as agreed", d.Terms.Setup, offer.Terms.Setup)
}

// TestAPriceIsOfItsRental: a rental that begins anew has no next price.
func TestAPriceIsOfItsRental(t *testing.T) {
	d := rental(did.Aging, 2)
	d.NextPrice = did.NextPrice{Change: "c", From: noon}
	move, err := did.TakeBack(d, "alice", offer, "r2", noon, time.UTC)
	wanttest.Equal(t, "error", err, nil)
	wanttest.Equal(t, "next price", move.To.NextPrice, did.NextPrice{})
}
