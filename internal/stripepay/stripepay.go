// Package stripepay is Stripe as a payment provider: the hosted page is a
// Checkout Session, and a notification is an event of a webhook endpoint. It is
// the only importer of Stripe's library and knows no store.
package stripepay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v82"
	"github.com/stripe/stripe-go/v82/checkout/session"

	"didpurchase/internal/topup"
)

// Name is the provider's name in settings and in paths.
const Name = "stripe"

const (
	answerWithin = 8 * time.Second // a request of ours has 15 seconds
	repeats      = 1
)

// Provider is Stripe.
type Provider struct{ backend stripe.Backend }

// New returns Stripe at a URL; "" is its own.
func New(at string) Provider {
	return Provider{stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		HTTPClient: &http.Client{Timeout: answerWithin, Transport: route{at}}, MaxNetworkRetries: stripe.Int64(repeats),
		EnableTelemetry: stripe.Bool(false), LeveledLogger: &stripe.LeveledLogger{Level: stripe.LevelNull},
	})}
}

// route sends requests to another URL than Stripe's own. The library takes none
// with a path.
type route struct{ to string }

// RoundTrip implements http.RoundTripper.
func (r route) RoundTrip(request *http.Request) (*http.Response, error) {
	if r.to == "" {
		return http.DefaultTransport.RoundTrip(request)
	}
	to, err := url.Parse(r.to + request.URL.Path)
	if err != nil {
		return nil, err
	}
	other := request.Clone(request.Context())
	other.URL, other.Host = to, to.Host
	return http.DefaultTransport.RoundTrip(other)
}

// The metadata by which an event of a session names its top-up.
const (
	metaCarrier  = "carrier"
	metaCustomer = "customer"
	metaTopUp    = "top_up"
)

// Open implements topup.Provider. Stripe keeps a request's Idempotency-Key for at
// least a day, so that a repeat gets the same page.
func (p Provider) Open(ctx context.Context, with topup.Secret, s topup.Session) (topup.Page, error) {
	units, err := unitsOf(s.Amount)
	if err != nil {
		return topup.Page{}, &topup.Refused{Reason: err.Error()}
	}
	params := &stripe.CheckoutSessionParams{
		Mode:              stripe.String(string(stripe.CheckoutSessionModePayment)),
		ClientReferenceID: stripe.String(s.TopUp), SuccessURL: stripe.String(s.Return), CancelURL: stripe.String(s.Return),
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: stripe.Int64(1),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency: stripe.String(strings.ToLower(s.Amount.Currency())), UnitAmount: stripe.Int64(units),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{
					Name: stripe.String("Balance with " + s.Payee),
				},
			},
		}},
		Metadata: map[string]string{metaCarrier: s.Customer.Carrier, metaCustomer: s.Customer.ID, metaTopUp: s.TopUp},
	}
	params.Context = ctx
	params.SetIdempotencyKey(s.TopUp)
	made, err := session.Client{B: p.backend, Key: with.Key}.New(params)
	if err != nil {
		return topup.Page{}, failure(err)
	}
	return topup.Page{ID: made.ID, URL: made.URL}, nil
}

// failure distinguishes a refusal of this top-up from a failure of Stripe, or of
// our access to it. Of the second, the library's text may quote the key.
func failure(err error) error {
	var refused *stripe.Error
	if errors.As(err, &refused) {
		if refused.HTTPStatusCode == http.StatusBadRequest && refused.Type == stripe.ErrorTypeInvalidRequest {
			return &topup.Refused{Reason: refused.Msg}
		}
		return fmt.Errorf("%w: %d %s, request %s", topup.ErrProvider, refused.HTTPStatusCode, refused.Type, refused.RequestID)
	}
	return fmt.Errorf("%w: %w", topup.ErrProvider, err)
}
