package desk

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"didpurchase/internal/audit"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
	"didpurchase/internal/validate"
)

// BillingUpdate replaces billing details that still have the version before
// To.Ver.
type BillingUpdate struct {
	Customer ledger.Customer
	To       party.Billing
}

// Target names the item of the billing details.
func (u BillingUpdate) Target() string { return "billing details of " + u.Customer.String() }

// PartyPatch has the changed fields of a party; nil leaves one unchanged.
type PartyPatch struct {
	LegalName  *string
	Street     *string
	PostalCode *string
	City       *string
	Region     *string
	Country    *string
	TaxID      *string
}

// BillingPatch has the changed billing details of a customer; nil leaves one
// unchanged.
type BillingPatch struct {
	PartyPatch
	Email         *string
	PurchaseOrder *string
	Locale        *string
	Notices       map[party.Notice]bool
}

// IssuerPatch has the changed fields of an issuer; nil leaves one unchanged.
type IssuerPatch struct {
	PartyPatch
	Prefix      *string
	PaymentDays *int
	Colour      *string
}

// Billing returns the customer's billing details. Errors: commit.ErrNotFound.
func (s *Service) Billing(ctx context.Context, c ledger.Customer) (party.Billing, error) {
	if _, err := s.store.Account(ctx, c); err != nil {
		return party.Billing{}, err
	}
	return s.store.Billing(ctx, c)
}

// ChangeBilling changes the customer's billing details. An issued invoice keeps the
// details of its day. Errors: commit.ErrNotFound, *validate.Invalid.
func (s *Service) ChangeBilling(ctx context.Context, c ledger.Customer, p BillingPatch) (party.Billing, error) {
	return commit.Insist(ctx, func() (party.Billing, error) {
		current, err := s.Billing(ctx, c)
		if err != nil {
			return party.Billing{}, err
		}
		to := p.apply(current)
		var f validate.Faults
		to.Check(&f)
		if err := f.Err(); err != nil || reflect.DeepEqual(to, current) {
			return to, err
		}
		to.Ver++
		return to, s.commit(ctx, BillingUpdate{Customer: c, To: to}, s.act(ctx, audit.Entry{
			Carrier: c.Carrier, Action: audit.BillingChanged, Customer: c.ID, Old: billingValues(current),
			New: billingValues(to),
		}))
	})
}

func (p BillingPatch) apply(b party.Billing) party.Billing {
	p.PartyPatch.apply(&b.Party)
	set(&b.Email, p.Email)
	set(&b.PurchaseOrder, p.PurchaseOrder)
	set(&b.Locale, p.Locale)
	for kind, wanted := range p.Notices {
		b = b.Setting(kind, wanted)
	}
	return b
}

func (p PartyPatch) apply(to *party.Party) {
	set(&to.LegalName, p.LegalName)
	set(&to.Address.Street, p.Street)
	set(&to.Address.PostalCode, p.PostalCode)
	set(&to.Address.City, p.City)
	set(&to.Address.Region, p.Region)
	set(&to.Address.Country, p.Country)
	set(&to.TaxID, p.TaxID)
}

func (p IssuerPatch) apply(to *carrier.Issuer) {
	p.PartyPatch.apply(&to.Party)
	set(&to.Prefix, p.Prefix)
	set(&to.PaymentDays, p.PaymentDays)
	set(&to.Colour, p.Colour)
}

func partyValues(p party.Party) audit.Values {
	return audit.Values{"legal_name": p.LegalName, "address": strings.Join(p.Address.Lines(), ", "), "tax_id": p.TaxID}
}

func billingValues(b party.Billing) audit.Values {
	values := partyValues(b.Party)
	values["email"], values["purchase_order"], values["locale"] = b.Email, b.PurchaseOrder, b.Locale
	values["muted_notices"] = joined(b.Muted)
	return values
}

// issuerValues returns the issuer's part of settingsValues.
func issuerValues(i carrier.Issuer) audit.Values {
	values := partyValues(i.Party)
	values["invoice_prefix"], values["payment_days"], values["colour"] = i.Prefix, strconv.Itoa(i.PaymentDays), i.Colour
	return values
}
