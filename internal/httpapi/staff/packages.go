package staff

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/pricing"
)

// PackageRecords has a carrier's packages.
type PackageRecords interface {
	// PackageVersions returns all versions of the carrier's packages, ascending
	// by id and version.
	PackageVersions(ctx context.Context, carrier string) ([]pricing.Package, error)
}

// PackageService sets prices; *desk.Service implements it, and documents the
// errors.
type PackageService interface {
	AddPackage(ctx context.Context, carrier string, p pricing.Package) (pricing.Package, error)
}

// Packages has the routes of packages, price changes and price rules.
type Packages struct {
	Records PackageRecords
	Service PackageService
	Prices  PriceChangeService
	Rules   PriceRuleService
	Now     func() time.Time
}

// Register implements httpapi.Group.
func (p Packages) Register(r *httpapi.Routes) {
	registerPackages(r, p.Records, p.Service, p.Now)
	registerPriceChanges(r, p.Prices)
	registerPriceRules(r, p.Rules)
}

// Package is a carrier's package on the wire.
type Package struct {
	PackageRequest
	Version int  `json:"version" doc:"A changed price is a new version; versions never change."`
	OnSale  bool `json:"on_sale" doc:"New rentals get this version now."`

	MonthlyEquivalent httpapi.Money `json:"monthly_equivalent" doc:"The recurring charge per 365/12 days, rounded half even."`
}

// PackageRequest is a package, or a new version of one.
type PackageRequest struct {
	ID          string             `json:"id" example:"standard" doc:"A slug. An existing one gets a new version, for new rentals."`
	Name        string             `json:"name" example:"Standard"`
	Description *string            `json:"description,omitempty"`
	Setup       httpapi.Money      `json:"setup" doc:"Charged once, at purchase."`
	Recurring   httpapi.Money      `json:"recurring" doc:"Charged at the start of each interval."`
	Interval    httpapi.Interval   `json:"interval"`
	Alignment   *httpapi.Alignment `json:"alignment,omitempty" doc:"Charges on calendar days instead of the anniversaries of the purchase."`
	Cost        *httpapi.Money     `json:"cost,omitempty" doc:"What a number costs the carrier itself in each interval, in the currency of recurring; unknown if missing. Only staff see it: the reports of rentals and revenue have the margin."`
	MinTermDays int                `json:"min_term_days,omitempty" minimum:"0" doc:"A cancellation takes effect after this term at the earliest; 0 for none."`
	ActiveFrom  *time.Time         `json:"active_from,omitempty" doc:"New rentals get it from then on; from now on if missing."`
	ActiveUntil *time.Time         `json:"active_until,omitempty" doc:"New rentals get it no longer from then on; without end if missing."`
}

func registerPackages(r *httpapi.Routes, packages PackageRecords, service PackageService, now func() time.Time) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/packages", "list-packages", httpapi.TagStaff,
		"List packages", "The carrier's packages, ascending by id and version: each in its highest version, or in all "+
			"versions.", http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			httpapi.Page
			Versions string `query:"versions" enum:"latest,all" default:"latest"`
		}) (*httpapi.Out[httpapi.List[Package]], error) {
			all, err := packages.PackageVersions(ctx, httpapi.Caller(ctx).Carrier)
			if err != nil {
				return nil, err
			}
			listed := wirePackages(all, in.Versions == "all", now())
			return httpapi.AnswerPage("packages", in.Page, func(p Package) Package { return p },
				httpapi.PageOf(listed, placeOfPackage))
		})

	add := httpapi.Operation(http.MethodPost, "/v1/packages", "add-package", httpapi.TagStaff,
		"Set a price",
		"Adds a package or, if its id exists, a new version of it. Rentals keep the version with which they began. Sending "+
			"the highest version again changes nothing.")
	add.DefaultStatus = http.StatusCreated
	httpapi.Register(r, add, func(ctx context.Context, in *struct{ Body PackageRequest }) (*httpapi.Out[Package], error) {
		wanted, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		added, err := service.AddPackage(ctx, httpapi.Caller(ctx).Carrier, wanted)
		return httpapi.Answer(wirePackage(added, pricing.OnSale([]pricing.Package{added}, now())), err)
	})
}

// read returns the requested package, without a version.
func (r PackageRequest) read() (pricing.Package, error) {
	setup, err := r.Setup.Read("/setup")
	if err != nil {
		return pricing.Package{}, err
	}
	recurring, err := r.Recurring.Read("/recurring")
	if err != nil {
		return pricing.Package{}, err
	}
	p := pricing.Package{Description: text(r.Description), ActiveFrom: moment(r.ActiveFrom),
		ActiveUntil: moment(r.ActiveUntil)}
	p.Terms = pricing.Terms{
		Package: r.ID, Name: r.Name, Setup: setup, Recurring: recurring, MinTermDays: r.MinTermDays,
		Interval: pricing.Interval{Unit: pricing.Unit(r.Interval.Unit), Count: r.Interval.Count},
	}
	if r.Cost != nil {
		if p.Cost, err = r.Cost.Read("/cost"); err != nil {
			return pricing.Package{}, err
		}
	}
	if r.Alignment != nil {
		p.Align = r.Alignment.Read()
	}
	return p, nil
}

// placeOfPackage sorts in the order of the list: '#' sorts before the characters of
// ids.
func placeOfPackage(p Package) string { return fmt.Sprintf("%s#%06d", p.ID, p.Version) }

// wirePackages lists versions, which are ascending: all, or the highest of each
// package.
func wirePackages(versions []pricing.Package, all bool, now time.Time) (listed []Package) {
	onSale := pricing.OnSale(versions, now)
	for i, p := range versions {
		if all || i+1 == len(versions) || versions[i+1].Package != p.Package {
			listed = append(listed, wirePackage(p, onSale))
		}
	}
	return listed
}

func wirePackage(p pricing.Package, onSale map[string]pricing.Package) Package {
	var cost *httpapi.Money
	if p.HasCost() {
		cost = new(httpapi.WireMoney(p.Cost))
	}
	return Package{
		PackageRequest: PackageRequest{
			ID: p.Package, Name: p.Name, Description: httpapi.Optional(p.Description), Setup: httpapi.WireMoney(p.Setup),
			Recurring: httpapi.WireMoney(p.Recurring), Cost: cost,
			Interval: httpapi.WireInterval(p.Interval), Alignment: httpapi.WireAlignment(p.Align), MinTermDays: p.MinTermDays,
			ActiveFrom: httpapi.OptionalTime(p.ActiveFrom), ActiveUntil: httpapi.OptionalTime(p.ActiveUntil),
		},
		Version: p.Version, OnSale: onSale[p.Package].Version == p.Version,
		MonthlyEquivalent: httpapi.WireMoney(p.MonthlyEquivalent()),
	}
}

// text returns "" for null.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// moment returns the zero time for null.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
