package dynamo_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/edits"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

var alice = ledger.Customer{Carrier: "acme", ID: "alice"}

// open makes alice's account with 1,000.00 USD.
func open(t *testing.T, store *dynamo.Store) ledger.Account {
	t.Helper()
	account := ledger.Account{
		Customer: alice, Name: "Alice Ltd", Status: ledger.Active, Currency: "USD", Balance: usd("0"), CreditLimit: usd("0"),
	}
	update, entry, err := account.Post(ledger.Payment, []ledger.Posting{{Account: ledger.Cash, Amount: usd("-1000")}},
		ledger.Reference{Note: "Opening"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.CreateCustomer(t.Context(), update.To, entry); err != nil {
		t.Fatal(err)
	}
	return update.To
}

// purchase is a batch with every kind of change, as a checkout makes it, of a
// DID that alice holds.
func purchase(t *testing.T, store *dynamo.Store) []commit.Change {
	t.Helper()
	account := open(t, store)
	hold := did.HoldFor("acme", "alice", number, "h", noon.Add(time.Minute), offer, noon)
	if err := store.Commit(t.Context(), batch(hold)); err != nil {
		t.Fatal(err)
	}
	assign, err := did.Assign(hold.To, "r", noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	update, entry, err := account.Post(ledger.Order, []ledger.Posting{
		{Account: ledger.Setup, Amount: usd("1"), Number: number, RentalID: "r"},
		{Account: ledger.Recurring, Amount: usd("2"), Number: number, RentalID: "r"},
	}, ledger.Reference{OrderID: "o", InvoiceID: "alice-1", Note: "Order alice-1"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return []commit.Change{
		shop.IdempotencyRecord{Customer: alice, Key: "key 1", Body: "3.00 USD", OrderID: "o", At: noon,
			ExpiresAt: noon.Add(shop.KeyLifetime)},
		update, entry,
		ledger.Invoice{Customer: alice, ID: "alice-1", Ver: 1, OrderID: "o", At: noon, Net: usd("3"), Tax: usd("0"),
			Gross: usd("3")},
		ledger.SeriesUpdate{To: ledger.Series{Carrier: "acme", Prefix: "INV", Year: 2026, Last: 1}},
		shop.Order{
			Customer: alice, ID: "o", Number: "alice-1", Status: shop.Completed, Total: usd("3"), InvoiceID: "alice-1",
			EntrySeq: 2, CreatedAt: noon,
			Lines: []shop.OrderLine{{Number: number, RentalID: "r", Offer: offer}},
		},
		shop.Update{To: shop.Cart{Customer: alice, Ver: 1}},
		assign,
		shop.OrderUpdate{To: shop.Order{
			Customer: alice, ID: "another", Number: "alice-2", Status: shop.Reserving, Total: usd("9"), CreatedAt: noon,
			Large: &shop.Large{Ver: 1, Wanted: shop.Wanted{Quantity: 200, MaxTotal: usd("9")}, Deadline: noon, NextAt: noon},
		}},
		edits.Update{To: edits.Job{ID: "e", Customer: alice, Ver: 1, Kind: edits.Direct, Status: edits.Running,
			CreatedAt: noon, At: noon, NextAt: noon}},
		edits.RunningUpdate{To: edits.RunningJobs{Customer: alice, Ver: 1, IDs: []string{"e"}}},
		edits.Part{Customer: alice, JobID: "e", Ver: 1, Rows: []edits.Row{{Number: number}}, ExpiresAt: noon},
		shop.Waiting{Customer: alice, OrderID: "another"},
		shop.Part{Customer: alice, OrderID: "another", Ver: 1,
			Lines: []shop.OrderLine{{Number: number, RentalID: "r2", Offer: offer}}},
	}
}

// written returns the result of a change, as a refusal shows it.
func written(c commit.Change) any {
	switch c := c.(type) {
	case did.Move:
		after := c.To
		after.Ver, after.MovedAt = 2, c.At
		return after
	case ledger.Update:
		return c.To
	case ledger.SeriesUpdate:
		return c.To
	case shop.Update:
		return c.To
	case shop.OrderUpdate:
		return c.To
	case edits.Update:
		return c.To
	case edits.RunningUpdate:
		return c.To
	default:
		return c
	}
}

// TestEveryChange commits each kind of change alone and all of them together:
// written, refused with the current item, harmless when repeated.
func TestEveryChange(t *testing.T) {
	t.Parallel()
	var kinds []string
	for i, name := range changeNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := newStore(t)
			c := purchase(t, store)[i]
			if err := store.Commit(t.Context(), batch(c)); err != nil {
				t.Fatal(err)
			}
			wantRefused(t, store.Commit(t.Context(), batch(c)), c)
		})
		kinds = append(kinds, name)
	}
	known := changesOfCommit(t, "did", "edits", "ledger", "shop")
	if !slices.Equal(slices.Sorted(slices.Values(kinds)), known) {
		t.Errorf("this test knows the changes %v, Commit writes %v", kinds, known)
	}
	t.Run("together", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		b := batch(purchase(t, store)...)
		for range 3 { // the same ID
			if err := store.Commit(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		checkBought(t, store)
		b.ID = ulid.Make().String()
		wantRefused(t, store.Commit(t.Context(), b), b.Changes...)
		checkBought(t, store)
	})
}

// TestEveryChangeIsTested: a new package's changes need a test like the one above.
func TestEveryChangeIsTested(t *testing.T) {
	t.Parallel()
	if all, tested := changesOfCommit(t), changesOfCommit(t, "audit", "carrier", "desk", "did", "edits", "intake", "ledger",
		"report", "repricing", "revenue", "shop", "topup"); !slices.Equal(all, tested) {
		t.Errorf("Commit writes %v, of which only %v are tested", all, tested)
	}
}

// changeNames names the types of purchase's changes, in its order.
func changeNames(t *testing.T) (names []string) {
	for _, c := range purchase(t, newStore(t)) {
		names = append(names, reflect.TypeOf(c).String())
	}
	return names
}

// changesOfCommit reads the types of these packages, or of all packages, in the
// table of changes.
func changesOfCommit(t *testing.T, packages ...string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "commit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.TypeSwitchStmt); ok {
			for _, clause := range s.Body.List {
				for _, kind := range clause.(*ast.CaseClause).List {
					of := kind.(*ast.SelectorExpr)
					if pkg := of.X.(*ast.Ident).Name; len(packages) == 0 || slices.Contains(packages, pkg) {
						names = append(names, pkg+"."+of.Sel.Name)
					}
				}
			}
		}
		return true
	})
	slices.Sort(names)
	return names
}

// wantRefused checks that exactly these changes are refused, each with the item
// that it wrote itself.
func wantRefused(t *testing.T, err error, changes ...commit.Change) {
	t.Helper()
	var refused *commit.Refused
	if !errors.As(err, &refused) || len(refused.Refusals) != len(changes) {
		t.Fatalf("err = %v, want %d refusals", err, len(changes))
	}
	for i, c := range changes {
		if refused.Refusals[i].Change.Target() != c.Target() {
			t.Errorf("refusal %d is of %s, want %s", i, refused.Refusals[i].Change.Target(), c.Target())
		}
		if diff := cmp.Diff(written(c), refused.Refusals[i].Current, sameValue); diff != "" {
			t.Errorf("%s has another item:\n%s", c.Target(), diff)
		}
	}
}

// checkBought checks that the purchase was written once.
func checkBought(t *testing.T, store *dynamo.Store) {
	t.Helper()
	account, err := store.Account(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "balance of the account", account.Balance, usd("997"))
	wanttest.Equal(t, "version of the account", account.Ver, 2)
	wanttest.Equal(t, "sequence number of the account", account.Seq, 2)
	entries, _, err := store.Entries(t.Context(), alice, shop.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Fatalf("entries are %+v, want two", entries)
	}
	wanttest.Equal(t, "order of the first entry", entries[0].OrderID, "o")
	dids, err := store.DIDs(t.Context(), "acme", []e164.Number{number})
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "state of the DID", dids[number].State, did.Assigned)
	wanttest.Equal(t, "version of the DID", dids[number].Ver, 2)
	if order, err := store.Order(t.Context(), alice, "o"); err != nil || len(order.Lines) != 1 {
		t.Errorf("order %+v, %v", order, err)
	}
}

// TestWholeOrNotAtAll: one failed guard of a batch is reported alone, and nothing
// else is written.
func TestWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	changes := purchase(t, store)
	if err := store.Commit(t.Context(), batch(did.RemoveHold("acme", "alice", number, "h", noon))); err != nil {
		t.Fatal(err)
	}
	var refused *commit.Refused
	err := store.Commit(t.Context(), batch(changes...))
	if !errors.As(err, &refused) || len(refused.Refusals) != 1 {
		t.Fatalf("err = %v, want one refusal", err)
	}
	if diff := cmp.Diff(did.DID{}, refused.Refusals[0].Current, sameValue); diff != "" {
		t.Errorf("current item:\n%s", diff)
	}
	account, err := store.Account(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "balance of the account", account.Balance, usd("1000"))
	wanttest.Equal(t, "version of the account", account.Ver, 1)
	if _, err := store.Order(t.Context(), alice, "o"); !errors.Is(err, commit.ErrNotFound) {
		t.Errorf("order: %v", err)
	}
	if cart, err := store.Cart(t.Context(), alice); err != nil || cart.Ver != 0 {
		t.Errorf("cart %+v, %v", cart, err)
	}
}

// TestSoldOnce lets many customers hold one number at once.
func TestSoldOnce(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	results := make([]error, 64)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			me := fmt.Sprintf("buyer%02d", i)
			results[i] = store.Commit(t.Context(),
				batch(did.HoldFor("acme", me, number, me, noon.Add(time.Minute), offer, noon)))
		})
	}
	all.Wait()
	winners := 0
	for _, err := range results {
		var refused *commit.Refused
		switch {
		case err == nil:
			winners++
		case !errors.As(err, &refused):
			t.Errorf("err = %v", err)
		}
	}
	if winners != 1 {
		t.Errorf("%d customers hold the number", winners)
	}
}

func TestUnknownChange(t *testing.T) {
	t.Parallel()
	if err := newStore(t).Commit(t.Context(), batch(oddity{})); err == nil || errors.Is(err, commit.ErrUnknown) {
		t.Errorf("err = %v", err)
	}
}

type oddity struct{}

func (oddity) Target() string { return "oddity" }

// TestCosts measures the costs that the design relies on.
func TestCosts(t *testing.T) {
	t.Parallel()
	_, table := dynamotest.New(t)
	meter := new(dynamotest.Meter)
	store := dynamo.New(meter.Into(dynamotest.Config(t)), table)
	if err := store.Commit(t.Context(), batch(did.HoldFor("acme", "alice", number, "h", noon, offer, noon))); err != nil {
		t.Fatal(err)
	}
	if meter.Write() != 1 {
		t.Errorf("a hold: %v, want 1 write unit", meter)
	}
}

// TestClosedAccount: a closed account is not charged, whichever version was read.
func TestClosedAccount(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	account := ledger.Account{
		Customer: alice, Status: ledger.Active, Ver: 1, Currency: "USD", Balance: usd("1000"), CreditLimit: usd("0"),
	}
	update, _, err := account.Post(ledger.Order, []ledger.Posting{{Account: ledger.Setup, Amount: usd("1")}},
		ledger.Reference{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	account.Status = ledger.Closed
	if err := store.CreateCustomer(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	var refused *commit.Refused
	if err := store.Commit(t.Context(), batch(update)); !errors.As(err, &refused) {
		t.Errorf("err = %v, want a refusal", err)
	}
}

// An entry that is not balanced is not written, and neither are the other
// changes of its batch.
func TestUnbalancedEntriesAreNotWritten(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	entry := ledger.Entry{Customer: alice, Seq: 1, Kind: ledger.Order, Amount: usd("-1"), BalanceAfter: usd("1"), At: noon,
		Postings: []ledger.Posting{
			{Account: ledger.Wallet, Amount: usd("-1")}, {Account: ledger.Recurring, Amount: usd("2")},
		}}
	order := shop.Order{Customer: alice, ID: "01J", Status: shop.Completed, Total: usd("1"), CreatedAt: noon}
	for what, b := range map[string]commit.Batch{"alone": batch(entry), "with an order": batch(order, entry)} {
		if err := store.Commit(ctx, b); !errors.Is(err, ledger.ErrUnbalanced) {
			t.Errorf("%s: %v, want ErrUnbalanced", what, err)
		}
	}
	if err := store.CreateCustomer(ctx, ledger.Account{Customer: alice, Currency: "USD", Balance: usd("0"),
		CreditLimit: usd("0")}, entry); !errors.Is(err, ledger.ErrUnbalanced) {
		t.Errorf("with a new account: %v, want ErrUnbalanced", err)
	}
	if _, err := store.Order(ctx, alice, "01J"); !errors.Is(err, commit.ErrNotFound) {
		t.Errorf("the order of the same batch: %v, want commit.ErrNotFound", err)
	}
}
