package payments

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
)

// maxEvent is the largest report of a provider in bytes. A dispute has texts of
// up to 150,000 characters.
const maxEvent = 256 << 10

// eventInput is a report with its headers; the provider knows which of them has the
// signature.
type eventInput struct {
	Provider string `path:"provider" example:"stripe"`
	Carrier  string `path:"carrier" example:"acme"`
	RawBody  []byte `contentType:"application/json"`

	header func(string) string
}

// Resolve is called by huma with the request.
func (e *eventInput) Resolve(ctx huma.Context) []error {
	e.header = ctx.Header
	return nil
}

// registerEvents adds the one route without a token: the signature of the body
// decides.
func (t Routes) registerEvents(r *httpapi.Routes) {
	o := httpapi.Operation(http.MethodPost, auth.ProviderEventsPath, "receive-provider-event", httpapi.TagAccount,
		"Receive a payment provider's report", "For the payment provider alone: it needs no token, because the report is "+
			"signed by a secret that only the provider and the carrier have. A report that comes again changes nothing.",
		http.StatusNotFound, http.StatusRequestEntityTooLarge)
	o.MaxBodyBytes, o.SkipValidateBody = maxEvent, true
	o.DefaultStatus = http.StatusNoContent
	o.Security = []map[string][]string{}
	httpapi.Register(r, o, func(ctx context.Context, in *eventInput) (*struct{}, error) {
		return nil, t.Service.Receive(ctx, in.Carrier, in.Provider, in.header, in.RawBody)
	})
}
