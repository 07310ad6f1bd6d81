package httpapi

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/pricing"
)

// Package is a carrier's price on the wire.
type Package struct {
	ID          string   `json:"id" example:"standard"`
	Version     int      `json:"version" doc:"A changed price is a new version; versions never change."`
	Name        string   `json:"name" example:"Standard"`
	Description *string  `json:"description"`
	Setup       Money    `json:"setup" doc:"Charged once, at purchase."`
	Recurring   Money    `json:"recurring" doc:"Charged at the start of each interval."`
	Interval    Interval `json:"interval"`
	MinTermDays int      `json:"min_term_days" doc:"A rental can't be cancelled before."`
}

// Packages are a carrier's prices.
type Packages interface {
	// Packages are the carrier's current package versions by id.
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
}

func registerPackages(api huma.API, packages Packages) {
	huma.Register(api, operation(http.MethodGet, "/v1/packages", "list-packages", tagStaff,
		"List packages", "The carrier's prices, each in its current version."),
		func(ctx context.Context, _ *struct{}) (*out[List[Package]], error) {
			all, err := packages.Packages(ctx, caller(ctx).Carrier)
			return answer(wirePackages(all), err)
		})
}

func wirePackages(all map[string]pricing.Package) List[Package] {
	page := List[Package]{Data: make([]Package, 0, len(all))}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		p := all[id]
		page.Data = append(page.Data, Package{
			ID: p.Package, Version: p.Version, Name: p.Name, Description: optional(p.Description),
			Setup: wireMoney(p.Setup), Recurring: wireMoney(p.Recurring), Interval: wireInterval(p.Interval), MinTermDays: p.MinTermDays,
		})
	}
	return page
}
