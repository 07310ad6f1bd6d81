package plan

import (
	"context"
	"errors"
	"strings"
	"time"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/ledger"
)

// maxPaidAhead is how far ahead a rental may be paid: a later time is a slip.
const maxPaidAhead = 5 * 365 * 24 * time.Hour

// Accounts reads customers' accounts.
type Accounts interface {
	// AccountCurrency returns the currency of a customer's account, "" where there is none.
	AccountCurrency(ctx context.Context, c ledger.Customer) (string, error)
}

// People are a carrier's customers, asked for once each.
type People struct {
	ctx     context.Context
	carrier string
	store   Accounts
	known   map[string]string // currencies of their accounts; "" = there is no such customer
	zone    *time.Location
	now     time.Time
	failed  error // of the store
}

func NewPeople(ctx context.Context, carrier string, store Accounts, zone *time.Location, now time.Time) *People {
	return &People{ctx: ctx, carrier: carrier, store: store, known: map[string]string{}, zone: zone, now: now}
}

// rentalOf reads what a row says of its rental.
func (p *People) rentalOf(l *sheet.Layout, cells []string, prices *Packages, pkg string) (*Rental, *sheet.Fault) {
	r := &Rental{
		Customer: strings.Clone(l.Cell(cells, sheet.RoleCustomer)), Terms: prices.known[pkg].Terms,
		Zone: p.zone.String(), Label: strings.Clone(l.Cell(cells, sheet.RoleLabel)), Destination: strings.Clone(l.Cell(cells, sheet.RoleDestination)),
	}
	var fault *sheet.Fault
	if r.PaidUntil, fault = p.time(l.Cell(cells, sheet.RolePaidUntil)); fault != nil {
		return nil, fault
	}
	currency := p.currency(r.Customer)
	switch {
	case currency == "":
		return nil, sheet.Faultf(CodeUnknownCustomer, "there is no customer %q", r.Customer)
	case currency != r.Terms.Recurring.Currency():
		return nil, sheet.Faultf(CodePriceDiffers, "the package %q is in %s, the account of %s in %s", pkg, r.Terms.Recurring.Currency(), r.Customer, currency)
	}
	return r, nil
}

// currency is that of a customer's account, "" where there is none.
func (p *People) currency(id string) string {
	currency, asked := p.known[id]
	if asked || id == "" || len(id) > 64 || strings.Contains(id, "#") {
		return currency
	}
	currency, err := p.store.AccountCurrency(p.ctx, ledger.Customer{Carrier: p.carrier, ID: id})
	if err != nil {
		p.failed = errors.Join(p.failed, err)
		return ""
	}
	p.known[strings.Clone(id)] = currency
	return currency
}

// times are how files write moments; days begin at the carrier's midnight.
var times = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly, "02.01.2006"}

func (p *People) time(text string) (time.Time, *sheet.Fault) {
	for _, form := range times {
		at, err := time.ParseInLocation(form, text, p.zone)
		if err != nil {
			continue
		}
		if at.After(p.now.Add(maxPaidAhead)) || at.Before(p.now.Add(-maxPaidAhead)) {
			return at, sheet.Faultf(CodeBadTime, "the time %q is more than 5 years away", text)
		}
		return at.UTC(), nil
	}
	return time.Time{}, sheet.Faultf(CodeBadTime, "the time %q is not one such as 2026-01-31 or 2026-01-31T00:00:00Z", text)
}
