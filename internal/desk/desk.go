// Package desk has the use cases of a carrier's staff: set prices and rules,
// open accounts, enter payments and corrections, issue API keys. It commits the
// decisions of the aggregates; it knows neither HTTP nor the database.
package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
	"didpurchase/internal/pricing"
	"didpurchase/internal/revenue"
	"didpurchase/internal/timer"
)

// Errors of the use cases.
var (
	ErrReferenceReused = errors.New("desk: the reference was used for another entry")
)

// Store is the database for the desk. All reads are consistent.
//
// The changes that the desk commits: Amendment, BillingUpdate, Receipt,
// audit.Entry, carrier.Update, did.Move, ledger.Update and ledger.Entry. A method
// writes its changes "more" in the same transaction as its own, or nothing.
type Store interface {
	commit.Store
	// Carrier returns a tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// Account returns a customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Billing returns the customer's billing details, empty with Ver 0 if they
	// were never written.
	Billing(context.Context, ledger.Customer) (party.Billing, error)
	// CreateCustomer creates a customer with an account. Errors:
	// commit.ErrExists.
	CreateCustomer(ctx context.Context, account ledger.Account, more ...commit.Change) error
	// Receipt returns the receipt of a reference, of any customer of the
	// carrier; the zero Receipt if there is none.
	Receipt(ctx context.Context, c ledger.Customer, reference string) (Receipt, error)
	// DIDs returns the stored DIDs, keyed by number; numbers without a record
	// are omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// PackageVersions returns all versions of the carrier's packages,
	// ascending.
	PackageVersions(ctx context.Context, carrier string) ([]pricing.Package, error)
	// PutPackage adds a version. Errors: commit.ErrExists.
	PutPackage(ctx context.Context, carrier string, p pricing.Package, more ...commit.Change) error
	// LogPackage tells the caches of the catalogue of a changed price.
	LogPackage(ctx context.Context, carrier string, id string, version int, at time.Time) error
	// Earned returns the carrier's counted sums from one month to another, both
	// included.
	Earned(ctx context.Context, carrier, from, to string) (revenue.Sums, error)
	// PackagesOf returns the highest versions of packages, by id; missing ones are
	// omitted.
	PackagesOf(ctx context.Context, carrier string, ids []string) (map[string]pricing.Package, error)
	// Due yields the timers of a shard, of all carriers, that run out by a moment.
	// It may be late.
	Due(ctx context.Context, shard int, at time.Time) iter.Seq2[timer.Due, error]
	// KeptAhead returns the carrier's stored Ahead; zero if there is none.
	KeptAhead(ctx context.Context, carrier string) (Ahead, error)
	// KeepAhead replaces the stored one.
	KeepAhead(ctx context.Context, carrier string, a Ahead) error
	// APIKeys returns the keys of a customer, or of the carrier for the empty
	// customer, oldest first.
	APIKeys(ctx context.Context, owner ledger.Customer) ([]auth.APIKey, error)
	// CreateAPIKey stores a new key.
	CreateAPIKey(ctx context.Context, k auth.APIKey, more ...commit.Change) error
	// RotateAPIKey replaces a key that was read. Errors: commit.ErrExists.
	RotateAPIKey(ctx context.Context, seen, to auth.APIKey, more ...commit.Change) error
	// DeleteAPIKey makes a key void. It is idempotent.
	DeleteAPIKey(ctx context.Context, k auth.APIKey, more ...commit.Change) error
	// UsersOf returns the users of a customer, or of the carrier for the empty
	// customer, and the version of the list.
	UsersOf(ctx context.Context, owner ledger.Customer) (users []auth.User, ver int, err error)
	// User finds the user with these tokens. Errors: auth.ErrUnknownUser.
	User(ctx context.Context, issuer, subject string) (auth.Principal, error)
	// PutUser writes a user in place of seen. Errors: commit.ErrMovedOn.
	PutUser(ctx context.Context, ver int, seen, to auth.User, more ...commit.Change) error
	// RemoveUser deletes a user. Errors: commit.ErrMovedOn.
	RemoveUser(ctx context.Context, ver int, seen auth.User, more ...commit.Change) error
	// Invited finds the user of an invitation. Errors: auth.ErrInvitation.
	Invited(ctx context.Context, hash string) (owner ledger.Customer, id string, err error)
	// AcceptInvitation connects a newcomer with the invited user. Errors:
	// auth.ErrKnownUser, commit.ErrMovedOn.
	AcceptInvitation(ctx context.Context, ver int, seen, to auth.User, more ...commit.Change) error
	// KeyUse returns the hour of a key's last use; zero for never.
	KeyUse(ctx context.Context, carrier, id string) (time.Time, error)
}

// Service has the use cases of the desk.
type Service struct {
	store     Store
	now       func() time.Time
	directory Directory // nil if logins are created at the issuer by hand
}

// New returns a desk over a store and a clock.
func New(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

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
