package renewalworker_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/renewal"
	"didpurchase/internal/wanttest"
)

// flood is a customer with very many rentals, and small customers with one each,
// which are all due at one moment.
type flood struct {
	renewals
	large   ledger.Customer
	rentals []e164.Number
	small   map[ledger.Customer]e164.Number
	dueAt   time.Time
}

func newFlood(t *testing.T, rentals, customers int) *flood {
	t.Helper()
	w := &flood{renewals: newMarket(t, rules), small: map[ledger.Customer]e164.Number{}, dueAt: noon.AddDate(0, 0, 1)}
	w.large = w.customer(t, "large", fmt.Sprint(2*rentals))
	w.rentals = make([]e164.Number, rentals)
	for i := range w.rentals {
		w.rentals[i] = 442072000000 + e164.Number(i)
	}
	w.adopt(t, w.large, w.dueAt, w.rentals)
	for i := range customers {
		c, n := w.customer(t, fmt.Sprintf("small%03d", i), "2"), 442071250000+e164.Number(i)
		w.adopt(t, c, w.dueAt, []e164.Number{n})
		w.small[c] = n
	}
	return w
}

// adopt gives rentals to a customer, each paid until a moment, for 1.00 a day.
func (w *flood) adopt(t *testing.T, c ledger.Customer, until time.Time, list []e164.Number) {
	t.Helper()
	daily := prices["daily"]
	daily.Package, daily.Version = "daily", 1
	var g errgroup.Group
	g.SetLimit(4)
	for part := range slices.Chunk(list, commit.Limit) {
		g.Go(func() error {
			var changes []commit.Change
			for _, n := range part {
				changes = append(changes, did.TakeOver(c.Carrier, c.ID, n, did.Offer{Terms: daily, Country: "GB"},
					ulid.Make().String(),
					until, "UTC", noon))
			}
			return w.store.Commit(t.Context(), commit.Batch{ID: ulid.Make().String(), Changes: changes})
		})
	}
	must(t, g.Wait())
}

// tickOnce is one minute of the schedule: one sweep, whose messages are processed
// ten at a time. With twice, each is processed by two workers at once.
func (w *flood) tickOnce(t *testing.T, at time.Time, twice bool) (messages []string) {
	t.Helper()
	messages, _ = w.sweep(t, at)
	worker := renewalworker.New(w.env)
	for batch := range slices.Chunk(messages, 10) {
		if twice {
			batch = slices.Concat(batch, batch)
		}
		if failed := work(t, worker, batch...); len(failed) > 0 {
			t.Errorf("messages %v failed", failed)
		}
	}
	return messages
}

// unrenewed counts the small customers that are not charged for the day.
func (w *flood) unrenewed(t *testing.T) (n int) {
	t.Helper()
	for c, number := range w.small {
		if !slices.Equal(w.charged(t, c, number), []int{0}) {
			n++
		}
	}
	return n
}

// TestALargeCustomerDelaysNobody: very many rentals of one customer are due at the
// moment at which small customers have one each. The small ones are renewed within
// two ticks. Each message of the large one is bounded, each of its periods is
// charged once, on one invoice of the day, and the books agree.
func TestALargeCustomerDelaysNobody(t *testing.T) {
	t.Parallel()
	rentals, customers := 1_100, 5
	if *whole {
		rentals, customers = 100_000, 100
	}
	w := newFlood(t, rentals, customers)
	began, ticks, at := time.Now(), 0, w.dueAt
	for ; ; at = at.Add(time.Minute) {
		messages := w.tickOnce(t, at, !*whole)
		if len(messages) == 0 {
			break
		}
		if ticks++; ticks == 2 || len(messages) == 1 {
			wanttest.Equal(t, fmt.Sprintf("small customers that are not renewed after tick %d", ticks), w.unrenewed(t), 0)
		}
		for _, body := range messages {
			m, err := renewal.ParseMessage(body)
			must(t, err)
			wanttest.True(t, "a message has at most 4,950 rentals", len(m.DIDs) <= 4_950)
		}
		t.Logf("tick %d: %d messages, %s since the first", ticks, len(messages), time.Since(began).Round(time.Second))
	}
	wanttest.Equal(t, "ticks", ticks, (rentals+4_949)/4_950)
	w.checkLarge(t, rentals)
	for c := range w.small {
		wanttest.Equal(t, "balance of "+c.ID, w.account(t, c).Balance.String(), "1.00 USD")
	}
}

// checkLarge checks the large customer's books: each rental is charged for the one
// day, on one invoice that has all entries.
func (w *flood) checkLarge(t *testing.T, rentals int) {
	t.Helper()
	w.checkBooks(t, w.large)
	charged := map[e164.Number]int{}
	seqs := []int{}
	for _, e := range w.entries(t, w.large) {
		if e.Kind != ledger.Renewal {
			continue
		}
		seqs = append(seqs, e.Seq)
		for _, p := range e.Postings {
			if p.Account == ledger.Recurring {
				charged[p.Number]++
			}
		}
	}
	wanttest.Equal(t, "rentals that were charged", len(charged), rentals)
	for _, n := range w.rentals {
		if charged[n] != 1 {
			t.Fatalf("%s is charged %d times", n, charged[n])
		}
	}
	wanttest.Equal(t, "balance", w.account(t, w.large).Balance.String(), fmt.Sprintf("%d.00 USD", rentals))
	wanttest.Equal(t, "invoices", w.account(t, w.large).Invoices, 1)
	invoice, err := w.store.Invoice(t.Context(), w.large, "large-inv-1")
	must(t, err)
	wanttest.Diff(t, "entries of the invoice", invoice.Entries, seqs)
	wanttest.Equal(t, "gross of the invoice", invoice.Gross.String(), fmt.Sprintf("%d.00 USD", rentals))
	wanttest.Equal(t, "entries", len(seqs), (rentals+89)/90)
}

// TestALargeCustomerPaysTheOldestFirst: 2,500 rentals are past due, the ones with
// the greatest numbers for the longest time. A payment for 2,000 of them pays the
// oldest, though they are more than one window.
func TestALargeCustomerPaysTheOldestFirst(t *testing.T) {
	t.Parallel()
	if !*whole {
		t.Skip("only with -whole")
	}
	w := &flood{renewals: newMarket(t, rules)}
	c := w.customer(t, "large", "1")
	var groups [][]e164.Number // the oldest first
	for i := range 5 {
		group := make([]e164.Number, 500)
		for k := range group {
			group[k] = 442072000000 + e164.Number(500*(4-i)+k)
		}
		w.adopt(t, c, noon.Add(time.Duration(i+1)*time.Minute), group)
		groups = append(groups, group)
	}
	w.pay(t, c, "1")
	must(t, w.tryPay(t, c, "1"))
	*w.now = noon.Add(10 * time.Minute)
	w.tick(t, *w.now)
	paid := map[did.State]int{did.Assigned: 3, did.PastDue: 497}
	w.wantStates(t, "the oldest, before the payment", groups[0], paid)
	w.pay(t, c, "1997")
	w.tick(t, *w.now)
	for i, group := range groups[:4] {
		w.wantStates(t, fmt.Sprintf("group %d", i), group, map[did.State]int{did.Assigned: 500})
	}
	w.wantStates(t, "the youngest", groups[4], map[did.State]int{did.PastDue: 500})
	w.checkBooks(t, c)
}
