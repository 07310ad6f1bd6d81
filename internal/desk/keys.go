package desk

import (
	"context"
	"slices"

	"didpurchase/internal/auth"
)

// APIKeys are the carrier's, oldest first.
func (s *Service) APIKeys(ctx context.Context, carrier string) ([]auth.APIKey, error) {
	return s.store.APIKeys(ctx, carrier)
}

// IssueKey makes an API key for a program of the carrier's. The secret is
// nowhere but in the answer. Errors: *Invalid.
func (s *Service) IssueKey(ctx context.Context, by auth.Principal, name string, roles []auth.Role) (key auth.APIKey, secret string, err error) {
	var f faults
	f.unless(isText(name, 1, 100), "/name", "must be 1 to 100 characters")
	f.unless(len(roles) > 0, "/scopes", "must name at least one of %v", auth.KeyRoles)
	for _, role := range roles {
		f.unless(slices.Contains(auth.KeyRoles, role), "/scopes", "%q is none of %v", role, auth.KeyRoles)
	}
	if err := f.err(); err != nil {
		return auth.APIKey{}, "", err
	}
	now := s.now()
	secret = auth.NewSecret()
	key = auth.APIKey{
		Carrier: by.Carrier, ID: newID(now), Name: name, Hash: auth.HashOf(secret), Hint: auth.HintOf(secret),
		Roles: roles, CreatedAt: now, CreatedBy: by.User,
	}
	return key, secret, s.store.CreateAPIKey(ctx, key)
}

// RevokeKey makes a key of the carrier's void. Errors: auth.ErrUnknownKey.
func (s *Service) RevokeKey(ctx context.Context, carrier, id string) error {
	keys, err := s.store.APIKeys(ctx, carrier)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(keys, func(k auth.APIKey) bool { return k.ID == id })
	if i < 0 {
		return auth.ErrUnknownKey
	}
	return s.store.DeleteAPIKey(ctx, keys[i])
}
