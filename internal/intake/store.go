package intake

import (
	"context"
	"io"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// Records is what staff ask of the database: jobs and profiles.
//
// The change that it commits for them: JobUpdate.
type Records interface {
	commit.Store
	// Job is one of the carrier's. Errors: ErrNotFound.
	Job(ctx context.Context, carrier, id string) (Job, error)
	// Jobs, newest first. after is the cursor of the page before, next is "" after
	// the last page.
	Jobs(ctx context.Context, carrier string, limit int, after string) (jobs []Job, next string, err error)
	// Profile is one of the carrier's. Errors: ErrNotFound.
	Profile(ctx context.Context, carrier, name string) (Profile, error)
	// PutProfile writes or replaces a profile.
	PutProfile(ctx context.Context, carrier, name string, p Profile) error
}

// Store is what a worker asks of the database. All reads are consistent.
//
// The changes that it commits: JobUpdate, LaneUpdate, ArrivalUpdate, and
// Placed, which is always alone in its batch.
type Store interface {
	Records
	// Lane is the carrier's, empty at Ver 0 when never written.
	Lane(ctx context.Context, carrier string) (Lane, error)
	// Arrival is the newest version of a file that was seen, at Ver 0 when none.
	Arrival(ctx context.Context, carrier, key string) (Arrival, error)
	// CarrierExists says whether there is such a carrier.
	CarrierExists(ctx context.Context, carrier string) (bool, error)
	// Packages are the carrier's current package versions by id.
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
	// Offered are the ranges of one partition.
	Offered(ctx context.Context, carrier string, p e164.Partition) ([]Offered, error)
	// AddPartition makes a partition known; before its first range is written.
	AddPartition(ctx context.Context, carrier string, p e164.Partition) error
	// LogRanges appends one entry to the carrier's change log, after the ranges
	// were written.
	LogRanges(ctx context.Context, carrier string, ranges []catalogue.Range, at time.Time) error
}

// Placed writes a range where there is none, or over the version that was seen,
// or over what the same job wrote: so it may be repeated.
type Placed struct {
	SeenVer int64 // 0 = there was none
	Offered
}

// Target names the range's item.
func (p Placed) Target() string { return "range " + bounds(p.Span) + " of " + p.Carrier }

// Files is where carriers' files and our reports are.
type Files interface {
	// Open streams a version of a file and says how many bytes it has. Errors:
	// ErrNoFile.
	Open(context.Context, Object) (body io.ReadCloser, size int64, err error)
	// Write keeps what the body gives under the key, whole or not at all.
	Write(ctx context.Context, key, contentType string, body io.Reader) error
}
