package httpapi

import (
	"errors"
	"fmt"
	"net/http"

	"didpurchase/internal/auth"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// Codes of problems: the vocabulary that clients decide by.
const (
	codeInvalidRequest         = "invalid_request"
	codeUnauthenticated        = "unauthenticated"
	codeForbidden              = "forbidden"
	codeNotFound               = "not_found"
	codeDIDsUnavailable        = "dids_unavailable"
	codeTotalChanged           = "total_changed"
	codeInsufficientFunds      = "insufficient_funds"
	codeIdempotencyKeyRequired = "idempotency_key_required"
	codeIdempotencyKeyReused   = "idempotency_key_reused"
	codeIllegalState           = "illegal_state"
	codeBusy                   = "busy"
	codeInternal               = "internal_error"
)

// problems is the one table from the domain's errors to what the wire says; the
// first row that matches counts. The details are for people; explain adds what
// the error carries.
var problems = []struct {
	is      error
	status  int
	code    string
	detail  string
	explain func(error, *Problem)
}{
	{is: auth.ErrUnauthenticated, status: http.StatusUnauthorized, code: codeUnauthenticated, detail: "there is no valid access token"},
	{is: auth.ErrForbidden, status: http.StatusForbidden, code: codeForbidden, detail: "your role may not do this"},
	{is: shop.ErrNotFound, status: http.StatusNotFound, code: codeNotFound, detail: "there is no such thing, or it is not yours"},
	{is: shop.ErrDIDsUnavailable, status: http.StatusConflict, code: codeDIDsUnavailable, explain: explainUnavailable},
	{is: shop.ErrTotalChanged, status: http.StatusConflict, code: codeTotalChanged, explain: explainTotalChanged},
	{is: shop.ErrCartEmpty, status: http.StatusConflict, code: codeIllegalState, detail: "the cart is empty, there is nothing to buy"},
	{is: shop.ErrKeyReused, status: http.StatusUnprocessableEntity, code: codeIdempotencyKeyReused, explain: explainKeyReused},
	{is: shop.ErrTooMany, status: http.StatusUnprocessableEntity, code: codeInvalidRequest, explain: explainTooMany},
	{is: ledger.ErrInsufficientFunds, status: http.StatusPaymentRequired, code: codeInsufficientFunds, explain: explainInsufficientFunds},
	{is: ledger.ErrAccountClosed, status: http.StatusConflict, code: codeIllegalState, detail: "the account is closed"},
}

func explainUnavailable(err error, p *Problem) {
	p.Detail = "some numbers of the cart are no longer held for you; nothing was bought or charged"
	var gone *shop.Unavailable
	if !errors.As(err, &gone) {
		return
	}
	for _, n := range gone.Numbers {
		p.Errors = append(p.Errors, FieldError{
			Code: "unavailable", Detail: e164.Display(n) + " is no longer held for you", DID: n.String(),
		})
	}
}

func explainTotalChanged(err error, p *Problem) {
	var changed *shop.TotalChanged
	if errors.As(err, &changed) {
		confirmed, today := wireMoney(changed.Confirmed), wireMoney(changed.Today)
		p.Confirmed, p.Total = &confirmed, &today
		p.Detail = fmt.Sprintf("the total is %s today, not %s; nothing was bought or charged", changed.Today, changed.Confirmed)
	}
}

func explainInsufficientFunds(err error, p *Problem) {
	var short *ledger.InsufficientFunds
	if errors.As(err, &short) {
		needed, available := wireMoney(short.Needed), wireMoney(short.Available)
		p.Needed, p.Available = &needed, &available
		p.Detail = fmt.Sprintf("the order costs %s, and %s is available; nothing was bought or charged", short.Needed, short.Available)
	}
}

func explainKeyReused(_ error, p *Problem) {
	p.Detail = "this Idempotency-Key was used for an order with another total; use a new key for a new order"
	p.Errors = []FieldError{{Code: "reused", Detail: "was used for another order", Parameter: "Idempotency-Key"}}
}

func explainTooMany(_ error, p *Problem) {
	p.Detail = fmt.Sprintf("at most %d numbers may be asked for at once", shop.MaxPerRequest)
	p.Limit = shop.MaxPerRequest
	p.Errors = []FieldError{{Code: "too_many", Detail: p.Detail, Pointer: "/dids"}}
}
