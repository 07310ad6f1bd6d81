package desk

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/validate"
)

// Bounds of API keys.
const (
	maxKeys    = 100 // of one owner
	maxKeyLife = 5 * 365 * 24 * time.Hour
	maxOverlap = 7 * 24 * time.Hour // for which the secret before a rotation stays good
)

// KeyRequest has the fields of a new key.
type KeyRequest struct {
	Name      string
	Scopes    []auth.Scope
	ExpiresAt time.Time // zero: never
}

// ListedKey is a key and the hour of its last use.
type ListedKey struct {
	auth.APIKey
	LastUsed time.Time // to the hour; zero for never
}

// APIKeys returns the keys of the caller's customer, or of the carrier for its
// staff, oldest first.
func (s *Service) APIKeys(ctx context.Context, by auth.Principal) ([]auth.APIKey, error) {
	return s.store.APIKeys(ctx, ledger.Customer{Carrier: by.Carrier, ID: by.Customer})
}

// KeyUses adds the last use of each key, with one read for each.
func (s *Service) KeyUses(ctx context.Context, keys []auth.APIKey) ([]ListedKey, error) {
	listed := make([]ListedKey, len(keys))
	for i, k := range keys {
		used, err := s.store.KeyUse(ctx, k.Carrier, k.ID)
		if err != nil {
			return nil, err
		}
		listed[i] = ListedKey{k, used}
	}
	return listed, nil
}

// IssueKey makes an API key for a program of the caller's customer or carrier.
// The secret is in the answer only. Errors: *validate.Invalid.
func (s *Service) IssueKey(ctx context.Context, by auth.Principal,
	r KeyRequest) (key auth.APIKey, secret string, err error) {
	existing, err := s.APIKeys(ctx, by)
	if err != nil {
		return auth.APIKey{}, "", err
	}
	now := s.now()
	f := r.faults(by, now)
	f.Unless(len(existing) < maxKeys, "", "there are %d API keys already, which is the limit; revoke one first", maxKeys)
	if err := f.Err(); err != nil {
		return auth.APIKey{}, "", err
	}
	secret = auth.NewSecret()
	key = auth.APIKey{
		Carrier: by.Carrier, Customer: by.Customer, ID: commit.NewID(now), Name: r.Name, Hash: auth.HashOf(secret),
		Hint:   auth.HintOf(secret),
		Scopes: r.Scopes, ExpiresAt: r.ExpiresAt, CreatedAt: now, CreatedBy: by.User,
	}
	return key, secret, s.store.CreateAPIKey(ctx, key, s.act(ctx, audit.Entry{
		Carrier: key.Carrier, Action: audit.KeyCreated, Customer: key.Customer, Subject: key.ID, New: keyValues(key),
	}))
}

func (r KeyRequest) faults(by auth.Principal, now time.Time) (f validate.Faults) {
	f.Unless(validate.Text(r.Name, 1, 100), "/name", "must be 1 to 100 characters, of which one is visible")
	allowed := auth.ScopesFor(by.Customer)
	f.Unless(len(r.Scopes) > 0, "/scopes", "must name at least one of %v", allowed)
	for i, scope := range r.Scopes {
		f.Unless(slices.Contains(allowed, scope), "/scopes", "%q is not a scope of your keys, which are %v", scope, allowed)
		f.Unless(!slices.Contains(r.Scopes[:i], scope), "/scopes", "names %q twice", scope)
	}
	if !r.ExpiresAt.IsZero() {
		f.Unless(r.ExpiresAt.After(now), "/expires_at", "must be in the future")
		f.Unless(r.ExpiresAt.Before(now.Add(maxKeyLife)), "/expires_at", "must be within five years")
	}
	return f
}

// RotateKey gives the key a new secret. The present one stays good for the overlap,
// so that programs can be changed one after the other; one from an earlier rotation
// is void at once. Errors: auth.ErrUnknownKey, *validate.Invalid, commit.ErrExists
// if the key was changed in the meantime.
func (s *Service) RotateKey(ctx context.Context, by auth.Principal, id string,
	overlap time.Duration) (key auth.APIKey, secret string, err error) {
	var f validate.Faults
	f.Unless(overlap >= 0 && overlap <= maxOverlap, "/overlap_hours", "must be from 0 to %d", int(maxOverlap.Hours()))
	if err := f.Err(); err != nil {
		return auth.APIKey{}, "", err
	}
	seen, err := s.ownKey(ctx, by, id)
	if err != nil {
		return auth.APIKey{}, "", err
	}
	secret = auth.NewSecret()
	key = seen
	key.Hash, key.Hint = auth.HashOf(secret), auth.HintOf(secret)
	key.OldHash, key.OldUntil = seen.Hash, s.now().Add(overlap)
	return key, secret, s.store.RotateAPIKey(ctx, seen, key, s.act(ctx, audit.Entry{
		Carrier: key.Carrier, Action: audit.KeyRotated, Customer: key.Customer, Subject: key.ID, Old: keyValues(seen),
		New: keyValues(key),
	}))
}

// RevokeKey makes a key of the caller's customer or carrier void. Errors:
// auth.ErrUnknownKey, also if it was revoked before.
func (s *Service) RevokeKey(ctx context.Context, by auth.Principal, id string) error {
	key, err := s.ownKey(ctx, by, id)
	if err != nil {
		return err
	}
	return s.store.DeleteAPIKey(ctx, key, s.act(ctx, audit.Entry{
		Carrier: key.Carrier, Action: audit.KeyRevoked, Customer: key.Customer, Subject: key.ID, Old: keyValues(key),
	}))
}

// ownKey finds a key among the caller's own. Errors: auth.ErrUnknownKey.
func (s *Service) ownKey(ctx context.Context, by auth.Principal, id string) (auth.APIKey, error) {
	keys, err := s.APIKeys(ctx, by)
	if err != nil {
		return auth.APIKey{}, err
	}
	for _, k := range keys {
		if k.ID == id {
			return k, nil
		}
	}
	return auth.APIKey{}, auth.ErrUnknownKey
}
