package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/pricing"
)

// Packages has a carrier's packages.
type Packages interface {
	// PackageVersions returns all versions of the carrier's packages, ascending
	// by id and version.
	PackageVersions(ctx context.Context, carrier string) ([]pricing.Package, error)
}

// PackageService sets prices; *desk.Service implements it, and documents the
// errors.
type PackageService interface {
	AddPackage(ctx context.Context, carrier string, p pricing.Package) (pricing.Package, error)
}

// Package is a carrier's package on the wire.
type Package struct {
	PackageRequest
	Version int  `json:"version" doc:"A changed price is a new version; versions never change."`
	OnSale  bool `json:"on_sale" doc:"New rentals begin under this version now."`

	MonthlyEquivalent Money `json:"monthly_equivalent" doc:"The recurring charge per 365/12 days, rounded half even."`
}

// PackageRequest is a package, or a new version of one.
type PackageRequest struct {
	ID          string     `json:"id" example:"standard" doc:"A slug. An existing one gets a new version, for new rentals."`
	Name        string     `json:"name" example:"Standard"`
	Description *string    `json:"description,omitempty"`
	Setup       Money      `json:"setup" doc:"Charged once, at purchase."`
	Recurring   Money      `json:"recurring" doc:"Charged at the start of each interval."`
	Interval    Interval   `json:"interval"`
	Alignment   *Alignment `json:"alignment,omitempty" doc:"Charges on calendar days instead of the anniversaries of the purchase."`
	MinTermDays int        `json:"min_term_days,omitempty" minimum:"0" doc:"A cancellation takes effect after this term at the earliest; 0 for none."`
	ActiveFrom  *time.Time `json:"active_from,omitempty" doc:"New rentals begin under it from then on; from now on if missing."`
	ActiveUntil *time.Time `json:"active_until,omitempty" doc:"No new rentals begin under it from then on; without end if missing."`
}

// Alignment has the calendar days of charges, in the carrier's time zone.
type Alignment struct {
	MonthDays []MonthDay `json:"month_days,omitempty" doc:"Days of the month, for the unit month: 1 to 31, or last. If a month lacks a day, its last day is used."`
	Weekdays  []string   `json:"weekdays,omitempty" enum:"sunday,monday,tuesday,wednesday,thursday,friday,saturday" doc:"Days of the week, for the unit week."`
	Prorated  bool       `json:"prorated,omitempty" doc:"The shortened first period costs its share of days."`
}

// MonthDay is a day of the month: 1 to 31, or pricing.LastDay.
type MonthDay int

const lastDay = "last"

// Schema returns the OpenAPI schema for huma.
func (MonthDay) Schema(huma.Registry) *huma.Schema {
	first, last := 1.0, 31.0
	schema := &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeInteger, Minimum: &first, Maximum: &last},
		{Type: huma.TypeString, Enum: []any{lastDay}},
	}}
	for _, s := range schema.OneOf {
		s.PrecomputeMessages()
	}
	return schema
}

// MarshalJSON writes a number or "last".
func (d MonthDay) MarshalJSON() ([]byte, error) {
	if d == pricing.LastDay {
		return json.Marshal(lastDay)
	}
	return json.Marshal(int(d))
}

// UnmarshalJSON reads a number or "last".
func (d *MonthDay) UnmarshalJSON(data []byte) error {
	if string(data) == `"`+lastDay+`"` {
		*d = pricing.LastDay
		return nil
	}
	var n int
	if err := json.Unmarshal(data, &n); err != nil || n < 1 || n > 31 {
		return fmt.Errorf("%s is not a day of the month: send 1 to 31, or %q", data, lastDay)
	}
	*d = MonthDay(n)
	return nil
}

func registerPackages(r *routes, packages Packages, service PackageService, now func() time.Time) {
	register(r, operation(http.MethodGet, "/v1/packages", "list-packages", tagStaff,
		"List packages", "The carrier's packages, ascending by id and version: each in its highest version, or in all versions.", http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			Page
			Versions string `query:"versions" enum:"latest,all" default:"latest"`
		}) (*out[List[Package]], error) {
			all, err := packages.PackageVersions(ctx, caller(ctx).Carrier)
			if err != nil {
				return nil, err
			}
			listed := wirePackages(all, in.Versions == "all", now())
			return list("packages", in.Page, func(p Package) Package { return p }, section(listed, placeOfPackage))
		})

	add := operation(http.MethodPost, "/v1/packages", "add-package", tagStaff,
		"Set a price",
		"Adds a package or, if its id exists, a new version of it. Rentals keep the version that they began under. Sending the highest version again changes nothing.")
	add.DefaultStatus = http.StatusCreated
	register(r, add, func(ctx context.Context, in *struct{ Body PackageRequest }) (*out[Package], error) {
		wanted, err := in.Body.read()
		if err != nil {
			return nil, err
		}
		added, err := service.AddPackage(ctx, caller(ctx).Carrier, wanted)
		return answer(wirePackage(added, pricing.OnSale([]pricing.Package{added}, now())), err)
	})
}

// read returns the requested package, without a version.
func (r PackageRequest) read() (pricing.Package, error) {
	setup, err := r.Setup.read("/setup")
	if err != nil {
		return pricing.Package{}, err
	}
	recurring, err := r.Recurring.read("/recurring")
	if err != nil {
		return pricing.Package{}, err
	}
	p := pricing.Package{Description: text(r.Description), ActiveFrom: moment(r.ActiveFrom), ActiveUntil: moment(r.ActiveUntil)}
	p.Terms = pricing.Terms{
		Package: r.ID, Name: r.Name, Setup: setup, Recurring: recurring, MinTermDays: r.MinTermDays,
		Interval: pricing.Interval{Unit: pricing.Unit(r.Interval.Unit), Count: r.Interval.Count},
	}
	if r.Alignment != nil {
		p.Align = r.Alignment.read()
	}
	return p, nil
}

// weekdays are the names of time.Weekday on the wire.
var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func (a Alignment) read() pricing.Alignment {
	read := pricing.Alignment{Prorated: a.Prorated}
	for _, d := range a.MonthDays {
		read.MonthDays |= pricing.OnMonthDays(int(d))
	}
	for _, name := range a.Weekdays {
		read.Weekdays |= pricing.OnWeekdays(time.Weekday(slices.Index(weekdays, name)))
	}
	return read
}

func wireAlignment(a pricing.Alignment) *Alignment {
	if a == (pricing.Alignment{}) {
		return nil
	}
	wire := Alignment{Prorated: a.Prorated}
	for d := 1; d <= pricing.LastDay; d++ {
		if a.MonthDays&pricing.OnMonthDays(d) != 0 {
			wire.MonthDays = append(wire.MonthDays, MonthDay(d))
		}
	}
	for d, name := range weekdays {
		if a.Weekdays&pricing.OnWeekdays(time.Weekday(d)) != 0 {
			wire.Weekdays = append(wire.Weekdays, name)
		}
	}
	return &wire
}

// placeOfPackage sorts as packages are listed: '#' sorts before the characters
// of ids.
func placeOfPackage(p Package) string { return fmt.Sprintf("%s#%06d", p.ID, p.Version) }

// wirePackages lists versions that are ascending: all, or the highest of each
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
	return Package{
		PackageRequest: PackageRequest{
			ID: p.Package, Name: p.Name, Description: optional(p.Description), Setup: wireMoney(p.Setup), Recurring: wireMoney(p.Recurring),
			Interval: wireInterval(p.Interval), Alignment: wireAlignment(p.Align), MinTermDays: p.MinTermDays,
			ActiveFrom: optionalTime(p.ActiveFrom), ActiveUntil: optionalTime(p.ActiveUntil),
		},
		Version: p.Version, OnSale: onSale[p.Package].Version == p.Version,
		MonthlyEquivalent: wireMoney(p.MonthlyEquivalent()),
	}
}
