package httpapi

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"
)

// Representation is an answer in one of several media types. Body is []byte, or a
// value that is encoded as JSON.
type Representation struct {
	ContentType string `header:"Content-Type"`
	Policy      string `header:"Content-Security-Policy"`
	Disposition string `header:"Content-Disposition"`
	Vary        string `header:"Vary"`
	Location    string `header:"Location"`
	Link        string `header:"Link"` // to the next page of a file
	Status      int    // 200, or 303 to another place; Represented fills it in
	Body        any
}

// Represented returns the answer with its status filled in.
func Represented(r *Representation, err error) (*Representation, error) {
	if err == nil && r.Status == 0 {
		r.Status = http.StatusOK
	}
	return r, err
}

// Media types of representations.
const (
	MediaJSON = "application/json"
	MediaCSV  = "text/csv"
	MediaHTML = "text/html"
	MediaPDF  = "application/pdf"
	MediaXML  = "application/xml"
)

// Prefers reports whether an Accept header prefers the other form of a document to
// JSON.
func Prefers(accept, media string) bool { return Preferred(accept, media) == media }

// Preferred returns the form of a document that an Accept header prefers: JSON,
// or one of the others.
func Preferred(accept string, others ...string) string {
	return negotiation.SelectQValueFast(accept, append([]string{MediaJSON}, others...))
}

// otherForms is the key under which an operation keeps its forms until there is an
// API in which they can be described.
const otherForms = "otherForms"

// AlsoAs returns the operation of an answer T that has other forms, too.
func AlsoAs[T any](o huma.Operation, media ...string) huma.Operation {
	o.Metadata = map[string]any{otherForms: func(api huma.API) map[string]*huma.Response {
		content := map[string]*huma.MediaType{
			MediaJSON: {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")},
		}
		for _, other := range media {
			content[other] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		}
		return map[string]*huma.Response{"200": {Description: http.StatusText(http.StatusOK), Content: content}}
	}}
	return o
}

// Outcome is an answer whose status distinguishes several types of its body.
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
