package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// LookUpAnswer says of each pasted line whether its number can be bought.
type LookUpAnswer struct {
	Data  []LookedUp `json:"data" doc:"A row for each line, in their order."`
	Total int        `json:"total" doc:"How many of them are available."`
}

// LookedUp is one line.
type LookedUp struct {
	Line    int    `json:"line" doc:"Its place in the request, from 1." example:"1"`
	Input   string `json:"input" doc:"The line as it was sent." example:"020 7123 4567"`
	DID     *DID   `json:"did" doc:"Its number; null when it has none."`
	Outcome string `json:"outcome" enum:"available,unavailable,not_offered,invalid"`
	Detail  string `json:"detail,omitempty" doc:"Why it is invalid."`
	Offer   *Offer `json:"offer" doc:"What it costs, when it is available; else null."`
}

type lookUpInput struct {
	Body struct {
		DIDs    []string `json:"dids" minItems:"1" maxItems:"1000" doc:"Numbers as people write them, one each." example:"[\"+44 20 7123 4567\"]"`
		Country string   `json:"country,omitempty" doc:"ISO 3166-1 alpha-2: lines without a plus may be national numbers of this country." example:"GB"`
	}
}

func registerLookUp(r *routes, offers Offers) {
	register(r, operation(http.MethodPost, "/v1/available-dids/search", "look-up-dids", tagSearch,
		"Look up a list of numbers",
		"Which numbers of a pasted list can be bought now, and for how much. A line that is no number does not hinder the others.",
		http.StatusBadRequest, http.StatusUnprocessableEntity),
		func(ctx context.Context, in *lookUpInput) (*out[LookUpAnswer], error) {
			country := strings.ToUpper(in.Body.Country)
			if country != "" && e164.CallingCode(country) == 0 {
				return nil, badField("/country", fmt.Sprintf("%q is no ISO 3166-1 alpha-2 code of a country with telephone numbers", in.Body.Country))
			}
			return answer(lookUp(ctx, offers, in.Body.DIDs, country))
		})
}

func lookUp(ctx context.Context, offers Offers, lines []string, country string) (LookUpAnswer, error) {
	found := LookUpAnswer{Data: make([]LookedUp, len(lines))}
	var numbers []e164.Number
	for i, line := range lines {
		n, err := catalogue.ParseLine(line, country)
		found.Data[i] = LookedUp{Line: i + 1, Input: line, Outcome: "invalid"}
		if err != nil {
			found.Data[i].Detail = err.Error()
			continue
		}
		found.Data[i].DID = &DID{n}
		numbers = append(numbers, n)
	}
	offered, prices, err := offers.Around(ctx, caller(ctx).Carrier, numbers)
	if err != nil {
		return LookUpAnswer{}, err
	}
	if prices, err = pricesFor(ctx, offers, prices); err != nil {
		return LookUpAnswer{}, err
	}
	for i := range found.Data {
		if row := &found.Data[i]; row.DID != nil && row.lookIn(offered, prices) {
			found.Total++
		}
	}
	return found, nil
}

// lookIn says whether the row's number is available.
func (row *LookedUp) lookIn(offered *catalogue.Catalogue, prices catalogue.Prices) bool {
	standing, r := offered.Look(row.DID.Number, prices)
	row.Outcome = string(standing)
	if standing != catalogue.Available {
		return false
	}
	offer := offerOf(row.DID.Number, r, prices)
	row.Offer = &offer
	return true
}
