// Package crediting issues credit notes: the correction of an issued invoice, whole,
// by lines or by an amount, once for each key. It knows neither HTTP nor the
// database nor payment providers.
package crediting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/validate"
)

// Store is the database for credit notes. Its reads are consistent.
//
// The changes that it commits: ledger.Update, ledger.Entry, ledger.Invoice (the
// credit note and the corrected invoice), ledger.SeriesUpdate,
// shop.IdempotencyRecord and audit.Entry.
type Store interface {
	commit.Store
	shop.KeyStore
	// Carrier returns a tenant and its settings. Errors: commit.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// Account returns a customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Invoice returns one of the customer's invoices. Errors: commit.ErrNotFound.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	// EntriesAt returns the entries with these seqs, ascending; missing ones are
	// omitted.
	EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error)
	// Series returns the series of a carrier's prefix and year.
	Series(context.Context, ledger.Series) (ledger.Series, error)
	// PackagesOf returns the highest versions of packages, by id; missing ones are
	// omitted.
	PackagesOf(ctx context.Context, carrier string, ids []string) (map[string]pricing.Package, error)
}

// Service issues credit notes.
type Service struct {
	store Store
	now   func() time.Time
}

// New returns the service over a store and a clock.
func New(store Store, now func() time.Time) *Service { return &Service{store, now} }

// Request is a wanted credit note.
type Request struct {
	Key        string // the caller's own, one for each credit note
	Invoice    string // its id
	Selection  ledger.Selection
	Reason     string // for the customer
	ToProvider bool   // the money goes back by the payment provider
	// Payment returns the provider's id of a payment to which the money can go
	// back; needed by Issue where ToProvider.
	Payment func(ctx context.Context, note ledger.Invoice) (string, error)
}

// body returns the text that must be the same in each request with one key.
func (r Request) body() string {
	return fmt.Sprintf("%s %v %s %t %s", r.Invoice, r.Selection.Lines, r.Selection.Amount, r.ToProvider, r.Reason)
}

// Result is a credit note with its invoice.
type Result struct {
	Note    ledger.Invoice
	Invoice ledger.Invoice // the corrected one, after the credit note
	Account ledger.Account // after the credit note
	Entries []ledger.Entry // of the credit note
	Carrier carrier.Carrier
}

// maxReason is the most characters of a reason.
const maxReason = 500

func (r Request) check() error {
	var f validate.Faults
	f.Unless(validate.Text(r.Reason, 1, maxReason), "/reason", "must be 1 to %d characters", maxReason)
	f.Unless(len(r.Selection.Lines) == 0 || r.Selection.Amount.Currency() == "", "/amount", "must not be sent with lines")
	f.Unless(r.Invoice != "", "/invoice", "must be the id of an invoice")
	return f.Err()
}

// Preview returns the credit note that Issue would make now, without its number.
// Nothing is written. Errors: those of Issue, without shop.ErrKeyReused.
func (s *Service) Preview(ctx context.Context, c ledger.Customer, r Request) (Result, error) {
	if err := r.check(); err != nil {
		return Result{}, err
	}
	d, err := s.decide(ctx, c, r)
	return d.Result, err
}

// Issue issues a credit note: it gets the next number of the carrier's series, its
// amount is added to the balance, and unpaid charges are tried again. The same key
// with the same content returns the same credit note for shop.KeyLifetime.
//
// Errors: commit.ErrNotFound, *validate.Invalid, *ledger.NotCreditable,
// shop.ErrKeyReused, ledger.ErrAccountClosed.
func (s *Service) Issue(ctx context.Context, c ledger.Customer, r Request) (Result, error) {
	if err := r.check(); err != nil {
		return Result{}, err
	}
	return commit.Insist(ctx, func() (Result, error) {
		made, found, err := s.made(ctx, c, r)
		if found || err != nil {
			return made, err
		}
		d, err := s.decide(ctx, c, r)
		if err != nil { // perhaps because a request with the same key was quicker
			made, found, again := s.made(ctx, c, r)
			if found || again != nil {
				return made, again
			}
			return Result{}, err
		}
		return s.write(ctx, c, r, d)
	})
}

// ownKey returns the key's record. Orders have their keys in the same place, and
// none has a character that is not printable.
func ownKey(key string) string { return "credit note\n" + key }

// made returns the credit note that the key made, if it made one. Errors:
// shop.ErrKeyReused.
func (s *Service) made(ctx context.Context, c ledger.Customer, r Request) (made Result, found bool, err error) {
	id, found, err := shop.MadeByKey(ctx, s.store, c, ownKey(r.Key), r.body(), s.now())
	if !found || err != nil {
		return Result{}, false, err
	}
	made, err = s.read(ctx, c, id)
	return made, err == nil, err
}

// read returns a credit note that was issued.
func (s *Service) read(ctx context.Context, c ledger.Customer, id string) (r Result, err error) {
	if r.Note, err = s.store.Invoice(ctx, c, id); err != nil {
		return r, err
	}
	if r.Invoice, err = s.store.Invoice(ctx, c, r.Note.Corrects.Invoice); err != nil {
		return r, err
	}
	if r.Entries, err = s.store.EntriesAt(ctx, c, r.Note.Entries); err != nil {
		return r, err
	}
	if r.Carrier, err = s.store.Carrier(ctx, c.Carrier); err != nil {
		return r, err
	}
	r.Account, err = s.store.Account(ctx, c)
	return r, err
}

// decision is a credit note before it is written.
type decision struct {
	Result
	crediting ledger.Crediting
}

func (s *Service) decide(ctx context.Context, c ledger.Customer, r Request) (d decision, err error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return d, err
	}
	of, err := s.store.Invoice(ctx, c, r.Invoice)
	if err != nil {
		return d, err
	}
	if code := r.Selection.Amount.Currency(); code != "" && code != account.Currency {
		var f validate.Faults
		f.Unless(false, "/amount/currency", "must be the account's, %s", account.Currency)
		return d, f.Err()
	}
	if d.Carrier, err = s.store.Carrier(ctx, c.Carrier); err != nil {
		return d, err
	}
	lines, err := s.lines(ctx, of, r.Selection)
	if err != nil {
		return d, err
	}
	if d.crediting, err = account.Credit(of, lines, r.Selection, r.Reason, s.now()); err != nil {
		return d, err
	}
	d.Note, d.Invoice, d.Account = d.crediting.Note, d.crediting.Invoice, d.crediting.Account.To
	d.Entries = []ledger.Entry{d.crediting.Entry}
	return d, nil
}

// An invoice with more entries is credited without its lines: a request has neither
// the time nor the memory to read them.
const (
	maxEntries  = 120
	entriesOnce = 20
)

// lines returns the lines of an invoice, where the selection needs them and they
// are not too many. Errors: *ledger.NotCreditable.
func (s *Service) lines(ctx context.Context, of ledger.Invoice, wanted ledger.Selection) ([]ledger.PlacedLine, error) {
	switch {
	case wanted.Amount.Currency() != "":
		return nil, nil
	case len(of.Entries) > maxEntries && len(wanted.Lines) > 0:
		return nil, &ledger.NotCreditable{Reason: "it has too many lines to credit some of them; credit an amount or the " +
			"whole"}
	case len(of.Entries) > maxEntries:
		return nil, nil
	}
	var entries []ledger.Entry
	for seqs := range slices.Chunk(of.Entries, entriesOnce) {
		read, err := s.store.EntriesAt(ctx, of.Customer, seqs)
		if err != nil {
			return nil, err
		}
		entries = append(entries, read...)
	}
	return of.PlaceLines(entries)
}

// write writes the credit note with the next number of the series, all or nothing.
func (s *Service) write(ctx context.Context, c ledger.Customer, r Request, d decision) (Result, error) {
	loc, err := d.Carrier.Location()
	if err != nil {
		return Result{}, err
	}
	now := s.now()
	seen, err := s.store.Series(ctx, ledger.Series{Carrier: c.Carrier, Prefix: d.Carrier.Issuer.CreditNotePrefix(),
		Year: now.In(loc).Year()})
	if err != nil {
		return Result{}, err
	}
	series, number := seen.Next()
	d.Note.Issued.Number = number
	if r.ToProvider {
		if d.Note.Corrects.Payment, err = r.Payment(ctx, d.Note); err != nil {
			return Result{}, err
		}
	}
	account := d.crediting.Account
	account.To.CollectAt = now
	err = commit.Write(ctx, s.store, now, account, d.crediting.Entry, d.Note, d.Invoice,
		ledger.SeriesUpdate{SeenLast: seen.Last, To: series},
		shop.IdempotencyRecord{Customer: c, Key: ownKey(r.Key), Body: r.body(), OrderID: d.Note.ID, At: now,
			ExpiresAt: now.Add(shop.KeyLifetime)},
		audit.New(ctx, now, audit.Entry{Carrier: c.Carrier, Action: audit.CreditNoteIssued, Customer: c.ID, Subject: number,
			Old: audit.Values{"balance": balanceBefore(d).String()},
			New: audit.Values{"balance": account.To.Balance.String(), "invoice": d.Invoice.Issued.Number,
				"amount": d.crediting.Entry.Amount.String(), "note": r.Reason}}))
	var refused *commit.Refused
	if errors.As(err, &refused) {
		err = fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return d.Result, err
}

func balanceBefore(d decision) money.Amount {
	before, err := d.crediting.Account.To.Balance.Sub(d.crediting.Entry.Amount)
	if err != nil { // of one currency, and smaller
		panic(err)
	}
	return before
}
