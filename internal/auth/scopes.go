package auth

import "slices"

// Scope is a part of the API that an API key may use: "rentals" allows reading and
// changing, "rentals:read" only reading.
type Scope string

// Scopes of customers' keys and of carriers' keys (infra/design/wire.md).
const (
	Search  Scope = "search"
	Buy     Scope = "buy"
	Rentals Scope = "rentals"
	Account Scope = "account"

	Payments  Scope = "payments"
	Routes    Scope = "routes"
	Inventory Scope = "inventory"
	Imports   Scope = "imports"
	Customers Scope = "customers"
	Reports   Scope = "reports"
	Webhooks  Scope = "webhooks"
)

// CustomerScopes are the possible scopes of a customer's key, CarrierScopes those
// of a carrier's key. Each also exists as <scope>:read.
var (
	CustomerScopes = []Scope{Search, Buy, Rentals, Account}
	CarrierScopes  = []Scope{Payments, Routes, Inventory, Imports, Customers, Reports, Webhooks}
)

const onlyRead = ":read"

// Reading returns the scope that reads only.
func (s Scope) Reading() Scope { return s + onlyRead }

// ScopesFor lists the scopes that a key of the owner may have: of a customer, or
// of the carrier for the empty customer.
func ScopesFor(customer string) []Scope {
	whole := CarrierScopes
	if customer != "" {
		whole = CustomerScopes
	}
	var all []Scope
	for _, s := range whole {
		all = append(all, s, s.Reading())
	}
	return all
}

// permits reports whether a key with these scopes may call the operation of the
// rule. A scope of the other kind of owner grants nothing.
func (r Rule) permits(scopes []Scope, customer string) bool {
	return slices.ContainsFunc(r.Scopes, func(s Scope) bool {
		return slices.Contains(ScopesFor(customer), s) &&
			(slices.Contains(scopes, s) || r.Reads && slices.Contains(scopes, s.Reading()))
	})
}

// KeyScopes lists the scopes that allow the operation to an API key; one is enough.
func (r Rule) KeyScopes() []Scope {
	all := slices.Clone(r.Scopes)
	for _, s := range r.Scopes {
		if r.Reads {
			all = append(all, s.Reading())
		}
	}
	return all
}
