package books

import (
	"didpurchase/internal/httpapi"
	"didpurchase/internal/party"
)

// Address is a postal address on the wire.
type Address struct {
	Street     *string `json:"street" example:"1 High Street"`
	PostalCode *string `json:"postal_code" example:"SW1A 1AA"`
	City       *string `json:"city" example:"London"`
	Region     *string `json:"region"`
	Country    *string `json:"country" example:"GB" doc:"ISO 3166-1 alpha-2."`
}

// Party is a party of invoices on the wire.
type Party struct {
	LegalName *string `json:"legal_name" example:"Alice Ltd"`
	Address   Address `json:"address"`
	TaxID     *string `json:"tax_id" example:"GB123456789"`
}

// WireParty returns a party on the wire.
func WireParty(p party.Party) Party {
	a := p.Address
	return Party{LegalName: httpapi.Optional(p.LegalName), TaxID: httpapi.Optional(p.TaxID), Address: Address{
		Street: httpapi.Optional(a.Street), PostalCode: httpapi.Optional(a.PostalCode), City: httpapi.Optional(a.City),
		Region: httpapi.Optional(a.Region), Country: httpapi.Optional(a.Country),
	}}
}
