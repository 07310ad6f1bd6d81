package renewalworker_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/operate"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/repricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// addVersion adds a version of the market's package.
func (w renewals) addVersion(t *testing.T, pkg string, version int, recurring string) {
	t.Helper()
	terms := prices[pkg]
	terms.Package, terms.Version, terms.Name, terms.Recurring = pkg, version, pkg, usd(recurring)
	must(t, w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: terms}))
}

// paid lists what was paid for each period of a number.
func (w renewals) paid(t *testing.T, c ledger.Customer, n e164.Number) (amounts []string) {
	t.Helper()
	for _, e := range w.entries(t, c) {
		for _, p := range e.Postings {
			if p.Number == n && p.Account == ledger.Recurring {
				amounts = append(amounts, p.Amount.Number())
			}
		}
	}
	return amounts
}

// TestPriceChange: the sweep finds a price change, the worker agrees on it with
// two customers' 98 rentals in steps, and tells each customer once. The period
// that begins when the notice is over costs the new price, a rental that is
// cancelled in time never pays it, and the books agree.
func TestPriceChange(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	caughtUp := w.follow(t)
	alice, bob, eve := w.customer(t, "alice", "4000"), w.customer(t, "bob", "1000"), w.customer(t, "eve", "1000")
	w.rent(t, alice, numbers("monthly", 0, 95)...)
	w.rent(t, bob, numbers("monthly", 200, 3)...)
	w.rent(t, eve, numbers("daily", 0, 5)...)
	w.addVersion(t, "monthly", 2, "3")
	service := repricing.New(w.store, w.env.Now)
	staff := auth.Actor{Kind: auth.ByUser, ID: "ada", Name: "Ada"}
	begun, err := service.Begin(auth.ActingAs(t.Context(), staff), repricing.Wanted{Carrier: "acme", Package: "monthly",
		Version: 2, NoticeDays: 40})
	must(t, err)
	*w.now = w.now.Add(time.Second)
	w.tick(t, *w.now)

	c, err := service.Change(t.Context(), begun.Ref)
	must(t, err)
	wanttest.Equal(t, "status", c.Status, repricing.Scheduled)
	wanttest.Equal(t, "agreed", c.Counts[repricing.Agreed], 98)
	wanttest.Equal(t, "customers", c.Reached, 2)
	wanttest.Equal(t, "more a year", c.Later.String()+", before "+c.Before.String(), "3528.00 USD, before 2352.00 USD")
	wanttest.Diff(t, "the first period at the price", c.First, time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC))
	told, err := w.store.Announcement(t.Context(), alice, c.ID)
	must(t, err)
	wanttest.Diff(t, "told", told.Lines, []repricing.Announced{{Old: usd("2"), Numbers: 95, First: c.First}})
	d := w.did(t, blocks["monthly"])
	wanttest.Diff(t, "actor", d.By, staff)

	s := shop.New(w.store, w.env.Now)
	gone := blocks["monthly"] + 200
	coming, err := s.Charges(t.Context(), bob, gone, 3)
	must(t, err)
	wanttest.Equal(t, "coming charges", fmt.Sprint(coming[0].Net, " ", coming[1].Net, " ", coming[2].Net),
		"2.00 USD 3.00 USD 3.00 USD")
	*w.now = time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC)
	w.tick(t, *w.now)
	_, err = s.Cancel(t.Context(), bob, gone)
	must(t, err)
	w.tick(t, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
	for n, want := range map[e164.Number][]string{
		blocks["monthly"]: {"2.00", "2.00", "3.00", "3.00"}, blocks["monthly"] + 94: {"2.00", "2.00", "3.00", "3.00"},
		blocks["monthly"] + 201: {"2.00", "2.00", "3.00", "3.00"}, gone: {"2.00", "2.00"},
	} {
		of := bob
		if n < blocks["monthly"]+200 {
			of = alice
		}
		wanttest.Diff(t, "paid for "+n.String(), w.paid(t, of, n), want)
	}
	wanttest.Equal(t, "state of the cancelled one", w.did(t, gone).State, did.Aging)
	caughtUp()
	answer, err := operate.New(w.env)(t.Context(), json.RawMessage(`{"command": "reconcile", "carrier": "acme"}`))
	must(t, err)
	wanttest.Equal(t, "differences", len(answer.(operate.Reconciled).Differences), 0)
}

// TestCancelledPriceChange: rentals keep their price, also one whose customer
// cancelled it in the meantime, and each customer gets a withdrawal.
func TestCancelledPriceChange(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice := w.customer(t, "alice", "1000")
	w.rent(t, alice, numbers("monthly", 0, 3)...)
	w.addVersion(t, "monthly", 2, "3")
	service := repricing.New(w.store, w.env.Now)
	begun, err := service.Begin(t.Context(), repricing.Wanted{Carrier: "acme", Package: "monthly", Version: 2,
		NoticeDays: 30})
	must(t, err)
	w.tick(t, w.now.Add(time.Second))
	s := shop.New(w.store, w.env.Now)
	_, err = s.Cancel(t.Context(), alice, blocks["monthly"])
	must(t, err)
	_, err = service.Cancel(t.Context(), begun.Ref)
	must(t, err)
	w.tick(t, w.now.Add(time.Second))
	c, err := service.Cancel(t.Context(), begun.Ref) // again changes nothing
	must(t, err)
	wanttest.Equal(t, "status", c.Status, repricing.Cancelled)
	wanttest.Equal(t, "taken back", c.Counts[repricing.TakenBack], 3)
	told, err := w.store.Announcement(t.Context(), alice, c.ID)
	must(t, err)
	wanttest.True(t, "the announcement is withdrawn", told.IsOff)
	_, err = s.Restore(t.Context(), alice, blocks["monthly"])
	must(t, err)
	w.tick(t, time.Date(2026, 4, 15, 0, 0, 0, 0, time.UTC))
	for _, n := range numbers("monthly", 0, 3) {
		wanttest.Diff(t, "paid for "+n.String(), w.paid(t, alice, n), []string{"2.00", "2.00", "2.00"})
	}
}

// TestPriceChangeCostsRenewalsNothing: a renewal of rentals that wait for a
// new price, and the one that begins at it, cost the write units of any other.
func TestPriceChangeCostsRenewalsNothing(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice := w.customer(t, "alice", "9000")
	w.rent(t, alice, numbers("monthly", 0, 20)...)
	w.addVersion(t, "monthly", 2, "3")
	meter := new(dynamotest.Meter)
	env := w.env
	env.AWS = meter.Into(env.AWS)
	renew := func(month int) float64 {
		t.Helper()
		messages, _ := w.sweep(t, noon.AddDate(0, month, 3))
		before := meter.Write()
		if failed := work(t, renewalworker.New(env), messages...); len(failed) > 0 {
			t.Fatal(failed)
		}
		return meter.Write() - before
	}
	renew(1) // with the issue of the order's invoice
	plain := renew(2)
	service := repricing.New(dynamo.New(w.env.AWS, w.table), w.env.Now)
	_, err := service.Begin(t.Context(), repricing.Wanted{Carrier: "acme", Package: "monthly", Version: 2, NoticeDays: 60})
	must(t, err)
	messages, _ := w.sweep(t, w.now.Add(time.Second))
	work(t, renewalworker.New(w.env), messages...)
	wanttest.Equal(t, "a price is to come", w.did(t, blocks["monthly"]).NextPrice.Version, 2)
	waiting, begins := renew(3), 0.0
	for month := 4; w.did(t, blocks["monthly"]).Terms.Version == 1; month++ {
		begins = renew(month)
	}
	wanttest.True(t, fmt.Sprintf("write units of a renewal: %v; while a price is to come: %v", plain, waiting),
		waiting <= plain)
	wanttest.True(t, fmt.Sprintf("write units of a renewal: %v; at the start of a price: %v", plain, begins),
		begins > 0 && begins <= plain)
}
