package staff

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/shop"
)

// ImportProfile has the settings for reading a carrier's files.
type ImportProfile struct {
	Delimiter      string         `json:"delimiter,omitempty" pattern:"^[,;\\t|]$" patternDescription:"a comma, a semicolon, a tab or |" doc:"The separator of columns; detected if missing."`
	Encoding       string         `json:"encoding,omitempty" enum:"utf-8,latin-1,windows-1252,windows-1251" doc:"latin-1 is read as windows-1252. Detected if missing; a byte order mark overrules it."`
	Sheet          string         `json:"sheet,omitempty" maxLength:"128" doc:"The sheet of a workbook (.xlsx); the first one that is not hidden when missing." example:"Numbers"`
	CountryCode    string         `json:"country_code" doc:"The calling code of national numbers." example:"44"`
	TrunkPrefix    string         `json:"trunk_prefix,omitempty" doc:"Digits with which national numbers may begin, and which international ones lack." example:"0"`
	Notation       string         `json:"notation,omitempty" enum:"auto,international,national" doc:"The notation of numbers without a plus. By default the numbering plan decides; a number that could be either is rejected with both readings."`
	Review         string         `json:"review,omitempty" enum:"uncertain,never" doc:"When a plan waits for a review: by default, if a reading of the file is not certain."`
	Columns        ProfileColumns `json:"columns" doc:"The columns of a row's values. number, or prefix, or start with end or size, decide the row's shape."`
	AcceptStatus   []string       `json:"accept_status,omitempty" doc:"Rows with another status are rejected. If missing, rows with a status that means for sale, in five languages, are accepted; in use, reserved and aging are not."`
	DefaultPackage string         `json:"default_package,omitempty" doc:"The package of rows without one." example:"standard"`
	Currency       string         `json:"currency,omitempty" doc:"Of price columns; the carrier's if missing." example:"EUR"`
	MakePackages   bool           `json:"make_packages,omitempty" doc:"Whether prices without a matching package create one."`
	Mode           string         `json:"mode,omitempty" enum:"partial,all_or_nothing" doc:"For files in the profile's folder: whether the good rows are applied if others are rejected; they are if missing. An upload has its own setting."`
	Strategy       string         `json:"strategy,omitempty" enum:"add,replace" doc:"For files in the profile's folder: the treatment of numbers that the file lacks, as in POST /v1/imports; add if missing."`
	DryRun         *bool          `json:"dry_run,omitempty" doc:"For files in the profile's folder: only plan, until the plan is applied. If missing, it is true for the strategy replace."`
}

// ProfileColumns has the columns of a row's values.
type ProfileColumns struct {
	Start          JoinedColumns `json:"start,omitzero"`
	End            JoinedColumns `json:"end,omitzero"`
	Prefix         JoinedColumns `json:"prefix,omitzero"`
	Size           *Column       `json:"size,omitempty"`
	Number         JoinedColumns `json:"number,omitzero"`
	Range          *Column       `json:"range,omitempty"`
	NationalLength *Column       `json:"national_length,omitempty"`
	Package        *Column       `json:"package,omitempty"`
	Area           *Column       `json:"area,omitempty"`
	Type           *Column       `json:"type,omitempty"`
	Features       *Column       `json:"features,omitempty"`
	Status         *Column       `json:"status,omitempty"`
	Country        *Column       `json:"country,omitempty"`
	Setup          *Column       `json:"setup,omitempty"`
	Monthly        *Column       `json:"monthly,omitempty"`
	Currency       *Column       `json:"currency,omitempty"`
	Interval       *Column       `json:"interval,omitempty" doc:"The interval of the recurring price: monthly, yearly, every 30 days. Monthly if missing."`
}

// Column is a header's text, or a position from 1.
type Column struct{ sheet.Column }

// Schema returns the OpenAPI schema for huma.
func (Column) Schema(huma.Registry) *huma.Schema { return columnSchema() }

// JoinedColumns is a column, or several with joined texts.
type JoinedColumns struct{ sheet.Joined }

// IsZero reports whether no column is named.
func (j JoinedColumns) IsZero() bool { return len(j.Joined) == 0 }

// Schema returns the OpenAPI schema for huma.
func (JoinedColumns) Schema(huma.Registry) *huma.Schema {
	list := &huma.Schema{Type: huma.TypeArray, Items: columnSchema(), MinItems: new(1)}
	return described(&huma.Schema{AnyOf: append(columnSchema().AnyOf, list)},
		"A column, or a list of columns with joined texts, such as NPA and NXX.")
}

func columnSchema() *huma.Schema {
	return described(&huma.Schema{AnyOf: []*huma.Schema{
		{Type: huma.TypeString, MinLength: new(1)},
		{Type: huma.TypeInteger, Minimum: new(1.0)},
	}}, "A column's header, or its position from 1.")
}

func described(s *huma.Schema, description string) *huma.Schema {
	s.Description = description
	for _, kind := range s.AnyOf {
		kind.PrecomputeMessages()
	}
	s.PrecomputeMessages()
	return s
}

// ProfileName is the path of a profile. (It is exported because huma can't set a
// field of an embedded type that isn't.)
type ProfileName struct {
	Name string `path:"name" doc:"It may be the name of a folder of the carrier's files: inventory/<carrier>/<name>/<file>.csv." example:"ofcom"`
}

// ListedProfile is a profile in the list.
type ListedProfile struct {
	Name string `json:"name" example:"ofcom"`
	ImportProfile
}

func registerProfiles(r *httpapi.Routes, imports Imports) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/import-profiles", "list-import-profiles", httpapi.TagStaff,
		"List import profiles", "Ascending by name.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[ListedProfile]], error) {
			return httpapi.AnswerPage("import-profiles", *in, wireListedProfile,
				func(p shop.Page) ([]intake.NamedProfile, string, error) {
					return imports.Profiles(ctx, httpapi.Caller(ctx).Carrier, p.Limit, p.After)
				})
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/import-profiles/{name}", "get-import-profile",
		httpapi.TagStaff,
		"Show an import profile", "The settings for reading files that name this profile.", http.StatusNotFound),
		func(ctx context.Context, in *ProfileName) (*httpapi.Out[ImportProfile], error) {
			profile, err := imports.Profile(ctx, httpapi.Caller(ctx).Carrier, in.Name)
			return httpapi.Answer(wireProfile(profile), err)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPut, "/v1/import-profiles/{name}", "put-import-profile",
		httpapi.TagStaff,
		"Make or replace an import profile", "Sets how to read files with a carrier's own columns.", http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			ProfileName
			Body ImportProfile
		}) (*httpapi.Out[ImportProfile], error) {
			err := imports.PutProfile(ctx, httpapi.Caller(ctx).Carrier, in.Name, in.Body.profile())
			return httpapi.Answer(in.Body, err)
		})
}

func (p ImportProfile) profile() intake.Profile {
	c := p.Columns
	reading := sheet.Profile{
		Delimiter: p.Delimiter, Encoding: sheet.Encoding(p.Encoding), Sheet: p.Sheet, CountryCode: p.CountryCode,
		TrunkPrefix: p.TrunkPrefix, Notation: numberformat.Notation(p.Notation), Review: sheet.Review(p.Review),
		AcceptStatus: p.AcceptStatus, DefaultPackage: p.DefaultPackage, Currency: p.Currency, MakePackages: p.MakePackages,
		Columns: sheet.Columns{
			Start: c.Start.Joined, End: c.End.Joined, Prefix: c.Prefix.Joined, Size: c.Size.column(), Number: c.Number.Joined,
			Range:          c.Range.column(),
			NationalLength: c.NationalLength.column(), Package: c.Package.column(), Area: c.Area.column(), Type: c.Type.column(),
			Features: c.Features.column(), Status: c.Status.column(), Country: c.Country.column(),
			Setup: c.Setup.column(), Monthly: c.Monthly.column(), Currency: c.Currency.column(), Interval: c.Interval.column(),
		},
	}
	return intake.Profile{Profile: reading, Mode: intake.Mode(p.Mode), Strategy: intake.Strategy(p.Strategy),
		DryRun: p.DryRun}
}

func wireProfile(p intake.Profile) ImportProfile {
	c := p.Columns
	return ImportProfile{
		Delimiter: p.Delimiter, Encoding: string(p.Encoding), Sheet: p.Sheet, CountryCode: p.CountryCode,
		TrunkPrefix: p.TrunkPrefix, Notation: string(p.Notation), Review: string(p.Review),
		AcceptStatus: p.AcceptStatus, DefaultPackage: p.DefaultPackage, Currency: p.Currency, MakePackages: p.MakePackages,
		Mode: string(p.Mode), Strategy: string(p.Strategy), DryRun: p.DryRun,
		Columns: ProfileColumns{
			Start: JoinedColumns{c.Start}, End: JoinedColumns{c.End}, Prefix: JoinedColumns{c.Prefix}, Size: wireColumn(c.Size),
			Number: JoinedColumns{c.Number}, Range: wireColumn(c.Range),
			NationalLength: wireColumn(c.NationalLength), Package: wireColumn(c.Package), Area: wireColumn(c.Area),
			Type:     wireColumn(c.Type),
			Features: wireColumn(c.Features), Status: wireColumn(c.Status), Country: wireColumn(c.Country),
			Setup: wireColumn(c.Setup), Monthly: wireColumn(c.Monthly), Currency: wireColumn(c.Currency),
			Interval: wireColumn(c.Interval),
		},
	}
}

func (c *Column) column() *sheet.Column {
	if c == nil {
		return nil
	}
	return &c.Column
}

func wireColumn(c *sheet.Column) *Column {
	if c == nil {
		return nil
	}
	return &Column{*c}
}

func wireListedProfile(p intake.NamedProfile) ListedProfile {
	return ListedProfile{Name: p.Name, ImportProfile: wireProfile(p.Profile)}
}
