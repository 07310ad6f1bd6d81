package history

import (
	"context"

	"didpurchase/internal/did"
	"didpurchase/internal/routing"
)

// feed tells the carrier's switches of a step, if it matters to them. A step
// that is delivered twice is appended twice.
func (h history) feed(ctx context.Context, carrier string, before, after did.DID) error {
	entry, matters := routing.Changed(before, after)
	if !matters {
		return nil
	}
	return h.store.PutFeed(ctx, carrier, entry, h.env.Now())
}
