package operate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// admitRequest admits a person of the issuer: as one of the carrier's staff, or
// as a user of a customer.
type admitRequest struct {
	Command string `json:"command"`
	Carrier string `json:"carrier"`
	User    struct {
		Issuer   string      `json:"issuer"`   // as in the token's iss
		Sub      string      `json:"sub"`      // as in the token's sub
		ID       string      `json:"id"`       // default: the sub
		Name     string      `json:"name"`     // for people
		Customer string      `json:"customer"` // "" is the carrier's staff
		Roles    []auth.Role `json:"roles"`    // at least one
	} `json:"user"`
}

// admitted reports whether the user was "created" or "exists".
type admitted struct {
	User string `json:"user"`
}

// admit creates the user. It is idempotent; another user with that issuer and
// subject is an error.
func admit(o operator, ctx context.Context, request json.RawMessage) (any, error) {
	var r admitRequest
	if err := fields(request, &r); err != nil {
		return nil, err
	}
	user, err := r.check()
	if err != nil {
		return nil, err
	}
	if err := o.knowsCustomer(ctx, user); err != nil {
		return nil, err
	}
	var done admitted
	listed := userOf(user, r.User.Issuer, r.User.Sub, o.env.Now())
	if done.User, err = outcome(o.store.CreateUser(ctx, listed, o.admission(ctx, listed))); err != nil ||
		done.User == created {
		return done, err
	}
	known, err := o.store.User(ctx, r.User.Issuer, r.User.Sub)
	if err == nil && !isSame(known, user) {
		err = fmt.Errorf("user.sub: %q of %q is user %q of carrier %q, customer %q, with the roles %v already",
			r.User.Sub, r.User.Issuer, known.User, known.Carrier, known.Customer, known.Roles)
	}
	if err != nil {
		return done, err
	}
	return done, o.store.ListUser(ctx, userOf(known, r.User.Issuer, r.User.Sub, o.env.Now()))
}

// isSame reports whether both are of one carrier and customer, with the same
// roles.
func isSame(known, user auth.Principal) bool {
	return known.Carrier == user.Carrier && known.Customer == user.Customer && slices.Equal(known.Roles, user.Roles)
}

// userOf returns the user of a principal with tokens of the issuer and subject.
func userOf(p auth.Principal, issuer, subject string, now time.Time) auth.User {
	return auth.User{
		Carrier: p.Carrier, Customer: p.Customer, ID: p.User, Name: p.Name, Roles: p.Roles,
		Issuer: issuer, Subject: subject, CreatedAt: now,
	}
}

// check fills in defaults and names every wrong field.
func (r *admitRequest) check() (auth.Principal, error) {
	u, of, roles := &r.User, "staff", auth.RolesFor(r.User.Customer)
	if u.Customer != "" {
		of = "a customer"
	}
	err := errors.Join(
		wrong(r.Carrier == "", "carrier is missing"),
		wrong(u.Issuer == "", "user.issuer is missing: the iss of the user's access tokens"),
		wrong(u.Sub == "", "user.sub is missing: the sub of the user's access tokens"),
		wrong(len(u.Roles) == 0, "user.roles is empty: %s have %v", of, roles),
	)
	for i, role := range u.Roles {
		err = errors.Join(err, wrong(!slices.Contains(roles, role), "user.roles[%d]: %q is no role of %s, which are %v", i,
			role, of, roles))
	}
	return auth.Principal{Carrier: r.Carrier, Customer: u.Customer, User: or(u.ID, u.Sub), Name: u.Name, Roles: u.Roles},
		err
}

// knowsCustomer returns an error unless the user's carrier and customer exist.
func (o operator) knowsCustomer(ctx context.Context, user auth.Principal) error {
	if err := o.knows(ctx, user.Carrier); err != nil || user.IsStaff() {
		return err
	}
	_, err := o.store.Account(ctx, ledger.Customer{Carrier: user.Carrier, ID: user.Customer})
	if errors.Is(err, commit.ErrNotFound) {
		return fmt.Errorf("user.customer: %s has no customer %q", user.Carrier, user.Customer)
	}
	return err
}
