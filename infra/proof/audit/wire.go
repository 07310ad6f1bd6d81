// Package audit compares what a system at rest keeps in several places: the
// balance with the ledger, orders with rentals, holds with carts, the search
// with the stock. It reads by HTTP alone and shares no code with the system.
package audit

import (
	"fmt"
	"math/big"
	"time"
)

// Money is an amount on the wire.
type Money struct{ Amount, Currency string }

// rat is the amount to calculate with; zero when isNumber is false.
func (m Money) rat() *big.Rat {
	if r, ok := new(big.Rat).SetString(m.Amount); ok {
		return r
	}
	return new(big.Rat)
}

// isNumber reports whether the amount is a number.
func (m Money) isNumber() bool {
	_, ok := new(big.Rat).SetString(m.Amount)
	return ok
}

// Parts of answers.
type (
	// Entry of a ledger.
	Entry struct {
		Seq          int
		Kind         string
		Amount       Money
		BalanceAfter Money  `json:"balance_after"`
		OrderID      string `json:"order_id"`
		InvoiceID    string `json:"invoice_id"`
		Note         string
		Lines        []Line
	}
	// Line of an entry: what was charged for one number.
	Line struct {
		Amount     Money
		DID        string
		PeriodFrom time.Time `json:"period_from"`
		PeriodTo   time.Time `json:"period_to"`
	}
	// Order of a customer.
	Order struct {
		ID, Number, Status string
		DIDs               []string
		InvoiceID          string `json:"invoice_id"`
	}
	// Invoice of a customer.
	Invoice struct {
		ID              string
		Net, Tax, Gross Money
	}
	// Rental of a customer.
	Rental struct{ DID, State string }
	// Stock is a number as staff see it.
	Stock struct {
		State, Customer string
		HeldUntil       *time.Time `json:"held_until"`
	}
)

// findings are contradictions, each a sentence.
type findings []string

func (f *findings) add(format string, values ...any) { *f = append(*f, fmt.Sprintf(format, values...)) }

// sum is the total of all amounts.
func sum[T any](all []T, amount func(T) Money) *big.Rat {
	total := new(big.Rat)
	for _, one := range all {
		total.Add(total, amount(one).rat())
	}
	return total
}

func text(r *big.Rat) string { return r.FloatString(2) }
