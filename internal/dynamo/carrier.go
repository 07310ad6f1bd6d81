package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
	"didpurchase/internal/shop"
)

// carrierItem is a tenant's item.
type carrierItem struct {
	ID            string `dynamodbav:"carrier"`
	Ver           int    `dynamodbav:"ver"`
	Name          string `dynamodbav:"name"`
	TimeZone      string `dynamodbav:"timeZone"`
	OlderZone     string `dynamodbav:"olderZone,omitempty"`
	Currency      string `dynamodbav:"currency"`
	GraceDays     int    `dynamodbav:"graceDays"`
	SuspendedDays int    `dynamodbav:"suspendedDays"`
	AgingDays     int    `dynamodbav:"agingDays"`
	CatchUp       int    `dynamodbav:"catchUp"`
	// nil, like the next two fields, in a carrier from before the setting existed
	MaxHeld      *int `dynamodbav:"maxHeld,omitempty"`
	HoldCooldown *int `dynamodbav:"holdCooldown,omitempty"`
	MaxReserved  *int `dynamodbav:"maxReserved,omitempty"`

	Issuer      *partyItem `dynamodbav:"issuer,omitempty"`
	Prefix      string     `dynamodbav:"invoicePrefix,omitempty"`
	PaymentDays int        `dynamodbav:"paymentDays,omitempty"`
	Colour      string     `dynamodbav:"colour,omitempty"`
	Payments    string     `dynamodbav:"payments,omitempty"`

	Invoicing party.Invoicing `dynamodbav:"invoicing,omitempty"`
	TaxBy     carrier.TaxBy   `dynamodbav:"taxBy,omitempty"`

	ApprovalDays int `dynamodbav:"approvalDays,omitempty"`
}

func carrierItemOf(c carrier.Carrier) carrierItem {
	return carrierItem{
		ID: c.ID, Ver: c.Ver, Name: c.Name, TimeZone: c.TimeZone, OlderZone: c.OlderZone, Currency: c.Currency,
		GraceDays: c.GraceDays, SuspendedDays: c.SuspendedDays, AgingDays: c.AgingDays, CatchUp: c.CatchUp,
		MaxHeld: &c.MaxHeld, HoldCooldown: &c.CooldownMinutes, MaxReserved: &c.MaxReserved,
		Issuer: partyItemOf(c.Issuer.Party), Prefix: c.Issuer.Prefix, PaymentDays: c.Issuer.PaymentDays,
		Colour: c.Issuer.Colour, Payments: c.Payments,
		Invoicing: c.Invoicing, TaxBy: c.TaxBy,
		ApprovalDays: c.ApprovalDays,
	}
}

func (i carrierItem) carrier() carrier.Carrier {
	return carrier.Carrier{
		ID: i.ID, Ver: i.Ver, Name: i.Name, TimeZone: i.TimeZone, OlderZone: i.OlderZone, Currency: i.Currency,
		Payments: i.Payments,
		Dunning: carrier.Dunning{GraceDays: i.GraceDays, SuspendedDays: i.SuspendedDays, AgingDays: i.AgingDays,
			CatchUp: i.CatchUp},
		Holding: i.holding(),
		Issuer:  carrier.Issuer{Party: i.Issuer.party(), Prefix: i.Prefix, PaymentDays: i.PaymentDays, Colour: i.Colour},

		Invoicing: i.Invoicing, TaxBy: i.TaxBy,
		Approving: carrier.Approving{ApprovalDays: i.ApprovalDays},
	}
}

func (i carrierItem) holding() carrier.Holding {
	h := carrier.DefaultHolding
	if i.MaxHeld != nil {
		h.MaxHeld = *i.MaxHeld
	}
	if i.HoldCooldown != nil {
		h.CooldownMinutes = *i.HoldCooldown
	}
	if i.MaxReserved != nil {
		h.MaxReserved = *i.MaxReserved
	}
	return h
}

// customerItem lists a customer of the carrier; the other fields are on its
// account.
type customerItem struct {
	Carrier  string `dynamodbav:"carrier"`
	Customer string `dynamodbav:"customer"`
}

// CreateCarrier creates a tenant, together with more. Errors: ErrExists.
func (s *Store) CreateCarrier(ctx context.Context, c carrier.Carrier, more ...commit.Change) error {
	action, err := s.put(settingsKey(c.ID), carrierItemOf(c), absent())
	if err != nil {
		return err
	}
	return s.createWith(ctx, "carrier "+c.ID, []write{{action: action}}, more)
}

// Carrier returns a tenant and its settings. Errors: commit.ErrNotFound.
func (s *Store) Carrier(ctx context.Context, id string) (carrier.Carrier, error) {
	i, err := s.get(ctx, settingsKey(id))
	if err != nil {
		return carrier.Carrier{}, err
	}
	if i == nil {
		return carrier.Carrier{}, fmt.Errorf("%w: carrier %s", commit.ErrNotFound, id)
	}
	return readCarrier(i)
}

func readCarrier(i item) (carrier.Carrier, error) {
	var c carrierItem
	err := decode(i, &c)
	return c.carrier(), err
}

func (s *Store) writeCarrier(u carrier.Update) (write, error) {
	action, err := s.put(settingsKey(u.To.ID), carrierItemOf(u.To), unmoved(u.SeenVer))
	return write{change: u, action: action, current: reading(readCarrier)}, err
}

// CreateCustomer creates a customer and the account, together with the changes in
// more (such as an opening payment, from ledger.Account.Post). Errors: ErrExists.
func (s *Store) CreateCustomer(ctx context.Context, account ledger.Account, more ...commit.Change) error {
	c := account.Customer
	listed, err := s.put(customerKey(c), customerItem{c.Carrier, c.ID}, absent())
	if err != nil {
		return err
	}
	opened, err := s.put(accountKey(c), accountItemOf(account), absent())
	if err != nil {
		return err
	}
	return s.createWith(ctx, "customer "+c.String(), []write{{action: listed}, {action: opened}}, more)
}

// Customers returns the accounts of the carrier's customers, ascending by
// customer id.
func (s *Store) Customers(ctx context.Context, carrier string,
	p shop.Page) (accounts []ledger.Account, next string, err error) {
	l := listing{pk: carrierPK(carrier), prefix: prefixCustomer}
	if p.After != "" {
		l.after = prefixCustomer + p.After
	}
	listed, next, err := s.page(ctx, l, p.Limit)
	if err != nil {
		return nil, "", err
	}
	next = strings.TrimPrefix(next, prefixCustomer)
	keys := make([]key, len(listed))
	for i, row := range listed {
		keys[i] = accountKey(ledger.Customer{Carrier: carrier, ID: text(row, "customer")})
	}
	items, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, "", err
	}
	accounts, err = readEach(items, readAccount)
	slices.SortFunc(accounts, func(a, b ledger.Account) int { return strings.Compare(a.Customer.ID, b.Customer.ID) })
	return accounts, next, err
}
