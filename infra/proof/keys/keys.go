// Package keys sends each Idempotency-Key from many clients at once, like browsers
// that lose answers and try again, and expects one order and one answer. It knows
// the contract of keys and needs no model of a DID.
package keys

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/clients"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
)

// Options are the number of keys, and the number of clients that send each.
type Options struct {
	Keys, Threads int
	Seed          uint64
	Faults        bool          // calls to the database are broken
	For           time.Duration // begin no key after that; 0 for all keys
}

// Report is the result of a run.
type Report struct {
	Keys, Answers int // number of sent keys, and of answers with 201
	Orders        int // number of the customers' orders
	Tries         int // number of sent requests, with repeats after lost answers
	Took          time.Duration
	Faults        []string
}

// String returns a line about the keys.
func (r Report) String() string {
	return fmt.Sprintf("%d keys: %d orders, %d answers of 201 to %d requests, took %s, %d faults",
		r.Keys, r.Orders, r.Answers, r.Tries, r.Took.Round(time.Second), len(r.Faults))
}

// lanes is the number of keys, of different customers, that are sent at the same
// time.
const lanes = 4

// customers is the number of customers that share the keys.
const customers = 64

// The number of tries until a request is answered, and the pause after the first;
// each further pause is longer by the same time.
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

// emptyCarts removes the numbers of earlier histories from the carts, so that each
// cart has only its one number.
func (r *run) emptyCarts() {
	c := r.system.NewClient(time.Minute)
	for i := range min(customers, r.Keys) {
		cart, err := client.Ask(c.As(r.customer(i)), client.GetCart())
		if err != nil {
			r.fault("the cart of %s: %v", r.customer(i), err)
		}
		for _, item := range cart.Items {
			c.As(r.customer(i))(client.RemoveFromCart(item.DID).Call)
		}
	}
}

// order confirms the price of one number.
var order = client.CreateOrder(client.OrderRequest{Total: new(client.Money{Amount: clients.DailyPrice,
	Currency: "USD"})})

// key holds a number and buys it by many requests with the same key.
func (r *run) key(i int) {
	c := r.system.NewClient(25 * time.Second)
	held := r.insist(c.As(r.customer(i)), client.AddToCart(client.HoldRequest{DIDs: []string{r.did(i)}}).Call)
	if held.Status != http.StatusOK {
		r.fault("%s: the number could not be held: %s", r.name(i), held)
		return
	}
	answers := make([]client.Reply, r.Threads)
	var sending sync.WaitGroup
	for t := range answers {
		c := r.system.NewClient(25 * time.Second)
		sending.Go(func() { answers[t] = r.insist(c.As(r.customer(i)), order.Keyed(r.name(i)).Call) })
	}
	sending.Wait()
	r.compare(i, answers)
}

// insist sends a request until it is answered: a lost answer, a failure, and an
// answer that asks for a repeat don't count.
func (r *run) insist(send client.Sender, call client.Call) (answer client.Reply) {
	for n := range tries {
		answer = send(call)
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

// compare fails unless each answer is 201 with the same order.
func (r *run) compare(i int, answers []client.Reply) {
	orders := map[string]bool{}
	for _, a := range answers {
		made, err := order.Read(a)
		switch {
		case err != nil:
			r.fault("%s: %v", r.name(i), err)
			continue
		case len(made.DIDs) != 1 || made.DIDs[0] != r.did(i):
			r.fault("%s: the order has %v", r.name(i), made.DIDs)
		}
		orders[made.ID] = true
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
		list, err := client.All(c.As(r.customer(i)), client.ListOrders())
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
