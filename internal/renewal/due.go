// Package renewal does the due work: it finds every timer that has run out,
// sends a message to a queue, and processes the queue's messages. It knows
// neither the database nor the queue.
package renewal

import (
	"context"
	"iter"
	"time"

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
)

// Due is a timer that has run out. It may be outdated: read the item
// consistently before acting on it.
type Due struct {
	Kind     Kind
	Customer ledger.Customer // of a Job only the carrier
	ImportID string          // of a Job
	Number   e164.Number     // of a Rental
}

// Shards is the number of parts of the timers. All timers of a customer are in
// one.
const Shards = 32

// Timers finds the timers that have run out.
type Timers interface {
	// Due yields the timers of a shard, from 0, that have run out at a moment,
	// oldest first, page by page as they are consumed. It may be a moment late.
	// After an error it ends.
	Due(ctx context.Context, shard int, at time.Time) iter.Seq2[Due, error]
}
