package shop_test

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

var whole = flag.Bool("whole", false, "break every call of a large order in every way")

// checkEnded fails unless the customer's orders have ended, with all of their
// numbers rented and paid or none of them taken.
func (w largeShop) checkEnded(t testing.TB, c ledger.Customer, balance string, each int) {
	t.Helper()
	spent := w.checkBooks(t, c)
	account, err := w.store.Account(t.Context(), c)
	must(t, err)
	left, err := usd(balance).Sub(spent)
	must(t, err)
	wanttest.Equal(t, "balance", account.Balance.String(), left.String())
	wanttest.Equal(t, "numbers that count as reserved", account.Reserving, 0)
	orders, _, err := w.store.Orders(t.Context(), c, shop.Page{Limit: 200})
	must(t, err)
	rented := 0
	for _, o := range orders {
		wanttest.True(t, "order "+o.ID+" has ended as "+string(o.Status), o.Status.Ended())
		if o.Status == shop.Completed {
			rented += each
			wanttest.Equal(t, "bought", o.Large.Bought, each)
		}
	}
	states := w.states(t)
	wanttest.Equal(t, "rented", states["assigned "+c.ID], rented)
	wanttest.Equal(t, "reserved", states["reserved "+c.ID], 0)
}

// TestLargeOrderSurvivesFaults breaks each call of an order once, and stops its
// worker at each call for good; then another worker goes on. The order ends with
// everything, and charges once.
func TestLargeOrderSurvivesFaults(t *testing.T) {
	t.Parallel()
	plans := []func(nth int) faults.Plan{}
	for _, fault := range faults.All {
		plans = append(plans, func(nth int) faults.Plan { return faults.Nth(nth, fault) })
	}
	plans = append(plans, func(nth int) faults.Plan { return killed(nth, faults.DropBefore) },
		func(nth int) faults.Plan { return killed(nth, faults.DropAfter) })
	w := newLargeShop(t)
	for i, nth, total := 0, 1, 1; nth <= total; i++ {
		c := w.customer(t, fmt.Sprintf("buyer%03d", i), "100")
		injector := faults.New(plans[i%len(plans)](nth))
		total = max(total, w.brokenOrder(t, injector, c, i))
		if t.Failed() {
			t.Fatalf("call %d, plan %d", nth, i%len(plans))
		}
		if !*whole || (i+1)%len(plans) == 0 {
			nth++
		}
	}
}

// killed is a worker that is stopped at its nth call, which is lost in this way.
func killed(nth int, how faults.Fault) faults.Plan {
	n := 0
	return func(faults.Call) faults.Fault {
		switch n++; {
		case n < nth:
			return faults.None
		case n == nth:
			return how
		default:
			return faults.DropBefore
		}
	}
}

// brokenOrder orders 5 numbers while calls are broken, and then without that. It
// returns how many calls there were.
func (w largeShop) brokenOrder(t *testing.T, injector *faults.Injector, c ledger.Customer, i int) int {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	broken, wanted := w.large(dynamo.New(injector.Into(w.cfg), w.table)), list(numbers(10*i, 5), "15")
	if i%2 == 1 {
		prefix := number(10 * i).Digits()
		wanted = matching(search.Filters{StartsWith: prefix[:len(prefix)-1]}, 5, "15")
	}
	o, err := broken.PlaceOrder(ctx, c, "key", wanted)
	if err == nil {
		err = broken.WorkOff(ctx, c, o.ID)
	}
	if err != nil {
		o, err = w.orders.PlaceOrder(t.Context(), c, "key", wanted)
		must(t, err)
		must(t, w.orders.WorkOff(t.Context(), c, o.ID))
	}
	w.checkEnded(t, c, "100", 5)
	wanttest.Equal(t, "status", w.ended(t, o).Status, shop.Completed)
	return injector.Total()
}

// TestLargeOrdersRace: orders of several customers for overlapping numbers, each
// worked on twice at once, and carts that buy from the same numbers. Each order
// ends with everything or nothing, and no number stays reserved.
func TestLargeOrdersRace(t *testing.T) {
	t.Parallel()
	const each, customers = 9, 4
	w := newLargeShop(t)
	var wait sync.WaitGroup
	everybody := []ledger.Customer{}
	for i := range customers {
		c := w.customer(t, fmt.Sprintf("large%d", i), "100")
		everybody = append(everybody, c)
		wanted := matching(search.Filters{Pattern: "4420712300??", Consecutive: 3}, each, "99")
		if i%2 == 1 {
			wanted = list(numbers(6*i, each), "99")
		}
		wait.Go(func() {
			o, err := w.orders.PlaceOrder(t.Context(), c, "key", wanted)
			if err != nil {
				t.Logf("%s: %v", c, err)
				return
			}
			var twice sync.WaitGroup
			for range 2 {
				twice.Go(func() { _ = w.orders.WorkOff(t.Context(), c, o.ID) })
			}
			twice.Wait()
			if err := w.orders.WorkOff(t.Context(), c, o.ID); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range customers {
		c := w.customer(t, fmt.Sprintf("cart%d", i), "100")
		wait.Go(func() {
			_, view, err := w.Hold(t.Context(), c, []e164.Number{number(7 * i), number(7*i + 1)})
			if err == nil && i%2 == 0 {
				_, _ = w.Checkout(t.Context(), c, "key", view.Quote.Total)
			}
		})
	}
	wait.Wait()
	for _, c := range everybody {
		w.checkEnded(t, c, "100", each)
	}
	wanttest.True(t, "some order was completed", w.states(t)["assigned large0"]+w.states(t)["assigned large1"] > 0)
}
