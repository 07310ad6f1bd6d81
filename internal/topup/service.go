package topup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/validate"
)

// Store is the database for top-ups. All reads are consistent.
//
// The changes that top-ups commit: Update, PaymentUpdate, shop.IdempotencyRecord,
// and those of desk.EnteringMoved.
type Store interface {
	commit.Store
	shop.KeyStore
	// Carrier returns a tenant and its settings. Errors: commit.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// Account returns a customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Receipt returns the receipt of a reference, of any customer of the
	// carrier; the zero Receipt if there is none.
	Receipt(ctx context.Context, c ledger.Customer, reference string) (desk.Receipt, error)
	// TopUp returns one of the customer's top-ups. Errors: commit.ErrNotFound.
	TopUp(ctx context.Context, c ledger.Customer, id string) (TopUp, error)
	// TopUps returns the customer's top-ups, newest first.
	TopUps(ctx context.Context, c ledger.Customer, p shop.Page) ([]TopUp, string, error)
	// Payment returns the record of a payment at a provider, an empty one if there is none.
	Payment(ctx context.Context, carrier, provider, id string) (Payment, error)
	// PutFinding writes a finding; it is idempotent.
	PutFinding(ctx context.Context, f Finding) error
}

// Service has the use cases of top-ups.
type Service struct {
	store     Store
	providers map[string]Provider
	secrets   Secrets
	now       func() time.Time
}

// New returns the use cases; providers are keyed by their names.
func New(store Store, providers map[string]Provider, secrets Secrets, now func() time.Time) *Service {
	return &Service{store, providers, secrets, now}
}

// most is the largest top-up, in units of any currency. Providers have limits of
// their own, and refuse with a reason.
const most = "10000000"

// Request asks for a top-up.
type Request struct {
	Key    string // chosen by the customer
	Amount money.Amount
	Return func(id string) string // where the provider sends the customer
}

// Begin makes a top-up and its hosted page. The same key with the same amount
// returns the same top-up for shop.KeyLifetime. A request that died between its
// parts is completed by the next one with its key.
//
// Errors: ErrNoProvider, ErrProvider, *Refused, *validate.Invalid,
// shop.ErrKeyReused, ledger.ErrAccountClosed.
func (s *Service) Begin(ctx context.Context, c ledger.Customer, r Request) (TopUp, error) {
	t, err := commit.Insist(ctx, func() (TopUp, error) {
		t, made, err := s.madeBy(ctx, c, r)
		if made || err != nil {
			return t, err
		}
		return s.create(ctx, c, r)
	})
	if err != nil || t.URL != "" {
		return t, err
	}
	return s.open(ctx, t, r.Return(t.ID))
}

// ownKey returns the place of the key's record. Orders have their keys in the same
// place; the prefix has a character that is not printable, so no order's key is the
// same.
func ownKey(key string) string { return "top-up\n" + key }

// madeBy returns the top-up that the key made, if it made one. Errors:
// shop.ErrKeyReused.
func (s *Service) madeBy(ctx context.Context, c ledger.Customer, r Request) (t TopUp, made bool, err error) {
	id, made, err := shop.MadeByKey(ctx, s.store, c, ownKey(r.Key), r.Amount.String(), s.now())
	if !made || err != nil {
		return TopUp{}, false, err
	}
	t, err = s.store.TopUp(ctx, c, id)
	return t, err == nil, err
}

func (s *Service) create(ctx context.Context, c ledger.Customer, r Request) (TopUp, error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return TopUp{}, err
	}
	tenant, err := s.store.Carrier(ctx, c.Carrier)
	if err != nil {
		return TopUp{}, err
	}
	if s.providers[tenant.Payments] == nil {
		return TopUp{}, ErrNoProvider
	}
	if err := check(account, r.Amount); err != nil {
		return TopUp{}, err
	}
	now := s.now()
	t := TopUp{Customer: c, ID: commit.NewID(now), Ver: 1, Provider: tenant.Payments, Amount: r.Amount, Status: Open,
		CreatedAt: now, By: auth.ActorOf(ctx)}
	return t, s.commit(ctx, Update{To: t}, shop.IdempotencyRecord{Customer: c, Key: ownKey(r.Key), Body: r.Amount.String(),
		OrderID: t.ID, At: now, ExpiresAt: now.Add(shop.KeyLifetime)})
}

func check(account ledger.Account, amount money.Amount) error {
	if account.Status != ledger.Active {
		return fmt.Errorf("%w: %s", ledger.ErrAccountClosed, account.Customer)
	}
	var f validate.Faults
	f.Unless(amount.Currency() == account.Currency, "/amount/currency", "must be the account's, %s", account.Currency)
	least, err := amount.Cmp(money.MustParse("1", amount.Currency()))
	f.Unless(err == nil && least >= 0, "/amount/amount", "must be at least 1")
	largest, err := amount.Cmp(money.MustParse(most, amount.Currency()))
	f.Unless(err == nil && largest <= 0, "/amount/amount", "must be at most %s", most)
	return f.Err()
}

// open makes the hosted page of a top-up that has none.
func (s *Service) open(ctx context.Context, t TopUp, back string) (TopUp, error) {
	secret, err := s.secrets.Secret(ctx, t.Customer.Carrier, t.Provider)
	if errors.Is(err, commit.ErrNotFound) {
		return TopUp{}, fmt.Errorf("%w: its secrets are not stored", ErrNoProvider)
	}
	if err != nil {
		return TopUp{}, err
	}
	tenant, err := s.store.Carrier(ctx, t.Customer.Carrier)
	if err != nil {
		return TopUp{}, err
	}
	page, err := s.providers[t.Provider].Open(ctx, secret, Session{
		Customer: t.Customer, TopUp: t.ID, Amount: t.Amount, Payee: tenant.Name, Return: back,
	})
	if err != nil {
		return TopUp{}, err
	}
	return commit.Insist(ctx, func() (TopUp, error) {
		t, err := s.store.TopUp(ctx, t.Customer, t.ID)
		if err != nil || t.URL != "" {
			return t, err
		}
		u := t.in(t.Status)
		u.To.Session, u.To.URL = page.ID, page.URL
		return u.To, s.commit(ctx, u)
	})
}

// commit writes the changes in one batch; a refusal means that an item moved
// on.
func (s *Service) commit(ctx context.Context, changes ...commit.Change) error {
	err := commit.Write(ctx, s.store, s.now(), changes...)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}
