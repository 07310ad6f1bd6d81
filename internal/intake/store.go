package intake

import (
	"context"
	"io"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/pricing"
)

// Records reads and writes the data of staff: jobs, profiles, ranges.
//
// Commit takes these changes: JobUpdate and LaneUpdate.
type Records interface {
	commit.Store
	// Job returns one of the carrier's jobs. Errors: commit.ErrNotFound.
	Job(ctx context.Context, carrier, id string) (Job, error)
	// Lane returns the carrier's lane, empty with Ver 0 if it was never written.
	Lane(ctx context.Context, carrier string) (Lane, error)
	// PriceList returns the carrier's packages and price rules.
	PriceList(ctx context.Context, carrier string) (search.PriceList, error)
	// Packages returns the carrier's current package versions by id.
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
	// PartitionsFrom returns at most limit partitions in which the carrier may
	// offer numbers, ascending, starting at one.
	PartitionsFrom(ctx context.Context, carrier string, from e164.Partition, limit int) ([]e164.Partition, error)
	// OfferedFrom returns ranges of a partition that start from one number to
	// another, ascending, and the number to continue from, 0 at the end. It reads
	// about limit ranges. With before, the span that contains the number comes
	// first.
	OfferedFrom(ctx context.Context, carrier string, from, to e164.Number, before bool,
		limit int) (ranges []catalogue.Range, next e164.Number, err error)
	// BlocksFrom returns at most limit written blocks of a partition, of one length
	// of numbers, ascending, starting at one.
	BlocksFrom(ctx context.Context, carrier string, from e164.Block, limit int) ([]catalogue.Block, error)
	// DIDsIn returns the DIDs of a span within a block, ascending.
	DIDsIn(ctx context.Context, carrier string, s e164.Span) ([]did.DID, error)
	// Jobs returns jobs, newest first. after is the cursor of the page before, next
	// is "" after the last page.
	Jobs(ctx context.Context, carrier string, limit int, after string) (jobs []Job, next string, err error)
	// Profile returns one of the carrier's profiles. Errors: commit.ErrNotFound.
	Profile(ctx context.Context, carrier, name string) (Profile, error)
	// Profiles returns a page of the carrier's profiles, ascending by name.
	Profiles(ctx context.Context, carrier string, limit int, after string) (profiles []NamedProfile, next string,
		err error)
	// PutProfile writes or replaces a profile, together with more.
	PutProfile(ctx context.Context, carrier, name string, p Profile, more ...commit.Change) error
}

// Store is the database for workers. All reads are consistent.
//
// Commit takes these changes: JobUpdate, LaneUpdate, ArrivalUpdate, did.Move,
// Placed, Removed, and LaneHeld with more than one of the last two.
type Store interface {
	Records
	plan.Inventory
	plan.Owners
	plan.Accounts
	// Arrival returns the newest announced version of a file, with Ver 0 if there
	// is none.
	Arrival(ctx context.Context, carrier, key string) (Arrival, error)
	// CarrierExists reports whether the carrier exists.
	CarrierExists(ctx context.Context, carrier string) (bool, error)
	// Carrier returns a carrier and its settings.
	Carrier(ctx context.Context, carrier string) (carrier.Carrier, error)
	// MakePackage adds a version of a package, unless it exists, and appends it to
	// the carrier's change log.
	MakePackage(ctx context.Context, carrier string, terms pricing.Terms, at time.Time) error
	// AddPartition adds a partition to the carrier's list; call it before the first
	// range of the partition is written.
	AddPartition(ctx context.Context, carrier string, p e164.Partition) error
	// LogRanges appends ranges to the carrier's change log, after they were
	// written; a range with Ver 0 was deleted.
	LogRanges(ctx context.Context, carrier string, ranges []catalogue.Range, at time.Time) error
}

// Placed writes a range if there is none, or over the version that was read. The
// same range may be written again, so a repeat is harmless.
type Placed struct {
	SeenVer int64 // 0 = there was none
	catalogue.Range
}

// Target names the range's item.
func (p Placed) Target() string { return targetOf(p.Range) }

// Removed deletes a range with the version that was read. It is idempotent.
type Removed struct {
	SeenVer int64
	catalogue.Range
}

// Target names the range's item.
func (r Removed) Target() string { return targetOf(r.Range) }

func targetOf(r catalogue.Range) string {
	if r.IsSet() {
		return "set of " + r.Package + " in " + r.Block().Digits() + " of " + r.Carrier
	}
	return "range from " + r.Span.Start.String() + " of " + r.Carrier
}

// LaneHeld writes nothing: it is the fence of a batch, which a worker must not
// write after losing the lane.
type LaneHeld struct{ Carrier, Holder string }

// Target names the lane's item.
func (h LaneHeld) Target() string { return "import lane of " + h.Carrier }

// Queue notifies workers of a waiting job.
type Queue interface {
	Wake(ctx context.Context, carrier, id string) error
}

// Files stores carriers' files and our reports.
type Files interface {
	// Open streams a version of a file and returns its size in bytes. Errors:
	// ErrNoFile.
	Open(context.Context, Object) (body io.ReadCloser, size int64, err error)
	// Delete removes a version of a file for good. It is idempotent.
	Delete(context.Context, Object) error
	// Write stores the body under the key, as a whole or not at all.
	Write(ctx context.Context, key, contentType string, body io.Reader) error
}
