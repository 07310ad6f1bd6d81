package dynamo_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/rentals"
	"didpurchase/internal/shop"
)

var whole = flag.Bool("whole", false, "measure a customer with 100,000 rentals, too")

// owner is a customer with many rentals: half of them have labels and destinations,
// a fifth has tags, and all are in three areas.
type owner struct {
	testing.TB
	meter *dynamotest.Meter
	store *dynamo.Store
	now   time.Time
	size  int
}

func newOwner(b testing.TB, size int) *owner {
	_, table := dynamotest.New(b)
	o := &owner{TB: b, meter: new(dynamotest.Meter), now: noon, size: size}
	o.store = dynamo.New(o.meter.Into(dynamotest.Config(b)), table)
	zero := money.MustParse("0", "USD")
	o.must(o.store.CreateCarrier(b.Context(), carrier.Carrier{ID: "acme", Name: "Acme", Currency: "USD", TimeZone: "UTC"}))
	o.must(o.store.CreateCustomer(b.Context(),
		ledger.Account{Customer: alice, Name: "Alice", Status: ledger.Active, Currency: "USD",
			Balance: zero, CreditLimit: zero}))
	var dids []did.DID
	for i := range size {
		d := unpaid(number + e164.Number(i))
		d.State, d.UnpaidSince, d.Area = did.Assigned, time.Time{}, []string{"London", "Leeds", "York"}[i%3]
		if d.Label = fmt.Sprintf("desk %05d", i); i%2 == 0 {
			d.Label, d.Route = "", unpaid(number).Route
		}
		if d.Tags = nil; i%5 == 0 {
			d.Tags = []string{"vip", fmt.Sprintf("team %d", i%50)}
		}
		dids = append(dids, d)
	}
	o.must(o.store.RewriteAll(b.Context(), dids))
	return o
}

func (o *owner) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *owner) lists() *rentals.Lists {
	return rentals.NewLists(o.store, func() time.Time { return o.now })
}

// search is a page with the most work: text, area, order and all counts.
func (o *owner) search(l *rentals.Lists, f rentals.Filters, by rentals.Sort) rentals.Found {
	o.Helper()
	q, err := rentals.Parse(f)
	o.must(err)
	_, found, err := l.Find(o.Context(), alice, q, rentals.Page{Sort: by, Limit: 50})
	o.must(err)
	return found
}

// BenchmarkRentals measures lists of a customer's rentals: in read units, as
// DynamoDB bills, and in time. The baseline reads each item, as lists over an index
// with keys only have to.
func BenchmarkRentals(b *testing.B) {
	sizes := []int{1_000, 10_000}
	if *whole {
		sizes = append(sizes, 100_000)
	}
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) { newOwner(b, size).measure(b) })
	}
}

func (o *owner) measure(b *testing.B) {
	warm, edits := o.lists(), 0
	filter := rentals.Filters{Q: "desk 0", Area: "london"}
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"plain_page", func() {
			_, _, err := o.store.Rentals(b.Context(), alice, shop.Page{Limit: 50})
			o.must(err)
		}},
		{"filter_and_facets_warm", func() { o.search(warm, filter, rentals.ByNumber) }},
		{"sorted_by_label_warm", func() { o.search(warm, rentals.Filters{}, rentals.ByLabel) }},
		{"sorted_by_next_charge_warm", func() { o.search(warm, rentals.Filters{}, rentals.ByNextCharge) }},
		{"filter_after_an_edit", func() {
			edits++
			o.edit(number+e164.Number(edits%o.size), fmt.Sprintf("desk 0 %d", edits))
			o.search(warm, filter, rentals.ByNumber)
		}},
		{"filter_and_facets_cold", func() { o.search(o.lists(), filter, rentals.ByNumber) }},
		{"each_item", func() {
			numbers, err := o.store.Owned(b.Context(), alice)
			o.must(err)
			items, err := o.store.DIDs(b.Context(), "acme", numbers)
			o.must(err)
			for _, d := range items {
				_ = strings.Contains(d.Label, "desk 0")
			}
		}},
	} {
		b.Run(step.name, func(b *testing.B) {
			o.search(warm, rentals.Filters{}, rentals.ByNumber)
			before, steps := o.meter.Read(), 0
			for b.Loop() {
				step.do()
				steps++
			}
			b.ReportMetric((o.meter.Read()-before)/float64(steps), "RU/op")
		})
	}
}

// edit labels a rental, and logs it as the use case does.
func (o *owner) edit(n e164.Number, label string) {
	o.Helper()
	o.now = o.now.Add(20 * time.Second) // earlier entries are not read again
	owned, err := o.store.RentalsOf(o.Context(), alice, []e164.Number{n})
	o.must(err)
	move, err := owned[0].Edited(did.Settings{Label: label}, o.now)
	o.must(err)
	o.must(o.store.Commit(o.Context(), batch(move)))
	o.must(o.store.LogRentals(o.Context(), alice, []rentals.Change{{Digits: n.Digits(), Ver: owned[0].Ver + 1}}, o.now))
}
