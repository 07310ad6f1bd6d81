package renewalworker_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/lambdas/operate"
	"didpurchase/internal/lambdas/renewalsweep"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/wanttest"
)

// whole makes the simulation 1,000 rentals of 35 days, the sweep's test 100,000
// rentals, and a large customer's renewal 100,000: they take some minutes. Without
// it they are small.
var whole = flag.Bool("whole", false, "simulate 1,000 rentals × 35 days, sweep and renew 100,000 rentals")

// simulation is some weeks of many rentals, with many faults.
type simulation struct {
	renewals
	caughtUp  func()
	random    *rand.Rand
	faults    *faults.Injector
	customers []ledger.Customer
	wallets   []*wallet
}

// TestSimulation renews rentals of all intervals for weeks, with funds for a part:
// the sweep runs twice a tick, each message is delivered 1 to 5 times, calls break,
// and at times nothing runs for days. Each period of the oracle is charged once,
// and reconciling finds no difference.
func TestSimulation(t *testing.T) {
	t.Parallel()
	rentals, days, outages := 40, 8, map[int]int{3: 3, 6: 12} // by day, in days
	if *whole {
		rentals, days, outages = 1000, 35, map[int]int{3: 1, 9: 2, 15: 5, 20: 12, 25: 30, 30: 45}
	}
	s := newSimulation(t, rentals)
	now := noon.AddDate(0, 0, 1)
	for day := range days {
		now = now.AddDate(0, 0, 1+outages[day]).Add(time.Duration(s.random.IntN(3600)-1800) * time.Second).Truncate(
			time.Second)
		*s.now = now
		s.payments(t)
		s.disturbed(t)
		s.tick(t, now)
		for _, w := range s.wallets {
			w.tick(rules, now)
		}
		s.compare(t, fmt.Sprintf("day %d", day))
	}
	s.reconcile(t)
	t.Logf("%d rentals, %d days, %d of %d calls broken", rentals, days, s.faults.Broken(), s.faults.Total())
}

const leasesEach = 10

func newSimulation(t *testing.T, rentals int) *simulation {
	t.Helper()
	s := &simulation{renewals: newMarket(t, rules), random: rand.New(rand.NewPCG(1, 2))}
	s.caughtUp = s.follow(t)
	s.faults = faults.New(faults.Seeded(3, 0.02, faults.All...))
	for c := range rentals / leasesEach {
		*s.now = noon.Add(time.Duration(c%24) * time.Hour)
		wallet, list := &wallet{}, []e164.Number{}
		for i, pkg := range []string{"monthly", "weekly", "daily", "daily", "free", "weekly", "daily", "monthly", "daily",
			"weekly"} {
			n := blocks[pkg] + e164.Number(leasesEach*c+i)
			list = append(list, n)
			l := &lease{number: n, pkg: pkg, anchor: *s.now, state: did.Assigned, begun: []time.Time{*s.now}, charged: []int{0}}
			l.next = l.after()
			wallet.leases = append(wallet.leases, l)
		}
		const bought = 2*300 + 3*100 + 4*100
		wallet.cents = 100 * s.random.IntN(150)
		customer := s.customer(t, fmt.Sprintf("buyer%03d", c), fmt.Sprint((bought+wallet.cents)/100))
		s.rent(t, customer, list...)
		s.customers, s.wallets = append(s.customers, customer), append(s.wallets, wallet)
	}
	return s
}

// payments has some customers pay.
func (s *simulation) payments(t *testing.T) {
	t.Helper()
	for i, c := range s.customers {
		if s.random.IntN(8) > 0 {
			continue
		}
		amount := 1 + s.random.IntN(25)
		s.pay(t, c, fmt.Sprint(amount))
		s.wallets[i].cents += 100 * amount
		s.wallets[i].paidIn = true
	}
}

// disturbed runs two sweeps and delivers their messages, with faults.
func (s *simulation) disturbed(t *testing.T) {
	t.Helper()
	env := s.env
	env.AWS.RetryMaxAttempts = 2
	env.AWS = s.faults.Into(env.AWS)
	for range 2 {
		_, _ = lambda.NewHandler(renewalsweep.New(env)).Invoke(t.Context(),
			[]byte(`{}`)) // it may fail: the next tick finds the rest
	}
	var deliveries []string
	for _, m := range s.receive(t, "renewal") {
		for range 1 + s.random.IntN(5) {
			deliveries = append(deliveries, m)
		}
	}
	s.random.Shuffle(len(deliveries), func(i, j int) { deliveries[i], deliveries[j] = deliveries[j], deliveries[i] })
	worker := renewalworker.New(env)
	for batch := range slices.Chunk(deliveries, 10) {
		work(t, worker, batch...) // failed work is found again
	}
}

// compare compares every rental, charge and balance with the oracle's.
func (s *simulation) compare(t *testing.T, when string) {
	t.Helper()
	for i, c := range s.customers {
		wallet, wrong := s.wallets[i], 0
		charged := map[e164.Number][]int{}
		for _, e := range s.entries(t, c) {
			for _, p := range e.Postings {
				if p.Account == ledger.Recurring {
					charged[p.Number] = append(charged[p.Number], p.Period)
				}
			}
		}
		var numbers []e164.Number
		for _, l := range wallet.leases {
			numbers = append(numbers, l.number)
		}
		items, err := s.store.DIDs(t.Context(), "acme", numbers)
		must(t, err)
		for _, l := range wallet.leases {
			if d := items[l.number]; d.State != l.state || !slices.Equal(charged[l.number], l.charged) || l.state != did.None &&
				!d.NextAt.Equal(l.next) {
				wrong++
				t.Errorf("%s, %s of %s (%s): %s until %s, periods %v; want %s until %s, %v",
					when, l.number, c, l.pkg, d.State, d.NextAt, charged[l.number], l.state, l.next, l.charged)
			}
		}
		if got, want := s.account(t, c).Balance, moneytest.Cents(int64(wallet.cents)); !got.Equal(want) || wrong > 0 {
			t.Fatalf("%s: %s has %s, want %s", when, c, got, want)
		}
	}
}

// reconcile lets the operators' function compare the books: it finds nothing.
func (s *simulation) reconcile(t *testing.T) {
	t.Helper()
	s.caughtUp()
	answer, err := operate.New(s.env)(t.Context(), json.RawMessage(`{"command": "reconcile", "carrier": "acme"}`))
	must(t, err)
	got := answer.(operate.Reconciled)
	wanttest.True(t, "the reconciliation is done", got.Done)
	wanttest.Equal(t, "number of customers", got.Customers, len(s.customers))
	wanttest.True(t, "blocks are compared", got.Blocks != 0)
	wanttest.Equal(t, "number of differences", len(got.Differences), 0)
}
