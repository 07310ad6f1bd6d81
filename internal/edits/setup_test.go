package edits_test

import (
	"context"
	"encoding/csv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/csvexport"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/edits"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

const first e164.Number = 442071230000

func number(i int) e164.Number { return first + e164.Number(i) }

// tenant is a carrier in its own table, with a clock that the test moves.
type tenant struct {
	*edits.Service
	t     testing.TB
	store *dynamo.Store
	shop  *shop.Service
	cfg   aws.Config
	table string
	clock atomic.Int64 // nanoseconds after noon
}

var monthly = pricing.Terms{Package: "standard", Version: 1, Name: "Standard", Setup: money.MustParse("1", "USD"),
	Recurring: money.MustParse("2", "USD"), Interval: pricing.Interval{Unit: pricing.Month, Count: 1}}

func newTenant(t testing.TB) *tenant {
	t.Helper()
	_, table := dynamotest.New(t)
	w := &tenant{t: t, cfg: dynamotest.Config(t), table: table}
	w.store = dynamo.New(w.cfg, table)
	w.shop = shop.New(w.store, w.now)
	w.Service = edits.New(w.store, w.shop, w.now)
	w.must(w.store.CreateCarrier(t.Context(), carrier.New("acme", "Acme", "UTC", "USD")))
	w.must(w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: monthly}))
	r := catalogue.Range{Carrier: "acme", Span: e164.Span{Start: first, End: first + 99_999}, Package: "standard",
		Country: "GB", Area: "London", ImportID: "i", Ver: 1}
	w.must(w.store.Commit(t.Context(), commit.Batch{ID: "range", Changes: []commit.Change{intake.Placed{Range: r}}}))
	return w
}

func (w *tenant) now() time.Time { return noon.Add(time.Duration(w.clock.Load())) }

func (w *tenant) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// customer opens an account with 1,000.00 USD that rents some numbers.
func (w *tenant) customer(id string, from, count int) ledger.Customer {
	w.t.Helper()
	c := ledger.Customer{Carrier: "acme", ID: id}
	account := ledger.Account{Customer: c, Name: id, Status: ledger.Active, Currency: "USD", Balance: money.Zero("USD"),
		CreditLimit: money.Zero("USD")}
	paid, entry, err := account.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash,
		Amount: money.MustParse("-1000", "USD")}}, ledger.Reference{Note: "opening"}, noon)
	w.must(err)
	w.must(w.store.CreateCustomer(w.t.Context(), paid.To, entry))
	for at := from; at < from+count; at += 100 {
		var moves []commit.Change
		for i := at; i < min(at+100, from+count); i++ {
			offer := did.Offer{Terms: monthly, Country: "GB", Area: "London"}
			move, err := did.AllocateTo("acme", id, number(i), did.DID{}, offer, commit.NewID(noon), noon, time.UTC)
			w.must(err)
			moves = append(moves, move)
		}
		w.must(commit.Write(w.t.Context(), w.store, noon, moves...))
	}
	return c
}

// as is the context of a user.
func as(ctx context.Context, user string) context.Context {
	return auth.ActingAs(ctx, auth.Actor{Kind: auth.ByUser, ID: user, Name: user})
}

// listed selects numbers.
func listed(from, count int) func(context.Context) ([]e164.Number, error) {
	return func(context.Context) (numbers []e164.Number, err error) {
		for i := range count {
			numbers = append(numbers, number(from+i))
		}
		return numbers, nil
	}
}

// rentals returns the numbers' items.
func (w *tenant) rentals(from, count int) map[e164.Number]did.DID {
	w.t.Helper()
	numbers, _ := listed(from, count)(w.t.Context())
	items, err := w.store.DIDs(w.t.Context(), "acme", numbers)
	w.must(err)
	return items
}

// run makes a job and works it off.
func (w *tenant) run(c ledger.Customer, r edits.Request) edits.Job {
	w.t.Helper()
	job, err := w.Create(as(w.t.Context(), "ursula"), c, r)
	w.must(err)
	return w.finish(job)
}

// finish works a job off.
func (w *tenant) finish(job edits.Job) edits.Job {
	w.t.Helper()
	w.must(w.WorkOff(w.t.Context(), job.Customer, job.ID))
	job, err := w.Get(w.t.Context(), job.Customer, job.ID)
	w.must(err)
	return job
}

// report reads a job's report without its header.
func (w *tenant) report(job edits.Job) [][]string {
	w.t.Helper()
	var file strings.Builder
	w.must(w.Report(w.t.Context(), job, &file))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.String(), csvexport.Mark))).ReadAll()
	w.must(err)
	return rows[1:]
}

func text(s string) *string { return &s }
