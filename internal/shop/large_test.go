package shop_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// largeShop is a testShop with large orders in parts of three numbers.
type largeShop struct {
	*testShop
	orders *shop.LargeOrders
}

func newLargeShop(t testing.TB) largeShop {
	t.Helper()
	w := newTestShop(t)
	must(t, w.store.AddPartition(t.Context(), "acme", first.Partition()))
	return largeShop{w, w.large(w.store)}
}

// large returns the use cases of large orders over a store.
func (w *testShop) large(store *dynamo.Store) *shop.LargeOrders {
	return shop.NewLargeOrders(store, searchcache.New(store, 1<<20, w.now), w.now).InPartsOf(3)
}

func list(numbers []e164.Number, most string) shop.Wanted {
	return shop.Wanted{IsList: true, Numbers: numbers, Quantity: len(numbers), MaxTotal: usd(most)}
}

func matching(criteria search.Filters, quantity int, most string) shop.Wanted {
	return shop.Wanted{Criteria: criteria, Quantity: quantity, MaxTotal: usd(most)}
}

// ended is the result of an order.
type ended struct {
	Status           shop.OrderStatus
	Reserved, Bought int
	Total, Stopped   string
}

func (w largeShop) ended(t testing.TB, o shop.Order) ended {
	t.Helper()
	o, err := w.store.Order(t.Context(), o.Customer, o.ID)
	must(t, err)
	return ended{o.Status, o.Large.Reserved, o.Large.Bought, o.Total.String(), o.Large.Stopped.Code}
}

// states counts the items of the carrier's numbers by state and holder.
func (w largeShop) states(t testing.TB) map[string]int {
	t.Helper()
	items, err := w.store.DIDsIn(t.Context(), "acme", e164.Span{Start: first, End: first + 9_999})
	must(t, err)
	states := map[string]int{}
	for _, d := range items {
		states[fmt.Sprintf("%s %s", d.State, d.Customer)]++
	}
	return states
}

// TestLargeOrdersEnd: the end of an order depends on the available numbers and on the
// money.
func TestLargeOrdersEnd(t *testing.T) {
	t.Parallel()
	london := search.Filters{Area: "London", Pattern: "44207123000?"}
	for what, tc := range map[string]struct {
		balance string
		wanted  shop.Wanted
		between func(testing.TB, largeShop, shop.Order) // after the order is placed
		want    ended
		states  map[string]int
	}{
		"a list": {"100", list(numbers(0, 7), "21"), nil,
			ended{shop.Completed, 7, 7, "21.00 USD", ""}, map[string]int{"assigned alice": 7}},
		"criteria": {"100", matching(london, 10, "99"), nil,
			ended{shop.Completed, 10, 10, "30.00 USD", ""}, map[string]int{"assigned alice": 10}},
		"blocks": {"100", matching(search.Filters{Consecutive: 3}, 9, "99"), holdByBob(1),
			ended{shop.Completed, 9, 9, "27.00 USD", ""}, map[string]int{"assigned alice": 9, "held bob": 1}},
		"one of a list is taken": {"100", list(numbers(0, 7), "21"), holdByBob(5),
			ended{shop.Rejected, 5, 0, "0.00 USD", "dids_unavailable"}, map[string]int{"held bob": 1}},
		"one of a list is taken, fewer are enough": {"100", partly(list(numbers(0, 7), "21")), holdByBob(5),
			ended{shop.Completed, 6, 6, "18.00 USD", ""}, map[string]int{"assigned alice": 6, "held bob": 1}},
		"one that matches is taken": {"100", matching(london, 10, "99"), holdByBob(5),
			ended{shop.Rejected, 9, 0, "0.00 USD", "dids_unavailable"}, map[string]int{"held bob": 1}},
		"one that matches is taken, fewer are enough": {"100", partly(matching(london, 10, "99")), holdByBob(5),
			ended{shop.Completed, 9, 9, "27.00 USD", ""}, map[string]int{"assigned alice": 9, "held bob": 1}},
		"the money is spent": {"21", list(numbers(0, 7), "21"), spendByAlice,
			ended{shop.Rejected, 7, 0, "0.00 USD", "insufficient_funds"}, map[string]int{"assigned alice": 1}},
		"the money is spent, which a step sees": {"27", list(numbers(20, 9), "27"), spendMoreByAlice,
			ended{shop.Rejected, 6, 0, "0.00 USD", "insufficient_funds"}, map[string]int{"assigned alice": 4}},
		"cancelled": {"100", list(numbers(0, 7), "21"), cancelByAlice,
			ended{shop.Rejected, 0, 0, "0.00 USD", "cancelled"}, map[string]int{}},
		"too late": {"100", list(numbers(0, 7), "21"), func(_ testing.TB, w largeShop, _ shop.Order) { w.advance(time.Hour) },
			ended{shop.Rejected, 0, 0, "0.00 USD", "timed_out"}, map[string]int{}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newLargeShop(t)
			alice := w.customer(t, "alice", tc.balance)
			o, err := w.orders.PlaceOrder(t.Context(), alice, "key", tc.wanted)
			must(t, err)
			wanttest.Equal(t, "begins", o.Status, shop.Reserving)
			if tc.between != nil {
				tc.between(t, w, o)
			}
			must(t, w.orders.WorkOff(t.Context(), alice, o.ID))
			wanttest.Diff(t, "ended", w.ended(t, o), tc.want)
			wanttest.Diff(t, "states", w.states(t), tc.states)
			w.checkBooks(t, alice)
			again, err := w.orders.PlaceOrder(t.Context(), alice, "key", tc.wanted)
			must(t, err)
			wanttest.Equal(t, "the same key returns the order", again.ID, o.ID)
		})
	}
}

func partly(w shop.Wanted) shop.Wanted {
	w.Partial = true
	return w
}

func holdByBob(i int) func(testing.TB, largeShop, shop.Order) {
	return func(t testing.TB, w largeShop, _ shop.Order) {
		w.hold(t, w.customer(t, "bob", "9"), number(i))
	}
}

func spendByAlice(t testing.TB, w largeShop, o shop.Order) {
	w.hold(t, o.Customer, number(9))
	_, err := w.Checkout(t.Context(), o.Customer, "cart", usd("3"))
	must(t, err)
}

func spendMoreByAlice(t testing.TB, w largeShop, o shop.Order) {
	w.hold(t, o.Customer, numbers(0, 4)...)
	_, err := w.Checkout(t.Context(), o.Customer, "cart", usd("12"))
	must(t, err)
}

func cancelByAlice(t testing.TB, w largeShop, o shop.Order) {
	_, err := w.orders.CancelOrder(t.Context(), o.Customer, o.ID)
	must(t, err)
}

// TestRunningOrdersAreLimited: the numbers of a customer's running orders are counted
// until they are paid or free again. Staff's orders, and those of another customer,
// don't count.
func TestRunningOrdersAreLimited(t *testing.T) {
	t.Parallel()
	w := newLargeShop(t)
	c, err := w.store.Carrier(t.Context(), "acme")
	must(t, err)
	limited := c
	limited.Ver, limited.MaxReserved = c.Ver+1, 10
	must(t, commit.Write(t.Context(), w.store, w.now(), carrier.Update{SeenVer: c.Ver, To: limited}))
	alice, bob := w.customer(t, "alice", "100"), w.customer(t, "bob", "100")
	place := func(c ledger.Customer, key string, wanted shop.Wanted) (shop.Order, error) {
		return w.orders.PlaceOrder(t.Context(), c, key, wanted)
	}
	reserving := func() int {
		account, err := w.store.Account(t.Context(), alice)
		must(t, err)
		return account.Reserving
	}
	first, err := place(alice, "first", list(numbers(0, 7), "21"))
	must(t, err)
	_, err = place(alice, "second", list(numbers(10, 7), "21"))
	var over *shop.OverReserved
	wanttest.True(t, fmt.Sprintf("the second is refused: %v", err), errors.As(err, &over))
	wanttest.Diff(t, "limit", over, &shop.OverReserved{Running: 7, Wanted: 7, Limit: 10})
	byStaff := list(numbers(20, 7), "21")
	byStaff.ByStaff = true
	_, err = place(alice, "staff", byStaff)
	wanttest.Equal(t, "staff order", err, nil)
	_, err = place(bob, "other", list(numbers(30, 7), "21"))
	wanttest.Equal(t, "another customer orders", err, nil)
	must(t, w.orders.WorkOff(t.Context(), alice, first.ID))
	wanttest.Equal(t, "reserving once it is paid", reserving(), 0)
	second, err := place(alice, "second", list(numbers(10, 7), "21"))
	must(t, err)
	_, err = w.orders.CancelOrder(t.Context(), alice, second.ID)
	must(t, err)
	wanttest.Equal(t, "reserving until the numbers are free", reserving(), 7)
	must(t, w.orders.WorkOff(t.Context(), alice, second.ID))
	wanttest.Equal(t, "reserving once they are", reserving(), 0)
}
