package staff

import "didpurchase/internal/httpapi"

// AccessService has the use cases of users and API keys; *desk.Service
// implements it.
type AccessService interface {
	UserService
	KeyService
}

// Access has the routes of users, API keys and webhooks. They grant access to other
// people, so their function has no other routes.
type Access struct {
	Service  AccessService
	Webhooks WebhookService
}

// Register implements httpapi.Group.
func (a Access) Register(r *httpapi.Routes) {
	registerUsers(r, a.Service)
	registerAPIKeys(r, a.Service)
	registerWebhooks(r, a.Webhooks)
}
