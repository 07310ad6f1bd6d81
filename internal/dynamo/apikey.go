package dynamo

import (
	"context"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/auth"
)

// apiKeyItem is an API key: once among its carrier's, by its id, and once where
// the authorizer finds it, by its hash.
type apiKeyItem struct {
	Carrier   string      `dynamodbav:"carrier"`
	ID        string      `dynamodbav:"id"`
	Name      string      `dynamodbav:"name"`
	Hash      string      `dynamodbav:"hash"`
	Hint      string      `dynamodbav:"hint"`
	Roles     []auth.Role `dynamodbav:"roles"`
	CreatedAt time.Time   `dynamodbav:"createdAt"`
	CreatedBy string      `dynamodbav:"createdBy"`
}

// APIKey finds the key of a secret by its hash. A key that was revoked must not
// linger, so it reads consistently. Errors: auth.ErrUnknownKey.
func (s *Store) APIKey(ctx context.Context, hash string) (auth.APIKey, error) {
	i, err := s.get(ctx, apiKeyHashKey(hash))
	if err != nil {
		return auth.APIKey{}, err
	}
	if i == nil {
		return auth.APIKey{}, auth.ErrUnknownKey
	}
	return readAPIKey(i)
}

// APIKeys are the carrier's, oldest first.
func (s *Store) APIKeys(ctx context.Context, carrier string) ([]auth.APIKey, error) {
	items, err := s.list(ctx, listing{pk: carrierPK(carrier), prefix: prefixAPIKey})
	if err != nil {
		return nil, err
	}
	return readEach(items, readAPIKey)
}

// CreateAPIKey keeps a new key. Errors: ErrExists.
func (s *Store) CreateAPIKey(ctx context.Context, k auth.APIKey) error {
	var writes []write
	for _, at := range []key{apiKeyKey(k.Carrier, k.ID), apiKeyHashKey(k.Hash)} {
		action, err := s.put(at, apiKeyItem(k), absent())
		if err != nil {
			return err
		}
		writes = append(writes, write{action: action})
	}
	return s.create(ctx, "API key "+k.ID, writes...)
}

// DeleteAPIKey makes a key void; again does nothing.
func (s *Store) DeleteAPIKey(ctx context.Context, k auth.APIKey) error {
	var writes []write
	for _, at := range []key{apiKeyHashKey(k.Hash), apiKeyKey(k.Carrier, k.ID)} {
		action, err := s.remove(at, absent().Or(equal("id", k.ID)))
		if err != nil {
			return err
		}
		writes = append(writes, write{change: created("API key " + k.ID), action: action, current: func(item) (any, error) { return nil, nil }})
	}
	return carryOut(ctx, s.together(ulid.Make().String(), writes), writes, true)
}

func readAPIKey(i item) (auth.APIKey, error) {
	var k apiKeyItem
	err := decode(i, &k)
	return auth.APIKey(k), err
}
