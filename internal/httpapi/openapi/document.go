// Package openapi makes the OpenAPI document of the whole API. It imports every
// group of routes, so no function may import it; the portal serves the document that
// infra/openapi wrote.
package openapi

import (
	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/httpapi/payments"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/httpapi/switches"
)

// Document returns the document of the whole API, of all Lambdas, made from the
// registrations that also serve it.
func Document() *huma.OpenAPI {
	document := httpapi.Describe(Groups()...)
	document.Info.Description = about
	document.Tags = []*huma.Tag{
		{Name: httpapi.TagSearch, Description: "Find telephone numbers (DIDs) that can be bought now."},
		{Name: httpapi.TagCart, Description: "Hold DIDs while you decide."},
		{Name: httpapi.TagOrders, Description: "Buy the DIDs of the cart."},
		{Name: httpapi.TagRentals, Description: "The DIDs that you rent: their settings, charges and cancellation."},
		{Name: httpapi.TagAccount, Description: "Your user, your balance and your payments."},
		{Name: httpapi.TagRoutes, Description: "For the carrier's switch: the destination of each rented number, and its " +
			"changes."},
		{Name: httpapi.TagStaff, Description: "For the carrier's staff."},
		{Name: httpapi.TagAccess, Description: "API keys, and the caller's permissions."},
		{Name: httpapi.TagEvents, Description: "Webhooks that report events to your systems, and the outcome of each " +
			"delivery."},
	}
	document.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", BearerFormat: "JWT",
			Description: "An OpenID Connect access token, or an API key."},
	}
	describeEvents(document)
	document.Security = []map[string][]string{{"token": {}}}
	complete(document)
	return document
}

// Groups returns the routes of all Lambdas. They have no services, so their
// handlers can't be called.
func Groups() []httpapi.Group {
	return []httpapi.Group{
		customer.Search{}, customer.Cart{}, customer.Orders{}, books.Routes{}, books.Rentals{}, books.Allocation{},
		staff.Inventory{}, staff.Packages{}, switches.Routes{}, staff.Desk{}, staff.Access{}, staff.Audits{},
		books.Approvals{}, payments.Routes{},
	}
}

const about = `Search a carrier's telephone numbers, hold some in a cart, buy them, and rent them from then on.

Times are RFC 3339 in UTC. DIDs are E.164 with their plus. Money is a decimal text with its currency. Lists return a page and a cursor. Errors are problems (RFC 9457) with a code for programs. An operation names the scopes of API keys that may call it in x-scopes, and the roles of people in x-roles.`
