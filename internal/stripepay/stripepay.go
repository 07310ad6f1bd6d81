// Package stripepay is Stripe as a payment provider: the hosted page is a Checkout
// Session, and a notification is an event of a webhook endpoint. It knows no store.
// Stripe's own library would make the function's binary 1.7 MB larger, for one
// request and one signature; the local Stripe signs with that library.
package stripepay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/topup"
)

// Name is the provider's name in settings and in paths.
const Name = "stripe"

const (
	own           = "https://api.stripe.com"
	version       = "2025-08-27.basil" // of Stripe's API
	answerWithin  = 8 * time.Second    // a request of ours has 15 seconds
	longestAnswer = 1 << 20            // bytes
)

// Provider is Stripe.
type Provider struct {
	url  string
	http *http.Client
}

// New returns Stripe at a URL; "" means Stripe's own URL.
func New(at string) Provider {
	if at == "" {
		at = own
	}
	return Provider{at, &http.Client{Timeout: answerWithin}}
}

// The metadata that connects an event of a session with its top-up.
const (
	metaCarrier  = "carrier"
	metaCustomer = "customer"
	metaTopUp    = "top_up"
)

// Open implements topup.Provider. Stripe keeps a request's Idempotency-Key for at
// least a day, so that a repeat gets the same page.
// https://docs.stripe.com/api/checkout/sessions/create
func (p Provider) Open(ctx context.Context, with topup.Secret, s topup.Session) (topup.Page, error) {
	units, err := unitsOf(s.Amount)
	if err != nil {
		return topup.Page{}, &topup.Refused{Reason: err.Error()}
	}
	form := url.Values{
		"mode": {"payment"}, "client_reference_id": {s.TopUp}, "success_url": {s.Return}, "cancel_url": {s.Return},
		"line_items[0][quantity]":                       {"1"},
		"line_items[0][price_data][currency]":           {strings.ToLower(s.Amount.Currency())},
		"line_items[0][price_data][unit_amount]":        {strconv.FormatInt(units, 10)},
		"line_items[0][price_data][product_data][name]": {"Balance with " + s.Payee},
	}
	for name, value := range map[string]string{metaCarrier: s.Customer.Carrier, metaCustomer: s.Customer.ID, metaTopUp: s.TopUp} {
		form.Set("metadata["+name+"]", value)
	}
	return p.post(ctx, with.Key, s.TopUp, form)
}

func (p Provider) post(ctx context.Context, key, once string, form url.Values) (topup.Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/v1/checkout/sessions",
		strings.NewReader(form.Encode()))
	if err != nil {
		return topup.Page{}, err
	}
	request.Header = http.Header{
		"Authorization": {"Bearer " + key}, "Idempotency-Key": {once}, "Stripe-Version": {version},
		"Content-Type": {"application/x-www-form-urlencoded"},
	}
	response, err := p.http.Do(request)
	if err != nil {
		return topup.Page{}, fmt.Errorf("%w: %w", topup.ErrProvider, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return topup.Page{}, fmt.Errorf("%w: %w", topup.ErrProvider, err)
	}
	return pageOf(response, body)
}

// pageOf reads an answer. It distinguishes the refusal of a top-up from a failure
// of Stripe or of our access to it. Stripe's text about our access may quote the
// key, so it is not passed on.
func pageOf(response *http.Response, body []byte) (topup.Page, error) {
	var answer struct {
		ID, URL string
		Error   struct{ Type, Message string }
	}
	err := json.Unmarshal(body, &answer)
	switch status := response.StatusCode; {
	case err == nil && status == http.StatusOK && answer.ID != "" && answer.URL != "":
		return topup.Page{ID: answer.ID, URL: answer.URL}, nil
	case err == nil && status == http.StatusBadRequest && answer.Error.Type == "invalid_request_error":
		return topup.Page{}, &topup.Refused{Reason: answer.Error.Message}
	default:
		return topup.Page{}, fmt.Errorf("%w: it answered %d %s, request %s", topup.ErrProvider, status, answer.Error.Type,
			response.Header.Get("Request-Id"))
	}
}
