package customer

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/numberformat"
)

// LookUpAnswer has the meaning of each pasted line, and whether its number can be
// bought.
type LookUpAnswer struct {
	Data  []LookedUp `json:"data" doc:"A row for each line, in their order."`
	Total int        `json:"total" doc:"The number of different available numbers in the list."`
}

// LookedUp is one line.
type LookedUp struct {
	Line        int            `json:"line" doc:"Its place in the request, from 1." example:"1"`
	Input       string         `json:"input" doc:"The line that was sent." example:"020 7123 4567"`
	DID         *httpapi.DID   `json:"did" doc:"Its number; null if it has none, or several."`
	Outcome     LineResult     `json:"outcome" enum:"available,unavailable,yours,not_offered,duplicate,ambiguous,invalid" doc:"available: it can be bought. unavailable: another customer holds or rents it. yours: you rent it, or it is in your cart. not_offered: your carrier does not sell it. duplicate: an earlier line has the same number. ambiguous: the line can mean several numbers. invalid: it is not a number."`
	Reason      string         `json:"reason,omitempty" doc:"The reason why the line is invalid or ambiguous, for programs." example:"needs_country"`
	Detail      string         `json:"detail,omitempty" doc:"The outcome in words; missing if it is available."`
	DuplicateOf int            `json:"duplicate_of,omitempty" doc:"For a duplicate: the first line with its number."`
	Readings    []httpapi.DID  `json:"readings,omitempty" doc:"For an ambiguous line: each number that it can mean. Send the right one with its plus."`
	Offer       *httpapi.Offer `json:"offer" doc:"Its price if it is available; else null."`
}

// LineResult is the outcome of a line.
type LineResult string

const (
	lineYours     LineResult = "yours"
	lineDuplicate LineResult = "duplicate"
	lineAmbiguous LineResult = "ambiguous"
	lineInvalid   LineResult = "invalid"
)

type lookUpInput struct {
	Body struct {
		DIDs    []string `json:"dids" minItems:"1" maxItems:"5000" doc:"Numbers in any usual notation, one each: international with a plus, 00 or 011, or national." example:"[\"+44 20 7123 4567\", \"020 7123 4567\"]"`
		Country string   `json:"country,omitempty" doc:"ISO 3166-1 alpha-2: the country of national numbers. If missing, a national number may be of any country in which your carrier sells numbers, if only one fits." example:"GB"`
	}
}

// maxLookUpBytes is the largest body: 5,000 lines of 200 bytes and their
// quotes.
const maxLookUpBytes = 2 << 20

func registerLookUp(r *httpapi.Routes, offers Offers) {
	o := httpapi.Operation(http.MethodPost, "/v1/available-dids/search", "look-up-dids", httpapi.TagSearch,
		"Look up a list of numbers",
		"Which numbers of a pasted list of up to 5,000 lines can be bought now, and their prices. Each line has its "+
			"outcome and the reason; an invalid line does not affect the others.",
		http.StatusBadRequest, http.StatusUnprocessableEntity)
	o.MaxBodyBytes = maxLookUpBytes
	httpapi.Register(r, o,
		func(ctx context.Context, in *lookUpInput) (*httpapi.Out[LookUpAnswer], error) {
			var countries []numberformat.Country
			if in.Body.Country != "" {
				country, ok := numberformat.CountryOf(in.Body.Country)
				if !ok || country.ISO == "" {
					return nil, httpapi.BadField("/country", e164.UnknownCountry(in.Body.Country))
				}
				countries = append(countries, country)
			}
			return httpapi.Answer(lookUp(ctx, offers, in.Body.DIDs, countries))
		})
}

func lookUp(ctx context.Context, offers Offers, lines []string,
	countries []numberformat.Country) (LookUpAnswer, error) {
	if len(countries) == 0 && slices.ContainsFunc(lines, mayBeNational) {
		onSale, err := countriesOnSale(ctx, offers)
		if err != nil {
			return LookUpAnswer{}, err
		}
		countries = onSale
	}
	found, numbers := readLines(lines, numberformat.Context{Countries: countries})
	offered, prices, err := offers.Around(ctx, httpapi.Caller(ctx).Carrier, numbers)
	if err != nil {
		return LookUpAnswer{}, err
	}
	if prices, err = pricesFor(ctx, offers, prices); err != nil {
		return LookUpAnswer{}, err
	}
	var taken []e164.Number
	for i := range found.Data {
		if row := &found.Data[i]; row.Outcome == "" {
			row.lookIn(offered, prices)
			if row.Outcome == LineResult(search.Available) {
				found.Total++
			} else if row.Outcome == LineResult(search.Unavailable) {
				taken = append(taken, row.DID.Number)
			}
		}
	}
	return found, nameYours(ctx, offers, found.Data, taken)
}

// mayBeNational reports whether a line needs a country to be read.
func mayBeNational(line string) bool {
	return !strings.HasPrefix(strings.TrimSpace(line), "+")
}

// countriesOnSale returns the countries of the offered numbers.
func countriesOnSale(ctx context.Context, offers Offers) (countries []numberformat.Country, err error) {
	everything, err := search.ParseQuery(search.Filters{})
	if err != nil {
		return nil, err
	}
	offered, _, err := offers.For(ctx, httpapi.Caller(ctx).Carrier, everything)
	if err != nil {
		return nil, err
	}
	for _, iso := range offered.Countries() {
		if country, ok := numberformat.CountryOf(iso); ok {
			countries = append(countries, country)
		}
	}
	return countries, nil
}

// readLines reads each line. Lines with a new number have no outcome yet.
func readLines(lines []string, c numberformat.Context) (found LookUpAnswer, numbers []e164.Number) {
	found.Data = make([]LookedUp, len(lines))
	first := make(map[e164.Number]int, len(lines))
	for i, line := range lines {
		row := &found.Data[i]
		*row = LookedUp{Line: i + 1, Input: line}
		n, ok := row.read(line, c)
		if !ok {
			continue
		}
		if earlier, again := first[n]; again {
			row.Outcome, row.DuplicateOf, row.Detail = lineDuplicate, earlier, "duplicates line "+strconv.Itoa(earlier)
			continue
		}
		first[n] = i + 1
		numbers = append(numbers, n)
	}
	return found, numbers
}

// read returns the line's number. A line without one gets its outcome.
func (row *LookedUp) read(line string, c numberformat.Context) (n e164.Number, ok bool) {
	result := numberformat.Read(line, c)
	if reason := result.Reason; reason != nil {
		row.Outcome, row.Reason, row.Detail = lineInvalid, string(reason.Code), reason.Detail
		if reason.Code == numberformat.Ambiguous {
			row.Outcome = lineAmbiguous
			row.Readings = httpapi.Each(result.Readings,
				func(r numberformat.Reading) httpapi.DID { return httpapi.DID{Number: r.Number()} })
		}
		return 0, false
	}
	n = result.Readings[0].Number()
	row.DID = &httpapi.DID{Number: n}
	return n, true
}

// lookIn sets the outcome of a number from the offered catalogue.
func (row *LookedUp) lookIn(offered *search.Catalogue, prices search.Prices) {
	standing, hit := offered.Look(row.DID.Number, prices)
	row.Outcome = LineResult(standing)
	switch standing {
	case search.Available:
		offer := offerOf(hit, prices)
		row.Offer = &offer
	case search.Unavailable:
		row.Detail = e164.Display(row.DID.Number) + " is held or rented by somebody else"
	default:
		row.Detail = e164.Display(row.DID.Number) + " is not sold by your carrier"
	}
}

// nameYours distinguishes the caller's own numbers from those of others.
func nameYours(ctx context.Context, offers Offers, rows []LookedUp, taken []e164.Number) error {
	who := httpapi.Caller(ctx)
	if who.IsStaff() || len(taken) == 0 {
		return nil
	}
	items, err := offers.DIDs(ctx, who.Carrier, taken)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		if row.Outcome != LineResult(search.Unavailable) {
			continue
		}
		switch d := items[row.DID.Number]; {
		case d.Customer != who.Customer:
		case d.State == did.Held:
			row.Outcome, row.Detail = lineYours, e164.Display(row.DID.Number)+" is in your cart"
		case d.State == did.Reserved:
			row.Outcome, row.Detail = lineYours, e164.Display(row.DID.Number)+" is reserved for your order"
		case d.RentalID != "":
			row.Outcome, row.Detail = lineYours, e164.Display(row.DID.Number)+" is rented by you"
		}
	}
	return nil
}
