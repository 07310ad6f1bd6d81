package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"didpurchase/internal/routing"
)

// Tags group the operations in the document.
const (
	tagSearch  = "Search"
	tagCart    = "Cart"
	tagOrders  = "Orders"
	tagRentals = "Rentals"
	tagAccount = "Account"
	tagRoutes  = "Routes"
	tagStaff   = "Staff"
	tagAccess  = "Access"
	tagEvents  = "Events"
)

// OpenAPI is the document of the whole API, all Lambdas in one, made from the
// same registrations that serve it.
func OpenAPI() *huma.OpenAPI {
	api := humago.New(http.NewServeMux(), config())
	registerAll(&routes{all: api})
	document := api.OpenAPI()
	document.Info.Description = about
	document.Tags = []*huma.Tag{
		{Name: tagSearch, Description: "Find telephone numbers (DIDs) that can be bought now."},
		{Name: tagCart, Description: "Hold DIDs while you decide."},
		{Name: tagOrders, Description: "Buy the DIDs of the cart."},
		{Name: tagRentals, Description: "The DIDs that you rent: their settings, charges and cancellation."},
		{Name: tagAccount, Description: "Your user, your balance and your payments."},
		{Name: tagRoutes, Description: "For the carrier's switch: the destination of each rented number, and its changes."},
		{Name: tagStaff, Description: "For the carrier's staff."},
		{Name: tagAccess, Description: "API keys, and the caller's permissions."},
		{Name: tagEvents, Description: "Webhooks that report events to your systems, and the outcome of each delivery."},
	}
	document.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "An OpenID Connect access token, or an API key."},
	}
	describeEvents(document)
	document.Security = []map[string][]string{{"token": {}}}
	complete(document)
	return document
}

// registerAll adds every operation, with handlers that are not wired.
func registerAll(r *routes) {
	registerSearch(r, nil)
	registerCart(r, nil)
	registerOrders(r, nil, nil)
	registerAccount(r, nil, nil, nil)
	registerInventory(r, nil, nil, nil, nil, nil)
	registerRouting(r, nil, routing.Feed{})
	registerDesk(r, nil, nil, nil, nil)
}

const about = `Search a carrier's telephone numbers, hold some in a cart, buy them, and rent them from then on.

Times are RFC 3339 in UTC. DIDs are E.164 with their plus. Money is a decimal text with its currency. Lists return a page and a cursor. Errors are problems (RFC 9457) with a code for programs.`
