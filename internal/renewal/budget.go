package renewal

import "sync/atomic"

// A sweep reads each shard from its oldest timer on. Rentals of one customer that
// are due at one moment are neighbours in a shard, and later rentals of other
// customers come after them: a sweep must be able to read past a large customer.
const (
	// maxRows is the number of rows that every shard may read in a sweep.
	maxRows = 20_000
	// spareRows is the number of further rows, which the shards share: enough for
	// some customers with 100,000 due rentals. All rows of a sweep are a million,
	// which takes seconds of the minute that it has. The next sweep finds the rest.
	spareRows = 400_000
)

// reserve is a number of rows that all shards of a sweep share.
type reserve struct{ left atomic.Int64 }

func newReserve(rows int) *reserve {
	r := &reserve{}
	r.left.Store(int64(rows))
	return r
}

// rowBudget is the number of rows that one shard may still read: its own, and then
// the shared ones.
type rowBudget struct {
	rows  int
	spare *reserve
}

// spend takes one row; false if it was the last.
func (b *rowBudget) spend() bool {
	if b.rows--; b.rows > 0 {
		return true
	}
	return b.spare.left.Add(-1) >= 0
}
