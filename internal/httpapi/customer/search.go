// Package customer has the routes by which customers find and buy numbers: the
// search, the cart and orders. It knows no route of staff.
package customer

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
)

// Offers has the available numbers of carriers, with their prices. They may be
// two seconds late: a hold decides.
type Offers interface {
	// For returns a catalogue that is complete for all numbers that the query
	// can match.
	For(ctx context.Context, carrier string, q *search.Query) (*search.Catalogue, search.Prices, error)
	// Around returns a catalogue that is complete around the numbers.
	Around(ctx context.Context, carrier string, numbers []e164.Number) (*search.Catalogue, search.Prices, error)
	// DIDs returns the stored DIDs, keyed by number; numbers without a record are
	// omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Currency returns the currency of a customer's account, "" if there is
	// none.
	Currency(ctx context.Context, c ledger.Customer) (string, error)
}

// Search has the routes of the search for available DIDs.
type Search struct{ Offers Offers }

// Register implements httpapi.Group.
func (s Search) Register(r *httpapi.Routes) {
	registerFind(r, s.Offers)
	registerLookUp(r, s.Offers)
	registerCoverage(r, s.Offers)
}

// SearchAnswer is a page of the matches, and counts of all matches.
type SearchAnswer struct {
	Data       []Found `json:"data" doc:"In the order of sort."`
	Total      uint64  `json:"total" doc:"The exact number of all matches: numbers or, with consecutive, runs."`
	Facets     Facets  `json:"facets"`
	NextCursor *string `json:"next_cursor" doc:"Send it as cursor for the next page; null on the last one."`

	Suggestions []Suggestion `json:"suggestions" doc:"Filters that q may mean, at most 5: names of areas, packages and types. A q that is such a name is not looked for as the digits of a keypad, and data is empty; with a * around it, it is."`

	OtherCurrency uint64 `json:"other_currency" doc:"If nothing matches: the number of matches that are priced in another currency than your account's, so that you can't buy them." example:"0"`
}

// Suggestion is a filter that a person may have meant.
type Suggestion struct {
	Filter string `json:"filter" enum:"area,package,type" doc:"The query parameter."`
	Value  string `json:"value" doc:"Its value." example:"London"`
	Label  string `json:"label" doc:"For people." example:"London"`
	Count  uint64 `json:"count" doc:"The number of DIDs that you can buy with this filter alone." example:"1000"`
}

// Found is a row: an available DID or, if runs are requested, a run of them.
type Found struct {
	httpapi.Offer
	Features []string `json:"features" doc:"voice, sms, fax."`

	PriceRule *string `json:"price_rule" doc:"The pattern of the carrier's price rule that gives the number its package; null if the package is that of its range." example:"*7777"`
	Memorable *string `json:"memorable" enum:"repeat,ladder,round,pairs,palindrome" doc:"Why the last four digits are easy to remember; null if they are not, and for a run." example:"repeat"`

	Start  *httpapi.DID `json:"start,omitempty" doc:"For a run: its first number, the same as did. Buy any part of the run by start and count."`
	End    *httpapi.DID `json:"end,omitempty" doc:"For a run: its last number."`
	Length uint64       `json:"length,omitempty" doc:"For a run: its length."`
}

// Facets counts all matches by their properties: of each kind, the 100 values
// with the largest counts.
type Facets struct {
	Country []httpapi.Facet `json:"country"`
	Area    []httpapi.Facet `json:"area"`
	Package []httpapi.Facet `json:"package"`
	Type    []httpapi.Facet `json:"type"`

	Features []httpapi.Facet `json:"features" doc:"A DID counts for each of its features."`
	Interval []httpapi.Facet `json:"interval" doc:"The value to send as the filter: month, 3 months."`

	Others FacetOthers `json:"others" doc:"The exact sums of the values that are not among the 100 of a kind."`
}

// FacetOthers sums up the values of each facet that are not named.
type FacetOthers struct {
	Country  httpapi.Others `json:"country"`
	Area     httpapi.Others `json:"area"`
	Package  httpapi.Others `json:"package"`
	Type     httpapi.Others `json:"type"`
	Features httpapi.Others `json:"features"`
	Interval httpapi.Others `json:"interval"`
}

// searchInput has the filters; all given ones must hold.
type searchInput struct {
	httpapi.Page
	Q          string `query:"q" doc:"The text of a search box: digits with spaces, +, ? for one digit and * for any, or letters of a keypad. The name of an area, a package or a type gives suggestions." example:"20 7??? 1234"`
	StartsWith string `query:"starts_with" doc:"The first digits, beginning with the country code." example:"4420"`
	EndsWith   string `query:"ends_with" doc:"The last digits." example:"777"`
	Contains   string `query:"contains" doc:"Digits in a row, anywhere." example:"7777"`
	Pattern    string `query:"pattern" doc:"The whole number: digits, ? for one digit, * for any number of digits." example:"4420*00"`
	Country    string `query:"country" doc:"ISO 3166-1 alpha-2, in any case; several, separated by commas, for the numbers of any of them." example:"GB,FR"`
	Area       string `query:"area" doc:"An area as facets.area names it; case, accents and further blanks don't matter." example:"London"`
	Type       string `query:"type" doc:"The type of service, as in an offer's type, or in words: toll-free." example:"geographic"`
	Package    string `query:"package" doc:"A package's id or, if no id matches, its name; case and accents don't matter." example:"standard"`

	Features     string `query:"features" doc:"voice, sms, fax; several, separated by commas, must all be there." example:"voice,sms"`
	MaxSetup     string `query:"max_setup" doc:"The highest setup charge, in the package's currency." example:"5.00"`
	MaxRecurring string `query:"max_recurring" doc:"The highest monthly equivalent: the recurring charge per 365/12 days, in the package's currency." example:"2.50"`
	Interval     string `query:"interval" doc:"The billing interval: day, week, month or year; several as 3 months." example:"month"`
	Memorable    string `query:"memorable" doc:"Numbers that are easy to remember by their last four digits: repeat (7777), ladder (1234, 4321), round (5000), pairs (1212, 1122), palindrome (1221); several, separated by commas, for any of them; any for all." example:"repeat,ladder"`
	Consecutive  int    `query:"consecutive" minimum:"2" maximum:"1000000" doc:"Find runs instead of numbers: at least this many consecutive numbers that match, are available and have the same offer. Each run is as long as possible." example:"10"`
	Offset       int    `query:"offset" minimum:"0" doc:"Begin after this number of rows instead of at a cursor, to look at any place of a long list; continue by next_cursor. Not with consecutive." example:"5000"`
	Sort         string `query:"sort" enum:"number,price,memorable" default:"number" doc:"price: by the monthly equivalent, then by number; currencies follow one another and are not converted. memorable: numbers that are easy to remember first (repeat, ladder, round, pairs, palindrome), then the others, each by number; not with consecutive."`
}

func registerFind(r *httpapi.Routes, offers Offers) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/available-dids", "search-available-dids", httpapi.TagSearch,
		"Search DIDs for sale",
		"The DIDs of your carrier that you can buy now, in your account's currency, with their prices, the exact total, "+
			"and counts by country, area, package and type. Filters match the digits of the number without its plus.",
		http.StatusBadRequest),
		func(ctx context.Context, in *searchInput) (*httpapi.Out[SearchAnswer], error) {
			return httpapi.Answer(find(ctx, offers, in))
		})
}

func find(ctx context.Context, offers Offers, in *searchInput) (SearchAnswer, error) {
	filters, err := in.filters()
	if err != nil {
		return SearchAnswer{}, err
	}
	suggestions, err := suggest(ctx, offers, filters)
	if err != nil {
		return SearchAnswer{}, err
	}
	query, err := search.ParseQuery(filters)
	if len(suggestions) > 0 && (err != nil || suggestions[0].Exact) {
		filters.Q = ""
		if _, err := search.ParseQuery(filters); err != nil {
			return SearchAnswer{}, err
		}
		return withSuggestions(wireResult(search.Result{}, nil, in.list()), suggestions), nil
	}
	if err != nil {
		return SearchAnswer{}, err
	}
	found, err := findFor(ctx, offers, query, in.list())
	return withSuggestions(found, suggestions), err
}

// findFor answers a query for the caller, with the prices in its currency. If
// nothing has such a price, it counts the matches in other currencies.
func findFor(ctx context.Context, offers Offers, query *search.Query, list string) (SearchAnswer, error) {
	offered, all, err := offers.For(ctx, httpapi.Caller(ctx).Carrier, query)
	if err != nil {
		return SearchAnswer{}, err
	}
	prices, err := pricesFor(ctx, offers, all)
	if err != nil {
		return SearchAnswer{}, err
	}
	found := wireResult(offered.Search(query, prices), prices, list)
	if found.Total == 0 && len(prices) < len(all) {
		found.OtherCurrency = offered.Search(query, all).Total
	}
	return found, nil
}

// suggest names the filters that a text of the search box may mean.
func suggest(ctx context.Context, offers Offers, f search.Filters) ([]search.Suggestion, error) {
	if !search.HasLetters(f.Q) {
		return nil, nil
	}
	offered, prices, err := everythingFor(ctx, offers)
	if err != nil {
		return nil, err
	}
	return offered.Suggest(f.Q, prices), nil
}

// everythingFor returns all that the caller's carrier offers, and the packages that
// the caller can buy.
func everythingFor(ctx context.Context, offers Offers) (*search.Catalogue, search.Prices, error) {
	everything, err := search.ParseQuery(search.Filters{})
	if err != nil {
		return nil, nil, err
	}
	offered, prices, err := offers.For(ctx, httpapi.Caller(ctx).Carrier, everything)
	if err != nil {
		return nil, nil, err
	}
	prices, err = pricesFor(ctx, offers, prices)
	return offered, prices, err
}

func withSuggestions(a SearchAnswer, list []search.Suggestion) SearchAnswer {
	a.Suggestions = make([]Suggestion, len(list))
	for i, s := range list {
		a.Suggestions[i] = Suggestion{Filter: s.Field, Value: s.Value, Label: s.Label, Count: s.Count}
	}
	return a
}

// searchCursor names the list in cursors; the place is the last number and, in
// the order of prices, its price.
const searchCursor = "available-dids"

// list returns the name of the list in cursors. The order by memorability has its own
// name, because its cursors have only a number, as cursors of the order by number do.
func (in *searchInput) list() string {
	if in.Sort == "memorable" {
		return searchCursor + " by memorability"
	}
	return searchCursor
}

func (in *searchInput) filters() (search.Filters, error) {
	place, err := httpapi.DecodeCursor(in.list(), in.Cursor)
	if err != nil {
		return search.Filters{}, err
	}
	after := search.Cursor{}
	if place != "" {
		number, price, _ := strings.Cut(place, " ")
		last, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return search.Filters{}, httpapi.BadCursor()
		}
		after = search.Cursor{Number: e164.Number(last), Price: price}
	}
	return search.Filters{
		Q: in.Q, StartsWith: in.StartsWith, EndsWith: in.EndsWith, Contains: in.Contains, Pattern: in.Pattern,
		Country: in.Country, Area: in.Area, Package: in.Package, Type: in.Type,
		Features: in.Features, MaxSetup: in.MaxSetup, MaxRecurring: in.MaxRecurring, Interval: in.Interval,
		Memorable: in.Memorable, Consecutive: in.Consecutive, Sort: in.Sort, Limit: in.Limit, After: after, Offset: in.Offset,
	}, nil
}

func placeOf(c search.Cursor) string {
	if c.Number == 0 {
		return ""
	}
	return strings.TrimSpace(c.Number.Digits() + " " + c.Price)
}

func wireResult(r search.Result, prices search.Prices, list string) SearchAnswer {
	found := SearchAnswer{
		Data: make([]Found, 0, len(r.Rows)+len(r.Runs)), Total: r.Total,
		Facets:     wireFacets(r.Facets),
		NextCursor: httpapi.EncodeCursor(list, placeOf(r.Next)),
	}
	for _, hit := range r.Rows {
		row := wireFound(hit, prices)
		row.Memorable = httpapi.Optional(string(search.MemorableOf(hit.Number)))
		found.Data = append(found.Data, row)
	}
	for _, run := range r.Runs {
		row := wireFound(search.Hit{Number: run.Start, Range: run.Range, Rule: run.Rule}, prices)
		row.Start, row.End, row.Length = &httpapi.DID{Number: run.Start}, &httpapi.DID{Number: run.End}, run.Count()
		found.Data = append(found.Data, row)
	}
	return found
}

func wireFound(hit search.Hit, prices search.Prices) Found {
	return Found{Offer: offerOf(hit, prices), Features: hit.Range.Offers(), PriceRule: httpapi.Optional(hit.Rule)}
}

func offerOf(hit search.Hit, prices search.Prices) httpapi.Offer {
	r := hit.Range
	return httpapi.Offer{Place: httpapi.WirePlace(hit.Number, r.Country, r.Area, r.Type),
		Price: httpapi.WirePrice(prices[r.Package].Terms)}
}

func wireFacets(f search.Facets) Facets {
	return Facets{
		Country: wireFacet(f.Country), Area: wireFacet(f.Area), Package: wireFacet(f.Package), Type: wireFacet(f.Type),
		Features: wireFacet(f.Features), Interval: wireFacet(f.Interval),
		Others: FacetOthers{
			Country: httpapi.Others(f.Country.Others), Area: httpapi.Others(f.Area.Others),
			Package:  httpapi.Others(f.Package.Others),
			Type:     httpapi.Others(f.Type.Others),
			Features: httpapi.Others(f.Features.Others), Interval: httpapi.Others(f.Interval.Others),
		},
	}
}

func wireFacet(f search.Facet) []httpapi.Facet {
	return httpapi.Each(f.Top, func(c search.Count) httpapi.Facet { return httpapi.Facet{Value: c.Value, Count: c.Count} })
}
