package revenue_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
	"didpurchase/internal/pricing"
	"didpurchase/internal/renewal"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
)

const first e164.Number = 442071230000

// noon is on the month's last day in Los Angeles, and on the next one's first in
// Auckland.
var noon = time.Date(2026, 1, 31, 20, 0, 0, 0, time.UTC)

// trade is a carrier of three packages in two currencies and four customers who
// rent, are charged, pay and are corrected at random.
type trade struct {
	*testing.T
	db        *dynamodb.Client
	table     string
	cfg       aws.Config
	store     *dynamo.Store
	shop      *shop.Service
	desk      *desk.Service
	worker    *renewal.Worker
	counter   *revenue.Counter
	customers []ledger.Customer
	clock     atomic.Int64
	random    *rand.Rand
	sold      int
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newTrade(t *testing.T, seed uint64) *trade {
	t.Helper()
	db, table := dynamotest.New(t)
	cfg := dynamotest.Config(t)
	w := &trade{T: t, db: db, table: table, cfg: cfg, store: dynamo.New(cfg, table),
		random: rand.New(rand.NewPCG(seed, 0))}
	w.shop, w.desk, w.counter = shop.New(w.store, w.now), desk.New(w.store, w.now), revenue.New(w.store, w.now)
	w.worker = renewal.NewWorker(shop.NewLargeOrders(w.store, nil, w.now), nil, w.store, w.now)
	must(t, w.store.CreateCarrier(t.Context(), carrier.New("acme", "Acme", "America/Los_Angeles", "USD")))
	for i, p := range []struct {
		id, currency string
		terms        pricing.Terms
	}{
		{"weekly", "USD", pricing.Terms{Interval: pricing.Interval{Unit: pricing.Week, Count: 1}}},
		{"daily-euro", "EUR", pricing.Terms{Interval: pricing.Interval{Unit: pricing.Day, Count: 3}}},
		{"month-end", "USD", pricing.Terms{
			Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
			Align:    pricing.Alignment{MonthDays: pricing.OnMonthDays(pricing.LastDay), Prorated: true},
		}},
	} {
		p.terms.Package, p.terms.Version, p.terms.Name = p.id, 1, p.id
		p.terms.Setup, p.terms.Recurring = money.MustParse("1.10", p.currency), money.MustParse("0.37", p.currency)
		must(t, w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: p.terms}))
		w.commit(intake.Placed{Range: catalogue.Range{
			Carrier: "acme", Span: e164.Span{Start: w.number(i, 0), End: w.number(i, 999)}, Package: p.id, ImportID: "i", Ver: 1,
		}})
	}
	tax, err := money.ParseRate("8.25")
	must(t, err)
	for id, currency := range map[string]string{"alice": "USD", "bob": "USD", "carol": "EUR", "dave": "USD"} {
		account, err := w.desk.OpenAccount(t.Context(), "acme",
			desk.Opening{ID: id, Name: id, Currency: currency, CreditLimit: money.MustParse("300", currency), Tax: tax})
		must(t, err)
		w.customers = append(w.customers, account.Customer)
	}
	slices.SortFunc(w.customers, func(a, b ledger.Customer) int { return strings.Compare(a.ID, b.ID) })
	return w
}

func (w *trade) now() time.Time { return noon.Add(time.Duration(w.clock.Load())) }

func (w *trade) number(pkg, i int) e164.Number { return first + e164.Number(pkg)*1000 + e164.Number(i) }

func (w *trade) commit(changes ...commit.Change) {
	w.Helper()
	must(w, w.store.Commit(w.Context(), commit.Batch{ID: ulid.Make().String(), Changes: changes}))
}

// live does one thing that happens to customers; most of these post entries.
func (w *trade) live() {
	w.Helper()
	c := w.customers[w.random.IntN(len(w.customers))]
	currency, packages := "USD", []int{0, 2}
	if c.ID == "carol" {
		currency, packages = "EUR", []int{1}
	}
	switch w.random.IntN(5) {
	case 0, 1:
		pkg := packages[w.random.IntN(len(packages))]
		var numbers []e164.Number
		for range 1 + w.random.IntN(4) {
			numbers = append(numbers, w.number(pkg, w.sold))
			w.sold++
		}
		_, err := w.shop.Allocate(w.Context(), c, numbers, fmt.Sprint("order ", w.sold), money.Zero(currency))
		var total *shop.TotalChanged
		if !errors.As(err, &total) {
			w.Fatal(err)
		}
		_, err = w.shop.Allocate(w.Context(), c, numbers, fmt.Sprint("order ", w.sold), total.Today)
		must(w, err)
	case 2:
		w.clock.Add(int64(time.Duration(w.random.IntN(9*24)) * time.Hour))
		for _, c := range w.customers {
			owned, err := w.store.Owned(w.Context(), c)
			must(w, err)
			if len(owned) > 0 {
				must(w, w.worker.Work(w.Context(), renewal.Message{Carrier: c.Carrier, Customer: c.ID, DIDs: owned}))
			}
		}
	default:
		kinds := []ledger.Kind{ledger.Payment, ledger.Refund, ledger.Adjustment}
		amount := money.MustParse(fmt.Sprintf("%d.%02d", 1+w.random.IntN(9), w.random.IntN(100)), currency)
		_, err := w.desk.Enter(w.Context(), c,
			desk.Movement{Kind: kinds[w.random.IntN(3)], Amount: amount, Reference: ulid.Make().String(), Note: "n"})
		if err != nil && !strings.Contains(err.Error(), ledger.ErrInsufficientFunds.Error()) {
			w.Fatal(err)
		}
	}
}

// count follows some customers, several at a time, with the batches of a stream
// that come twice, out of order and over a network that breaks.
func (w *trade) count(broken int) {
	w.Helper()
	injector := faults.New(faults.Seeded(w.random.Uint64(), 0.05, faults.All...))
	counter := revenue.New(dynamo.New(injector.Into(w.cfg), w.table), w.now)
	var all sync.WaitGroup
	for range broken {
		some := slices.Clone(w.customers)
		w.random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		some = some[:1+w.random.IntN(len(some))]
		all.Go(func() { counter.Follow(w.Context(), some) }) // a failed count is completed later
	}
	all.Wait()
}

func (w *trade) countAll() {
	w.Helper()
	for _, err := range w.counter.Follow(w.Context(), w.customers) {
		must(w, err)
	}
}

// postings adds up the table's entries, independently of the package.
func (w *trade) postings() map[string]*big.Rat {
	w.Helper()
	loc, err := time.LoadLocation("America/Los_Angeles")
	must(w, err)
	sums := map[string]*big.Rat{}
	pages := dynamodb.NewScanPaginator(w.db, &dynamodb.ScanInput{TableName: &w.table})
	for pages.HasMorePages() {
		out, err := pages.NextPage(w.Context())
		must(w, err)
		for _, i := range out.Items {
			if !strings.HasPrefix(text(i["sk"]), "ENTRY#") {
				continue
			}
			at, err := time.Parse(time.RFC3339, text(i["at"]))
			must(w, err)
			for _, p := range i["postings"].(*types.AttributeValueMemberL).Value {
				posting := p.(*types.AttributeValueMemberM).Value
				book := text(posting["b"])
				if book != "setup" && book != "recurring" && book != "proration" {
					continue
				}
				number, currency, _ := strings.Cut(text(posting["a"]), " ")
				amount, _ := new(big.Rat).SetString(number)
				add(sums, strings.Join([]string{at.In(loc).Format("2006-01"), book, text(posting["g"]), currency}, " "), amount)
			}
		}
	}
	return sums
}

func text(v types.AttributeValue) string { return v.(*types.AttributeValueMemberS).Value }

func add(sums map[string]*big.Rat, key string, amount *big.Rat) {
	if sums[key] == nil {
		sums[key] = new(big.Rat)
	}
	sums[key].Add(sums[key], amount)
}

func said(sums revenue.Sums) map[string]*big.Rat {
	all := map[string]*big.Rat{}
	for l, a := range sums {
		amount, _ := new(big.Rat).SetString(a.Number())
		add(all, strings.Join([]string{l.Month, string(l.Book), l.Package, l.Currency}, " "), amount)
	}
	return all
}

// check compares the carrier's sums with the ledgers, to the cent.
func (w *trade) check(when string) {
	w.Helper()
	earned, err := w.store.Earned(w.Context(), "acme", "0000", "9999")
	must(w, err)
	equal := cmp.Comparer(func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
	if diff := cmp.Diff(w.postings(), said(earned), equal); diff != "" {
		w.Errorf("%s: %s", when, diff)
	}
}

func TestSumsAreThoseOfTheLedgers(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	w := newTrade(t, seed)
	for i := range 45 {
		w.live()
		if w.random.IntN(3) == 0 {
			w.count(1 + w.random.IntN(4))
		}
		if i%15 == 14 {
			w.countAll()
			w.check(fmt.Sprint("after ", i+1))
		}
	}
	if sums := w.postings(); len(sums) < 6 {
		t.Errorf("only %v was earned: the test shows little", slices.Collect(maps.Keys(sums)))
	}
	for _, c := range w.customers {
		corrected, err := w.counter.Recount(t.Context(), c)
		if must(t, err); corrected {
			t.Errorf("%s was not right", c)
		}
	}
	w.check("after a recount of correct sums")
}

// A recount corrects sums of entries from before counting began, and of entries
// that were counted in other months, even after an interruption.
func TestRecount(t *testing.T) {
	t.Parallel()
	w := newTrade(t, 7)
	for range 30 {
		w.live()
	}
	recount := func(counter *revenue.Counter) (corrected int) {
		for _, c := range w.customers {
			was, err := counter.Recount(t.Context(), c)
			if err == nil && was {
				corrected++
			}
		}
		return corrected
	}
	if n := recount(w.counter); n == 0 {
		t.Error("nothing was counted")
	}
	w.check("counted for the first time")

	w.zone("Pacific/Auckland") // months end 21 hours earlier
	if n := recount(w.counter); n == 0 {
		t.Error("no month changed")
	}
	w.zone("America/Los_Angeles")
	for range 5 {
		recount(revenue.New(dynamo.New(faults.New(faults.Seeded(w.random.Uint64(), 0.1,
			faults.All...)).Into(w.cfg), w.table), w.now))
	}
	recount(w.counter)
	w.check("counted by the months of another zone and back")
	if n := recount(w.counter); n != 0 {
		t.Errorf("%d customers were wrong again", n)
	}
}

func (w *trade) zone(name string) {
	w.Helper()
	_, err := w.desk.ChangeSettings(w.Context(), "acme", desk.SettingsPatch{TimeZone: &name})
	must(w, err)
}

// The batch has enough customers for several transactions, of two carriers, and
// enough months for several steps; an unreadable ledger does not affect the
// others.
func TestManyCustomersAndMonths(t *testing.T) {
	t.Parallel()
	w := newTrade(t, 1)
	must(t, w.store.CreateCarrier(t.Context(), carrier.New("globex", "Globex", "UTC", "USD")))
	var customers []ledger.Customer
	for i := range 45 {
		c := ledger.Customer{Carrier: []string{"acme", "globex"}[i%2], ID: fmt.Sprintf("c%d", i)}
		account := ledger.Account{Customer: c, Status: ledger.Active, Currency: "USD", Balance: money.Zero("USD"),
			CreditLimit: money.MustParse("100", "USD")}
		var entries []commit.Change
		for month := range 1 + i%7 {
			update, entry, err := account.Post(ledger.Order,
				[]ledger.Posting{{Account: ledger.Setup, Package: "p", Amount: money.MustParse("0.1", "USD")}},
				ledger.Reference{}, noon.AddDate(0, month, 0))
			must(t, err)
			account, entries = update.To, append(entries, entry)
		}
		must(t, w.store.CreateCustomer(t.Context(), account, entries...))
		customers = append(customers, c)
	}
	nobodys := ledger.Customer{Carrier: "nocarrier", ID: "c"}
	account := ledger.Account{Customer: nobodys, Status: ledger.Active, Currency: "USD", Balance: money.Zero("USD"),
		CreditLimit: money.MustParse("100", "USD")}
	_, entry, err := account.Post(ledger.Order,
		[]ledger.Posting{{Account: ledger.Setup, Package: "p", Amount: money.MustParse("9", "USD")}},
		ledger.Reference{}, noon)
	must(t, err)
	must(t, w.store.CreateCustomer(t.Context(), account, entry))
	customers = slices.Insert(customers, 3, nobodys)
	for i, err := range w.counter.Follow(t.Context(), customers) {
		if (err != nil) != (i == 3) {
			t.Errorf("%s: %v", customers[i], err)
		}
	}
	for of, want := range map[string]int{"acme": 0, "globex": 0} {
		for i := range 45 {
			if []string{"acme", "globex"}[i%2] == of {
				want += 1 + i%7
			}
		}
		earned, err := w.store.Earned(context.WithoutCancel(t.Context()), of, "0000", "9999")
		must(t, err)
		sum := money.Zero("USD")
		for _, a := range earned {
			sum, err = sum.Add(a)
			must(t, err)
		}
		if got := moneytest.Cents(10 * int64(want)); !sum.Equal(got) {
			t.Errorf("%s earned %s, want %s", of, sum, got)
		}
	}
}
