// Package commit is the contract between the use cases, which decide what
// changes, and the store, which writes it whole or not at all. It knows neither
// side.
package commit

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Limit is how many changes one batch may hold (DynamoDB: 100 actions a
// transaction).
const Limit = 100

// Errors of stores.
var (
	// ErrContended says that nothing was written, because others wrote the same
	// items at that moment or the store is busy: the same Batch may be sent again.
	ErrContended = errors.New("commit: contended, nothing written")
	// ErrUnknown says that the answer was lost: the batch may have been written.
	// Read what it would have made, and decide.
	ErrUnknown = errors.New("commit: answer lost, outcome unknown")
	// ErrUnavailable says that the store, or a queue, can't be reached, throttles
	// or fails by itself. Later the same request may succeed.
	ErrUnavailable = errors.New("commit: service unavailable")
	// ErrDamaged is the error of reading an item whose content can't be what this
	// program wrote, such as an amount that is no number. It stays until somebody
	// mends the item; others are not affected.
	ErrDamaged = errors.New("commit: item is damaged")
	// ErrExists says that what was to be created is there already, and stands.
	ErrExists = errors.New("commit: exists already")
)

// Change is one guarded write of one item: a DID's move, a ledger entry, a
// cart, an order.
type Change interface {
	Target() string // names the item; unique within a Batch
}

// Contended is the ErrContended of a batch that met others' transactions: these
// are its changes whose items they were writing at that moment.
type Contended struct {
	With  []Change
	Cause error
}

func (c *Contended) Error() string { return ErrContended.Error() + ": " + c.Cause.Error() }

// Unwrap makes it an ErrContended.
func (c *Contended) Unwrap() []error { return []error{ErrContended, c.Cause} }

// Batch is written whole or not at all. The ID, a ULID fresh per build, makes a
// repeat harmless for 10 minutes; the guards do for ever.
type Batch struct {
	ID      string
	Changes []Change
}

// Refusal is one change whose guard failed, with the item as it stands: the
// type that the change writes (a did.DID for a did.Move), zero when there is
// no item.
type Refusal struct {
	Change  Change
	Current any
}

// Refused is the error of a batch of which at least one guard failed; nothing
// was written.
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
