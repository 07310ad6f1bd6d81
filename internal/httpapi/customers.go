package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// Customers are a carrier's customers.
type Customers interface {
	// Customers are the accounts of the carrier, ascending by customer id.
	Customers(ctx context.Context, carrier string, p shop.Page) (accounts []ledger.Account, next string, err error)
}

// Customer is a customer and its account on the wire.
type Customer struct {
	Named
	AccountView
}

func registerCustomers(api huma.API, customers Customers) {
	huma.Register(api, operation(http.MethodGet, "/v1/customers", "list-customers", tagStaff,
		"List customers", "The carrier's customers with their accounts, ascending by id.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[Customer]], error) {
			return list("customers", *in, wireCustomer, func(p shop.Page) ([]ledger.Account, string, error) {
				return customers.Customers(ctx, caller(ctx).Carrier, p)
			})
		})
}

func wireCustomer(a ledger.Account) Customer {
	return Customer{Named: Named{ID: a.Customer.ID, Name: a.Name}, AccountView: wireAccount(a)}
}
