package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/oklog/ulid/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// apiKeyItem is an API key: once in its owner's list, by its id, and once for
// each good secret where the authorizer finds it, by its hash.
type apiKeyItem struct {
	Carrier   string       `dynamodbav:"carrier"`
	Customer  string       `dynamodbav:"customer,omitempty"`
	ID        string       `dynamodbav:"id"`
	Name      string       `dynamodbav:"name"`
	Hash      string       `dynamodbav:"hash"`
	Hint      string       `dynamodbav:"hint"`
	Scopes    []auth.Scope `dynamodbav:"roles"` // as scopes were called when payments was the only one
	ExpiresAt time.Time    `dynamodbav:"expiresAt"`
	CreatedAt time.Time    `dynamodbav:"createdAt"`
	CreatedBy string       `dynamodbav:"createdBy"`
	OldHash   string       `dynamodbav:"oldHash,omitempty"`
	OldUntil  time.Time    `dynamodbav:"oldUntil"`
}

// keyUseItem is the hour in which an API key was last used.
type keyUseItem struct {
	Hour time.Time `dynamodbav:"hour"`
}

// APIKey finds the key of a secret by its hash. A revoked key must be refused
// at once, so the read is consistent. Errors: auth.ErrUnknownKey.
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

// APIKeys returns the keys of a customer, or of the carrier for the empty
// customer, oldest first.
func (s *Store) APIKeys(ctx context.Context, owner ledger.Customer) ([]auth.APIKey, error) {
	items, err := s.list(ctx, listing{pk: accessPK(owner), prefix: prefixAPIKey})
	if err != nil {
		return nil, err
	}
	return readEach(items, readAPIKey)
}

// CreateAPIKey stores a new key together with more. Errors: ErrExists.
func (s *Store) CreateAPIKey(ctx context.Context, k auth.APIKey, more ...commit.Change) error {
	var writes []write
	for _, at := range []key{apiKeyKey(k), apiKeyHashKey(k.Hash)} {
		action, err := s.put(at, apiKeyItem(k), absent())
		if err != nil {
			return err
		}
		writes = append(writes, write{action: action})
	}
	return s.createWith(ctx, "API key "+k.ID, writes, more)
}

// RotateAPIKey replaces the key that was read, so that its old secret finds the
// new state too; the secret before that is void. Errors: ErrExists if the key
// was rotated or revoked in the meantime.
func (s *Store) RotateAPIKey(ctx context.Context, seen, to auth.APIKey, more ...commit.Change) error {
	unchanged := equal("hash", seen.Hash)
	var writes []write
	for _, p := range []struct {
		at    key
		guard expression.ConditionBuilder
	}{{apiKeyKey(seen), unchanged}, {apiKeyHashKey(seen.Hash), unchanged}, {apiKeyHashKey(to.Hash), absent()}} {
		action, err := s.put(p.at, apiKeyItem(to), p.guard)
		if err != nil {
			return err
		}
		writes = append(writes, write{action: action})
	}
	if seen.OldHash != "" {
		action, err := s.remove(apiKeyHashKey(seen.OldHash), absent().Or(equal("id", seen.ID)))
		if err != nil {
			return err
		}
		writes = append(writes, write{action: action})
	}
	return s.createWith(ctx, "rotation of API key "+seen.ID, writes, more)
}

// DeleteAPIKey makes a key void. It is idempotent.
func (s *Store) DeleteAPIKey(ctx context.Context, k auth.APIKey, more ...commit.Change) error {
	places := []key{apiKeyHashKey(k.Hash), apiKeyKey(k)}
	if k.OldHash != "" {
		places = append(places, apiKeyHashKey(k.OldHash))
	}
	var writes []write
	for _, at := range places {
		action, err := s.remove(at, absent().Or(equal("id", k.ID)))
		if err != nil {
			return err
		}
		writes = append(writes, write{change: created("API key " + k.ID), action: action,
			current: func(item) (any, error) { return nil, nil }})
	}
	writes, err := s.with(ctx, writes, more)
	if err != nil {
		return err
	}
	return carryOut(ctx, s.together(ulid.Make().String(), writes), writes, true)
}

// NoteKeyUse records that the key was used in the hour; an older hour than the
// recorded one changes nothing.
func (s *Store) NoteKeyUse(ctx context.Context, carrier, id string, hour time.Time) error {
	guard := expression.AttributeNotExists(expression.Name("hour")).Or(
		expression.Name("hour").LessThan(expression.Value(hour)))
	action, err := s.put(keyUseKey(carrier, id), keyUseItem{hour}, guard)
	if err != nil {
		return err
	}
	err = s.create(ctx, "use of API key "+id, write{action: action})
	if errors.Is(err, ErrExists) {
		return nil
	}
	return err
}

// KeyUse returns the hour in which the key was last used; zero for never.
func (s *Store) KeyUse(ctx context.Context, carrier, id string) (time.Time, error) {
	i, err := s.get(ctx, keyUseKey(carrier, id))
	if i == nil || err != nil {
		return time.Time{}, err
	}
	var use keyUseItem
	err = decode(i, &use)
	return use.Hour, err
}

func readAPIKey(i item) (auth.APIKey, error) {
	var k apiKeyItem
	err := decode(i, &k)
	return auth.APIKey(k), err
}
