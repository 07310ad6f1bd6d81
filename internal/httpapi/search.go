package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// Searcher finds what a carrier can sell right now.
//
// Errors: catalogue.FieldErrors for filters that can't be read.
type Searcher interface {
	Search(ctx context.Context, carrier string, f catalogue.Filters, prices catalogue.Prices) (catalogue.Result, error)
}

// Packages are a carrier's prices.
type Packages interface {
	// Packages are the carrier's current package versions by id.
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
}

// Search serves the search for DIDs that can be bought.
func Search(searcher Searcher, packages Packages, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(api huma.API) { registerSearch(api, searcher, packages) })
}

// SearchAnswer is a page of what matches, and counts of all that does.
type SearchAnswer struct {
	Data       []Offer `json:"data" doc:"Ascending by number."`
	Total      uint64  `json:"total" doc:"How many match in all, exactly."`
	Facets     Facets  `json:"facets"`
	NextCursor *string `json:"next_cursor" doc:"Send it as cursor for the next page; null on the last one."`
}

// Facets counts all matches by what they are.
type Facets struct {
	Country []Facet `json:"country"`
	Area    []Facet `json:"area"`
	Package []Facet `json:"package"`
}

// Facet is how many matches have a value.
type Facet struct {
	Value string `json:"value" example:"GB"`
	Count uint64 `json:"count" example:"1000"`
}

// searchInput are the filters; all that are given must hold.
type searchInput struct {
	Page
	Q          string `query:"q" doc:"What a person types: digits with spaces, +, ? for one digit and * for any." example:"20 7??? 1234"`
	StartsWith string `query:"starts_with" doc:"The first digits, beginning with the country code." example:"4420"`
	EndsWith   string `query:"ends_with" doc:"The last digits." example:"777"`
	Contains   string `query:"contains" doc:"Digits in a row, anywhere." example:"7777"`
	Pattern    string `query:"pattern" doc:"The whole number: digits, ? for one digit, * for any number of digits." example:"4420*00"`
	Country    string `query:"country" doc:"ISO 3166-1 alpha-2." example:"GB"`
	Area       string `query:"area" doc:"An area as facets.area names it." example:"London"`
	Type       string `query:"type" doc:"What the number is for, as an offer's type says." example:"geographic"`
	Package    string `query:"package" doc:"A package's id." example:"standard"`
}

func registerSearch(api huma.API, searcher Searcher, packages Packages) {
	huma.Register(api, operation(http.MethodGet, "/v1/available-dids", "search-available-dids", tagSearch,
		"Search DIDs for sale",
		"The DIDs of your carrier that can be bought now, with their prices, the exact total, and counts by country, area and package. Filters match the digits of the number without its plus.",
		http.StatusBadRequest),
		func(ctx context.Context, in *searchInput) (*out[SearchAnswer], error) {
			found, err := search(ctx, searcher, packages, in)
			return answer(found, err)
		})
}

func search(ctx context.Context, searcher Searcher, packages Packages, in *searchInput) (SearchAnswer, error) {
	filters, err := in.filters()
	if err != nil {
		return SearchAnswer{}, err
	}
	carrier := caller(ctx).Carrier
	priced, err := packages.Packages(ctx, carrier)
	if err != nil {
		return SearchAnswer{}, err
	}
	result, err := searcher.Search(ctx, carrier, filters, priced)
	if err != nil {
		return SearchAnswer{}, err
	}
	return wireResult(result, priced), nil
}

// searchCursor names the list in cursors; the place is the last number.
const searchCursor = "available-dids"

func (in *searchInput) filters() (catalogue.Filters, error) {
	after, err := decodeCursor(searchCursor, in.Cursor)
	if err != nil {
		return catalogue.Filters{}, err
	}
	var last uint64
	if after != "" {
		if last, err = strconv.ParseUint(after, 10, 64); err != nil {
			return catalogue.Filters{}, badCursor()
		}
	}
	return catalogue.Filters{
		Q: in.Q, StartsWith: in.StartsWith, EndsWith: in.EndsWith, Contains: in.Contains, Pattern: in.Pattern,
		Country: in.Country, Area: in.Area, Package: in.Package, Type: in.Type, Limit: in.Limit, After: catalogue.Cursor{Number: e164.Number(last)},
	}, nil
}

func wireResult(r catalogue.Result, packages map[string]pricing.Package) SearchAnswer {
	found := SearchAnswer{
		Data: make([]Offer, len(r.Rows)), Total: r.Total,
		Facets: Facets{Country: wireFacet(r.Facets.Country), Area: wireFacet(r.Facets.Area), Package: wireFacet(r.Facets.Package)},
	}
	for i, hit := range r.Rows {
		found.Data[i] = Offer{
			Place: place(hit.Number, hit.Range.Country, hit.Range.Area, hit.Range.Type),
			Price: price(packages[hit.Range.Package].Terms),
		}
	}
	if r.Next.Number != 0 {
		found.NextCursor = encodeCursor(searchCursor, r.Next.Number.Digits())
	}
	return found
}

func wireFacet(counts []catalogue.Count) []Facet {
	facets := make([]Facet, len(counts))
	for i, c := range counts {
		facets[i] = Facet{Value: c.Value, Count: c.Count}
	}
	return facets
}
