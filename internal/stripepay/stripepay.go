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

	"didpurchase/internal/ledger"
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
	metaRefund   = "refund"
)

// Open implements topup.Provider. Stripe keeps a request's Idempotency-Key for at
// least a day, so that a repeat gets the same page.
// https://docs.stripe.com/api/checkout/sessions/create
func (p Provider) Open(ctx context.Context, with topup.Secret, s topup.Session) (topup.PaymentPage, error) {
	units, err := unitsOf(s.Amount)
	if err != nil {
		return topup.PaymentPage{}, &topup.Refused{Reason: err.Error()}
	}
	form := url.Values{
		"mode": {"payment"}, "client_reference_id": {s.TopUp}, "success_url": {s.Return}, "cancel_url": {s.Return},
		"line_items[0][quantity]":                       {"1"},
		"line_items[0][price_data][currency]":           {strings.ToLower(s.Amount.Currency())},
		"line_items[0][price_data][unit_amount]":        {strconv.FormatInt(units, 10)},
		"line_items[0][price_data][product_data][name]": {"Balance with " + s.Payee},
	}
	for name, value := range map[string]string{metaCarrier: s.Customer.Carrier, metaCustomer: s.Customer.ID,
		metaTopUp: s.TopUp} {
		form.Set("metadata["+name+"]", value)
	}
	var page struct{ ID, URL string }
	err = p.post(ctx, with.Key, call{"checkout/sessions", s.TopUp, form}, &page)
	if err == nil && (page.ID == "" || page.URL == "") {
		err = fmt.Errorf("%w: it answered without a page", topup.ErrProvider)
	}
	return topup.PaymentPage{ID: page.ID, URL: page.URL}, err
}

// Refund implements topup.Provider.
// https://docs.stripe.com/api/refunds/create
func (p Provider) Refund(ctx context.Context, with topup.Secret, c ledger.Customer, r topup.Refund) (topup.Reversal,
	error) {
	units, err := unitsOf(r.Amount)
	if err != nil {
		return topup.Reversal{}, &topup.Refused{Reason: err.Error()}
	}
	form := url.Values{"payment_intent": {r.Payment}, "amount": {strconv.FormatInt(units, 10)}}
	form.Set("metadata["+metaRefund+"]", r.ID)
	var done moved
	if err := p.post(ctx, with.Key, call{"refunds", "refund " + c.Carrier + " " + r.ID, form}, &done); err != nil {
		return topup.Reversal{}, err
	}
	if done.ID == "" {
		return topup.Reversal{}, fmt.Errorf("%w: it answered without a refund", topup.ErrProvider)
	}
	reversal := done.refund()
	reversal.Amount, reversal.For = r.Amount, r.ID
	return reversal, nil
}

// call is one request to Stripe: its path after /v1/, its Idempotency-Key and its
// content.
type call struct {
	path, once string
	form       url.Values
}

// post sends a request and reads its answer into a value.
func (p Provider) post(ctx context.Context, key string, c call, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"/v1/"+c.path,
		strings.NewReader(c.form.Encode()))
	if err != nil {
		return err
	}
	request.Header = http.Header{
		"Authorization": {"Bearer " + key}, "Idempotency-Key": {c.once}, "Stripe-Version": {version},
		"Content-Type": {"application/x-www-form-urlencoded"},
	}
	response, err := p.http.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", topup.ErrProvider, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return fmt.Errorf("%w: %w", topup.ErrProvider, err)
	}
	return readAnswer(response, body, into)
}

// readAnswer reads an answer. It distinguishes the refusal of this request from a
// failure of Stripe or of our access to it. Stripe's text about our access may quote
// the key, so it is not passed on.
func readAnswer(response *http.Response, body []byte, into any) error {
	var failure struct {
		Error struct{ Type, Code, Message string }
	}
	status := response.StatusCode
	err := json.Unmarshal(body, &failure)
	if err == nil && status == http.StatusOK {
		err = json.Unmarshal(body, into)
	}
	switch kind := failure.Error.Type; {
	case err == nil && status == http.StatusOK:
		return nil
	case err == nil && status == http.StatusBadRequest && kind == "invalid_request_error",
		err == nil && status == http.StatusPaymentRequired && kind == "card_error":
		return &topup.Refused{Reason: failure.Error.Message}
	default:
		return fmt.Errorf("%w: it answered %d %s, request %s", topup.ErrProvider, status, kind,
			response.Header.Get("Request-Id"))
	}
}
