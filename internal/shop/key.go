package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// KeyStore reads the records of Idempotency-Keys, consistently.
type KeyStore interface {
	// Idempotency returns the record of a key. Errors: commit.ErrNotFound.
	Idempotency(ctx context.Context, c ledger.Customer, key string) (IdempotencyRecord, error)
}

// MadeByKey returns the id of the order, payment or edit that a request with this key
// and body made within KeyLifetime; false if there is none. Errors: ErrKeyReused if the key was sent with
// another body.
func MadeByKey(ctx context.Context, store KeyStore, c ledger.Customer, key, body string,
	now time.Time) (id string, made bool, err error) {
	record, err := store.Idempotency(ctx, c, key)
	switch {
	case errors.Is(err, commit.ErrNotFound):
		return "", false, nil
	case err != nil:
		return "", false, err
	case !now.Before(record.ExpiresAt):
		return "", false, nil
	case record.Body != body:
		return "", false, fmt.Errorf("%w: %s", ErrKeyReused, record.Body)
	}
	return record.OrderID, true, nil
}
