package auth

import (
	"context"
	"errors"
	"time"
)

// Errors of users.
var (
	// ErrUnknownUser means that a token is valid but its subject is not a user.
	ErrUnknownUser = errors.New("unknown user")
	// ErrNoSuchUser means that the caller's carrier or customer has no user with
	// the id.
	ErrNoSuchUser = errors.New("no such user")
	// ErrInvitation means that an invitation's code is unknown, was used, was
	// replaced by a newer one, or is too old.
	ErrInvitation = errors.New("the invitation is not valid")
	// ErrKnownUser means that the subject of a token is a user already.
	ErrKnownUser = errors.New("you are a user already")
)

// Users finds the user of a valid token.
//
// Errors: ErrUnknownUser if no user has the issuer and subject.
type Users interface {
	User(ctx context.Context, issuer, subject string) (Principal, error)
}

// User is a person of a carrier or customer: invited, or identified by the issuer
// and subject of the tokens.
type User struct {
	Carrier   string
	Customer  string // "" for the carrier's staff
	ID        string
	Name      string
	Email     string // for people; nothing depends on it
	Roles     []Role
	Issuer    string // of the user's tokens; "" until the invitation is accepted
	Subject   string
	CreatedAt time.Time
	CreatedBy string // a user's id; "" for an operator
	Invitation
	// Admitted is the subject of the login that the invitation created at the issuer;
	// "" if it created none.
	Admitted string
}

// Invitation is a link that one newcomer can use once. Its code is not stored.
type Invitation struct {
	InvitationHash string // "" when there is none
	InvitedUntil   time.Time
}

// Accepted reports whether the user has accepted the invitation, so that a token
// identifies them.
func (u User) Accepted() bool { return u.Subject != "" }

// Principal returns the user as a caller.
func (u User) Principal() Principal {
	return Principal{Carrier: u.Carrier, Customer: u.Customer, User: u.ID, Name: u.Name, Roles: u.Roles}
}

// Manager returns the role that manages the other users of a customer, or of the
// carrier for the empty customer. There is always at least one.
func Manager(customer string) Role {
	if customer == "" {
		return Admin
	}
	return Owner
}

// RolesFor lists the roles that a user of the customer may have, or of the
// carrier for the empty customer.
func RolesFor(customer string) []Role {
	if customer == "" {
		return StaffRoles
	}
	return CustomerRoles
}
