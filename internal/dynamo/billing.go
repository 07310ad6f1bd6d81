package dynamo

import (
	"context"

	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
)

// partyItem is a party of invoices, as part of an item.
type partyItem struct {
	LegalName  string `dynamodbav:"legalName,omitempty"`
	Street     string `dynamodbav:"street,omitempty"`
	PostalCode string `dynamodbav:"postalCode,omitempty"`
	City       string `dynamodbav:"city,omitempty"`
	Region     string `dynamodbav:"region,omitempty"`
	Country    string `dynamodbav:"country,omitempty"`
	TaxID      string `dynamodbav:"taxId,omitempty"`
}

// partyItemOf returns nil for the empty party.
func partyItemOf(p party.Party) *partyItem {
	if p == (party.Party{}) {
		return nil
	}
	return &partyItem{p.LegalName, p.Address.Street, p.Address.PostalCode, p.Address.City, p.Address.Region,
		p.Address.Country, p.TaxID}
}

// party returns the empty party for nil.
func (i *partyItem) party() party.Party {
	if i == nil {
		return party.Party{}
	}
	return party.Party{LegalName: i.LegalName, TaxID: i.TaxID, Address: party.Address{
		Street: i.Street, PostalCode: i.PostalCode, City: i.City, Region: i.Region, Country: i.Country,
	}}
}

// billingItem has a customer's billing details.
type billingItem struct {
	Ver           int            `dynamodbav:"ver"`
	Party         *partyItem     `dynamodbav:"party,omitempty"`
	Email         string         `dynamodbav:"email,omitempty"`
	PurchaseOrder string         `dynamodbav:"purchaseOrder,omitempty"`
	Locale        string         `dynamodbav:"locale,omitempty"`
	Muted         []party.Notice `dynamodbav:"muted,omitempty"`
}

// Billing returns the customer's billing details, empty with Ver 0 if they were
// never written.
func (s *Store) Billing(ctx context.Context, c ledger.Customer) (party.Billing, error) {
	i, err := s.get(ctx, billingKey(c))
	if err != nil || i == nil {
		return party.Billing{}, err
	}
	return readBilling(i)
}

func (s *Store) writeBilling(u desk.BillingUpdate) (write, error) {
	b := u.To
	action, err := s.put(billingKey(u.Customer), billingItem{
		Ver: b.Ver, Party: partyItemOf(b.Party), Email: b.Email, PurchaseOrder: b.PurchaseOrder, Locale: b.Locale,
		Muted: b.Muted,
	}, unmoved(b.Ver-1))
	return write{change: u, action: action, current: reading(readBilling)}, err
}

func readBilling(i item) (party.Billing, error) {
	var b billingItem
	err := decode(i, &b)
	return party.Billing{
		Party: b.Party.party(), Ver: b.Ver, Email: b.Email, PurchaseOrder: b.PurchaseOrder, Locale: b.Locale, Muted: b.Muted,
	}, err
}
