package staff

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/shop"
)

// KeyService issues API keys; *desk.Service implements it, and documents the
// errors.
type KeyService interface {
	APIKeys(ctx context.Context, by auth.Principal) ([]auth.APIKey, error)
	KeyUses(ctx context.Context, keys []auth.APIKey) ([]desk.ListedKey, error)
	IssueKey(ctx context.Context, by auth.Principal, r desk.KeyRequest) (auth.APIKey, string, error)
	RotateKey(ctx context.Context, by auth.Principal, id string, overlap time.Duration) (auth.APIKey, string, error)
	RevokeKey(ctx context.Context, by auth.Principal, id string) error
}

// APIKey is a key on the wire, without its secret.
type APIKey struct {
	ID            string       `json:"id"`
	Name          string       `json:"name" example:"payment provider"`
	Scopes        []auth.Scope `json:"scopes" doc:"The parts of the API that the key may use; <scope>:read may only read."`
	Hint          string       `json:"hint" doc:"The last characters of the secret."`
	ExpiresAt     *time.Time   `json:"expires_at" doc:"null: never."`
	LastUsedAt    *time.Time   `json:"last_used_at" doc:"The hour in which the key was last used; null for never, and in the answers of issuing and rotating."`
	OldValidUntil *time.Time   `json:"old_secret_valid_until" doc:"Until then the secret before the last rotation is valid too."`
	CreatedAt     time.Time    `json:"created_at"`
	CreatedBy     string       `json:"created_by"`
}

// IssuedKey is a key with its new secret.
type IssuedKey struct {
	APIKey
	Key string `json:"key" doc:"The secret, to be sent as Authorization: Bearer. It is shown only once and is not stored."`
}

// NewKey is the requested key.
type NewKey struct {
	Name      string       `json:"name" example:"payment provider"`
	Scopes    []auth.Scope `json:"scopes" minItems:"1" maxItems:"22" enum:"search,search:read,buy,buy:read,rentals,rentals:read,account,account:read,payments,payments:read,routes,routes:read,inventory,inventory:read,imports,imports:read,customers,customers:read,reports,reports:read,webhooks,webhooks:read" doc:"Of a carrier's key: payments, routes, inventory, imports, customers, reports, webhooks. Of a customer's: search, buy, rentals, account. Each also as <scope>:read."`
	ExpiresAt *time.Time   `json:"expires_at,omitempty" doc:"Without it the key doesn't expire."`
}

// Rotation has the options for replacing a key's secret.
type Rotation struct {
	OverlapHours *int `json:"overlap_hours,omitempty" minimum:"0" maximum:"168" doc:"The number of hours for which the present secret stays valid together with the new one; 24 if missing."`
}

// KeyPath names an API key.
type KeyPath struct {
	Key string `path:"key" doc:"The key's id."`
}

func registerAPIKeys(r *httpapi.Routes, service KeyService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/api-keys", "list-api-keys", httpapi.TagAccess,
		"List API keys", "The keys of the carrier's programs, for its staff; of the customer's programs, for its owners. "+
			"Oldest first. Their secrets are not stored.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[APIKey]], error) {
			return listKeys(ctx, service, *in)
		})

	issue := httpapi.Operation(http.MethodPost, "/v1/api-keys", "issue-api-key", httpapi.TagAccess,
		"Issue an API key", "For a program of the carrier or of the customer, such as a payment provider's notifications "+
			"or a provisioning system.")
	issue.DefaultStatus = http.StatusCreated
	httpapi.Register(r, issue, func(ctx context.Context, in *struct{ Body NewKey }) (*httpapi.Out[IssuedKey], error) {
		key, secret, err := service.IssueKey(ctx, httpapi.Caller(ctx), in.Body.request())
		return httpapi.Answer(IssuedKey{APIKey: wireKey(desk.ListedKey{APIKey: key}), Key: secret}, err)
	})

	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/api-keys/{key}/rotate", "rotate-api-key",
		httpapi.TagAccess,
		"Give an API key a new secret", "The present secret stays valid for a time, so that programs can be changed one "+
			"after the other.", http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			KeyPath
			Body Rotation
		}) (*httpapi.Out[IssuedKey], error) {
			key, secret, err := service.RotateKey(ctx, httpapi.Caller(ctx), in.Key, in.Body.overlap())
			return httpapi.Answer(IssuedKey{APIKey: wireKey(desk.ListedKey{APIKey: key}), Key: secret}, err)
		})

	revoke := httpapi.Operation(http.MethodDelete, "/v1/api-keys/{key}", "revoke-api-key", httpapi.TagAccess,
		"Revoke an API key", "The key is invalid within a minute.", http.StatusNotFound)
	revoke.DefaultStatus = http.StatusNoContent
	httpapi.Register(r, revoke, func(ctx context.Context, in *KeyPath) (*struct{}, error) {
		return nil, service.RevokeKey(ctx, httpapi.Caller(ctx), in.Key)
	})
}

// listKeys reads the last use only for the keys of the page.
func listKeys(ctx context.Context, service KeyService, page httpapi.Page) (*httpapi.Out[httpapi.List[APIKey]], error) {
	keys, err := service.APIKeys(ctx, httpapi.Caller(ctx))
	if err != nil {
		return nil, err
	}
	shown := httpapi.PageOf(keys, func(k auth.APIKey) string { return k.ID })
	return httpapi.AnswerPage("api-keys", page, wireKey, func(at shop.Page) ([]desk.ListedKey, string, error) {
		some, next, err := shown(at)
		if err != nil {
			return nil, "", err
		}
		listed, err := service.KeyUses(ctx, some)
		return listed, next, err
	})
}

func (r Rotation) overlap() time.Duration {
	if r.OverlapHours == nil {
		return 24 * time.Hour
	}
	return time.Duration(*r.OverlapHours) * time.Hour
}

func (k NewKey) request() desk.KeyRequest {
	r := desk.KeyRequest{Name: k.Name, Scopes: k.Scopes}
	if k.ExpiresAt != nil {
		r.ExpiresAt = *k.ExpiresAt
	}
	return r
}

func wireKey(k desk.ListedKey) APIKey {
	return APIKey{
		ID: k.ID, Name: k.Name, Hint: k.Hint, Scopes: k.Scopes, CreatedAt: k.CreatedAt.UTC(), CreatedBy: k.CreatedBy,
		ExpiresAt: httpapi.OptionalTime(k.ExpiresAt), LastUsedAt: httpapi.OptionalTime(k.LastUsed),
		OldValidUntil: httpapi.OptionalTime(k.OldUntil),
	}
}
