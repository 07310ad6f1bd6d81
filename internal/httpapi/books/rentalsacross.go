package books

import (
	"context"
	"net/http"
	"strings"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
	"didpurchase/internal/shop"
)

// CarrierRental is a rental of one of the carrier's customers.
type CarrierRental struct {
	Rental
	Customer string `json:"customer" doc:"The customer's id." example:"alice"`
}

// CarrierRentalList is a page of the rentals of all customers.
type CarrierRentalList struct {
	Data       []CarrierRental `json:"data" doc:"By customer and number or, of one customer, in the order of sort. A page may be short, even empty, and have a cursor."`
	Total      *uint64         `json:"total" doc:"The exact number of all that match: of one customer, and of all customers on the first page if that looks at all rentals of the carrier, up to 20000 of up to 100 customers. Else null."`
	Facets     *RentalFacets   `json:"facets" doc:"Exact where total is; else null."`
	NextCursor *string         `json:"next_cursor" doc:"Send it as cursor, with the same filters, for the next page; null on the last one."`
}

// rentalsAcross names the list in cursors.
const rentalsAcross = "rentals"

func registerRentalsAcross(r *httpapi.Routes, b Rentals) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/rentals", "list-rentals", httpapi.TagStaff,
		"List the rentals of all customers", "The rentals of the carrier's customers, or of one of them.",
		http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			RentalQuery
			Customer string `query:"customer" maxLength:"64" doc:"A customer's id: only its rentals, with exact counts, in any order." example:"alice"`
		}) (*httpapi.Out[CarrierRentalList], error) {
			q, err := in.parse()
			if err != nil {
				return nil, err
			}
			if in.Customer == "" {
				return httpapi.Answer(b.across(ctx, q, &in.RentalQuery))
			}
			c := ledger.Customer{Carrier: httpapi.Caller(ctx).Carrier, ID: in.Customer}
			list, err := b.rentalsPage(ctx, c, q, &in.RentalQuery)
			data := httpapi.Each(list.Data, func(r Rental) CarrierRental { return CarrierRental{r, in.Customer} })
			return httpapi.Answer(CarrierRentalList{data, list.Total, list.Facets, list.NextCursor}, err)
		})
}

func (b Rentals) across(ctx context.Context, q rentals.Query, in *RentalQuery) (list CarrierRentalList, err error) {
	switch {
	case rentals.Sort(in.Sort) != rentals.ByNumber:
		return list, httpapi.BadParameter("sort", "is for the rentals of one customer; send customer, too")
	case in.Offset > 0:
		return list, httpapi.BadParameter("offset", "is for the rentals of one customer; send customer, too")
	}
	var counts *rentals.Counts
	page, err := httpapi.AnswerPage(rentalsAcross, in.Page, wireCarrierRental,
		func(p shop.Page) ([]shop.Rented, string, error) {
			if p.After != "" && !isPlaceAcross(p.After) {
				return nil, "", httpapi.BadCursor()
			}
			walk, err := b.Lists.Across(ctx, httpapi.Caller(ctx).Carrier, q, rentals.Page{Limit: p.Limit, After: p.After})
			if err != nil {
				return nil, "", err
			}
			counts = walk.Counts
			described, err := b.describeAll(ctx, walk.Rentals)
			return described, walk.Next, err
		})
	if err != nil {
		return list, err
	}
	list = CarrierRentalList{Data: page.Body.Data, NextCursor: page.Body.NextCursor}
	if in.Facets && counts != nil {
		list.Total, list.Facets = &counts.Total, wireRentalFacets(*counts)
	}
	return list, nil
}

// isPlaceAcross reports whether a text is <customer>, or <customer>/<digits>.
func isPlaceAcross(place string) bool {
	customer, digits, within := strings.Cut(place, "/")
	if _, err := e164.Parse(digits); within && digits != "" && err != nil {
		return false
	}
	return customer != ""
}

// describeAll describes rentals that are listed by customer.
func (b Rentals) describeAll(ctx context.Context, owned []did.DID) (described []shop.Rented, err error) {
	for len(owned) > 0 {
		n := 1
		for n < len(owned) && owned[n].Customer == owned[0].Customer {
			n++
		}
		c := ledger.Customer{Carrier: owned[0].Carrier, ID: owned[0].Customer}
		some, err := b.Service.Describe(ctx, c, owned[:n])
		if err != nil {
			return nil, err
		}
		described, owned = append(described, some...), owned[n:]
	}
	return described, nil
}

func wireCarrierRental(r shop.Rented) CarrierRental { return CarrierRental{wireRental(r), r.Customer} }
