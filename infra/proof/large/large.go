// Package large buys hundreds of numbers in each of many orders at once, for the same
// numbers as carts, while calls to the database fail. It knows the contract of orders
// without a cart: each ends completed with all of its numbers and one charge, or
// rejected with none and no charge.
package large

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"didpurchase/infra/client"
	"didpurchase/infra/proof/clients"
	"didpurchase/infra/proof/nemesis"
	"didpurchase/infra/proof/system"
)

// Options are the number and the size of the orders.
type Options struct {
	Orders, Quantity int
	Seed             uint64
	Faults           bool          // calls to the database are broken while the orders run
	Within           time.Duration // the longest time until all orders have ended
}

// Report is the result of a run.
type Report struct {
	Orders, Completed, Rejected, Refused int // refused orders were never placed
	Bought, ByCarts                      int // numbers
	Took                                 time.Duration
	Faults                               []string
}

// String returns a line about the orders.
func (r Report) String() string {
	return fmt.Sprintf("%d large orders: %d completed, %d rejected, %d refused; %d numbers bought, %d by carts, "+
		"took %s, %d faults",
		r.Orders, r.Completed, r.Rejected, r.Refused, r.Bought, r.ByCarts, r.Took.Round(time.Second), len(r.Faults))
}

const (
	tries     = 40
	pause     = 250 * time.Millisecond
	lookEvery = time.Second
	perCart   = 3
)

// order is an order with its last known state.
type order struct {
	customer string
	id       string // "" if it was refused
	now      client.Order
}

// run is a run at work.
type run struct {
	Options
	system *system.System

	mu     sync.Mutex // guards report
	report Report
}

// Run places the orders, each by another customer, and judges how they end.
func Run(s *system.System, o Options) Report {
	r := &run{Options: o, system: s}
	began := time.Now()
	orders := make([]*order, o.Orders)
	for i := range orders {
		orders[i] = &order{customer: fmt.Sprintf("buyer%02d", i+1)}
		r.pay(orders[i].customer)
	}
	if o.Faults {
		s.Proxy.Follow(nemesis.Mix(o.Seed))
	}
	var all sync.WaitGroup
	for i, one := range orders {
		all.Go(func() { r.place(i, one) })
		all.Go(func() { r.buyByCart(i) })
	}
	all.Wait()
	r.await(orders, began.Add(o.Within))
	s.Proxy.Follow(nil)
	r.emptyCarts()
	r.judge(orders)
	r.report.Orders, r.report.Took = len(orders), time.Since(began)
	return r.report
}

// pay gives a customer the money for its order.
func (r *run) pay(customer string) {
	reference := fmt.Sprintf("large-%d-%s", r.Seed, customer)
	r.insist(clients.Admin, client.EnterPayment(customer, client.PaymentRequest{
		Amount: client.Money{Amount: "20000.00", Currency: "USD"}, Reference: reference}).Keyed(reference).Call)
}

// place orders numbers that other orders ask for as well; every third wants blocks.
func (r *run) place(i int, o *order) {
	request := client.OrderRequest{Quantity: &r.Quantity, MaxTotal: &client.Money{Amount: "20000.00", Currency: "USD"},
		Criteria: &client.Criteria{StartsWith: digits()}}
	if i%3 == 2 && r.Quantity%10 == 0 {
		request.Criteria.Consecutive = new(10)
	}
	answer := r.insist(o.customer, client.CreateOrder(request).Keyed(fmt.Sprintf("large-%d-%d", r.Seed, i)).Call)
	var placed client.Order
	switch {
	case answer.Status == http.StatusConflict:
		return // there were too few numbers already
	case answer.Status != http.StatusAccepted && answer.Status != http.StatusCreated:
		r.fault("the order of %s: %s", o.customer, answer)
	case json.Unmarshal(answer.Body, &placed) != nil:
		r.fault("the order of %s can't be read: %s", o.customer, answer)
	default:
		o.id = placed.ID
	}
}

// digits are the first digits of all numbers of the orders.
func digits() string { return strings.TrimPrefix(clients.MonthlyPrefix, "+") }

// buyByCart buys some of the same numbers by the cart of another customer.
func (r *run) buyByCart(i int) {
	customer := fmt.Sprintf("buyer%02d", 64-i)
	var dids []string
	for n := range perCart {
		dids = append(dids, fmt.Sprintf("%s%04d", clients.MonthlyPrefix, (i*r.Quantity+n*7)%10_000))
	}
	held := r.insist(customer, client.AddToCart(client.HoldRequest{DIDs: dids}).Call)
	var cart struct{ Cart client.CartView }
	if json.Unmarshal(held.Body, &cart) != nil || len(cart.Cart.Items) == 0 {
		return
	}
	key := fmt.Sprintf("cart-%d-%d", r.Seed, i)
	r.insist(customer, client.CreateOrder(client.OrderRequest{Total: &cart.Cart.Total}).Keyed(key).Call)
}

// emptyCarts gives back what carts hold and did not buy.
func (r *run) emptyCarts() {
	for i := range r.Orders {
		customer := fmt.Sprintf("buyer%02d", 64-i)
		var cart client.CartView
		if err := json.Unmarshal(r.insist(customer, client.GetCart().Call).Body, &cart); err != nil {
			r.fault("the cart of %s: %v", customer, err)
		}
		for _, item := range cart.Items {
			r.insist(customer, client.RemoveFromCart(item.DID).Call)
		}
	}
}

// insist sends a request until it gets a final answer.
func (r *run) insist(user string, call client.Call) (answer client.Reply) {
	c := r.system.NewClient(25 * time.Second)
	for range tries {
		answer = c.As(user)(call)
		again := answer.Status == http.StatusTooManyRequests || answer.Problem().Code == "in_progress"
		if !answer.Unknown() && !answer.NotSent && !again {
			return answer
		}
		time.Sleep(pause)
	}
	return answer
}

// await waits until each order has ended.
func (r *run) await(orders []*order, end time.Time) {
	for open := true; open && time.Now().Before(end); time.Sleep(lookEvery) {
		open = false
		for _, o := range orders {
			if o.id == "" || ended(o.now) {
				continue
			}
			reply := r.insist(o.customer, client.Call{Method: http.MethodGet, Path: "/v1/orders/" + o.id})
			if err := json.Unmarshal(reply.Body, &o.now); err != nil {
				r.fault("order %s of %s: %s", o.id, o.customer, reply)
			}
			open = open || !ended(o.now)
		}
	}
}

func ended(o client.Order) bool { return o.Status == "completed" || o.Status == "rejected" }

// judge compares orders, money and numbers.
func (r *run) judge(orders []*order) {
	rented := map[string]string{}
	for _, o := range orders {
		r.judgeOrder(o)
		r.rentals(o, rented)
	}
	for i := range orders {
		before := len(rented)
		r.rentals(&order{customer: fmt.Sprintf("buyer%02d", 64-i)}, rented)
		r.report.ByCarts += len(rented) - before
	}
	r.freed(len(rented))
	if err := r.system.Reconcile(); err != nil {
		r.fault("reconcile: %v", err)
	}
}

// judgeOrder compares an order with its own counts and with its customer's ledger.
func (r *run) judgeOrder(o *order) {
	if o.id == "" {
		r.report.Refused++
		return
	}
	want := 0
	switch o.now.Status {
	case "completed":
		r.report.Completed++
		want = r.Quantity
	case "rejected":
		if r.report.Rejected++; o.now.Reason == nil {
			r.fault("order %s was rejected without a reason", o.id)
		}
	default:
		r.fault("order %s of %s has not ended: %s, %d reserved, %d bought", o.id, o.customer, o.now.Status, o.now.Reserved,
			o.now.Bought)
		return
	}
	if o.now.Bought != want {
		r.fault("order %s is %s with %d of %d numbers", o.id, o.now.Status, o.now.Bought, r.Quantity)
	}
	r.report.Bought += o.now.Bought
	r.judgeMoney(o, min(want, 1))
}

// judgeMoney holds an order to the ledger: it was charged its total, want times.
func (r *run) judgeMoney(o *order, want int) {
	entries, err := client.All(r.system.NewClient(time.Minute).As(o.customer), client.ListLedger())
	if err != nil {
		r.fault("%v", err)
		return
	}
	charged, times := 0, 0
	for _, e := range entries {
		if e.OrderID != nil && *e.OrderID == o.id {
			charged, times = charged-cents(e.Amount), times+1
		}
	}
	if charged != cents(o.now.Total) || times != want {
		r.fault("order %s of %s was charged %d cents in %d entries", o.id, o.now.Total.Amount, charged, times)
	}
}

// rentals notes who rents which number: nobody rents another's, and a customer of an
// order rents as many as it bought.
func (r *run) rentals(o *order, rented map[string]string) {
	list, err := client.All(r.system.NewClient(time.Minute).As(o.customer), client.ListDIDs().With("facets", "false"))
	if err != nil {
		r.fault("%v", err)
		return
	}
	n := 0
	for _, d := range list {
		if !strings.HasPrefix(d.DID, clients.MonthlyPrefix) {
			continue
		}
		n++
		if other := rented[d.DID]; other != "" && other != o.customer {
			r.fault("%s is rented by %s and by %s", d.DID, other, o.customer)
		}
		rented[d.DID] = o.customer
	}
	if o.id != "" && n != o.now.Bought {
		r.fault("%s bought %d numbers and rents %d", o.customer, o.now.Bought, n)
	}
}

// freed waits until all numbers that nobody rents are for sale: none stays reserved.
func (r *run) freed(rented int) {
	const offered, patience = 10_000, time.Minute
	c, total := r.system.NewClient(time.Minute), 0
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(lookEvery) {
		found, err := client.Ask(c.As("buyer01"), client.SearchAvailableDIDs().With("limit", "1", "starts_with", digits()))
		if total = found.Total; err == nil && total == offered-rented {
			return
		}
	}
	r.fault("%d numbers are for sale, of %d with %d rented: the others stay reserved or held", total, offered, rented)
}

// cents returns an amount in cents.
func cents(m client.Money) int {
	n, _ := strconv.Atoi(strings.Replace(m.Amount, ".", "", 1)) // amounts have two decimals here
	return n
}

func (r *run) fault(format string, values ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if sentence := fmt.Sprintf(format, values...); !slices.Contains(r.report.Faults, sentence) {
		r.report.Faults = append(r.report.Faults, sentence)
	}
}
