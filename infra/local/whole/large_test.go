package whole_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

// largeOrder is one of the orders that run at the same moment.
type largeOrder struct {
	user     string
	quantity int
	block    *int // whole blocks of consecutive numbers
	id       string
}

const (
	largeFirst = 447510000000
	largeCount = 8000
	kills      = 30
	cartBuyers = 20
)

// TestLargeOrdersSurviveKills: two orders of 5,000 numbers, of which only one can have
// all of its numbers, 30 of 150 for overlapping criteria, and 20 carts that buy from
// the same numbers, while the function that works off the orders is killed after each
// of the 30. Each order ends, completed or rejected; money and numbers agree, and no
// number stays reserved.
func TestLargeOrdersSurviveKills(t *testing.T) {
	running.onlyLocal(t, "it kills a function")
	key := "inventory/acme/large.csv"
	running.drop(t, key, fmt.Sprintf("start,end,package\n+%d,+%d,weekly\n", largeFirst, largeFirst+largeCount-1))
	running.imported(t, "ada", key, 1)
	until(t, patience, "the numbers are offered", func() bool { return running.offeredLarge(t) == largeCount })
	began := time.Now()
	orders := []*largeOrder{{user: "buyer63", quantity: 5000}, {user: "buyer64", quantity: 5000, block: new(10)}}
	for _, o := range orders {
		running.beginLarge(t, o)
	}
	var carts sync.WaitGroup
	for i := range cartBuyers {
		carts.Go(func() {
			for n := range 3 {
				if _, err := running.grab(buyer(i), run(largeFirst+400*i+100*n, 3)); err != nil {
					t.Errorf("%s: %v", buyer(i), err)
				}
			}
		})
	}
	killed := 0
	for i := range kills {
		o := &largeOrder{user: buyer(cartBuyers + i), quantity: 150, block: []*int{nil, new(10)}[i%2]}
		orders = append(orders, o)
		running.beginLarge(t, o)
		time.Sleep(time.Duration(rand.IntN(1500)) * time.Millisecond)
		for _, id := range running.processesOf(t, "renewal-worker") {
			if syscall.Kill(id, syscall.SIGKILL) == nil {
				killed++
			}
		}
	}
	carts.Wait()
	until(t, 5*patience, "every order ends", func() bool { return running.allEnded(t, orders) })
	t.Logf("%d processes were killed; all orders have ended after %s", killed, time.Since(began).Round(time.Second))
	left, completed := largeCount, 0
	for _, o := range orders {
		bought := running.checkLargeBuyer(t, o)
		if left -= bought; bought > 0 {
			completed++
		}
	}
	t.Logf("%d of %d orders are completed", completed, len(orders))
	wanttest.True(t, "some order is completed", completed > 0)
	for i := range cartBuyers {
		a := running.account(t, buyer(i))
		a.balances(t, buyer(i))
		for _, did := range a.dids {
			if strings.HasPrefix(did, "+44751") {
				left--
			}
		}
	}
	until(t, patience, fmt.Sprintf("all others, %d, are offered again", left),
		func() bool { return running.offeredLarge(t) == left })
	TestReconcileFindsNothing(t)
}

// offeredLarge returns how many of the numbers are for sale.
func (s *system) offeredLarge(t *testing.T) int {
	t.Helper()
	return s.search(t, "alice", "starts_with", "44751").Total
}

// beginLarge pays into the buyer's account, and orders numbers without a cart.
func (s *system) beginLarge(t *testing.T, o *largeOrder) {
	t.Helper()
	reference := "large " + o.user
	ask(t, s, "ada", client.EnterPayment(o.user,
		client.PaymentRequest{Amount: usd("90000.00"), Reference: reference}).Keyed(reference))
	r := client.CreateOrder(client.OrderRequest{Criteria: &client.Criteria{StartsWith: "44751", Consecutive: o.block},
		Quantity: &o.quantity, MaxTotal: new(usd("90000.00"))}).Keyed(reference)
	r.Success = http.StatusAccepted
	o.id = ask(t, s, o.user, r).ID
}

// orderNow reads an order. It waits while the buyer has asked too often.
func (s *system) orderNow(t *testing.T, user, id string) (o client.Order) {
	t.Helper()
	reply := s.get(user, "/v1/orders/"+id)
	for reply.Status == http.StatusTooManyRequests && t.Context().Err() == nil {
		time.Sleep(time.Second)
		reply = s.get(user, "/v1/orders/"+id)
	}
	if err := json.Unmarshal(reply.Body, &o); err != nil || reply.Status != http.StatusOK {
		t.Fatalf("order %s of %s: status %d, %v", id, user, reply.Status, err)
	}
	return o
}

func (s *system) allEnded(t *testing.T, orders []*largeOrder) bool {
	t.Helper()
	for _, o := range orders {
		if status := s.orderNow(t, o.user, o.id).Status; status != "completed" && status != "rejected" {
			return false
		}
	}
	return true
}

// checkLargeBuyer holds a buyer's order to its account and rentals, and returns how
// many numbers it has.
func (s *system) checkLargeBuyer(t *testing.T, of *largeOrder) int {
	t.Helper()
	user, o := of.user, s.orderNow(t, of.user, of.id)
	t.Logf("%s: %s, %d of %d, %s, %+v", user, o.Status, o.Bought, of.quantity, o.Total.Amount, o.Reason)
	want := map[string]int{"completed": of.quantity}[o.Status]
	wanttest.Equal(t, user+": numbers bought", o.Bought, want)
	charged, sum := 0, 0
	for _, e := range all(t, s, user, client.ListLedger()) {
		if sum += cents(t, e.Amount); e.OrderID != nil {
			charged -= cents(t, e.Amount)
		}
	}
	wanttest.Equal(t, user+": charged", charged, cents(t, o.Total))
	wanttest.Equal(t, user+": paid for nothing", charged == 0, want == 0)
	wanttest.Equal(t, user+": balance", cents(t, ask(t, s, user, client.GetAccount()).Balance), sum)
	var list struct{ Total int }
	if err := json.Unmarshal(s.get(user, "/v1/dids?q=44751&limit=1").Body, &list); err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, user+": rentals", list.Total, want)
	return want
}
