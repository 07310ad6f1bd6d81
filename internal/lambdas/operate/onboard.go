package operate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // Lambda's image has no time zones

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
	"didpurchase/internal/validate"
)

// onboardRequest makes a carrier and its first admin.
type onboardRequest struct {
	Command string `json:"command"`
	Carrier struct {
		ID       string `json:"id"` // a slug
		Name     string `json:"name"`
		Currency string `json:"currency"`  // ISO 4217; default USD
		TimeZone string `json:"time_zone"` // IANA; default UTC
	} `json:"carrier"`
	Admin struct {
		Issuer string `json:"issuer"` // as in the token's iss
		Sub    string `json:"sub"`    // as in the token's sub
		ID     string `json:"id"`     // a slug; default: the sub
		Name   string `json:"name"`
	} `json:"admin"`
}

// onboarded reports for each part whether it was "created" or "exists".
type onboarded struct {
	Carrier string `json:"carrier"`
	Admin   string `json:"admin"`
}

// onboard creates the carrier and its first admin. It is idempotent, and
// completes an interrupted first call.
func onboard(o operator, ctx context.Context, request json.RawMessage) (any, error) {
	var r onboardRequest
	if err := fields(request, &r); err != nil {
		return nil, err
	}
	carrier, admin, err := r.check()
	if err != nil {
		return nil, err
	}
	var done onboarded
	if done.Carrier, err = outcome(o.store.CreateCarrier(ctx, carrier, o.onboarding(ctx, carrier))); err != nil {
		return nil, err
	}
	user := userOf(admin, r.Admin.Issuer, r.Admin.Sub, o.env.Now())
	if done.Admin, err = outcome(o.store.CreateUser(ctx, user, o.admission(ctx, user))); err != nil {
		return nil, err
	}
	if done.Admin == exists {
		err = o.isAdminOf(ctx, r.Admin.Issuer, r.Admin.Sub, carrier.ID)
	}
	return done, err
}

const (
	created = "created"
	exists  = "exists"
)

func outcome(err error) (string, error) {
	switch {
	case errors.Is(err, dynamo.ErrExists):
		return exists, nil
	case err != nil:
		return "", err
	}
	return created, nil
}

// isAdminOf returns an error if the token's subject belongs to another user
// already. The error, which is logged too, does not name the subject.
func (o operator) isAdminOf(ctx context.Context, issuer, sub, carrier string) error {
	user, err := o.store.User(ctx, issuer, sub)
	if err != nil {
		return err
	}
	if user.Carrier != carrier || !user.May(auth.Rule{Staff: []auth.Role{auth.Admin}}) {
		return fmt.Errorf("admin.sub: is a user of carrier %q with the roles %v already", user.Carrier, user.Roles)
	}
	return nil
}

// check fills in defaults and names every wrong field.
func (r *onboardRequest) check() (carrier.Carrier, auth.Principal, error) {
	c, a := &r.Carrier, &r.Admin
	c.Currency, c.TimeZone, a.ID = or(c.Currency, "USD"), or(c.TimeZone, "UTC"), or(a.ID, a.Sub)
	_, currencyErr := money.Parse("0", c.Currency)
	_, zoneErr := time.LoadLocation(c.TimeZone)
	err := errors.Join(
		wrong(!validate.Slug(c.ID), "carrier.id: %q is not a slug such as acme-telecom", c.ID),
		wrong(c.Name == "", "carrier.name is missing"),
		wrong(currencyErr != nil, "carrier.currency: %q is not an ISO 4217 currency", c.Currency),
		wrong(zoneErr != nil, "carrier.time_zone: %q is not an IANA time zone", c.TimeZone),
		wrong(a.Issuer == "", "admin.issuer is missing: the iss of the admin's access tokens"),
		wrong(a.Sub == "", "admin.sub is missing: the sub of the admin's access tokens"),
	)
	made := carrier.New(c.ID, c.Name, c.TimeZone, c.Currency)
	// carriers of earlier releases still invoice per charge and round by line
	made.Invoicing, made.TaxBy = party.Monthly, carrier.TaxByTotal
	return made,
		auth.Principal{Carrier: c.ID, User: a.ID, Name: a.Name, Roles: []auth.Role{auth.Admin}}, err
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func wrong(is bool, format string, args ...any) error {
	if !is {
		return nil
	}
	return fmt.Errorf(format, args...)
}
