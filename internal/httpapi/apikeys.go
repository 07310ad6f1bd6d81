package httpapi

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/auth"
)

// KeyService hands out API keys; *desk.Service is one, and says the errors.
type KeyService interface {
	APIKeys(ctx context.Context, carrier string) ([]auth.APIKey, error)
	IssueKey(ctx context.Context, by auth.Principal, name string, roles []auth.Role) (auth.APIKey, string, error)
	RevokeKey(ctx context.Context, carrier, id string) error
}

// APIKey is a key on the wire, without its secret.
type APIKey struct {
	ID        string    `json:"id"`
	Name      string    `json:"name" example:"payment provider"`
	Scopes    []string  `json:"scopes" doc:"payments: enter payments and nothing else."`
	Hint      string    `json:"hint" doc:"The last characters of the secret."`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
}

// IssuedKey is a new key with its secret.
type IssuedKey struct {
	APIKey
	Key string `json:"key" doc:"The secret, to be sent as Authorization: Bearer. It is shown this once and kept nowhere."`
}

// NewKey is what a key is to be.
type NewKey struct {
	Name   string   `json:"name" example:"payment provider"`
	Scopes []string `json:"scopes" minItems:"1" enum:"payments"`
}

func registerAPIKeys(r *routes, service KeyService) {
	register(r, operation(http.MethodGet, "/v1/api-keys", "list-api-keys", tagStaff,
		"List API keys", "The carrier's keys for programs, oldest first; their secrets are kept nowhere.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[APIKey]], error) {
			keys, err := service.APIKeys(ctx, caller(ctx).Carrier)
			if err != nil {
				return nil, err
			}
			return list("api-keys", *in, wireKey, section(keys, func(k auth.APIKey) string { return k.ID }))
		})

	issue := operation(http.MethodPost, "/v1/api-keys", "issue-api-key", tagStaff,
		"Issue an API key", "For a program of yours, such as your payment provider's notifications.")
	issue.DefaultStatus = http.StatusCreated
	register(r, issue, func(ctx context.Context, in *struct{ Body NewKey }) (*out[IssuedKey], error) {
		roles := each(in.Body.Scopes, func(scope string) auth.Role { return auth.Role(scope) })
		key, secret, err := service.IssueKey(ctx, caller(ctx), in.Body.Name, roles)
		return answer(IssuedKey{APIKey: wireKey(key), Key: secret}, err)
	})

	revoke := operation(http.MethodDelete, "/v1/api-keys/{key}", "revoke-api-key", tagStaff,
		"Revoke an API key", "It is void within a minute.", http.StatusNotFound)
	revoke.DefaultStatus = http.StatusNoContent
	register(r, revoke, func(ctx context.Context, in *struct {
		Key string `path:"key" doc:"The key's id."`
	}) (*struct{}, error) {
		return nil, service.RevokeKey(ctx, caller(ctx).Carrier, in.Key)
	})
}

func wireKey(k auth.APIKey) APIKey {
	return APIKey{
		ID: k.ID, Name: k.Name, Hint: k.Hint, CreatedAt: k.CreatedAt.UTC(), CreatedBy: k.CreatedBy,
		Scopes: each(k.Roles, func(r auth.Role) string { return string(r) }),
	}
}
