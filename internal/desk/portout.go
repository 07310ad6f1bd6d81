package desk

import (
	"context"
	"fmt"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// PortOut ends a rental because the number moves to another carrier; it is
// idempotent. Errors: commit.ErrNotFound if the number is not rented,
// did.ErrIllegalMove.
func (s *Service) PortOut(ctx context.Context, carrier string, n e164.Number) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		items, err := s.store.DIDs(ctx, carrier, []e164.Number{n})
		if err != nil {
			return struct{}{}, err
		}
		d, touched := items[n]
		switch {
		case !touched:
			return struct{}{}, fmt.Errorf("%w: rental of %s", commit.ErrNotFound, n)
		case d.State == did.PortedOut:
			return struct{}{}, nil
		}
		move, err := d.LeaveCarrier(s.now())
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.commit(ctx, move)
	})
	return err
}
