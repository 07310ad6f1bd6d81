package dynamo

import (
	"context"
	"fmt"

	"didpurchase/internal/auth"
)

// userItem is who a token's issuer and subject are here.
type userItem struct {
	Carrier  string      `dynamodbav:"carrier"`
	Customer string      `dynamodbav:"customer,omitempty"`
	User     string      `dynamodbav:"user"`
	Name     string      `dynamodbav:"name,omitempty"`
	Roles    []auth.Role `dynamodbav:"roles"`
}

// User finds the user that a valid token speaks for. A role that was taken away
// must not linger, so it reads consistently.
//
// Errors: auth.ErrUnknownUser.
func (s *Store) User(ctx context.Context, issuer, subject string) (auth.Principal, error) {
	i, err := s.get(ctx, userKey(issuer, subject))
	if err != nil {
		return auth.Principal{}, err
	}
	if i == nil {
		return auth.Principal{}, fmt.Errorf("%w: %s of %s", auth.ErrUnknownUser, subject, issuer)
	}
	var u userItem
	err = decode(i, &u)
	return u.principal(), err
}

// CreateUser makes the issuer's subject this user. Errors: ErrExists.
func (s *Store) CreateUser(ctx context.Context, issuer, subject string, p auth.Principal) error {
	action, err := s.put(userKey(issuer, subject), userItem{p.Carrier, p.Customer, p.User, p.Name, p.Roles}, absent())
	if err != nil {
		return err
	}
	return s.create(ctx, fmt.Sprintf("user %s of %s", subject, issuer), write{action: action})
}

func (u userItem) principal() auth.Principal {
	return auth.Principal{Carrier: u.Carrier, Customer: u.Customer, User: u.User, Name: u.Name, Roles: u.Roles}
}
