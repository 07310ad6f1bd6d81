package books

import (
	"context"
	"errors"
	"net/http"

	"didpurchase/internal/did"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
	"didpurchase/internal/shop"
)

// RentalLists finds rentals; *rentals.Lists implements it, and documents the
// errors.
type RentalLists interface {
	Find(ctx context.Context, c ledger.Customer, q rentals.Query, p rentals.Page) ([]did.DID, rentals.Found, error)
	Across(ctx context.Context, carrier string, q rentals.Query, p rentals.Page) (rentals.Walk, error)
	All(ctx context.Context, c ledger.Customer, q rentals.Query, by rentals.Sort) ([]rentals.Listed, error)
}

// RentalList is a page of rentals, with the counts of all that match.
type RentalList struct {
	Data       []Rental      `json:"data" doc:"In the order of sort."`
	Total      *uint64       `json:"total" doc:"The exact number of all that match; null with facets=false."`
	Facets     *RentalFacets `json:"facets" doc:"null with facets=false."`
	NextCursor *string       `json:"next_cursor" doc:"Send it as cursor, with the same filters and sort, for the next page; null on the last one."`
}

// RentalFacets counts all rentals that match: of each kind, the 100 values with
// the largest counts.
type RentalFacets struct {
	State   []httpapi.Facet `json:"state"`
	Country []httpapi.Facet `json:"country"`
	Area    []httpapi.Facet `json:"area"`
	Package []httpapi.Facet `json:"package" doc:"The packages' ids."`
	Tag     []httpapi.Facet `json:"tag" doc:"A rental counts for each of its tags."`

	Others RentalFacetOthers `json:"others" doc:"The exact sums of the values that are not among the 100 of a kind."`
}

// RentalFacetOthers sums up the values of each facet that are not named.
type RentalFacetOthers struct {
	Country httpapi.Others `json:"country"`
	Area    httpapi.Others `json:"area"`
	Package httpapi.Others `json:"package"`
	Tag     httpapi.Others `json:"tag"`
}

// RentalFilters select rentals; all given ones must hold.
type RentalFilters struct {
	State       string `query:"state" enum:"active,past_due,suspended,pending_release,aging,ported_out" doc:"Only rentals in this state."`
	Q           string `query:"q" maxLength:"100" doc:"Digits of the number as people write them (+44 20 71, 020 71), or a part of the label, of a tag or of the area." example:"2071"`
	Country     string `query:"country" maxLength:"200" doc:"ISO 3166-1 alpha-2, in any case; several, separated by commas, for the numbers of any of them." example:"GB,FR"`
	Area        string `query:"area" maxLength:"200" doc:"An area as facets.area names it, in any case." example:"London"`
	Type        string `query:"type" maxLength:"40" doc:"The type of service, as in a rental's type." example:"geographic"`
	Package     string `query:"package" maxLength:"100" doc:"A package's id." example:"standard"`
	Tag         string `query:"tag" maxLength:"100" doc:"One of the tags, in any case." example:"sales"`
	Destination string `query:"destination" maxLength:"300" doc:"The first target of calls; none for rentals that ring nowhere." example:"none"`
}

// RentalQuery selects a page of a list of rentals.
type RentalQuery struct {
	httpapi.Page
	RentalFilters
	Sort   string `query:"sort" enum:"number,next_charge,label,assigned_at" default:"number" doc:"number, ascending by digits; next_charge, the earliest first; label; assigned_at, the newest first. Rentals without a charge or a label are last."`
	Offset int    `query:"offset" minimum:"0" maximum:"400000" doc:"Begin after this number of rows instead of at a cursor, to look at any place of a long list; continue by next_cursor." example:"5000"`
	Accept string `header:"Accept"`
	Packed string `header:"Accept-Encoding"`
	Facets bool   `query:"facets" default:"true" doc:"false leaves out total and facets. A page by number without filters then costs the same however many rentals there are."`
}

func (f RentalFilters) parse() (rentals.Query, error) {
	q, err := rentals.Parse(rentals.Filters{
		Q: f.Q, State: f.State, Country: f.Country, Area: f.Area, Type: f.Type, Package: f.Package, Tag: f.Tag,
		Destination: f.Destination,
	})
	var invalid *rentals.InvalidFilter
	if errors.As(err, &invalid) {
		return q, httpapi.BadParameter(invalid.Field, invalid.Detail)
	}
	return q, err
}

// rentalsCursor names the list in cursors; each order except by number has its own
// name.
func (in *RentalQuery) rentalsCursor() string {
	if rentals.Sort(in.Sort) == rentals.ByNumber {
		return "dids"
	}
	return "dids by " + in.Sort
}

// rentals answers a page of a customer's rentals, or all that match as CSV.
func (b Rentals) rentals(ctx context.Context, c ledger.Customer, in *RentalQuery) (*httpapi.Representation, error) {
	q, err := in.parse()
	if err != nil {
		return nil, err
	}
	if httpapi.Prefers(in.Accept, httpapi.MediaCSV) {
		return b.rentalsCSV(ctx, c, q, in)
	}
	list, err := b.rentalsPage(ctx, c, q, in)
	return httpapi.Represented(&httpapi.Representation{Vary: "Accept", Body: list}, err)
}

func (b Rentals) rentalsPage(ctx context.Context, c ledger.Customer, q rentals.Query,
	in *RentalQuery) (list RentalList, err error) {
	if in.Offset > 0 && in.Cursor != "" {
		return list, httpapi.BadParameter("offset", "excludes cursor")
	}
	plain := in.Offset == 0 && !in.Facets && q.All() && rentals.Sort(in.Sort) == rentals.ByNumber
	var counts rentals.Counts
	page, err := httpapi.AnswerPage(in.rentalsCursor(), in.Page, wireRental,
		func(p shop.Page) (described []shop.Rented, next string, err error) {
			if !rentals.ValidAfter(p.After) {
				return nil, "", httpapi.BadCursor()
			}
			var owned []did.DID
			if plain {
				owned, next, err = b.Records.Rentals(ctx, c, p)
			} else {
				owned, next, counts, err = b.find(ctx, c, q, rentals.Page{Sort: rentals.Sort(in.Sort), Limit: p.Limit,
					After: p.After, Offset: in.Offset})
			}
			if err != nil {
				return nil, "", err
			}
			described, err = b.Service.Describe(ctx, c, owned)
			return described, next, err
		})
	if err != nil {
		return list, err
	}
	list = RentalList{Data: page.Body.Data, NextCursor: page.Body.NextCursor}
	if in.Facets {
		list.Total, list.Facets = &counts.Total, wireRentalFacets(counts)
	}
	return list, nil
}

// tooMany explains that only a plain page can be read of a customer with that many
// rentals.
func tooMany(err error) error {
	var many *rentals.TooMany
	if errors.As(err, &many) {
		return httpapi.BadParameter("facets", many.Error()+"; leave out the filters and send facets=false")
	}
	return err
}

func (b Rentals) find(ctx context.Context, c ledger.Customer, q rentals.Query,
	p rentals.Page) (owned []did.DID, next string, counts rentals.Counts, err error) {
	owned, found, err := b.Lists.Find(ctx, c, q, p)
	return owned, found.Next, found.Counts, tooMany(err)
}

func wireRentalFacets(c rentals.Counts) *RentalFacets {
	return &RentalFacets{
		State: wireFacet(c.State), Country: wireFacet(c.Country), Area: wireFacet(c.Area), Package: wireFacet(c.Package),
		Tag: wireFacet(c.Tag),
		Others: RentalFacetOthers{
			Country: httpapi.Others(c.Country.Others), Area: httpapi.Others(c.Area.Others),
			Package: httpapi.Others(c.Package.Others), Tag: httpapi.Others(c.Tag.Others),
		},
	}
}

func wireFacet(f rentals.Facet) []httpapi.Facet {
	return httpapi.Each(f.Top, func(c rentals.Count) httpapi.Facet { return httpapi.Facet(c) })
}

func registerRentalList(r *httpapi.Routes, b Rentals) {
	httpapi.Register(r, httpapi.AlsoAs[RentalList](httpapi.Operation(http.MethodGet, "/v1/dids", "list-dids",
		httpapi.TagRentals, "List your DIDs", "The DIDs that you rent, and cancelled ones as long as they are in "+
			"quarantine, with the exact total and counts by state, country, area, package and tag. Your own changes are in "+
			"the next answer. With Accept: text/csv, a file of all that match, without cursor and limit; a large one is a "+
			"redirect (303) to a file, unless you accept gzip.",
		http.StatusBadRequest), httpapi.MediaCSV),
		func(ctx context.Context, in *RentalQuery) (*httpapi.Representation, error) {
			return b.rentals(ctx, httpapi.Customer(ctx), in)
		})

	httpapi.Register(r, httpapi.AlsoAs[RentalList](httpapi.Operation(http.MethodGet, "/v1/customers/{id}/dids",
		"list-customer-dids", httpapi.TagStaff,
		"List a customer's DIDs", "As GET /v1/dids.", http.StatusBadRequest, http.StatusNotFound), httpapi.MediaCSV),
		func(ctx context.Context, in *struct {
			CustomerPath
			RentalQuery
		}) (*httpapi.Representation, error) {
			return b.rentals(ctx, in.Customer(ctx), &in.RentalQuery)
		})
}
