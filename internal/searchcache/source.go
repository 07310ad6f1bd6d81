// Package searchcache keeps the catalogues that searches read in memory between
// requests, so that a warm search reads only the changes since the last one. It
// loads partitions of a catalogue from a Source at a limited pace, follows the
// Source's change log, and drops the least recently used partitions when its
// memory is full.
package searchcache

import (
	"context"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Source stores the catalogues. Reads that "may be late" may miss the writes of
// about the last second, and cost half as much as consistent ones.
type Source interface {
	// Partitions returns the partitions in which the carrier may offer numbers;
	// it may be late.
	Partitions(ctx context.Context, carrier string) ([]e164.Partition, error)
	// Partition returns the content of one partition. It calls pace with the
	// consumed read units after each request, and ends with pace's error.
	Partition(ctx context.Context, carrier string, p e164.Partition, consistent bool,
		pace func(units float64) error) (catalogue.Partition, error)
	// Slice returns the ranges and blocks of a partition that can have numbers
	// with the prefix; it may be late.
	Slice(ctx context.Context, carrier string, p e164.Partition, prefix string) (catalogue.Partition, error)
	// Blocks returns the blocks that were ever written, in no order, read
	// consistently.
	Blocks(ctx context.Context, carrier string, blocks []e164.Block) ([]catalogue.Block, error)
	// PriceList returns the carrier's packages and price rules, read consistently.
	PriceList(ctx context.Context, carrier string) (search.PriceList, error)
	// LatePriceList is PriceList, but may be late.
	LatePriceList(ctx context.Context, carrier string) (search.PriceList, error)
	// Changes returns the entries of the change log from a moment on; it may be
	// late. An entry is written after the items that it names.
	Changes(ctx context.Context, carrier string, since time.Time) ([]LogEntry, error)
	// AccountCurrency returns the currency of a customer's account, "" if there
	// is none.
	AccountCurrency(ctx context.Context, c ledger.Customer) (string, error)
}

// LogEntry is an entry of the change log: it names items of a carrier's catalogue
// that were written.
type LogEntry struct {
	ID       string // distinct among the carrier's entries
	At       time.Time
	Blocks   []BlockChange
	Ranges   []RangeChange
	Packages []PackageVersion
	Rules    int64 // the version of the price rules that was written; 0 = none was
}

// BlockChange names a block and the version that was written.
type BlockChange struct {
	Block e164.Block
	Ver   int64
}

// RangeChange names a range and the version that was written; 0 = deleted.
type RangeChange struct {
	Range catalogue.RangeRef
	Ver   int64
}

// PackageVersion names a new version of a package.
type PackageVersion struct {
	Package string
	Version int
}
