package httpapi

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"
)

// Representation is an answer in one of several media types: Body is []byte, or
// a value for JSON.
type Representation struct {
	ContentType string `header:"Content-Type"`
	Policy      string `header:"Content-Security-Policy"`
	Disposition string `header:"Content-Disposition"`
	Vary        string `header:"Vary"`
	Body        any
}

// Media types of representations.
const (
	MediaJSON = "application/json"
	MediaCSV  = "text/csv"
	MediaHTML = "text/html"
)

// Prefers reports whether an Accept header names the other form of a document
// before JSON.
func Prefers(accept, media string) bool {
	return negotiation.SelectQValueFast(accept, []string{MediaJSON, media}) == media
}

// otherForms is the key under which an operation keeps its forms, until there
// is an API to describe them to.
const otherForms = "otherForms"

// AlsoAs returns the operation of an answer T that has another form, too.
func AlsoAs[T any](o huma.Operation, media string) huma.Operation {
	o.Metadata = map[string]any{otherForms: func(api huma.API) map[string]*huma.Response {
		return map[string]*huma.Response{"200": {
			Description: http.StatusText(http.StatusOK),
			Content: map[string]*huma.MediaType{
				MediaJSON: {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")},
				media:     {Schema: &huma.Schema{Type: huma.TypeString}},
			},
		}}
	}}
	return o
}

// Outcome is an answer whose status tells which of several types its body is.
type Outcome struct {
	Status int
	Body   any
}

// InStatuses returns the operation of an Outcome, with the type of each status.
func InStatuses(o huma.Operation, types map[int]reflect.Type) huma.Operation {
	o.Metadata = map[string]any{otherForms: func(api huma.API) map[string]*huma.Response {
		answers := map[string]*huma.Response{}
		for status, t := range types {
			answers[strconv.Itoa(status)] = &huma.Response{
				Description: http.StatusText(status),
				Content: map[string]*huma.MediaType{
					MediaJSON: {Schema: api.OpenAPI().Components.Schemas.Schema(t, true, "")},
				},
			}
		}
		return answers
	}}
	return o
}
