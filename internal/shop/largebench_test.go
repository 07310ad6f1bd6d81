package shop_test

import (
	"testing"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// BenchmarkLargeOrder buys 5,000 numbers by criteria in one order, and 900 by ten
// full carts, and reports the time and the write units of each number.
func BenchmarkLargeOrder(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		w := newTestShop(b)
		must(b, w.store.AddPartition(b.Context(), "acme", first.Partition()))
		alice := w.customer(b, "alice", "100000")
		meter := new(dynamotest.Meter)
		store := dynamo.New(meter.Into(w.cfg), w.table)
		orders := shop.NewLargeOrders(store, searchcache.New(store, 1<<20, w.now), w.now)
		b.StartTimer()
		o, err := orders.PlaceOrder(b.Context(), alice, "key", matching(search.Filters{Area: "London"}, 5000, "15000"))
		must(b, err)
		must(b, orders.WorkOff(b.Context(), alice, o.ID))
		b.StopTimer()
		b.ReportMetric(meter.Write()/5000, "write-units/number")
		b.ReportMetric(meter.Read()/5000, "read-units/number")
		o, err = store.Order(b.Context(), alice, o.ID)
		must(b, err)
		wanttest.Equal(b, "status", o.Status, shop.Completed)
		before := meter.Write()
		cart := shop.New(store, w.now)
		for i := range 10 {
			_, view, err := cart.Hold(b.Context(), alice, numbers(5000+90*i, 90))
			must(b, err)
			_, err = cart.Checkout(b.Context(), alice, "cart"+string(rune('0'+i)), view.Quote.Total)
			must(b, err)
		}
		b.ReportMetric((meter.Write()-before)/900, "cart-write-units/number")
		b.StartTimer()
	}
}

// TestALargeOrderCostsNoMoreThanCarts: of each number, an order of two parts costs
// at most 1.3 times the write units of a cart.
func TestALargeOrderCostsNoMoreThanCarts(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice, meter := w.customer(t, "alice", "10000"), new(dynamotest.Meter)
	store := dynamo.New(meter.Into(w.cfg), w.table)
	orders, cart := shop.NewLargeOrders(store, nil, w.now), shop.New(store, w.now)
	o, err := orders.PlaceOrder(t.Context(), alice, "key", list(numbers(0, 180), "540"))
	must(t, err)
	must(t, orders.WorkOff(t.Context(), alice, o.ID))
	each := meter.Write() / 180
	before := meter.Write()
	_, view, err := cart.Hold(t.Context(), alice, numbers(200, 90))
	must(t, err)
	_, err = cart.Checkout(t.Context(), alice, "cart", view.Quote.Total)
	must(t, err)
	eachOfCart := (meter.Write() - before) / 90
	t.Logf("%.2f write units a number, %.2f by a cart", each, eachOfCart)
	wanttest.True(t, "at most 1.3 times as much", each <= 1.3*eachOfCart)
}
