package metered

import (
	"context"
	"errors"
	"strconv"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/emf"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/topup"
)

// Store is the table; it counts the committed changes.
type Store struct {
	*dynamo.Store
	metrics *emf.Metrics
}

// Over counts the changes that are committed to the store.
func Over(store *dynamo.Store, metrics *emf.Metrics) Store { return Store{store, metrics} }

// Commit implements commit.Store.
func (s Store) Commit(ctx context.Context, b commit.Batch) error {
	err := s.Store.Commit(ctx, b)
	var refused *commit.Refused
	switch {
	case err == nil, errors.Is(err, commit.ErrUnknown) && s.written(ctx, b):
		for _, c := range b.Changes {
			s.committed(c)
		}
	case errors.As(err, &refused):
		s.refused(refused.Refusals)
	}
	return err
}

// PutFinding counts the findings of payments.
func (s Store) PutFinding(ctx context.Context, f topup.Finding) error {
	err := s.Store.PutFinding(ctx, f)
	if err == nil {
		s.metrics.Add(PaymentFindings, 1)
	}
	return err
}

// written reports whether a rental that could not be charged was marked although
// the answer was lost: its use case will find that, and not do it again. A hold may
// be made again, and a larger batch is repeated with its ID, so both are counted.
func (s Store) written(ctx context.Context, b commit.Batch) bool {
	m, isMove := b.Changes[0].(did.Move)
	if !isMove || m.Event != did.Unpaid {
		return false
	}
	items, err := s.DIDs(ctx, m.To.Carrier, []e164.Number{m.To.Number})
	stored := items[m.To.Number]
	return err == nil && stored.State == m.To.State && stored.Ver == m.Ver+1 && stored.RentalID == m.To.RentalID
}

func (s Store) committed(c commit.Change) {
	switch c := c.(type) {
	case did.Move:
		s.moved(c.Event)
	case shop.Order:
		s.metrics.Add(Orders, 1)
	case shop.OrderUpdate:
		if c.To.Status == shop.Completed {
			s.metrics.Add(Orders, 1)
		}
	case ledger.Entry:
		s.earned(c)
	case intake.JobUpdate:
		s.imported(c.To)
	}
}

// moves are the events that count.
var moves = map[did.Event]string{did.Hold: Holds, did.Renew: Renewals, did.Unpaid: RenewalsUnpaid}

func (s Store) moved(e did.Event) {
	if name, counts := moves[e]; counts {
		s.metrics.Add(name, 1)
	}
}

// claims are the events that take a number.
var claims = map[did.Event]bool{did.Hold: true, did.Checkout: true, did.Allocate: true, did.Reserve: true, did.Submit: true}

// refused counts numbers that another customer had. It counts neither other items
// that moved on, nor an order that the same key has placed already.
func (s Store) refused(refusals []commit.Refusal) {
	taken := 0
	for _, r := range refusals {
		switch c := r.Change.(type) {
		case shop.IdempotencyRecord:
			return
		case did.Move:
			if claims[c.Event] {
				taken++
			}
		}
	}
	if taken > 0 {
		s.metrics.Add(Refusals, taken)
	}
}

// earned adds an entry's revenue. A chart may use a float: the exact amounts are in
// the ledger.
func (s Store) earned(e ledger.Entry) {
	for _, p := range e.Postings {
		if !p.Account.IsRevenue() {
			continue
		}
		value, err := strconv.ParseFloat(p.Amount.Number(), 64)
		if err != nil { // a decimal number is a valid float
			panic(err)
		}
		s.metrics.AddIn(emf.Dimension{Name: "Currency", Value: p.Amount.Currency()}, Revenue, emf.None, value)
	}
}

func (s Store) imported(j intake.Job) {
	if !j.Status.Finished() {
		return
	}
	if j.Status == intake.Failed {
		s.metrics.Add(ImportsFailed, 1)
	}
	if !j.DryRun { // of a dry run, nothing is applied yet
		s.metrics.Add(ImportRowsApplied, int(j.Applied))
		s.metrics.Add(ImportRowsRejected, int(j.Rejected))
	}
}
