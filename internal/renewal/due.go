// Package renewal makes happen what is due: it finds every timer that has run
// out, sends word of it to a queue, and works off what the queue delivers. It
// knows neither the database nor which queue it is.
package renewal

import (
	"context"
	"iter"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Kind is what a timer belongs to.
type Kind string

// The kinds of timers.
const (
	Cart    Kind = "cart"    // a hold of the customer's cart is over
	Job     Kind = "job"     // an import job died or ran out of time
	Rental  Kind = "rental"  // a rental's next event
	Account Kind = "account" // money came for what is unpaid
)

// Due is a timer that has run out. It may be stale: who acts on it reads the
// item afresh.
type Due struct {
	Kind     Kind
	Customer ledger.Customer // of a Job only the carrier
	ImportID string          // of a Job
	Number   e164.Number     // of a Rental
}

// Shards is how many parts the timers are in. All timers of a customer are in
// one.
const Shards = 32

// Timers finds what is due.
type Timers interface {
	// Due yields the timers of a shard, from 0, that have run out at a moment,
	// oldest first, page by page as they are consumed. It may lag behind by a
	// moment. After an error it ends.
	Due(ctx context.Context, shard int, at time.Time) iter.Seq2[Due, error]
}
