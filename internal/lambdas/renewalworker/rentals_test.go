package renewalworker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// prices are the packages of the market's numbers: each has a block of 10,000.
var prices = map[string]pricing.Terms{
	"monthly":  {Setup: usd("1"), Recurring: usd("2"), Interval: pricing.Interval{Unit: pricing.Month, Count: 1}},
	"weekly":   {Setup: usd("0"), Recurring: usd("1"), Interval: pricing.Interval{Unit: pricing.Week, Count: 1}},
	"daily":    {Setup: usd("0"), Recurring: usd("1"), Interval: pricing.Interval{Unit: pricing.Day, Count: 1}},
	"free":     {Setup: usd("0"), Recurring: usd("0"), Interval: pricing.Interval{Unit: pricing.Day, Count: 1}},
	"calendar": calendar,
}

// blocks are the first numbers of each package.
var blocks = map[string]e164.Number{
	"monthly": 442071230000, "weekly": 442071240000, "daily": 442071250000, "free": 442071260000, "calendar": 442071280000,
}

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

func numbers(pkg string, from, count int) []e164.Number {
	list := make([]e164.Number, count)
	for i := range list {
		list[i] = blocks[pkg] + e164.Number(from+i)
	}
	return list
}

// newMarket returns renewals with a carrier that offers numbers.
func newMarket(t testing.TB, rules carrier.Dunning) renewals {
	t.Helper()
	w := newRenewals(t)
	c := carrier.New("acme", "Acme", "UTC", "USD")
	c.Dunning = rules
	must(t, w.store.CreateCarrier(t.Context(), c))
	for id, terms := range prices {
		terms.Package, terms.Version, terms.Name = id, 1, id
		must(t, w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: terms}))
		first := blocks[id]
		must(t, w.store.AddPartition(t.Context(), "acme", first.Partition()))
		w.commit(t, intake.Placed{Range: catalogue.Range{
			Carrier: "acme", Span: e164.Span{Start: first, End: first + e164.BlockSize - 1}, Package: id, ImportID: "i", Ver: 1,
		}})
	}
	return w
}

// customer opens an account with a balance that was paid in.
func (w renewals) customer(t testing.TB, id, balance string) ledger.Customer {
	t.Helper()
	c := ledger.Customer{Carrier: "acme", ID: id}
	empty := ledger.Account{Customer: c, Name: id, Status: ledger.Active, Currency: "USD", Balance: usd("0"),
		CreditLimit: usd("0")}
	opened, entry, err := empty.Post(ledger.Payment, cash(balance), ledger.Reference{}, *w.now)
	must(t, err)
	must(t, w.store.CreateCustomer(t.Context(), opened.To, entry))
	return c
}

func cash(amount string) []ledger.Posting {
	return []ledger.Posting{{Account: ledger.Cash, Amount: usd(amount).Neg()}}
}

// pay enters a payment, like the desk: the account is due to collect.
func (w renewals) pay(t testing.TB, c ledger.Customer, amount string) {
	t.Helper()
	must(t, w.tryPay(t, c, amount))
}

func (w renewals) tryPay(t testing.TB, c ledger.Customer, amount string) error {
	t.Helper()
	update, entry, err := w.account(t, c).Post(ledger.Payment, cash(amount), ledger.Reference{}, *w.now)
	must(t, err)
	update.To.CollectAt = *w.now
	return w.store.Commit(t.Context(), commit.Batch{ID: ulid.Make().String(), Changes: []commit.Change{update, entry}})
}

// rent buys numbers, as many at a time as a cart holds.
func (w renewals) rent(t testing.TB, c ledger.Customer, list ...e164.Number) {
	t.Helper()
	s := shop.New(w.store, w.env.Now)
	for len(list) > 0 {
		part := list[:min(len(list), shop.MaxLines)]
		list = list[len(part):]
		_, view, err := s.Hold(t.Context(), c, part)
		must(t, err)
		_, err = s.Checkout(t.Context(), c, ulid.Make().String(), view.Quote.Total)
		must(t, err)
	}
}

// tick is a minute of the schedule: it processes due work until none is left.
func (w renewals) tick(t testing.TB, at time.Time) {
	t.Helper()
	worker := renewalworker.New(w.env)
	for range 100 {
		messages, _ := w.sweep(t, at)
		if len(messages) == 0 {
			return
		}
		if failed := work(t, worker, messages...); len(failed) > 0 {
			t.Logf("%s: messages %v failed", at.Format(time.DateTime), failed)
		}
	}
	t.Fatalf("%s: always something due", at.Format(time.DateTime))
}

func (w renewals) account(t testing.TB, c ledger.Customer) ledger.Account {
	t.Helper()
	a, err := w.store.Account(t.Context(), c)
	must(t, err)
	return a
}

func (w renewals) did(t testing.TB, n e164.Number) did.DID {
	t.Helper()
	items, err := w.store.DIDs(t.Context(), "acme", []e164.Number{n})
	must(t, err)
	return items[n]
}

// states counts the numbers by state.
func (w renewals) states(t testing.TB, list []e164.Number) map[did.State]int {
	t.Helper()
	items, err := w.store.DIDs(t.Context(), "acme", list)
	must(t, err)
	count := map[did.State]int{}
	for _, n := range list {
		count[items[n].State]++
	}
	return count
}

// wantStates compares the rentals' states.
func (w renewals) wantStates(t testing.TB, what string, list []e164.Number, want map[did.State]int) {
	t.Helper()
	if diff := cmp.Diff(want, w.states(t, list)); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

// entries returns all entries of the account, oldest first.
func (w renewals) entries(t testing.TB, c ledger.Customer) (all []ledger.Entry) {
	t.Helper()
	for after := ""; ; {
		page, next, err := w.store.Entries(t.Context(), c, shop.Page{Limit: 500, After: after})
		must(t, err)
		all = append(all, page...)
		if next == "" {
			break
		}
		after = next
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// charged returns the periods of a number that the ledger has charged, in order.
func (w renewals) charged(t testing.TB, c ledger.Customer, n e164.Number) (periods []int) {
	t.Helper()
	for _, e := range w.entries(t, c) {
		for _, p := range e.Postings {
			if p.Number == n && (p.Account == ledger.Recurring || p.Account == ledger.Proration) {
				periods = append(periods, p.Period)
			}
		}
	}
	return periods
}

// checkBooks compares the account with its entries.
func (w renewals) checkBooks(t testing.TB, c ledger.Customer) {
	t.Helper()
	account, sum, seen := w.account(t, c), usd("0"), map[string]bool{}
	for i, e := range w.entries(t, c) {
		if e.Seq != i+1 {
			t.Errorf("%s: entry %d has the seq %d", c, i+1, e.Seq)
		}
		sum, _ = sum.Add(e.Amount)
		for _, p := range e.Postings {
			if p.Amount.IsNegative() || p.Account != ledger.Recurring && p.Account != ledger.Proration {
				// a credit note takes charges back
				continue
			}
			charge := fmt.Sprint(p.RentalID, " period ", p.Period)
			if seen[charge] {
				t.Errorf("%s: %s is charged twice", c, charge)
			}
			seen[charge] = true
		}
	}
	if !account.Balance.Equal(sum) {
		t.Errorf("%s: balance %s, entries sum to %s", c, account.Balance, sum)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
