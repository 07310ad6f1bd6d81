// Package keys sends each Idempotency-Key by many clients at once, as browsers
// do that lose answers and try again, and expects one order and one answer. It
// knows the contract of keys; the model of a DID it does not need.
package keys

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"didpurchase/infra/proof/clients"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
)

// Options say how many keys are sent, and by how many clients each.
type Options struct {
	Keys, Threads int
	Seed          uint64
	Faults        bool          // calls to the database are broken
	For           time.Duration // begin no key after that; 0 for all keys
}

// Report is what came of the keys.
type Report struct {
	Keys, Answers int // keys that were sent, and 201 answers
	Orders        int // that the customers have
	Tries         int // requests that were sent, those for an answer that was lost included
	Took          time.Duration
	Faults        []string
}

// String is a line about the keys.
func (r Report) String() string {
	return fmt.Sprintf("%d keys: %d orders, %d answers of 201 to %d requests, took %s, %d faults",
		r.Keys, r.Orders, r.Answers, r.Tries, r.Took.Round(time.Second), len(r.Faults))
}

// lanes is how many keys, of different customers, are sent at the same time.
const lanes = 4

// customers is how many customers share the keys.
const customers = 64

// How often a client sends a request until it is answered, and the pause after
// the first try; each further one is as much longer.
const (
	tries     = 20
	firstWait = 50 * time.Millisecond
)

// run is a run at work.
type run struct {
	Options
	system *system.System

	mu     sync.Mutex // guards report
	report Report
}

// Run sends the keys and compares the answers and the customers' orders.
func Run(s *system.System, o Options) Report {
	r := &run{Options: o, system: s}
	r.emptyCarts()
	if o.Faults {
		s.Proxy.Follow(nemesis.Mix(o.Seed))
	}
	began := time.Now()
	next := make(chan int)
	var working sync.WaitGroup
	for range lanes {
		working.Go(func() {
			for i := range next {
				r.key(i)
			}
		})
	}
	for i := range o.Keys {
		if o.For > 0 && time.Since(began) > o.For {
			break
		}
		next <- i
		r.report.Keys++
	}
	close(next)
	working.Wait()
	s.Proxy.Follow(nil)
	r.orders()
	r.report.Took = time.Since(began)
	return r.report
}

func (r *run) name(i int) string { return fmt.Sprintf("key-%d-%d", r.Seed, i) }
func (r *run) did(i int) string {
	return fmt.Sprintf("%s%04d", clients.DailyPrefix, 9999-int(r.Seed%4)*1000-i)
}
func (r *run) customer(i int) string { return fmt.Sprintf("buyer%02d", i%customers+1) }

// emptyCarts takes the numbers of earlier histories out of the carts, so that each
// cart costs its one number.
func (r *run) emptyCarts() {
	c := r.system.NewClient(time.Minute)
	for i := range min(customers, r.Keys) {
		var cart struct{ Items []struct{ DID string } }
		if a := c.Do(r.customer(i), http.MethodGet, "/v1/cart", nil); !a.Read(http.StatusOK, &cart) {
			r.fault("the cart of %s: %s", r.customer(i), a)
		}
		for _, item := range cart.Items {
			c.Do(r.customer(i), http.MethodDelete, "/v1/cart/items/"+item.DID, nil)
		}
	}
}

// total is the price of one number.
var total = map[string]any{"total": clients.Money{Amount: clients.DailyPrice, Currency: "USD"}}

// key holds a number and buys it by many requests with the same key.
func (r *run) key(i int) {
	c := r.system.NewClient(25 * time.Second)
	held := r.insist(func() system.Reply {
		return c.Do(r.customer(i), http.MethodPost, "/v1/cart/items", map[string]any{"dids": []string{r.did(i)}})
	})
	if held.Status != http.StatusOK {
		r.fault("%s: the number could not be held: %s", r.name(i), held)
		return
	}
	answers := make([]system.Reply, r.Threads)
	var sending sync.WaitGroup
	for t := range answers {
		client := r.system.NewClient(25 * time.Second)
		sending.Go(func() {
			answers[t] = r.insist(func() system.Reply {
				return client.Do(r.customer(i), http.MethodPost, "/v1/orders", total, "Idempotency-Key", r.name(i))
			})
		})
	}
	sending.Wait()
	r.compare(i, answers)
}

// insist sends a request until it is answered: a lost answer, a failure, and an
// answer that says to come again are none.
func (r *run) insist(send func() system.Reply) (answer system.Reply) {
	for n := range tries {
		answer = send()
		r.mu.Lock()
		r.report.Tries++
		r.mu.Unlock()
		again := answer.Status == http.StatusTooManyRequests || answer.Problem().Code == "in_progress"
		if !answer.Unknown() && !answer.NotSent && !again {
			return answer
		}
		time.Sleep(time.Duration(n+1) * firstWait)
	}
	return answer
}

// compare: each answer is 201 with the same order.
func (r *run) compare(i int, answers []system.Reply) {
	orders := map[string]bool{}
	for _, a := range answers {
		var order struct {
			ID   string
			DIDs []string
		}
		switch {
		case !a.Read(http.StatusCreated, &order):
			r.fault("%s: answered %s", r.name(i), a)
			continue
		case len(order.DIDs) != 1 || order.DIDs[0] != r.did(i):
			r.fault("%s: the order has %v", r.name(i), order.DIDs)
		}
		orders[order.ID] = true
		r.mu.Lock()
		r.report.Answers++
		r.mu.Unlock()
	}
	if len(orders) > 1 {
		r.fault("%s: %d orders", r.name(i), len(orders))
	}
}

// orders counts the customers' orders of the run's numbers: one for each key.
func (r *run) orders() {
	c := r.system.NewClient(time.Minute)
	of := map[string]int{}
	for i := range min(customers, r.report.Keys) {
		list, err := system.List[struct{ DIDs []string }](c, r.customer(i), "/v1/orders")
		if err != nil {
			r.fault("%v", err)
		}
		for _, o := range list {
			for _, did := range o.DIDs {
				of[did]++
			}
		}
	}
	for i := range r.report.Keys {
		n := of[r.did(i)]
		if r.report.Orders += n; n != 1 {
			r.fault("%s: %d orders of %s", r.name(i), n, r.did(i))
		}
	}
}

func (r *run) fault(format string, values ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Faults = append(r.report.Faults, fmt.Sprintf(format, values...))
}
