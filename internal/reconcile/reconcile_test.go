package reconcile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

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
	"didpurchase/internal/projection"
	"didpurchase/internal/reconcile"
	"didpurchase/internal/renewal"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
)

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	alice = ledger.Customer{Carrier: "acme", ID: "alice"}
)

const first e164.Number = 442071230000

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

// renewedCustomer is a customer with three rentals that were renewed once, and blocks
// that say so.
type renewedCustomer struct {
	db    *dynamodb.Client
	table string
	store *dynamo.Store
	shop  *shop.Service
	*reconcile.Reconciler
}

func newRenewedCustomer(t *testing.T) renewedCustomer {
	t.Helper()
	db, table := dynamotest.New(t)
	store, now := dynamo.New(dynamotest.Config(t), table), noon
	clock := func() time.Time { return now }
	projector, counter := projection.New(store, clock), revenue.New(store, clock)
	s := shop.New(store, clock)
	w := renewedCustomer{db, table, store, s, reconcile.New(store, projector, counter, s, 0)}
	must(t, store.CreateCarrier(t.Context(), carrier.New("acme", "Acme", "UTC", "USD")))
	must(t, store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "weekly", Version: 1, Setup: usd("1"), Recurring: usd("2"),
		Interval: pricing.Interval{Unit: pricing.Week, Count: 1},
	}}))
	must(t, store.AddPartition(t.Context(), "acme", first.Partition()))
	w.commit(t, intake.Placed{Range: catalogue.Range{
		Carrier: "acme", Span: e164.Span{Start: first, End: first + 99}, Package: "weekly", ImportID: "i", Ver: 1,
	}})
	empty := ledger.Account{Customer: alice, Status: ledger.Active, Currency: "USD", Balance: usd("0"),
		CreditLimit: usd("0")}
	opened, entry, err := empty.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash, Amount: usd("-100")}},
		ledger.Reference{}, now)
	must(t, err)
	must(t, store.CreateCustomer(t.Context(), opened.To, entry))
	rented := []e164.Number{first, first + 1, first + 2}
	_, view, err := s.Hold(t.Context(), alice, rented)
	must(t, err)
	_, err = s.Checkout(t.Context(), alice, "key", view.Quote.Total)
	must(t, err)
	now = noon.AddDate(0, 0, 7)
	must(t, renewal.NewWorker(shop.NewLargeOrders(store, nil, clock), nil, store, clock).Work(t.Context(),
		renewal.Message{Carrier: "acme", Customer: "alice", DIDs: rented}))
	_, err = projector.Rebuild(t.Context(), []catalogue.BlockRef{{Carrier: "acme", Block: first.Block()}})
	must(t, err)
	must(t, errors.Join(counter.Follow(t.Context(), []ledger.Customer{alice})...))
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w renewedCustomer) commit(t *testing.T, changes ...commit.Change) {
	t.Helper()
	must(t, w.store.Commit(t.Context(), commit.Batch{ID: ulid.Make().String(), Changes: changes}))
}

// all compares the whole table.
func (w renewedCustomer) all(t *testing.T) (found []reconcile.Difference) {
	t.Helper()
	for cursor := ""; ; {
		part, err := w.Compare(t.Context(), "acme", cursor)
		must(t, err)
		if found = append(found, part.Differences...); part.Next == "" {
			return found
		}
		cursor = part.Next
	}
}

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func key(pk, sk string) item { return item{"pk": text(pk), "sk": text(sk)} }

// spoil writes an item again after a change of its attributes; nil deletes it.
func (w renewedCustomer) spoil(t *testing.T, k item, change func(item)) {
	t.Helper()
	if change == nil {
		_, err := w.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &w.table, Key: k})
		must(t, err)
		return
	}
	out, err := w.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &w.table, Key: k})
	must(t, err)
	if out.Item == nil {
		t.Fatalf("there is no %v", k)
	}
	change(out.Item)
	_, err = w.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: out.Item})
	must(t, err)
}

func (w renewedCustomer) order(t *testing.T) shop.Order {
	t.Helper()
	orders, err := w.store.OrdersAfter(t.Context(), alice, "", 1)
	must(t, err)
	return orders[0]
}

// shiftPeriod moves the charged period 1 of the first rental.
func (w renewedCustomer) shiftPeriod(t *testing.T, by time.Duration) {
	t.Helper()
	w.spoil(t, entryKey("3"), func(i item) {
		for _, v := range i["postings"].(*types.AttributeValueMemberL).Value {
			posting := v.(*types.AttributeValueMemberM).Value
			if n, ok := posting["n"].(*types.AttributeValueMemberN); !ok || n.Value != first.Digits() {
				continue
			}
			for _, name := range []string{"f", "t"} { // stored once for all charges
				at, err := time.Parse(time.RFC3339, i[name].(*types.AttributeValueMemberS).Value)
				must(t, err)
				posting[name] = text(at.Add(by).Format("2006-01-02T15:04:05.000Z"))
			}
		}
	})
}

// post books postings as an entry like any other.
func (w renewedCustomer) post(t *testing.T, kind ledger.Kind, postings ...ledger.Posting) {
	t.Helper()
	account, err := w.store.Account(t.Context(), alice)
	must(t, err)
	update, entry, err := account.Post(kind, postings, ledger.Reference{}, noon)
	must(t, err)
	w.commit(t, update, entry)
}

var (
	account  = key("CUSTOMER#acme#alice", "ACCOUNT")
	number   = func(n e164.Number) item { return key("DID#acme#"+n.Block().Digits(), n.Digits()) }
	entryKey = func(seq string) item { return key("CUSTOMER#acme#alice", "ENTRY#000000000"+seq) }
)

// Each kind of difference is planted, and found.
func TestDifferencesAreFound(t *testing.T) {
	t.Parallel()
	for what, tc := range map[string]struct {
		plant func(*testing.T, renewedCustomer)
		want  []string // kind: a part of the detail
	}{
		"nothing": {func(*testing.T, renewedCustomer) {}, nil},
		"balance": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, account, func(i item) { i["balance"] = text("86.00 USD") })
		}, []string{"balance: is 86.00 USD, the wallet's postings sum to 85.00 USD"}},
		"an entry is gone": {func(t *testing.T, w renewedCustomer) { w.spoil(t, entryKey("2"), nil) },
			[]string{"balance: sum to 94.00", "charge: without one before", "charge: without one before",
				"charge: without one before", "entry: entry 3 leads to balance 94.00 USD, but records 85.00 USD", "revenue: ",
				"sequence: entry 3 comes after 1"}},
		"the last entry is gone": {func(t *testing.T, w renewedCustomer) { w.spoil(t, entryKey("3"), nil) },
			[]string{"balance: 91.00", "charge: period 1 paid, the last one charged is 0", "charge: period 1 paid",
				"charge: period 1 paid", "revenue: ", "sequence: the account counts 3 entries, the last one is 2"}},
		"an entry does not sum to zero": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, entryKey("3"), func(i item) {
				i["postings"].(*types.AttributeValueMemberL).Value[1].(*types.AttributeValueMemberM).Value["a"] = text("1.00 USD")
			})
		}, []string{"entry: the postings of entry 3 sum to -1.00 USD", "revenue: "}},
		"an entry has another amount": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, entryKey("3"), func(i item) { i["amount"] = text("-5.00 USD") })
		}, []string{"entry: entry 3 has amount -5.00 USD"}},
		"a period is charged twice": {func(t *testing.T, w renewedCustomer) {
			l := w.order(t).Lines[0]
			w.post(t, ledger.Renewal, ledger.Posting{Account: ledger.Recurring, Amount: usd("2"), Number: l.Number,
				RentalID: l.RentalID, Period: 1})
		}, []string{"charge: entry 4 charges period 1 of +442071230000"}},
		"a refund is no charge": {func(t *testing.T, w renewedCustomer) {
			l := w.order(t).Lines[0]
			w.post(t, ledger.Refund, ledger.Posting{Account: ledger.Recurring, Amount: usd("-2"), Number: l.Number,
				RentalID: l.RentalID, Period: 1})
		}, nil},
		"a charge for no rental": {func(t *testing.T, w renewedCustomer) {
			w.post(t, ledger.Renewal, ledger.Posting{Account: ledger.Recurring, Amount: usd("2"), Number: first,
				RentalID: "other"})
		}, []string{"charge: the rental other is charged, and no order bought it"}},
		"a gap between paid periods": {func(t *testing.T, w renewedCustomer) {
			w.shiftPeriod(t, 24*time.Hour)
		}, []string{"periods: is paid until 2026-02-14T12:00:00Z", "periods: there is a gap"}},
		"paid periods overlap": {func(t *testing.T, w renewedCustomer) {
			w.shiftPeriod(t, -time.Second)
		}, []string{"periods: is paid until 2026-02-14T12:00:00Z, the last period charged lasts until 2026-02-14T11:59:59Z",
			"periods: they overlap"}},
		"time between periods that were left out": {func(t *testing.T, w renewedCustomer) {
			l := w.order(t).Lines[0]
			w.post(t, ledger.Renewal, ledger.Posting{
				Account: ledger.Recurring, Amount: usd("2"), Number: l.Number, RentalID: l.RentalID, Period: 4,
				From: noon.AddDate(0, 0, 28), To: noon.AddDate(0, 0, 35),
			})
			w.spoil(t, number(first), func(i item) {
				i["period"], i["end"] = &types.AttributeValueMemberN{Value: "4"}, text("2026-03-07T12:00:00.000Z")
			})
		}, nil},
		"a rental is paid until another time": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, number(first), func(i item) { i["end"] = text("2026-02-15T12:00:00.000Z") })
		}, []string{"periods: +442071230000"}},
		"a period without a charge": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, number(first), func(i item) { i["period"] = &types.AttributeValueMemberN{Value: "2"} })
		}, []string{"charge: has period 2 paid, the last one charged is 1"}},
		"an order is gone": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, key("CUSTOMER#acme#alice", "ORDER#"+w.order(t).ID), nil)
		}, []string{"charge: no order bought it", "charge: no order bought it", "charge: no order bought it",
			"rental: +442071230000 is rented", "rental: +442071230001 is rented", "rental: +442071230002 is rented",
			"sequence: has made 1 orders, there are 0"}},
		"a rental is lost": {func(t *testing.T, w renewedCustomer) { w.spoil(t, number(first+1), nil) },
			[]string{"block: has 3 taken numbers, its DIDs have 2", "rental: +442071230001 was rented"}},
		"a rental belongs to another customer": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, number(first+1), func(i item) { i["customer"], i["owner"] = text("bob"), text("OWNER#acme#bob") })
		}, []string{"rental: +442071230001 was rented"}},
		"a rental is over": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, number(first+1), nil)
			must(t, w.store.PutPassage(t.Context(), did.Passage{
				Carrier: "acme", Number: first + 1, Incarnation: w.order(t).Lines[1].RentalID, Ver: 9, At: noon,
				From: did.Suspended, To: did.Aging,
			}))
		}, []string{"block: has 3 taken numbers, its DIDs have 2"}},
		"an adopted rental, not charged yet": {func(t *testing.T, w renewedCustomer) { w.adopt(t, true) },
			[]string{"block: its DIDs have 4"}},
		"an adopted rental, charged": {func(t *testing.T, w renewedCustomer) {
			w.adopt(t, true)
			w.post(t, ledger.Renewal, ledger.Posting{Account: ledger.Recurring, Amount: usd("2"), Number: adopted,
				RentalID: "elsewhere", From: noon, To: noon.AddDate(0, 0, 7)})
			w.spoil(t, number(adopted), func(i item) {
				i["period"], i["end"] = &types.AttributeValueMemberN{Value: "0"}, text("2026-02-07T12:00:00.000Z")
			})
		}, []string{"block: its DIDs have 4"}},
		"an adopted rental, over": {func(t *testing.T, w renewedCustomer) {
			w.adopt(t, true)
			w.post(t, ledger.Renewal, ledger.Posting{Account: ledger.Recurring, Amount: usd("2"), Number: adopted,
				RentalID: "elsewhere", From: noon, To: noon.AddDate(0, 0, 7)})
			w.spoil(t, number(adopted), nil)
		}, nil},
		"an adopted rental's period without a charge": {func(t *testing.T, w renewedCustomer) {
			w.adopt(t, true)
			w.spoil(t, number(adopted), func(i item) { i["period"] = &types.AttributeValueMemberN{Value: "0"} })
		}, []string{"block: its DIDs have 4", "charge: has period 0 paid, the last one charged is -1"}},
		"a rental from nowhere": {func(t *testing.T, w renewedCustomer) { w.adopt(t, false) },
			[]string{"block: its DIDs have 4", "rental: +442071230005 is rented"}},
		"revenue is not counted yet": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, key("CUSTOMER#acme#alice", "COUNTED"), nil)
			w.spoil(t, key("CUSTOMER#acme#alice", "EARNED#2026-01"), nil)
			w.spoil(t, key("CUSTOMER#acme#alice", "EARNED#2026-02"), nil)
		}, nil},
		"revenue is counted wrongly": {func(t *testing.T, w renewedCustomer) {
			w.spoil(t, key("CUSTOMER#acme#alice", "EARNED#2026-01"),
				func(i item) { i["setup weekly USD"] = &types.AttributeValueMemberN{Value: "7"} })
		}, []string{"revenue: differs from the ledger (corrected)"}},
		"a hold without a line": {func(t *testing.T, w renewedCustomer) {
			w.commit(t, did.HoldFor("acme", "alice", first+7, ulid.Make().String(), noon.Add(time.Minute), did.Offer{}, noon))
		}, []string{"hold: +442071230007 was held until 2026-01-31T12:01:00Z and in no cart (freed)"}},
		"a hold of a customer without an account": {func(t *testing.T, w renewedCustomer) {
			w.commit(t, did.HoldFor("acme", "nobody", first+7, ulid.Make().String(), noon.Add(time.Minute), did.Offer{}, noon))
		}, []string{"hold: +442071230007"}},
		"a hold that the cart shows": {func(t *testing.T, w renewedCustomer) {
			_, _, err := w.shop.Hold(t.Context(), alice, []e164.Number{first + 7})
			must(t, err)
		}, []string{"block: has 3 taken numbers, its DIDs have 4"}},
		"a hold that is being given back": {func(t *testing.T, w renewedCustomer) {
			_, _, err := w.shop.Hold(t.Context(), alice, []e164.Number{first + 7})
			must(t, err)
			held, err := w.store.DIDs(t.Context(), "acme", []e164.Number{first + 7})
			must(t, err)
			must(t, w.shop.Remove(t.Context(), alice, first+7))
			w.commit(t, did.HoldFor("acme", "alice", first+7, held[first+7].HoldID, noon.Add(time.Minute), did.Offer{},
				noon)) // its late write
		}, []string{"block: has 3 taken numbers, its DIDs have 4"}},
		"a large order": {func(t *testing.T, w renewedCustomer) { w.orderMany(t) }, []string{"block: its DIDs have 97"}},
		"a large order that lost a part": {func(t *testing.T, w renewedCustomer) {
			id := w.orderMany(t)
			w.spoil(t, key("CUSTOMER#acme#alice", "PART#"+id+"#0001"), nil)
		}, []string{"block: its DIDs have 97", "charge: order alice-2 paid for 4 more numbers of weekly than it has",
			"rental: +442071230093 is rented", "rental: +442071230094 is rented", "rental: +442071230095 is rented",
			"rental: +442071230096 is rented", "rental: order alice-2 is completed with 94 numbers, its parts have 90"}},
		"a number that an ended order left reserved": {func(t *testing.T, w renewedCustomer) {
			w.commit(t, did.ReserveFor("acme", "alice", first+7, w.order(t).ID, did.Offer{}, noon))
		}, []string{"hold: +442071230007 was reserved for order "}},
		"a block is wrong": {func(t *testing.T, w renewedCustomer) {
			taken, err := catalogue.NewSuffixes([]uint16{1, 7})
			must(t, err)
			b, err := w.store.Block(t.Context(), "acme", first.Block())
			must(t, err)
			b.Ver, b.Taken = b.Ver+1, taken
			must(t, w.store.PutBlock(t.Context(), b))
		}, []string{"block: block 44207123 has 2 taken numbers, its DIDs have 3 (corrected)"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newRenewedCustomer(t)
			tc.plant(t, w)
			got := describe(w.all(t))
			matches := slices.EqualFunc(got, tc.want, func(got, want string) bool {
				kind, detail, _ := strings.Cut(want, ": ")
				return strings.HasPrefix(got, kind+": ") && strings.Contains(got, detail)
			})
			if !matches {
				t.Errorf("found %q\nwant %q", got, tc.want)
			}
			again := slices.DeleteFunc(slices.Clone(got), func(d string) bool { return mended[strings.SplitN(d, ":", 2)[0]] })
			if got := describe(w.all(t)); !slices.Equal(got, again) {
				t.Errorf("again %q\nwant %q: projections are mended, money never", got, again)
			}
		})
	}
}

// orderMany buys the next 94 numbers by a large order.
func (w renewedCustomer) orderMany(t *testing.T) (id string) {
	t.Helper()
	now := func() time.Time { return noon.AddDate(0, 0, 7) }
	w.post(t, ledger.Payment, ledger.Posting{Account: ledger.Cash, Amount: usd("-900")})
	orders := shop.NewLargeOrders(w.store, nil, now)
	var list []e164.Number
	for n := first + 3; n < first+97; n++ {
		list = append(list, n)
	}
	o, err := orders.PlaceOrder(t.Context(), alice, "many", shop.Wanted{IsList: true, Numbers: list, Quantity: len(list),
		MaxTotal: usd("900")})
	must(t, err)
	must(t, orders.WorkOff(t.Context(), alice, o.ID))
	return o.ID
}

// mended are the kinds of differences that reconciling mends.
var mended = map[string]bool{"block": true, "hold": true, "revenue": true}

// adopted is a number that adopt rents to alice without an order.
const adopted = first + 5

func (w renewedCustomer) adopt(t *testing.T, told bool) {
	t.Helper()
	m := did.TakeOver("acme", "alice", adopted, did.Offer{Terms: pricing.Terms{
		Package: "weekly", Version: 1, Setup: usd("1"), Recurring: usd("2"),
		Interval: pricing.Interval{Unit: pricing.Week, Count: 1},
	}}, "elsewhere", noon, "UTC", noon)
	w.commit(t, m)
	if !told {
		return
	}
	step, err := did.PassageOf(did.DID{}, m.To, "1", noon)
	must(t, err)
	must(t, w.store.PutPassage(t.Context(), step))
}

func describe(found []reconcile.Difference) (all []string) {
	for _, d := range found {
		all = append(all, string(d.Kind)+": "+d.Detail)
	}
	slices.Sort(all)
	return all
}
