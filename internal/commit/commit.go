// Package commit is the contract between the use cases, which decide changes,
// and the store, which writes them all or none. It knows neither side.
package commit

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Limit is the largest number of changes in a batch (DynamoDB: 100 actions a
// transaction).
const Limit = 100

// Errors of stores.
var (
	// ErrContended means that nothing was written, because others wrote the
	// same items at that moment or the store is busy: the same Batch may be
	// sent again.
	ErrContended = errors.New("commit: contended, nothing written")
	// ErrUnknown means that the answer was lost: the batch may have been
	// written. Read the items that it would have written, and decide.
	ErrUnknown = errors.New("commit: answer lost, outcome unknown")
	// ErrUnavailable means that the store, or a queue, can't be reached,
	// throttles or fails. The same request may succeed later.
	ErrUnavailable = errors.New("commit: service unavailable")
	// ErrDamaged is the error of reading an item with content that this program
	// can't have written, such as an amount that is not a decimal. It stays
	// until somebody repairs the item; other items are not affected.
	ErrDamaged = errors.New("commit: item is damaged")
	// ErrNotFound means that there is no such item, or that it is not the
	// caller's.
	ErrNotFound = errors.New("commit: not found")
	// ErrExists means that the item to create exists already; it is not
	// changed.
	ErrExists = errors.New("commit: exists already")
)

// Change is one guarded write of one item: a DID's move, a ledger entry, a
// cart, an order.
type Change interface {
	Target() string // names the item; unique within a Batch
}

// Contended is the ErrContended of a batch that met other transactions, with
// the changes of the items that they were writing.
type Contended struct {
	With  []Change
	Cause error
}

func (c *Contended) Error() string { return ErrContended.Error() + ": " + c.Cause.Error() }

// Unwrap makes it an ErrContended.
func (c *Contended) Unwrap() []error { return []error{ErrContended, c.Cause} }

// Batch is written whole or not at all. The ID, a new ULID for each build,
// makes a repeat harmless for 10 minutes; the guards make it harmless for ever.
type Batch struct {
	ID      string
	Changes []Change
}

// Refusal is one change with a failed guard, and the current item: it has the
// type that the change writes (a did.DID for a did.Move), zero if there is no
// item.
type Refusal struct {
	Change  Change
	Current any
}

// Refused is the error of a batch with at least one failed guard; nothing was
// written.
type Refused struct{ Refusals []Refusal }

func (r *Refused) Error() string {
	targets := make([]string, len(r.Refusals))
	for i, refusal := range r.Refusals {
		targets[i] = refusal.Change.Target()
	}
	return fmt.Sprintf("commit: refused: %s", strings.Join(targets, ", "))
}

// Store writes batches. A batch of a single change is a plain conditional
// write; more are one transaction.
//
// Errors: *Refused, ErrContended and ErrUnknown (both after the store's own
// bounded retries), or the context's.
type Store interface {
	Commit(context.Context, Batch) error
}
