// Package edits changes many rentals of a customer by one job: their destination,
// label and tags, or it cancels, restores or reclaims them. A job works on a list
// of numbers that is fixed when it is made, in parts, and writes each part's
// numbers, outcomes and old values in one transaction: so a number is changed
// once, and the report is true, whenever a worker dies.
//
// What a number's state allows is decided by package shop, as for a single number.
// The package may not know HTTP, the database, or how a list is filtered.
package edits

import (
	"context"
	"errors"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
	"didpurchase/internal/shop"
)

// Limits of jobs.
const (
	// MaxNumbers is the most numbers of one job.
	MaxNumbers = 100_000
	// MaxRunning is the most jobs of one customer that run at once.
	MaxRunning = 3
	// perPart is the most numbers of a part: with the job, the part and the five
	// items of a purchase they are one transaction of at most 100.
	perPart = 90
	// maxPartBytes is the size from which a part is cut, of the 400 KB that an item
	// may have: long labels, tags and destinations.
	maxPartBytes = 200_000
	// UndoWithin is the time after its end in which a job can be undone.
	UndoWithin = 24 * time.Hour
	// keptFor is how long a job and its report are kept.
	keptFor = 90 * 24 * time.Hour
	// resumeAfter is the time since a job's last step after which the sweep resumes
	// it.
	resumeAfter = time.Minute
)

// Errors of the use cases.
var (
	// ErrTooManyJobs means that MaxRunning jobs of the customer are running.
	ErrTooManyJobs = errors.New("edits: too many jobs are running")
	// ErrState means that a job's status or kind does not allow the step.
	ErrState = errors.New("edits: the job's state does not allow it")
)

// Store is the database for edits. All reads are consistent. It also commits
// Update, RunningUpdate and Part.
type Store interface {
	commit.Store
	shop.KeyStore
	// Account returns the customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Carrier returns the tenant and its settings. Errors: commit.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// DIDs returns the stored DIDs, keyed by number; numbers without a record are
	// omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Edit returns one of the customer's jobs. Errors: commit.ErrNotFound.
	Edit(ctx context.Context, c ledger.Customer, id string) (Job, error)
	// Edits returns the customer's jobs, newest first.
	Edits(ctx context.Context, c ledger.Customer, p shop.Page) (jobs []Job, next string, err error)
	// RunningEdits returns the list of the customer's running jobs, empty with version
	// 0 if there is none.
	RunningEdits(ctx context.Context, c ledger.Customer) (RunningJobs, error)
	// EditParts returns up to max parts of a job, ascending, from an index on.
	EditParts(ctx context.Context, c ledger.Customer, id string, from, max int) ([]Part, error)
	// LogRentals reports numbers that changed to the copies of the customer's list of
	// rentals; call it after the numbers are written.
	LogRentals(ctx context.Context, c ledger.Customer, changes []rentals.Change, at time.Time) error
}

// Decider decides the moves of a customer's rentals; *shop.Service is one.
type Decider interface {
	// Decisions begins the decisions of one step, on items that were read.
	Decisions(ctx context.Context, c ledger.Customer, items map[e164.Number]did.DID) (*shop.Decisions, error)
}

// Service has the use cases of edits.
type Service struct {
	store  Store
	decide Decider
	now    func() time.Time
	// perPart is the most numbers of a part; fewer in a test.
	perPart int
}

// New returns the use cases over a store and a clock.
func New(store Store, decide Decider, now func() time.Time) *Service {
	return &Service{store: store, decide: decide, now: now, perPart: perPart}
}
