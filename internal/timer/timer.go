// Package timer names what waits for a moment: rentals, carts, import jobs, large
// orders, edits of many rentals, price changes, accounts, invoices and reports, and how all timers
// are spread over the shards of one index. It knows neither the database nor the work of a due timer.
package timer

import (
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Kind is the owner of a timer.
type Kind string

// The kinds of timers.
const (
	Cart    Kind = "cart"    // a hold of the customer's cart is over
	Job     Kind = "job"     // an import job died or ran out of time
	Rental  Kind = "rental"  // a rental's next event
	Account Kind = "account" // a payment came for unpaid charges
	Invoice Kind = "invoice" // the period of an invoice is over
	Order   Kind = "order"   // a large order has steps left
	Edit    Kind = "edit"    // an edit of many rentals has steps left
	Price   Kind = "price"   // a price change has steps left
	Report  Kind = "report"  // a report waits, or its worker died or ran out of time

	Schedule Kind = "schedule" // a report of a schedule is due
)

// Due is a timer that has run out. It may be outdated: read the item
// consistently before acting on it.
type Due struct {
	Kind     Kind
	Customer ledger.Customer // of a Job, a Price, a Report and a Schedule only the carrier
	ImportID string          // of a Job
	Number   e164.Number     // of a Rental
	Invoice  int             // of an Invoice: its number in the account
	OrderID  string          // of an Order
	EditID   string          // of an Edit
	ReportID string          // of a Report
	Schedule string          // of a Schedule: its name
	Package  string          // of a Price: its package
	ChangeID string          // of a Price
}

// Shards is the number of parts of the timers. All timers of a customer are in
// one.
const Shards = 32
