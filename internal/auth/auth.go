// Package auth identifies the caller and holds the one table of roles and
// routes: the principal that the authorizer passes to every function, and what
// each role may call. It knows neither tokens nor HTTP.
package auth

import (
	"errors"
	"slices"
)

// Errors of this package.
var (
	// ErrUnauthenticated means that the caller is unknown: there is no token,
	// or it isn't valid. Errors that wrap it give the reason.
	ErrUnauthenticated = errors.New("no valid access token")
	// ErrUnavailable means that no caller can be identified at the moment.
	// Errors that wrap it give the reason.
	ErrUnavailable = errors.New("nobody can be authorized at the moment")
	// ErrForbidden means that the caller is known but has no role for the
	// operation.
	ErrForbidden = errors.New("your role may not do this")
)

// Role is a set of permissions. A customer's users are owners, buyers or
// viewers; the carrier's staff have the other roles, and their own viewer.
type Role string

// Roles of customers' users and of the carrier's staff.
const (
	Owner           Role = "owner" // a buyer who also manages the customer's users and keys
	Buyer           Role = "buyer"
	Viewer          Role = "viewer"
	Admin           Role = "admin"
	CustomerSuccess Role = "customer_success"
	Sales           Role = "sales"
	Billing         Role = "billing"
)

// CustomerRoles are the roles that a customer's user may have.
var CustomerRoles = []Role{Owner, Buyer, Viewer}

// StaffRoles are the roles that a carrier's staff may have.
var StaffRoles = []Role{Admin, CustomerSuccess, Sales, Billing, Viewer}

// Principal is the caller: a user of a customer or of the carrier's staff, or a
// program with an API key of either. It comes only from the authorizer, never from
// the request.
type Principal struct {
	Carrier  string  // the tenant, a slug such as "acme"
	Customer string  // a slug such as "alice"; "" for staff
	User     string  // the user's id, or "key:" and the API key's id
	Name     string  // for people to read; may be ""
	Roles    []Role  // a user's, of CustomerRoles or of StaffRoles
	Scopes   []Scope // an API key's, of ScopesFor(Customer)
}

// IsStaff reports whether the principal belongs to the carrier rather than to one
// of its customers.
func (p Principal) IsStaff() bool { return p.Customer == "" }

// MayApprove reports whether the principal may approve the orders of its own
// customer: then its own orders need no approval.
func (p Principal) MayApprove() bool { return !p.IsStaff() && p.May(Rules[ApprovePath]) }

// May reports whether the rule allows the principal: a user by a role, an API key
// by a scope.
func (p Principal) May(r Rule) bool {
	if r.permits(p.Scopes, p.Customer) {
		return true
	}
	allowed := r.Customers
	if p.IsStaff() {
		allowed = r.Staff
	}
	return slices.ContainsFunc(p.Roles, func(role Role) bool { return slices.Contains(allowed, role) })
}
