package shop_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// first begins the one range that is offered: a block of London.
const first e164.Number = 442071230000

func number(i int) e164.Number { return first + e164.Number(i) }

func numbers(from, count int) []e164.Number {
	list := make([]e164.Number, count)
	for i := range list {
		list[i] = number(from + i)
	}
	return list
}

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

// testShop is a carrier with one range at 1.00 setup and 2.00 a month, in its own
// table, and a clock that the test moves.
type testShop struct {
	*shop.Service
	store *dynamo.Store
	cfg   aws.Config
	table string
	clock atomic.Int64 // nanoseconds after noon
}

func newTestShop(t testing.TB) *testShop {
	t.Helper()
	_, table := dynamotest.New(t)
	w := &testShop{cfg: dynamotest.Config(t), table: table}
	w.store = dynamo.New(w.cfg, table)
	w.Service = shop.New(w.store, w.now)
	ctx := t.Context()
	must(t, w.store.CreateCarrier(ctx, carrier.New("acme", "Acme", "UTC", "USD")))
	for id, setup := range map[string]string{"standard": "1.00", "yen": ""} {
		terms := pricing.Terms{Package: id, Version: 1, Name: id, Interval: pricing.Interval{Unit: pricing.Month, Count: 1}}
		if terms.Setup, terms.Recurring = money.Zero("JPY"), money.Zero("JPY"); setup != "" {
			terms.Setup, terms.Recurring = usd(setup), usd("2.00")
		}
		must(t, w.store.PutPackage(ctx, "acme", pricing.Package{Terms: terms}))
	}
	w.offer(t, "standard", first, first+9_999)
	return w
}

func (w *testShop) offer(t testing.TB, pkg string, from, to e164.Number) {
	t.Helper()
	r := catalogue.Range{Carrier: "acme", Span: e164.Span{Start: from, End: to}, Package: pkg, Country: "GB",
		Area: "London", ImportID: "i", Ver: 1}
	must(t, w.store.Commit(context.Background(),
		commit.Batch{ID: "range", Changes: []commit.Change{intake.Placed{Range: r}}}))
}

func (w *testShop) now() time.Time { return noon.Add(time.Duration(w.clock.Load())) }

func (w *testShop) advance(d time.Duration) { w.clock.Add(int64(d)) }

// customer opens an account with a balance paid in.
func (w *testShop) customer(t testing.TB, id, balance string) ledger.Customer {
	t.Helper()
	c := ledger.Customer{Carrier: "acme", ID: id}
	empty := ledger.Account{Customer: c, Name: id, Status: ledger.Active, Currency: "USD", Balance: usd("0"),
		CreditLimit: usd("0")}
	opened, entry, err := empty.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash, Amount: usd(balance).Neg()}},
		ledger.Reference{}, w.now())
	must(t, err)
	must(t, w.store.CreateCustomer(t.Context(), opened.To, entry))
	return c
}

func (w *testShop) hold(t testing.TB, c ledger.Customer, list ...e164.Number) string {
	t.Helper()
	results, _, err := w.Hold(t.Context(), c, list)
	must(t, err)
	text := ""
	for _, r := range results {
		text += fmt.Sprintf("%d:%s ", r.Number-first, r.Outcome)
	}
	return text
}

// item returns a number's state, holder, and hold or rental.
func (w *testShop) item(t testing.TB, n e164.Number) did.DID {
	t.Helper()
	items, err := w.store.DIDs(t.Context(), "acme", []e164.Number{n})
	must(t, err)
	return items[n]
}

// checkBooks compares account, ledger, orders and rentals of a customer.
func (w *testShop) checkBooks(t testing.TB, c ledger.Customer) (spent money.Amount) {
	t.Helper()
	ctx, all := context.Background(), shop.Page{Limit: 200}
	account, err := w.store.Account(ctx, c)
	must(t, err)
	entries, _, err := w.store.Entries(ctx, c, all)
	must(t, err)
	balance := usd("0")
	for i, e := range entries {
		if e.Seq != len(entries)-i {
			t.Errorf("%s: entry %d is the %dth from the end", c, e.Seq, i+1)
		}
		balance, _ = balance.Add(e.Amount)
	}
	if !account.Balance.Equal(balance) || account.Seq != len(entries) {
		t.Errorf("%s: balance %s at seq %d, %d entries sum to %s", c, account.Balance, account.Seq, len(entries), balance)
	}
	orders, _, err := w.store.Orders(ctx, c, all)
	must(t, err)
	rentals, _, err := w.store.Rentals(ctx, c, all)
	must(t, err)
	bought, spent := map[string]bool{}, usd("0")
	for _, o := range orders {
		spent, _ = spent.Add(o.Total)
		for _, l := range w.lines(t, o) {
			bought[l.RentalID] = true
		}
	}
	for _, r := range rentals {
		if !bought[r.RentalID] || r.Customer != c.ID {
			t.Errorf("%s rents %s, which no order bought", c, r.Number)
		}
	}
	if len(rentals) != len(bought) || account.Orders != len(orders) {
		t.Errorf("%s: %d rentals, %d bought; %d orders, %d counted", c, len(rentals), len(bought), len(orders),
			account.Orders)
	}
	return spent
}

// lines returns the numbers that an order bought.
func (w *testShop) lines(t testing.TB, o shop.Order) []shop.OrderLine {
	t.Helper()
	if o.Large == nil || o.Status == shop.Rejected {
		return o.Lines
	}
	parts, err := w.store.Parts(context.Background(), o.Customer, o.ID, 0, 100)
	must(t, err)
	var lines []shop.OrderLine
	for _, p := range parts {
		lines = append(lines, p.Lines...)
	}
	return lines
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
