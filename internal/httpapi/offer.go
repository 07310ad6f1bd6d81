package httpapi

import (
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// PackageRef names a package.
type PackageRef struct {
	ID   string `json:"id" example:"standard"`
	Name string `json:"name" example:"Standard"`
}

// Place is a DID with its place in the numbering plan.
type Place struct {
	DID     DID     `json:"did"`
	Display string  `json:"display" doc:"The number in its country's grouping." example:"+44 20 7123 4567"`
	Country *string `json:"country" doc:"ISO 3166-1 alpha-2." example:"GB"`
	Area    *string `json:"area" example:"London"`
	Type    *string `json:"type" example:"geographic"`
}

// Price is the price of a DID.
type Price struct {
	Package   PackageRef `json:"package"`
	Setup     Money      `json:"setup" doc:"Charged once, at purchase."`
	Recurring Money      `json:"recurring" doc:"Charged at the start of each interval."`
	Interval  Interval   `json:"interval"`
	Alignment *Alignment `json:"alignment" doc:"The calendar days of charges; null for the anniversaries of the purchase. With several days in a week or month, recurring is charged on each."`
	MinTerm   int        `json:"min_term_days" doc:"A cancellation takes effect after this term at the earliest; 0 for none."`

	MonthlyEquivalent Money `json:"monthly_equivalent" doc:"The recurring charge per 365/12 days, rounded half even: sort=price and max_recurring compare it."`
}

// Offer is an available DID with its price.
type Offer struct {
	Place
	Price
}

func WirePlace(n e164.Number, country, area string, kind e164.Type) Place {
	return Place{
		DID: DID{Number: n}, Display: e164.Display(n),
		Country: Optional(country), Area: Optional(area), Type: Optional(string(kind)),
	}
}

func WirePrice(t pricing.Terms) Price {
	return Price{
		Package:   PackageRef{ID: t.Package, Name: t.Name},
		Setup:     WireMoney(t.Setup),
		Recurring: WireMoney(t.Recurring),
		Interval:  WireInterval(t.Interval),
		Alignment: WireAlignment(t.Align),
		MinTerm:   t.MinTermDays,

		MonthlyEquivalent: WireMoney(t.MonthlyEquivalent()),
	}
}

func WireOffer(n e164.Number, o did.Offer) Offer {
	return Offer{Place: WirePlace(n, o.Country, o.Area, o.Type), Price: WirePrice(o.Terms)}
}
