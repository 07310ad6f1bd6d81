package desk_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/carrier"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func now() time.Time { return noon }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newDesk is the desk of a carrier in its own table.
func newDesk(t *testing.T) (*desk.Service, *dynamo.Store, aws.Config, string) {
	t.Helper()
	_, table := dynamotest.New(t)
	cfg := dynamotest.Config(t)
	store := dynamo.New(cfg, table)
	must(t, store.CreateCarrier(t.Context(), carrier.New("acme", "Acme", "UTC", "USD")))
	return desk.New(store, now), store, cfg, table
}

var payment = desk.Movement{Kind: ledger.Payment, Amount: money.MustParse("5", "USD"), Reference: "pi_1", By: "ada"}

// checkPaid checks that the customer has paid 5.00, once, and that a collection
// is due.
func checkPaid(t *testing.T, store *dynamo.Store, c ledger.Customer) {
	t.Helper()
	account, err := store.Account(t.Context(), c)
	must(t, err)
	entries, _, err := store.Entries(t.Context(), c, shop.Page{Limit: 10})
	must(t, err)
	wanttest.Equal(t, c.String()+": balance", account.Balance.Number(), "5.00")
	wanttest.Equal(t, c.String()+": sequence number", account.Seq, 1)
	wanttest.Equal(t, c.String()+": number of entries", len(entries), 1)
	wanttest.Diff(t, c.String()+": time of the next collection", account.CollectAt, noon)
}

// TestPaymentSurvivesEveryFault breaks each call of a payment once, in each way;
// after at most one retry it is entered once.
func TestPaymentSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	s, store, cfg, table := newDesk(t)
	customers := 0
	for _, fault := range faults.All {
		broken := 0
		for nth := 1; ; nth++ {
			account, err := s.OpenAccount(t.Context(), "acme", desk.Opening{ID: fmt.Sprintf("customer%d", customers), Name: "x"})
			must(t, err)
			customers++
			payment := payment
			payment.Reference = account.Customer.ID
			injector := faults.New(faults.Nth(nth, fault))
			if _, err := desk.New(dynamo.New(injector.Into(cfg), table), now).Enter(t.Context(), account.Customer,
				payment); err != nil {
				t.Logf("call %d, %s: %v", nth, fault, err)
				_, err := s.Enter(t.Context(), account.Customer, payment)
				must(t, err)
			}
			checkPaid(t, store, account.Customer)
			if broken += injector.Broken(); nth > injector.Total() {
				break
			}
		}
		if broken == 0 {
			t.Errorf("%s: no call was broken", fault)
		}
	}
}

// TestPaymentComesOnce: many notifications of one payment at once enter it once.
func TestPaymentComesOnce(t *testing.T) {
	t.Parallel()
	s, store, _, _ := newDesk(t)
	account, err := s.OpenAccount(t.Context(), "acme", desk.Opening{ID: "alice", Name: "Alice"})
	must(t, err)
	receipts := make([]desk.Receipt, 8)
	var all sync.WaitGroup
	for i := range receipts {
		all.Go(func() {
			var err error
			if receipts[i], err = s.Enter(t.Context(), account.Customer, payment); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	checkPaid(t, store, account.Customer)
	for _, r := range receipts {
		if r.Seq != 1 || r.BalanceAfter.Number() != "5.00" {
			t.Errorf("%+v", r)
		}
	}
	bob, err := s.OpenAccount(t.Context(), "acme", desk.Opening{ID: "bob", Name: "Bob"})
	must(t, err)
	more, back := payment, payment
	more.Amount = money.MustParse("6", "USD")
	back.Kind, back.Note = ledger.Refund, "back"
	for what, refused := range map[string]struct {
		customer ledger.Customer
		m        desk.Movement
	}{
		"another amount": {account.Customer, more}, "another kind": {account.Customer, back},
		"another customer": {bob.Customer, payment},
	} {
		for _, written := range []string{"pi_1", "pi_1 ", "PI_1", "\u00a0ｐｉ_1"} {
			refused.m.Reference = written
			if _, err := s.Enter(t.Context(), refused.customer, refused.m); !errors.Is(err, desk.ErrReferenceReused) {
				t.Errorf("%s, written %q: %v", what, written, err)
			}
			again := payment
			again.Reference = written
			if r, err := s.Enter(t.Context(), account.Customer, again); err != nil || r.Seq != 1 {
				t.Errorf("again, written %q: entry %d, %v; want the first", written, r.Seq, err)
			}
		}
	}
}
