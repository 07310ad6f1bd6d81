package staff

import (
	"context"
	"net/http"

	"didpurchase/internal/auth"
	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/shop"
)

// Customers has a carrier's customers.
type Customers interface {
	// Customers returns the accounts of the carrier, ascending by customer id.
	Customers(ctx context.Context, carrier string, p shop.Page) (accounts []ledger.Account, next string, err error)
	// Account returns the customer's account. Errors: commit.ErrNotFound.
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
	books.Named
	books.AccountView
}

// NewCustomer has the fields of a new customer.
type NewCustomer struct {
	ID          string         `json:"id" example:"alice" doc:"A slug. It can't be changed later."`
	Name        string         `json:"name" example:"Alice Ltd"`
	Currency    string         `json:"currency,omitempty" pattern:"^[A-Z]{3}$" doc:"Of the account; the carrier's if missing."`
	CreditLimit *httpapi.Money `json:"credit_limit,omitempty" doc:"The balance may fall to this amount below zero; 0 if missing."`
	TaxPercent  string         `json:"tax_percent,omitempty" minLength:"1" example:"20" doc:"Added to every charge; 0 if missing."`
}

// CustomerPatch has the changes of a customer.
type CustomerPatch struct {
	Name        *string        `json:"name,omitempty" doc:"Only admin may change it."`
	Status      *string        `json:"status,omitempty" enum:"active,closed" doc:"Only admin may change it. A closed account makes no purchases and pays no renewals; its rentals run out."`
	CreditLimit *httpapi.Money `json:"credit_limit,omitempty"`
	TaxPercent  *string        `json:"tax_percent,omitempty" minLength:"1" example:"20"`

	TaxTreatment *string               `json:"tax_treatment,omitempty" enum:"taxable,reverse_charge,exempt" doc:"Others than taxable need a tax_percent of 0, and exempt a tax_reason."`
	TaxReason    httpapi.Patch[string] `json:"tax_reason,omitempty" maxLength:"200" doc:"Of an exemption; printed on invoices."`
	Invoicing    httpapi.Patch[string] `json:"invoicing,omitempty" doc:"per_charge or monthly; null: the carrier's setting. It applies to charges from now on."`

	Purchasing *PurchasingPatch `json:"purchasing,omitempty" doc:"The customer's permission to buy."`
}

// PurchasingPatch has the changes of a customer's permission to buy.
type PurchasingPatch struct {
	Mode          *string                      `json:"mode,omitempty" enum:"allowed,search_only,needs_approval" doc:"search_only: the customer may search, but not hold or buy. needs_approval: orders of others than the customer's owners wait until an owner or the carrier's staff approve them."`
	MonthlyLimit  httpapi.Patch[httpapi.Money] `json:"monthly_limit,omitempty" doc:"For the customer's own orders of a calendar month, with tax; null removes the limit."`
	ApprovalAbove httpapi.Patch[httpapi.Money] `json:"approval_above,omitempty" doc:"With needs_approval: the total, with tax, up to which an order needs no approval; null: every order needs one."`
}

func registerCustomers(r *httpapi.Routes, customers Customers, service CustomerService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers", "list-customers", httpapi.TagStaff,
		"List customers", "The carrier's customers with their accounts, ascending by id.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[Customer]], error) {
			return httpapi.AnswerPage("customers", *in, wireCustomer, func(p shop.Page) ([]ledger.Account, string, error) {
				return customers.Customers(ctx, httpapi.Caller(ctx).Carrier, p)
			})
		})

	open := httpapi.Operation(http.MethodPost, "/v1/customers", "open-account", httpapi.TagStaff,
		"Add a customer", "Creates a customer with an empty account.", http.StatusConflict)
	open.DefaultStatus = http.StatusCreated
	httpapi.Register(r, open, func(ctx context.Context, in *struct{ Body NewCustomer }) (*httpapi.Out[Customer], error) {
		opening, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		return answerCustomer(service.OpenAccount(ctx, httpapi.Caller(ctx).Carrier, opening))
	})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}", "get-customer", httpapi.TagStaff,
		"Show a customer", "One of the carrier's customers with its account.", http.StatusNotFound),
		func(ctx context.Context, in *books.CustomerPath) (*httpapi.Out[Customer], error) {
			return answerCustomer(customers.Account(ctx, in.Customer(ctx)))
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPatch, "/v1/customers/{id}", "edit-customer", httpapi.TagStaff,
		"Change a customer", "A merge patch: missing members stay unchanged. If the account can pay more than before, "+
			"unpaid charges are tried immediately.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			books.CustomerPath
			Body CustomerPatch
		}) (*httpapi.Out[Customer], error) {
			terms, err := in.Body.read(httpapi.Caller(ctx))
			if err != nil {
				return nil, err
			}
			return answerCustomer(service.Amend(ctx, in.Customer(ctx), terms))
		})
}

func (n NewCustomer) read() (desk.Opening, error) {
	opening := desk.Opening{ID: n.ID, Name: n.Name, Currency: n.Currency}
	var err error
	if n.CreditLimit != nil {
		if opening.CreditLimit, err = n.CreditLimit.Read("/credit_limit"); err != nil {
			return opening, err
		}
	}
	opening.Tax, err = readRate(n.TaxPercent)
	return opening, err
}

// read returns the patch for the desk, if the caller may change these members.
func (p CustomerPatch) read(who auth.Principal) (desk.Terms, error) {
	terms := desk.Terms{
		Name: p.Name, Status: (*ledger.Status)(p.Status), Treatment: (*ledger.Treatment)(p.TaxTreatment),
		TaxReason: sent(p.TaxReason), Invoicing: (*party.Invoicing)(sent(p.Invoicing)),
	}
	if (p.Name != nil || p.Status != nil) && !who.May(auth.NameCustomers) {
		return terms, httpapi.NewProblem(http.StatusForbidden, httpapi.CodeForbidden,
			"your role may not change name and status")
	}
	if p.CreditLimit != nil {
		limit, err := p.CreditLimit.Read("/credit_limit")
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
	if p.Purchasing != nil {
		return p.Purchasing.read(terms)
	}
	return terms, nil
}

// read adds the changes to the terms.
func (p PurchasingPatch) read(terms desk.Terms) (desk.Terms, error) {
	terms.Purchasing = (*ledger.PurchasingMode)(p.Mode)
	var err error
	if terms.MonthlyLimit, err = readOptional(p.MonthlyLimit, "/purchasing/monthly_limit"); err != nil {
		return terms, err
	}
	terms.ApprovalAbove, err = readOptional(p.ApprovalAbove, "/purchasing/approval_above")
	return terms, err
}

// readOptional returns nil for a missing amount, and one without a currency for null.
func readOptional(p httpapi.Patch[httpapi.Money], field string) (*money.Amount, error) {
	if !p.Sent {
		return nil, nil
	}
	var a money.Amount
	var err error
	if !p.Null {
		a, err = p.Value.Read(field)
	}
	return &a, err
}

func readRate(percent string) (money.Rate, error) {
	rate, err := money.ParseRate(percent)
	if err != nil {
		return rate, httpapi.BadField("/tax_percent", percent+" is not a percentage from 0 to 100, such as 20 or 8.25")
	}
	return rate, nil
}

func answerCustomer(a ledger.Account, err error) (*httpapi.Out[Customer], error) {
	if err != nil {
		return nil, err
	}
	return &httpapi.Out[Customer]{Body: wireCustomer(a)}, nil
}

func wireCustomer(a ledger.Account) Customer {
	return Customer{Named: books.Named{ID: a.Customer.ID, Name: a.Name}, AccountView: books.WireAccount(a)}
}
