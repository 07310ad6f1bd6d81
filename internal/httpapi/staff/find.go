package staff

import (
	"context"
	"net/http"

	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
)

// Finder finds records by a text that a person types; desk.Finder implements it.
type Finder interface {
	Find(ctx context.Context, carrier, text string) ([]desk.Match, error)
}

// Match is a record that matches.
type Match struct {
	Kind     string  `json:"kind" enum:"number,customer,order,invoice,payment,import,package"`
	ID       string  `json:"id" doc:"A number in E.164; else the record's id, for a payment its reference." example:"+442079460100"`
	Customer *string `json:"customer" doc:"The customer whose record it is; null for the carrier's own."`
	Name     string  `json:"name" doc:"For people." example:"+44 20 7946 0100"`
	Detail   *string `json:"detail" doc:"More for people: a state, an amount." example:"active"`
}

// FindAnswer has the records that were found.
type FindAnswer struct {
	Data []Match `json:"data" doc:"By kind, at most 5 of each."`
}

type findInput struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"128" doc:"The text to search for." example:"alice"`
}

func registerFinder(r *httpapi.Routes, finder Finder) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/find", "find", httpapi.TagStaff, "Find any record",
		"A number in any international notation, a customer by the beginning of its id or a part of its name (of the first "+
			"200 customers), an order by its number (the customer's newest 50), an invoice by its number, a payment by its "+
			"reference, an import by its id or a part of its file's name (the newest 50), a package by its id or a part of "+
			"its name.", http.StatusBadRequest),
		func(ctx context.Context, in *findInput) (*httpapi.Out[FindAnswer], error) {
			matches, err := finder.Find(ctx, httpapi.Caller(ctx).Carrier, in.Q)
			return httpapi.Answer(FindAnswer{Data: httpapi.Each(matches, wireMatch)}, err)
		})
}

func wireMatch(m desk.Match) Match {
	return Match{Kind: string(m.Kind), ID: m.ID, Customer: httpapi.Optional(m.Customer), Name: m.Name,
		Detail: httpapi.Optional(m.Detail)}
}
