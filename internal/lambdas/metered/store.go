package metered

import (
	"context"
	"errors"
	"strconv"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/emf"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// Store is the table; it counts what is committed.
type Store struct {
	*dynamo.Store
	metrics *emf.Metrics
}

// Over counts what is committed to the store.
func Over(store *dynamo.Store, metrics *emf.Metrics) Store { return Store{store, metrics} }

// Commit implements commit.Store.
func (s Store) Commit(ctx context.Context, b commit.Batch) error {
	err := s.Store.Commit(ctx, b)
	var refused *commit.Refused
	switch {
	case err == nil:
		for _, c := range b.Changes {
			s.committed(c)
		}
	case errors.As(err, &refused):
		for _, r := range refused.Refusals {
			s.refused(r.Change)
		}
	}
	return err
}

func (s Store) committed(c commit.Change) {
	switch c := c.(type) {
	case did.Move:
		s.moved(c.Event)
	case shop.Order:
		s.metrics.Add(Orders, 1)
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

// refused counts numbers that somebody else had; that other things moved on is
// nobody's loss.
func (s Store) refused(c commit.Change) {
	if m, isMove := c.(did.Move); isMove && (m.Event == did.Hold || m.Event == did.Checkout) {
		s.metrics.Add(Refusals, 1)
	}
}

// revenue are the books of it; tax is the state's.
var revenue = map[ledger.Book]bool{ledger.Setup: true, ledger.Recurring: true, ledger.Proration: true}

// earned adds an entry's revenue. A chart may be a float: the money is in the
// ledger.
func (s Store) earned(e ledger.Entry) {
	for _, p := range e.Postings {
		if !revenue[p.Account] {
			continue
		}
		value, err := strconv.ParseFloat(p.Amount.Number(), 64)
		if err != nil { // a decimal number is a float's text
			panic(err)
		}
		s.metrics.AddIn(emf.Dimension{Name: "Currency", Value: p.Amount.Currency()}, Revenue, emf.None, value)
	}
}

func (s Store) imported(j intake.Job) {
	if !j.Status.Finished() {
		return
	}
	s.metrics.Add(ImportRowsApplied, int(j.Applied))
	s.metrics.Add(ImportRowsRejected, int(j.Rejected))
	if j.Status == intake.Failed {
		s.metrics.Add(ImportsFailed, 1)
	}
}
