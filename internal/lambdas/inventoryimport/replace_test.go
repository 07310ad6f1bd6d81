package inventoryimport

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// The market's numbers: after the replacement every second hundred is offered.
const marketFirst, marketSize e164.Number = 442071230000, 4_000

func stays(n e164.Number) bool { return (n-marketFirst)/100%2 == 0 }

// market has customers who hold and buy while a file replaces the offer.
type market struct {
	*importer
	replaces string        // the job
	requests sync.RWMutex  // read-locked while a request of the cart is running
	late     chan struct{} // closed when the slow request may continue
	goOn     sync.Once
	lock     sync.Mutex
	sold     map[e164.Number]string // rentals, by the bought number
}

// A replacement loses no rental and no hold, and after it is completed none of the
// withdrawn numbers can be held, not even by an earlier request that takes long,
// within the cart's time-out.
func TestReplaceWhileCustomersHoldAndBuy(t *testing.T) {
	t.Parallel()
	m := &market{importer: newImporter(t), late: make(chan struct{}), sold: map[e164.Number]string{}}
	m.drop("all.csv", fmt.Sprintf("start,end,package\n%s,%s,gold\n", marketFirst, marketFirst+marketSize-1))
	dry := m.uploaded(intake.Request{Filename: "half.csv", Strategy: intake.Replace}, m.half())
	m.replaces = dry.ID
	m.waitForRequests()
	holder := m.opened("holder", "100")
	early := marketFirst + 101
	if got := m.hold(holder, early); got[0] != "held" {
		t.Fatalf("hold: %v", got)
	}
	slow := m.holdSlowly(marketFirst + 102)
	var buyers, begun sync.WaitGroup
	var over atomic.Bool
	for i := range 6 {
		customer, seed := m.opened(fmt.Sprintf("buyer-%d", i), "30000"), uint64(i)
		begun.Add(1)
		buyers.Go(func() { m.buyUntil(customer, rand.New(rand.NewPCG(seed, seed)), begun.Done, &over) })
	}
	begun.Wait()
	queued, err := m.staff.Apply(t.Context(), "acme", dry.ID)
	m.must(err)
	m.deliver(resume(queued))
	m.letSlowGoOn() // at the latest
	over.Store(true)
	buyers.Wait()
	if job := m.job(dry.ID); job.Status != intake.Completed || job.Counts.Withdrawn != uint64(marketSize/2) {
		t.Errorf("import is %s, %d withdrawn: %s", job.Status, job.Counts.Withdrawn, job.Error)
	}
	if got := <-slow; got != shop.OutcomeHeld {
		t.Errorf("the slow request's number is %s", got)
	}
	order, err := shop.New(m.store, m.env.Now).Checkout(t.Context(), holder, "k", m.total(holder))
	if err != nil {
		t.Fatal(err)
	}
	if len(order.Lines) != 1 {
		t.Fatalf("lines of the order are %+v, want one", order.Lines)
	}
	wanttest.Equal(t, "number in the order", order.Lines[0].Number, early)
	m.wantSold()
	if n := m.offered("acme"); n != uint64(marketSize/2) {
		t.Errorf("%d numbers are offered", n)
	}
}

// half is the file that replaces the market's offer.
func (m *market) half() string {
	file := "start,end,package\n"
	for n := marketFirst; n < marketFirst+marketSize; n += 200 {
		file += fmt.Sprintf("%s,%s,gold\n", n, n+99)
	}
	return file
}

// waitForRequests makes the import's pauses end when all running requests have
// ended, which is their purpose. The slow one ends last.
func (m *market) waitForRequests() {
	move := m.pause
	m.pause = func(ctx context.Context, d time.Duration) error {
		m.letSlowGoOn()
		m.requests.Lock()
		defer m.requests.Unlock()
		return move(ctx, d)
	}
	m.handle = m.wire(m.env)
}

func (m *market) letSlowGoOn() { m.goOn.Do(func() { close(m.late) }) }

// holdSlowly begins to hold a number and is stopped after it has read that the
// number is offered.
func (m *market) holdSlowly(n e164.Number) <-chan shop.Outcome {
	seen, done := make(chan struct{}), make(chan shop.Outcome, 1)
	first := true
	injector := faults.New(func(c faults.Call) faults.Fault {
		if writes[c.Operation] || c.Operation == "UpdateItem" {
			if first {
				first = false
				close(seen)
			}
			<-m.late
		}
		return faults.None
	})
	slow := shop.New(dynamo.New(injector.Into(m.env.AWS), m.env.TableName), m.env.Now)
	customer := m.opened("slow", "100")
	go func() { done <- m.request(slow, customer, n)[0].Outcome }()
	<-seen
	return done
}

// request is a request of the cart's function: after the import is completed,
// it must not hold a withdrawn number.
func (m *market) request(at *shop.Service, c ledger.Customer, numbers ...e164.Number) []shop.Result {
	m.requests.RLock()
	defer m.requests.RUnlock()
	results, _, err := at.Hold(m.Context(), c, numbers)
	if err != nil {
		m.Errorf("hold: %v", err)
	}
	job, err := m.store.Job(m.Context(), "acme", m.replaces)
	if err != nil {
		m.Errorf("import: %v", err)
	}
	completed := job.Status == intake.Completed && !job.DryRun
	for _, r := range results {
		if r.Outcome == shop.OutcomeHeld && !stays(r.Number) && completed {
			m.Errorf("%s is held by %s after it was withdrawn", r.Number, c.ID)
		}
	}
	return results
}

// buyUntil holds and buys until it is stopped, and a little longer; it calls
// begun when it has begun.
func (m *market) buyUntil(c ledger.Customer, random *rand.Rand, begun func(), over *atomic.Bool) {
	at := shop.New(m.store, m.env.Now)
	for n, more := 0, 3; more > 0; n++ {
		if n == 2 {
			begun()
		}
		if over.Load() {
			more--
		}
		var wanted []e164.Number
		for range 4 {
			wanted = append(wanted, marketFirst+e164.Number(random.IntN(int(marketSize))))
		}
		if !slices.ContainsFunc(m.request(at, c, wanted...),
			func(r shop.Result) bool { return r.Outcome == shop.OutcomeHeld }) {
			continue
		}
		order, err := at.Checkout(m.Context(), c, fmt.Sprint(n), m.total(c))
		if err != nil {
			m.Errorf("checkout of %s: %v", c.ID, err)
			return
		}
		m.lock.Lock()
		for _, line := range order.Lines {
			m.sold[line.Number] = line.RentalID
		}
		m.lock.Unlock()
	}
}

// total returns the price of a customer's cart.
func (m *market) total(c ledger.Customer) money.Amount {
	view, err := shop.New(m.store, m.env.Now).View(m.Context(), c)
	if err != nil {
		m.Errorf("cart of %s: %v", c.ID, err)
	}
	return view.Quote.Total
}

// wantSold finds every sold rental, of numbers that are still offered and of
// withdrawn ones.
func (m *market) wantSold() {
	m.Helper()
	numbers, kept := slices.Sorted(maps.Keys(m.sold)), 0
	items, err := m.store.DIDs(m.Context(), "acme", numbers)
	m.must(err)
	for _, n := range numbers {
		if stays(n) {
			kept++
		}
		if d := items[n]; d.State != did.Assigned || d.RentalID != m.sold[n] {
			m.Errorf("%s was sold as rental %s and is %s, rental %s", n, m.sold[n], d.State, d.RentalID)
		}
	}
	if kept == 0 || kept == len(numbers) {
		m.Errorf("of %d numbers that were sold, %d stay offered: that shows nothing", len(numbers), kept)
	}
}
