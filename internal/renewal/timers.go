// Package renewal does the due work: it finds every timer that has run out,
// sends a message to a queue, and processes the queue's messages. It knows
// neither the database nor the queue.
package renewal

import (
	"context"
	"iter"
	"time"

	"didpurchase/internal/timer"
)

// Timers finds the timers that have run out.
type Timers interface {
	// Due yields the timers of a shard, from 0, that have run out at a moment,
	// oldest first, page by page as they are consumed. It may be a moment late.
	// After an error it ends.
	Due(ctx context.Context, shard int, at time.Time) iter.Seq2[timer.Due, error]
}
