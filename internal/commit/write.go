package commit

import (
	"context"
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID returns a ULID of the moment: ids sort by their time, and no two are
// equal.
func NewID(now time.Time) string {
	return ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String()
}

// Write commits changes as one new batch. Errors: as of Store.
func Write(ctx context.Context, store Store, now time.Time, changes ...Change) error {
	return store.Commit(ctx, Batch{ID: NewID(now), Changes: changes})
}
