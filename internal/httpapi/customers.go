package httpapi

import (
	"context"
	"net/http"

	"didpurchase/internal/auth"
	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// Customers has a carrier's customers.
type Customers interface {
	// Customers returns the accounts of the carrier, ascending by customer id.
	Customers(ctx context.Context, carrier string, p shop.Page) (accounts []ledger.Account, next string, err error)
	// Account returns the customer's account. Errors: shop.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
}

// CustomerService has staff's use cases for accounts; *desk.Service implements
// it, and documents the errors.
type CustomerService interface {
	OpenAccount(ctx context.Context, carrier string, o desk.Opening) (ledger.Account, error)
	Amend(ctx context.Context, c ledger.Customer, t desk.Terms) (ledger.Account, error)
}

// Customer is a customer and its account on the wire.
type Customer struct {
	Named
	AccountView
}

// NewCustomer has the fields of a new customer.
type NewCustomer struct {
	ID          string `json:"id" example:"alice" doc:"A slug. It can't be changed later."`
	Name        string `json:"name" example:"Alice Ltd"`
	Currency    string `json:"currency,omitempty" pattern:"^[A-Z]{3}$" doc:"Of the account; the carrier's if missing."`
	CreditLimit *Money `json:"credit_limit,omitempty" doc:"The balance may fall to this amount below zero; 0 if missing."`
	TaxPercent  string `json:"tax_percent,omitempty" example:"20" doc:"Added to every charge; 0 if missing."`
}

// CustomerPatch has the changes of a customer.
type CustomerPatch struct {
	Name        *string `json:"name,omitempty" doc:"admin alone."`
	Status      *string `json:"status,omitempty" enum:"active,closed" doc:"Only admin may change it. A closed account makes no purchases and pays no renewals; its rentals run out."`
	CreditLimit *Money  `json:"credit_limit,omitempty"`
	TaxPercent  *string `json:"tax_percent,omitempty" example:"20"`
}

// CustomerPath is the path's customer, one of the caller's carrier.
type CustomerPath struct {
	ID string `path:"id" example:"alice"`
}

func (p CustomerPath) customer(ctx context.Context) ledger.Customer {
	return ledger.Customer{Carrier: caller(ctx).Carrier, ID: p.ID}
}

func registerCustomers(r *routes, customers Customers, service CustomerService) {
	register(r, operation(http.MethodGet, "/v1/customers", "list-customers", tagStaff,
		"List customers", "The carrier's customers with their accounts, ascending by id.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[Customer]], error) {
			return list("customers", *in, wireCustomer, func(p shop.Page) ([]ledger.Account, string, error) {
				return customers.Customers(ctx, caller(ctx).Carrier, p)
			})
		})

	open := operation(http.MethodPost, "/v1/customers", "open-account", tagStaff,
		"Add a customer", "Creates a customer with an empty account.", http.StatusConflict)
	open.DefaultStatus = http.StatusCreated
	register(r, open, func(ctx context.Context, in *struct{ Body NewCustomer }) (*out[Customer], error) {
		opening, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		return answerCustomer(service.OpenAccount(ctx, caller(ctx).Carrier, opening))
	})

	register(r, operation(http.MethodGet, "/v1/customers/{id}", "get-customer", tagStaff,
		"Show a customer", "One of the carrier's customers with its account.", http.StatusNotFound),
		func(ctx context.Context, in *CustomerPath) (*out[Customer], error) {
			return answerCustomer(customers.Account(ctx, in.customer(ctx)))
		})

	register(r, operation(http.MethodPatch, "/v1/customers/{id}", "edit-customer", tagStaff,
		"Change a customer", "A merge patch: missing members stay unchanged. If the account can pay more than before, unpaid charges are tried immediately.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			Body CustomerPatch
		}) (*out[Customer], error) {
			terms, err := in.Body.read(caller(ctx))
			if err != nil {
				return nil, err
			}
			return answerCustomer(service.Amend(ctx, in.customer(ctx), terms))
		})
}

func (n NewCustomer) read() (desk.Opening, error) {
	opening := desk.Opening{ID: n.ID, Name: n.Name, Currency: n.Currency}
	var err error
	if n.CreditLimit != nil {
		if opening.CreditLimit, err = n.CreditLimit.read("/credit_limit"); err != nil {
			return opening, err
		}
	}
	opening.Tax, err = readRate(n.TaxPercent)
	return opening, err
}

// read returns the patch for the desk, if the caller may change these members.
func (p CustomerPatch) read(who auth.Principal) (desk.Terms, error) {
	terms := desk.Terms{Name: p.Name, Status: (*ledger.Status)(p.Status)}
	if (p.Name != nil || p.Status != nil) && !who.May(auth.NameCustomers) {
		return terms, problem(http.StatusForbidden, codeForbidden, "your role may change credit_limit and tax_percent only")
	}
	if p.CreditLimit != nil {
		limit, err := p.CreditLimit.read("/credit_limit")
		if err != nil {
			return terms, err
		}
		terms.CreditLimit = &limit
	}
	if p.TaxPercent != nil {
		rate, err := readRate(*p.TaxPercent)
		if err != nil {
			return terms, err
		}
		terms.Tax = &rate
	}
	return terms, nil
}

func readRate(percent string) (money.Rate, error) {
	rate, err := money.ParseRate(percent)
	if err != nil {
		return rate, badField("/tax_percent", percent+" is not a percentage from 0 to 100, such as 20 or 8.25")
	}
	return rate, nil
}

func answerCustomer(a ledger.Account, err error) (*out[Customer], error) {
	if err != nil {
		return nil, err
	}
	return &out[Customer]{wireCustomer(a)}, nil
}

func wireCustomer(a ledger.Account) Customer {
	return Customer{Named: Named{ID: a.Customer.ID, Name: a.Name}, AccountView: wireAccount(a)}
}
