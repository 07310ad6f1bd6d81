package httpapi

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/pricing"
)

// Money is an amount on the wire.
type Money struct {
	Amount   string `json:"amount" pattern:"^-?[0-9]{1,15}([.][0-9]{1,10})?$" maxLength:"27" patternDescription:"a decimal amount such as 10.00" doc:"A decimal number, with at most the currency's decimals." example:"10.00"`
	Currency string `json:"currency" pattern:"^[A-Z]{3}$" patternDescription:"an ISO 4217 code such as USD" doc:"ISO 4217." example:"USD"`
}

func WireMoney(a money.Amount) Money { return Money{Amount: a.Number(), Currency: a.Currency()} }

// Read returns the amount; an invalid one is a 422 that names pointer.
func (m Money) Read(pointer string) (money.Amount, error) {
	a, err := money.Parse(m.Amount, m.Currency)
	if err != nil {
		return money.Amount{}, BadField(pointer, m.Amount+" "+m.Currency+" is not an amount of a currency in use")
	}
	return a, nil
}

// DID is a telephone number on the wire: we write E.164 with its plus. We read an
// international number in any notation. Resolve refuses any other text, because it
// knows its place in the request.
type DID struct {
	e164.Number
	unread *numberformat.Reason
}

// Equal compares the numbers, for tests.
func (d DID) Equal(other DID) bool { return d.Number == other.Number }

// UnmarshalText reads what numberformat.ReadName reads.
func (d *DID) UnmarshalText(text []byte) error {
	result := numberformat.ReadName(string(text))
	if d.unread = result.Reason; d.unread == nil {
		d.Number = result.Readings[0].Number()
	}
	return nil
}

// Resolve is called by huma after a request was read: an invalid number is an error
// at its place.
func (d *DID) Resolve(_ huma.Context, place *huma.PathBuffer) []error {
	if d.unread == nil {
		return nil
	}
	return []error{&huma.ErrorDetail{Location: place.String(), Message: d.unread.Detail}}
}

// Schema returns the OpenAPI schema for huma.
func (DID) Schema(huma.Registry) *huma.Schema {
	longest := maxPathText
	schema := &huma.Schema{
		Type: huma.TypeString, MaxLength: &longest,
		Description: "A telephone number in E.164 with its plus. When sent, the plus may be missing or be 00 or 011, and " +
			"there may be spaces, dots, dashes and (0): +44 (0)20 7123 4567.",
		Examples: []any{"+442071234567"},
	}
	schema.PrecomputeMessages()
	return schema
}

// Interval is the billing interval of a rental.
type Interval struct {
	Unit  string `json:"unit" enum:"day,week,month,year"`
	Count int    `json:"count" minimum:"1" example:"1"`
}

func WireInterval(i pricing.Interval) Interval {
	return Interval{Unit: string(i.Unit), Count: i.Count}
}

// OptionalTime returns null for the zero time.
func OptionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// OptionalMoney returns null for an amount without a currency.
func OptionalMoney(a money.Amount) *Money {
	if a.Currency() == "" {
		return nil
	}
	m := WireMoney(a)
	return &m
}

// Optional returns null for "", which is never on the wire.
func Optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// List is a page of a list.
type List[T any] struct {
	Data       []T     `json:"data"`
	NextCursor *string `json:"next_cursor" doc:"Send it as cursor for the next page; null on the last one."`
}

// Page are the parameters of every list.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"The number of rows to return."`
	Cursor string `query:"cursor" doc:"next_cursor of the previous page."`
}

// Out is an answer's body.
type Out[T any] struct{ Body T }

func Answer[T any](body T, err error) (*Out[T], error) {
	if err != nil {
		return nil, err
	}
	return &Out[T]{body}, nil
}

// Operation returns the OpenAPI description of an operation. It adds the problems
// that every operation has; statuses adds others.
func Operation(method, path, id, tag, summary, description string, statuses ...int) huma.Operation {
	return huma.Operation{
		Method: method, Path: path, OperationID: id, Tags: []string{tag},
		Summary: summary, Description: description,
		Errors: append([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotAcceptable,
			http.StatusUnprocessableEntity}, statuses...),
	}
}

// DIDPath is the path's DID. (huma sees embedded structs only if they are
// exported.)
type DIDPath struct {
	DID DID `path:"did"`
}
