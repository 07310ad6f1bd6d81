package dynamo_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
	"didpurchase/internal/repricing"
	"didpurchase/internal/topup"
)

// deskChange is a change by staff, with the reader of its result.
type deskChange struct {
	change commit.Change
	writes any
	read   func() (any, error)
}

func deskChanges(t *testing.T, store *dynamo.Store) []deskChange {
	t.Helper()
	account := open(t, store)
	amended := account
	amended.Name, amended.Status, amended.Ver, amended.CreditLimit, amended.CollectAt = "Alice & Co", ledger.Closed,
		account.Ver+1, usd("5"), noon
	amended.Purchasing = ledger.Purchasing{Mode: ledger.SearchOnly, Limit: usd("7")}
	receipt := full[desk.Receipt]()
	receipt.Customer = alice
	acme := carrier.New("acme", "Acme", "UTC", "USD")
	if err := store.CreateCarrier(t.Context(), acme); err != nil {
		t.Fatal(err)
	}
	changed := full[carrier.Carrier]()
	changed.ID, changed.Ver = acme.ID, acme.Ver+1
	details := desk.BillingUpdate{Customer: alice, To: full[party.Billing]()}
	details.To.Ver = 1
	topUp, payment := full[topup.TopUp](), full[topup.Payment]()
	topUp.Customer, topUp.Ver, payment.Ver = alice, 1, 1
	change := full[repricing.Change]()
	change.Ver = 1
	part, told := full[repricing.Part](), full[repricing.Announcement]()
	part.Ref, part.Index, told.Ver, told.IsOff = change.Ref, 0, 1, false
	told.Change.Carrier = told.Customer.Carrier
	return []deskChange{
		{repricing.Update{To: change}, change, func() (any, error) { return store.PriceChange(t.Context(), change.Ref) }},
		{part, part, func() (any, error) {
			parts, err := store.PriceParts(t.Context(), part.Ref, 0, 1)
			return parts[0], err
		}},
		{told, told, func() (any, error) { return store.Announcement(t.Context(), told.Customer, told.Change.ID) }},
		{details, details.To, func() (any, error) { return store.Billing(t.Context(), alice) }},
		{desk.Amendment{SeenVer: account.Ver, To: amended}, amended, func() (any, error) {
			return store.Account(t.Context(), alice)
		}},
		{receipt, receipt, func() (any, error) { return store.Receipt(t.Context(), alice, receipt.Reference) }},
		{carrier.Update{SeenVer: acme.Ver, To: changed}, changed, func() (any, error) {
			return store.Carrier(t.Context(), "acme")
		}},
		{topup.Update{To: topUp}, topUp, func() (any, error) { return store.TopUp(t.Context(), alice, topUp.ID) }},
		{topup.PaymentUpdate{To: payment, At: noon}, payment, func() (any, error) {
			return store.Payment(t.Context(), payment.Carrier, payment.Provider, payment.ID)
		}},
	}
}

// TestEveryDeskChange commits each kind of change by staff: it is written and read
// with all fields, and refused with the current item.
func TestEveryDeskChange(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	var kinds []string
	for _, c := range deskChanges(t, store) {
		kind := reflect.TypeOf(c.change).String()
		kinds = append(kinds, kind)
		if err := store.Commit(t.Context(), batch(c.change)); err != nil {
			t.Fatal(kind, err)
		}
		got, err := c.read()
		if diff := cmp.Diff(c.writes, got, sameValue); err != nil || diff != "" {
			t.Errorf("%s is read differently: %v\n%s", kind, err, diff)
		}
		current, err := refusalOf(store.Commit(t.Context(), batch(c.change)))
		if diff := cmp.Diff(c.writes, current, sameValue); err != nil || diff != "" {
			t.Errorf("%s has another item: %v\n%s", kind, err, diff)
		}
	}
	slices.Sort(kinds)
	if known := changesOfCommit(t, "carrier", "desk", "repricing", "topup"); !slices.Equal(kinds, known) {
		t.Errorf("this test knows the changes %v, Commit writes %v", kinds, known)
	}
}

// TestAmendmentOpensAgain: unlike a charge, it passes for a closed account.
func TestAmendmentOpensAgain(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	account := open(t, store)
	for i, status := range []ledger.Status{ledger.Closed, ledger.Active} {
		to := account
		to.Status, to.Ver = status, account.Ver+1+i
		if err := store.Commit(t.Context(), batch(desk.Amendment{SeenVer: account.Ver + i, To: to})); err != nil {
			t.Fatal(status, err)
		}
	}
}

// TestAPIKeys: a key is found by its hash and among its carrier's, until it is
// deleted.
func TestAPIKeys(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	k := full[auth.APIKey]()
	k.Carrier = "acme"
	if err := store.CreateAPIKey(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	if found, err := store.APIKey(t.Context(), k.Hash); err != nil || !cmp.Equal(k, found, sameValue) {
		t.Errorf("%+v, %v", found, err)
	}
	if all, err := store.APIKeys(t.Context(), ledger.Customer{Carrier: "acme", ID: k.Customer}); err != nil ||
		!cmp.Equal([]auth.APIKey{k}, all, sameValue) {
		t.Errorf("%+v, %v", all, err)
	}
	for range 2 {
		if err := store.DeleteAPIKey(t.Context(), k); err != nil {
			t.Fatal(err)
		}
		if _, err := store.APIKey(t.Context(), k.Hash); !errors.Is(err, auth.ErrUnknownKey) {
			t.Errorf("after deletion: %v", err)
		}
	}
	if all, err := store.APIKeys(t.Context(), ledger.Customer{Carrier: "acme", ID: k.Customer}); err != nil ||
		len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}
