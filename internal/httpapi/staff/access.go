package staff

import "didpurchase/internal/httpapi"

// AccessService has the use cases of users and API keys; *desk.Service
// implements it.
type AccessService interface {
	UserService
	KeyService
}

// Access has the routes of users, API keys and webhooks. A function that serves
// them may let others in, so no other routes are with them.
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
