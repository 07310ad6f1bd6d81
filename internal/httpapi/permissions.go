package httpapi

import (
	"context"
	"net/http"

	"didpurchase/internal/auth"
)

// Permissions are the caller's permissions.
type Permissions struct {
	Roles      []auth.Role  `json:"roles" doc:"A user's; [] for an API key."`
	Scopes     []auth.Scope `json:"scopes" doc:"An API key's; [] for a user."`
	Operations []string     `json:"operations" doc:"Each operation that the caller may call, as method and path." example:"[\"GET /v1/me\"]"`
}

func registerPermissions(r *routes) {
	register(r, operation(http.MethodGet, "/v1/permissions", "get-permissions", tagAccess,
		"What may I do", "The operations that the caller's roles or scopes allow. An operation may still be refused for the state of a number, the funds, or a limit."),
		func(ctx context.Context, _ *struct{}) (*out[Permissions], error) {
			who := caller(ctx)
			return answer(Permissions{
				Roles: append([]auth.Role{}, who.Roles...), Scopes: append([]auth.Scope{}, who.Scopes...), Operations: auth.Allowed(who),
			}, nil)
		})
}
