package customer

import (
	"context"
	"net/http"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/httpapi"
)

// Coverage summarises the available DIDs: of each list, the 100 rows with the
// largest counts, largest first.
type Coverage struct {
	Total     uint64           `json:"total" doc:"The number of DIDs that can be bought now."`
	Countries []Covered        `json:"countries"`
	Areas     []CoveredArea    `json:"areas"`
	Types     []Covered        `json:"types"`
	Packages  []CoveredPackage `json:"packages"`
	Others    CoverageOthers   `json:"others" doc:"The exact sums of the rows that are not among the 100 of a list."`
}

// CoverageOthers sums up the rows of each list that are not named.
type CoverageOthers struct {
	Countries httpapi.Others `json:"countries"`
	Areas     httpapi.Others `json:"areas"`
	Types     httpapi.Others `json:"types"`
	Packages  httpapi.Others `json:"packages"`
}

// Covered is the number of available DIDs of one kind, with the lowest prices.
type Covered struct {
	Value         string        `json:"value" doc:"The value to send as the search's filter." example:"GB"`
	Count         uint64        `json:"count" example:"1000"`
	FromSetup     httpapi.Money `json:"from_setup" doc:"The lowest setup charge, in the first currency of lowest."`
	FromRecurring httpapi.Money `json:"from_recurring" doc:"The recurring charge with the lowest monthly equivalent, in the first currency of lowest."`
	Lowest        []Lowest      `json:"lowest" doc:"The lowest prices of each currency, by its code; at most 10 currencies."`
}

// Lowest has the lowest prices of a currency.
type Lowest struct {
	Setup             httpapi.Money    `json:"setup" doc:"The lowest setup charge."`
	Recurring         httpapi.Money    `json:"recurring" doc:"The recurring charge with the lowest monthly equivalent."`
	Interval          httpapi.Interval `json:"interval" doc:"The interval of that recurring charge."`
	MonthlyEquivalent httpapi.Money    `json:"monthly_equivalent"`
}

// CoveredArea is an area: two countries may have areas of the same name.
type CoveredArea struct {
	Covered
	Country *string `json:"country" example:"GB"`
}

// CoveredPackage is a package with the number of its DIDs.
type CoveredPackage struct {
	httpapi.Price
	Count uint64 `json:"count" example:"1000"`
}

func registerCoverage(r *httpapi.Routes, offers Offers) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/coverage", "get-coverage", httpapi.TagSearch,
		"Show the coverage",
		"The countries, areas, types and packages of your carrier's available DIDs, with their counts and lowest prices."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Coverage], error) {
			offered, prices, err := everythingFor(ctx, offers)
			if err != nil {
				return nil, err
			}
			return httpapi.Answer(wireCoverage(offered.Coverage(prices), prices), nil)
		})
}

func wireCoverage(c search.Coverage, prices search.Prices) Coverage {
	wire := Coverage{
		Total: c.Total, Countries: wireCovered(c.Countries.Top), Types: wireCovered(c.Types.Top), Areas: []CoveredArea{},
		Packages: httpapi.Each(c.Packages.Top, func(p search.Covered) CoveredPackage {
			return CoveredPackage{httpapi.WirePrice(prices[p.Value].Terms), p.Count}
		}),
		Others: CoverageOthers{
			Countries: httpapi.Others(c.Countries.Others), Areas: httpapi.Others(c.Areas.Others),
			Types:    httpapi.Others(c.Types.Others),
			Packages: httpapi.Others(c.Packages.Others),
		},
	}
	for i, area := range wireCovered(c.Areas.Top) {
		wire.Areas = append(wire.Areas, CoveredArea{area, httpapi.Optional(c.Areas.Top[i].Country)})
	}
	return wire
}

func wireCovered(list []search.Covered) []Covered {
	return httpapi.Each(list, func(c search.Covered) Covered {
		return Covered{
			Value: c.Value, Count: c.Count, Lowest: httpapi.Each(c.From, wireLowest),
			FromSetup: httpapi.WireMoney(c.From[0].Setup), FromRecurring: httpapi.WireMoney(c.From[0].Recurring.Recurring),
		}
	})
}

func wireLowest(l search.Lowest) Lowest {
	recurring := httpapi.WirePrice(l.Recurring)
	return Lowest{
		Setup: httpapi.WireMoney(l.Setup), Recurring: recurring.Recurring,
		Interval: recurring.Interval, MonthlyEquivalent: recurring.MonthlyEquivalent,
	}
}
