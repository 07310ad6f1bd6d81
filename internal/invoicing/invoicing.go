// Package invoicing issues invoices whose period is over: it gives each the next
// number of the carrier's series, copies the current details of both parties, and
// archives a document of it. It knows neither the database nor the form of the
// document.
package invoicing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
	"didpurchase/internal/pricing"
)

// Store is the database for invoicing. Its reads are consistent. It commits
// ledger.Invoice, ledger.SeriesUpdate, ledger.Update and ledger.Entry.
type Store interface {
	commit.Store
	// Carrier returns a tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Billing returns the customer's billing details, empty if there are none.
	Billing(context.Context, ledger.Customer) (party.Billing, error)
	// EntriesAt returns the entries with these seqs, ascending.
	EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error)
	// PackagesOf returns the highest versions of packages, by id; missing ones are
	// omitted.
	PackagesOf(ctx context.Context, carrier string, ids []string) (map[string]pricing.Package, error)
	// InvoicesAt returns the invoices, in no order; missing ones are omitted.
	InvoicesAt(context.Context, []ledger.InvoiceRef) ([]ledger.Invoice, error)
	// Series returns the series of a carrier's prefix and year.
	Series(context.Context, ledger.Series) (ledger.Series, error)
}

// Service issues invoices.
type Service struct {
	store   Store
	archive Archive
	now     func() time.Time
}

// New returns the service over a store, an archive and a clock.
func New(store Store, archive Archive, now func() time.Time) *Service {
	return &Service{store: store, archive: archive, now: now}
}

// invoicesAtOnce is the number of invoices in one transaction. Each has an account
// and an entry if its tax is rounded.
const invoicesAtOnce = 30

// Issue issues each of the invoices whose period is over. An invoice that was
// issued already is not changed, so Issue is idempotent. Numbers have no gaps: the
// transaction that takes a number from the series also writes it on the invoice.
func (s *Service) Issue(ctx context.Context, carrierID string, refs []ledger.InvoiceRef) error {
	for chunk := range slices.Chunk(refs, invoicesAtOnce) {
		for left := true; left; {
			var err error
			left, err = commit.Insist(ctx, func() (bool, error) { return s.issueChunk(ctx, carrierID, chunk) })
			if err != nil {
				return err
			}
		}
		if err := s.keep(ctx, chunk); err != nil {
			return err
		}
	}
	return nil
}

// issueChunk issues the due invoices of a chunk in one transaction; left is true
// if an invoice has to wait for another of its customer.
func (s *Service) issueChunk(ctx context.Context, carrierID string, refs []ledger.InvoiceRef) (left bool, err error) {
	due, err := s.due(ctx, refs)
	if err != nil || len(due) == 0 {
		return false, err
	}
	b, err := s.begin(ctx, carrierID)
	if err != nil {
		return false, err
	}
	for _, i := range due {
		waits, err := b.issue(ctx, i)
		if err != nil {
			return false, err
		}
		left = left || waits
	}
	changes := append(b.changes, ledger.SeriesUpdate{SeenLast: b.seenLast, To: b.series})
	err = commit.Write(ctx, s.store, b.now, changes...)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		err = fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return left, err
}

// due returns the invoices whose period is over and that have no number, in the
// order of their periods.
func (s *Service) due(ctx context.Context, refs []ledger.InvoiceRef) ([]ledger.Invoice, error) {
	invoices, err := s.store.InvoicesAt(ctx, refs)
	if err != nil {
		return nil, err
	}
	now := s.now()
	invoices = slices.DeleteFunc(invoices, func(i ledger.Invoice) bool {
		return i.Issued.Number != "" || i.NextAt.IsZero() || i.NextAt.After(now)
	})
	slices.SortFunc(invoices, func(a, b ledger.Invoice) int {
		return cmp.Or(a.NextAt.Compare(b.NextAt), cmp.Compare(a.Customer.ID, b.Customer.ID), a.At.Compare(b.At),
			cmp.Compare(a.ID, b.ID))
	})
	return invoices, nil
}

// batch is one transaction that issues invoices.
type batch struct {
	store    Store
	carrier  carrier.Carrier
	now      time.Time
	loc      *time.Location
	series   ledger.Series
	seenLast int
	changes  []commit.Change
	rounded  map[ledger.Customer]bool // accounts that the transaction writes
}

func (s *Service) begin(ctx context.Context, carrierID string) (*batch, error) {
	of, err := s.store.Carrier(ctx, carrierID)
	if err != nil {
		return nil, err
	}
	loc, err := of.Location()
	if err != nil {
		return nil, err
	}
	now := s.now()
	series, err := s.store.Series(ctx, ledger.Series{Carrier: of.ID, Prefix: of.Issuer.NumberPrefix(),
		Year: now.In(loc).Year()})
	return &batch{
		store: s.store, carrier: of, now: now, loc: loc, series: series, seenLast: series.Last,
		rounded: map[ledger.Customer]bool{},
	}, err
}

// issue adds the invoice to the transaction. It waits for the next one if this
// one writes its account already.
func (b *batch) issue(ctx context.Context, i ledger.Invoice) (waits bool, err error) {
	if b.rounded[i.Customer] {
		return true, nil
	}
	account, err := b.store.Account(ctx, i.Customer)
	if err != nil {
		return false, err
	}
	if i, err = b.round(account, i); err != nil {
		return false, err
	}
	details, err := b.store.Billing(ctx, i.Customer)
	if err != nil {
		return false, err
	}
	i.Issued = b.issued(account, details)
	b.series, i.Issued.Number = b.series.Next()
	i.Ver, i.NextAt, i.Guarded = i.Ver+1, b.now, false // it is due until it is archived
	b.changes = append(b.changes, i)
	return false, nil
}

// round rounds the tax of the invoice's total, if the carrier's setting asks for
// that. The account of a closed customer is not written any more.
func (b *batch) round(account ledger.Account, i ledger.Invoice) (ledger.Invoice, error) {
	if b.carrier.TaxBy != carrier.TaxByTotal || account.Status != ledger.Active {
		return i, nil
	}
	update, entry, rounded, ok, err := account.RoundTax(i, b.now)
	if err != nil || !ok {
		return i, err
	}
	b.rounded[i.Customer] = true
	b.changes = append(b.changes, update, entry)
	return rounded, nil
}

// issued returns the current details of both parties for the invoice.
func (b *batch) issued(account ledger.Account, details party.Billing) ledger.Issued {
	issuer := b.carrier.Issuer
	year, month, day := b.now.In(b.loc).Date()
	return ledger.Issued{
		At: b.now, DueAt: time.Date(year, month, day+issuer.PaymentDays, 0, 0, 0, 0, b.loc).UTC(),
		From: issuer.Party, FromName: b.carrier.Name, Colour: issuer.Colour,
		To: details.Party, ToName: account.Name, PurchaseOrder: details.PurchaseOrder, Locale: details.Language(),
	}
}
