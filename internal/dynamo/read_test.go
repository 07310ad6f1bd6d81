package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// TestManyDIDs reads more than one request may ask for, from a server that leaves
// half of each request unprocessed.
func TestManyDIDs(t *testing.T) {
	t.Parallel()
	_, table := dynamotest.New(t)
	cfg := dynamotest.Config(t)
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("half", half), middleware.After)
	})
	store := dynamo.New(cfg, table)
	var asked []e164.Number
	want := map[e164.Number]bool{}
	for n := range e164.Number(250) {
		asked = append(asked, number+n)
		if n%3 == 0 {
			want[number+n] = true
			if err := store.Rewrite(t.Context(), did.DID{Carrier: "acme", Number: number + n, State: did.Withheld,
				Ver: 1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := store.DIDs(t.Context(), "acme", append(asked, number))
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(got, want, func(d did.DID, _ bool) bool { return d.State == did.Withheld }) {
		t.Errorf("%d found, want %d", len(got), len(want))
	}
	if none, err := store.DIDs(t.Context(), "globex", asked); err != nil || len(none) != 0 {
		t.Errorf("another carrier has %d, %v", len(none), err)
	}
	if none, err := store.DIDs(t.Context(), "acme", nil); err != nil || len(none) != 0 {
		t.Errorf("none asked: %v, %v", none, err)
	}
}

// half gives only the first half of a BatchGetItem to the server.
func half(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	out middleware.InitializeOutput, metadata middleware.Metadata, err error,
) {
	input, ok := in.Parameters.(*dynamodb.BatchGetItemInput)
	if !ok {
		return next.HandleInitialize(ctx, in)
	}
	now, later := map[string]types.KeysAndAttributes{}, map[string]types.KeysAndAttributes{}
	for table, wanted := range input.RequestItems {
		first, rest := wanted, wanted
		middle := (len(wanted.Keys) + 1) / 2
		first.Keys, rest.Keys = wanted.Keys[:middle], wanted.Keys[middle:]
		now[table] = first
		if len(rest.Keys) > 0 {
			later[table] = rest
		}
	}
	in.Parameters = &dynamodb.BatchGetItemInput{RequestItems: now}
	out, metadata, err = next.HandleInitialize(ctx, in)
	if output, ok := out.Result.(*dynamodb.BatchGetItemOutput); ok && err == nil {
		output.UnprocessedKeys = later
	}
	return out, metadata, err
}

// pages walks a list with a small limit and returns all rows, in order.
func pages[T any](t *testing.T, limit int, read func(shop.Page) ([]T, string, error)) (all []T) {
	t.Helper()
	for after, n := "", 0; ; n++ {
		page, next, err := read(shop.Page{Limit: limit, After: after})
		at := fmt.Sprintf("page %d", n)
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		wanttest.True(t, at+": has at most the limit", len(page) <= limit)
		wanttest.True(t, at+": the walk ends within 100 pages", n <= 100)
		all = append(all, page...)
		if next == "" {
			return all
		}
		after = next
	}
}

// An entry stores once what all of its charges share, and reads each charge with its
// own values: random charges of three versions and three days, and lines of other
// books between them.
func TestChargesKeepTheirValues(t *testing.T) {
	t.Parallel()
	store, seq := newStore(t), 0
	day := rapid.Custom(func(t *rapid.T) (day time.Time) {
		if n := rapid.IntRange(0, 2).Draw(t, "day"); n > 0 {
			day = noon.AddDate(0, 0, n)
		}
		return day
	})
	posting := rapid.Custom(func(t *rapid.T) ledger.Posting {
		p := ledger.Posting{Account: ledger.Recurring, Amount: usd("0"), From: day.Draw(t, "from"), To: day.Draw(t, "to")}
		if rapid.Bool().Draw(t, "charge") {
			p.Package, p.Version = "standard", rapid.IntRange(0, 2).Draw(t, "version")
		}
		return p
	})
	rapid.Check(t, func(t *rapid.T) {
		seq++
		entry := ledger.Entry{Customer: alice, Seq: seq, Kind: ledger.Order, Amount: usd("0"), BalanceAfter: usd("1"), At: noon,
			Postings: append(rapid.SliceOfN(posting, 1, 4).Draw(t, "postings"),
				ledger.Posting{Account: ledger.Wallet, Amount: usd("0")})}
		if err := store.Commit(context.Background(), batch(entry)); err != nil {
			t.Fatal(err)
		}
		got, err := store.EntriesAt(context.Background(), alice, []int{seq})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(entry.Postings, got[0].Postings); diff != "" {
			t.Fatalf("postings (-want +got):\n%s", diff)
		}
	})
}

// TestListsNewestFirst: pages of 1 to 8 items return each of 7 items once, the
// newest first, and nothing of a neighbour in the same partition.
func TestListsNewestFirst(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	for i := 1; i <= 7; i++ {
		order := shop.Order{Customer: alice, ID: fmt.Sprintf("01J%d", i), Status: shop.Completed, Total: usd("1"),
			CreatedAt: noon}
		entry := ledger.Entry{Customer: alice, Seq: i * 5, Kind: ledger.Order, Amount: usd("-1"), BalanceAfter: usd("1"),
			At: noon, Postings: []ledger.Posting{
				{Account: ledger.Wallet, Amount: usd("-1")}, {Account: ledger.Recurring, Amount: usd("1")},
			}}
		if err := store.Commit(ctx, batch(order, entry)); err != nil {
			t.Fatal(err)
		}
	}
	for limit := 1; limit <= 8; limit++ {
		var ids []string
		for _, o := range pages(t, limit,
			func(p shop.Page) ([]shop.Order, string, error) {
				return store.Orders(ctx, alice, p)
			}) {
			ids = append(ids, o.ID)
		}
		if want := []string{"01J7", "01J6", "01J5", "01J4", "01J3", "01J2", "01J1"}; !slices.Equal(ids, want) {
			t.Errorf("orders by %d: %v", limit, ids)
		}
		var seqs []int
		for _, e := range pages(t, limit,
			func(p shop.Page) ([]ledger.Entry, string, error) {
				return store.Entries(ctx, alice, p)
			}) {
			seqs = append(seqs, e.Seq)
		}
		if want := []int{35, 30, 25, 20, 15, 10, 5}; !slices.Equal(seqs, want) {
			t.Errorf("entries by %d: %v", limit, seqs)
		}
	}
}

// TestRentals: a customer's DIDs in pages.
func TestRentals(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	states := []did.State{did.Assigned, did.PastDue, did.Aging}
	for i := range 30 {
		d := did.DID{
			Carrier: "acme", Number: number + e164.Number(i*3), State: states[i%3], Ver: 1, HoldID: "h", RentalID: "r",
			Customer: "alice", Offer: offer,
			Rental: did.Rental{NextAt: noon},
		}
		if i%10 == 9 {
			d.Customer = "bob"
		}
		if err := store.Rewrite(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
	held := did.DID{Carrier: "acme", Number: number + 1, State: did.Held, Ver: 1, HoldID: "h", Customer: "alice",
		Until: noon}
	if err := store.Rewrite(ctx, held); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{1, 4, 27, 50} {
		got := pages(t, limit,
			func(p shop.Page) ([]did.DID, string, error) { return store.Rentals(ctx, alice, p) })
		sorted := slices.IsSortedFunc(got, func(a, b did.DID) int { return int(a.Number) - int(b.Number) })
		wanttest.Equal(t, fmt.Sprintf("rentals by %d", limit), len(got), 27)
		wanttest.True(t, fmt.Sprintf("rentals by %d ascend", limit), sorted)
	}
}

// TestRanges finds the ranges that offer numbers: spans of the number's length
// only, sets, and nothing in the gaps.
func TestRanges(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	span := func(start, end e164.Number, pack string) catalogue.Range {
		return catalogue.Range{Carrier: "acme", Span: e164.Span{Start: start, End: end}, Package: pack, Ver: 1}
	}
	places, err := catalogue.NewSuffixes([]uint16{5007, 4567})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []catalogue.Range{
		span(442070000000, 442071229999, "a"),
		span(442071230000, 442071230099, "b"),
		span(44207123000, 44207123999, "shorter"),
		span(6834000, 6834999, "seven digits"),
		catalogue.Range{Carrier: "acme", Package: "set", Ver: 1}.SetRange(44207123, places),
		{Carrier: "globex", Span: e164.Span{Start: 442070000000, End: 442079999999}, Package: "theirs", Ver: 1},
	} {
		if err := store.PutRange(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	want := map[e164.Number]string{
		442070000000: "a", 442071229999: "a", 442071230000: "b", 442071230099: "b", 442071230100: "",
		442071234567: "set", 442071235007: "set", 442071234568: "", 442071230007: "b", 44207123456: "shorter",
		442069999999: "", 33123456789: "",
		6834002: "seven digits", 6835000: "", 68340020: "",
	}
	got, err := store.Ranges(ctx, "acme", slices.Collect(maps.Keys(want)))
	if err != nil {
		t.Fatal(err)
	}
	for n, pack := range want {
		if r, offered := got[n]; offered != (pack != "") || r.Package != pack {
			t.Errorf("%s is offered under %q, want %q", n, r.Package, pack)
		}
	}
	for carrier, want := range map[string][]e164.Partition{"acme": {4420, 683}, "globex": {4420}, "none": {}} {
		if got, err := store.Partitions(ctx, carrier); err != nil || !slices.Equal(got, want) {
			t.Errorf("partitions of %s: %v, %v", carrier, got, err)
		}
	}
}

// TestPackages: the current version is the highest, and versions never change.
func TestPackages(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	for _, v := range []int{1, 2, 10} {
		p := pricing.Package{Terms: terms}
		p.Version, p.Recurring = v, usd(fmt.Sprint(v))
		if err := store.PutPackage(ctx, "acme", p); err != nil {
			t.Fatal(err)
		}
		p.Recurring = usd("99")
		if err := store.PutPackage(ctx, "acme", p); !errors.Is(err, dynamo.ErrExists) {
			t.Errorf("version %d again: %v", v, err)
		}
	}
	current, err := store.Packages(ctx, "acme")
	if err != nil {
		t.Fatal(err)
	}
	if len(current) != 1 {
		t.Fatalf("current packages are %+v, want one", current)
	}
	wanttest.Equal(t, "version of the package", current["standard"].Version, 10)
	wanttest.Diff(t, "recurring charge of the package", current["standard"].Recurring, usd("10"))
	if none, err := store.Packages(ctx, "globex"); err != nil || len(none) != 0 {
		t.Errorf("globex: %+v, %v", none, err)
	}
}

// TestCreateOnce: a second creation does not change the item.
func TestCreateOnce(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	account := open(t, store)
	again := account
	again.Balance = usd("5000")
	carrier := carrier.New("acme", "Acme", "Europe/London", "USD")
	user := auth.User{Carrier: "acme", Customer: "alice", ID: "alice", Roles: []auth.Role{auth.Buyer},
		Issuer: "https://issuer", Subject: "alice"}
	for n, want := range []error{nil, dynamo.ErrExists} {
		if err := store.CreateCarrier(ctx, carrier); !errors.Is(err, want) {
			t.Errorf("carrier, time %d: %v", n+1, err)
		}
		if err := store.CreateUser(ctx, user); !errors.Is(err, want) {
			t.Errorf("user, time %d: %v", n+1, err)
		}
	}
	if err := store.CreateCustomer(ctx, again); !errors.Is(err, dynamo.ErrExists) {
		t.Errorf("customer again: %v", err)
	}
	if got, err := store.Account(ctx, alice); err != nil || !got.Balance.Equal(usd("1000")) {
		t.Errorf("account %+v, %v", got, err)
	}
}

// TestCustomers lists accounts by id, in pages.
func TestCustomers(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	for _, id := range []string{"c", "a", "d", "b", "e"} {
		account := ledger.Account{
			Customer: ledger.Customer{Carrier: "acme", ID: id}, Name: id, Status: ledger.Active, Currency: "USD",
			Balance: usd("0"), CreditLimit: usd("0"),
		}
		if err := store.CreateCustomer(ctx, account); err != nil {
			t.Fatal(err)
		}
	}
	for limit := 1; limit <= 6; limit++ {
		var ids []string
		for _, a := range pages(t, limit,
			func(p shop.Page) ([]ledger.Account, string, error) {
				return store.Customers(ctx, "acme", p)
			}) {
			ids = append(ids, a.Customer.ID)
		}
		if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, ids); diff != "" {
			t.Errorf("by %d: %s", limit, diff)
		}
	}
}

// TestNotThere: each missing item is reported by its own error.
func TestNotThere(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	_, err := store.Account(ctx, alice)
	wantError(t, "account", err, commit.ErrNotFound)
	_, err = store.Order(ctx, alice, "o")
	wantError(t, "order", err, commit.ErrNotFound)
	_, err = store.Idempotency(ctx, alice, "k")
	wantError(t, "idempotency record", err, commit.ErrNotFound)
	_, err = store.Carrier(ctx, "acme")
	wantError(t, "carrier", err, commit.ErrNotFound)
	_, err = store.User(ctx, "https://issuer", "alice")
	wantError(t, "user", err, auth.ErrUnknownUser)
	cart, err := store.Cart(ctx, alice)
	if diff := cmp.Diff(shop.Cart{Customer: alice}, cart); err != nil || diff != "" {
		t.Errorf("cart: %v %s", err, diff)
	}
}

func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// TestIdempotencyRecordExpires: a key may be used again only after its record
// has expired.
func TestIdempotencyRecordExpires(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	record := func(at time.Time, order string) shop.IdempotencyRecord {
		return shop.IdempotencyRecord{Customer: alice, Key: "k", OrderID: order, At: at, ExpiresAt: at.Add(shop.KeyLifetime)}
	}
	if err := store.Commit(ctx, batch(record(noon, "first"))); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, store.Commit(ctx, batch(record(noon.Add(shop.KeyLifetime), "first"))), record(noon, "first"))
	if err := store.Commit(ctx, batch(record(noon.Add(shop.KeyLifetime+1), "second"))); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Idempotency(ctx, alice, "k"); err != nil || got.OrderID != "second" {
		t.Errorf("%+v, %v", got, err)
	}
}
