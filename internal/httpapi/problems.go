package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/edits"
	"didpurchase/internal/intake"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/ratelimit"
	"didpurchase/internal/report"
	"didpurchase/internal/routing"
	"didpurchase/internal/shop"
	"didpurchase/internal/topup"
	"didpurchase/internal/validate"
	"didpurchase/internal/webhook"
)

// Codes of problems: clients decide by the code.
const (
	CodeInvalidRequest         = "invalid_request"
	codeUnauthenticated        = "unauthenticated"
	CodeForbidden              = "forbidden"
	CodeNotFound               = "not_found"
	codeDIDsUnavailable        = "dids_unavailable"
	codeTotalChanged           = "total_changed"
	codeInsufficientFunds      = "insufficient_funds"
	codePurchasingOff          = "purchasing_off"
	codeApprovalRequired       = "approval_required"
	codeSpendingLimit          = "spending_limit"
	codeReservationLimit       = "reservation_limit"
	CodeIdempotencyKeyRequired = "idempotency_key_required"
	codeIdempotencyKeyReused   = "idempotency_key_reused"
	codeInProgress             = "in_progress"
	CodeIllegalState           = "illegal_state"
	codeMinimumTerm            = "minimum_term"
	codeAlreadyExists          = "already_exists"
	codeReferenceReused        = "reference_reused"
	codeCursorExpired          = "cursor_expired"
	codeRateLimited            = "rate_limited"
	codeNoProvider             = "no_payment_provider"
	codeProviderRefused        = "provider_refused"
	codeProviderUnavailable    = "provider_unavailable"
	codeSignature              = "invalid_signature"
	codeBusy                   = "busy"
	codeInternal               = "internal_error"
)

// Code documents a problem's code.
type Code struct{ Code, Status, When string }

// Codes returns every code of a problem's type, except those that only repeat
// their status.
func Codes() []Code {
	return []Code{
		{codeUnauthenticated, "401", "There is no access token, or it isn't valid; detail has the reason."},
		{CodeForbidden, "403", "Your role may not do this."},
		{CodeNotFound, "404", "There is no such thing, or it is not yours."},
		{CodeInvalidRequest, "400, 422", "400: the request can't be read. 422: it is well-formed but invalid. errors names " +
			"each field."},
		{codeDIDsUnavailable, "409", "DIDs of the cart are no longer held for you; errors names each. Nothing was bought " +
			"or charged."},
		{codeTotalChanged, "409", "The confirmed total is not today's; total and confirmed_total carry both. Nothing " +
			"was charged."},
		{codeInsufficientFunds, "402", "The account can't pay; needed and available show the missing amount."},
		{codePurchasingOff, "403", "The carrier lets the customer search, but not hold or buy."},
		{codeApprovalRequired, "403", "Only an owner of the customer may do this, as its orders need an approval."},
		{codeSpendingLimit, "409", "The order is over the month's limit for the customer's own orders; detail names limit, " +
			"spent and total."},
		{codeReservationLimit, "409", "With this order, running orders would ask for more numbers than the carrier's " +
			"max_reserved; detail names them. Nothing was reserved."},
		{CodeIdempotencyKeyRequired, "400", "POST /v1/orders, POST /v1/account/top-ups and POST " +
			"/v1/customers/{id}/credit-notes need the header Idempotency-Key."},
		{codeIdempotencyKeyReused, "422", "This Idempotency-Key was used with another body."},
		{codeInProgress, "409", "A request with this Idempotency-Key is still running. Send it again after Retry-After " +
			"seconds, with the same key; then you get the order that it made."},
		{codeMinimumTerm, "409", "The minimum term is not over; first_end is the first time at which the rental can end."},
		{CodeIllegalState, "409", "The current state does not allow it, such as buying an empty cart."},
		{codeAlreadyExists, "409", "The id exists already; nothing was changed."},
		{codeReferenceReused, "409", "This reference entered another amount, or belongs to another customer; detail " +
			"names it."},
		{codeCursorExpired, "410", "The feed of routes does not reach back to this cursor. Load all routes again, and go " +
			"on from the feed_cursor of the first page."},
		{codeRateLimited, "429", "Your company, or this API key, sends more requests than are allowed. Nothing was done. " +
			"Send the request again after Retry-After seconds."},
		{codeNoProvider, "409", "The carrier takes no payments by a provider; ask it how to pay."},
		{codeProviderRefused, "422", "The payment provider refused the top-up; detail has its reason. Nothing was charged."},
		{codeProviderUnavailable, "503", "The payment provider does not answer. Nothing was charged; send the request " +
			"again after Retry-After seconds, with the same Idempotency-Key."},
		{codeSignature, "401", "A payment provider's notification has no valid signature, or one that is more than 5 " +
			"minutes old."},
		{codeBusy, "503", "Others are changing the same records, callers can't be identified at the moment, or there was " +
			"no time to finish; detail states whether a part may have been done. Send the request again after Retry-After " +
			"seconds, with the same Idempotency-Key if it has one."},
		{codeInternal, "500", "The cause is on our side; name request_id when you ask for help. You may send the " +
			"request again."},
	}
}

// waitForAuthorizer is the Retry-After of the authorizer's 503, in seconds: API
// Gateway caches the authorizer's answer to a token for a minute.
const waitForAuthorizer = 60

// problems is the one table from the domain's errors to their problems on the
// wire; the first matching row counts. The details are for people; explain adds
// the error's own values.
var problems = []struct {
	matches func(error) bool
	status  int
	code    string
	detail  string
	explain func(error, *Problem)
	wait    int // seconds until the same request may succeed, for Retry-After
}{
	{matches: is(auth.ErrUnauthenticated), status: http.StatusUnauthorized, code: codeUnauthenticated,
		detail: "there is no valid access token"},
	{matches: is(auth.ErrUnavailable), status: http.StatusServiceUnavailable, code: codeBusy, explain: explainItself,
		wait: waitForAuthorizer},
	{matches: is(auth.ErrForbidden), status: http.StatusForbidden, code: CodeForbidden,
		detail: "your role may not do this"},
	{matches: as[*ratelimit.Exceeded], status: http.StatusTooManyRequests, code: codeRateLimited, explain: explainLimit},
	{matches: as[search.FieldErrors], status: http.StatusBadRequest, code: CodeInvalidRequest, explain: explainFilters},
	{matches: is(commit.ErrNotFound), status: http.StatusNotFound, code: CodeNotFound,
		detail: "there is no such thing, or it is not yours"},
	{matches: is(intake.ErrNotPlanned), status: http.StatusConflict, code: CodeIllegalState,
		detail: "this import is not a completed dry run, so there is nothing to apply"},
	{matches: as[*validate.Invalid], status: http.StatusUnprocessableEntity, code: CodeInvalidRequest,
		explain: explainInvalid},
	{matches: is(shop.ErrDIDsUnavailable), status: http.StatusConflict, code: codeDIDsUnavailable,
		explain: explainUnavailable},
	{matches: is(shop.ErrTotalChanged), status: http.StatusConflict, code: codeTotalChanged, explain: explainTotalChanged},
	{matches: is(shop.ErrCartEmpty), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the cart is empty, there is nothing to buy"},
	{matches: is(shop.ErrKeyReused), status: http.StatusUnprocessableEntity, code: codeIdempotencyKeyReused,
		explain: explainKeyReused},
	{matches: is(shop.ErrInProgress), status: http.StatusConflict, code: codeInProgress,
		detail: "a request with this Idempotency-Key is still running; send it again in a moment, with the same key",
		wait:   1},
	{matches: is(shop.ErrTooMany), status: http.StatusUnprocessableEntity, code: CodeInvalidRequest,
		explain: explainTooMany},
	{matches: is(shop.ErrNotForSale), status: http.StatusConflict, code: codeDIDsUnavailable, explain: explainNotForSale},
	{matches: is(report.ErrFinished), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the report is finished, so it can't be cancelled"},
	{matches: is(report.ErrUnfinished), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the report has no file: it is not completed"},
	{matches: is(shop.ErrOrderState), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the order is paid or has ended, so it can't be cancelled"},
	{matches: is(edits.ErrTooManyJobs), status: http.StatusConflict, code: CodeIllegalState,
		detail: "3 changes of many numbers are running; wait until one has ended, or stop one"},
	{matches: is(edits.ErrState), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the status or the kind of this job does not allow it; GET shows can_apply and undo_until"},
	{matches: is(shop.ErrNotWaiting), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the order does not wait for an approval: look at its status and its approval"},
	{matches: is(shop.ErrNeedsApproval), status: http.StatusForbidden, code: codeApprovalRequired,
		detail: "your company's orders need an approval; ask an owner to take this number back"},
	{matches: is(shop.ErrStatementTooLong), status: http.StatusUnprocessableEntity, code: CodeInvalidRequest,
		explain: explainStatement},
	{matches: is(desk.ErrManyRenewals), status: http.StatusUnprocessableEntity, code: CodeInvalidRequest,
		explain: explainManyRenewals},
	{matches: is(did.ErrMinimumTerm), status: http.StatusConflict, code: codeMinimumTerm, explain: explainMinimumTerm},
	{matches: is(did.ErrInvalidSettings), status: http.StatusUnprocessableEntity, code: CodeInvalidRequest,
		explain: explainSettings},
	{matches: is(did.ErrIllegalMove), status: http.StatusConflict, code: CodeIllegalState, explain: explainIllegalMove},
	{matches: is(desk.ErrReferenceReused), status: http.StatusConflict, code: codeReferenceReused,
		explain: explainReference},
	{matches: is(commit.ErrExists), status: http.StatusConflict, code: codeAlreadyExists,
		detail: "there is one of this id already; nothing was changed"},
	{matches: is(auth.ErrUnknownKey), status: http.StatusNotFound, code: CodeNotFound,
		detail: "there is no such key, or it is not yours"},
	{matches: is(auth.ErrNoSuchUser), status: http.StatusNotFound, code: CodeNotFound,
		detail: "there is no such user, or it is not yours"},
	{matches: is(auth.ErrInvitation), status: http.StatusNotFound, code: CodeNotFound,
		detail: "the invitation is unknown, was used or replaced, or is older than seven days; ask for a new one"},
	{matches: is(auth.ErrKnownUser), status: http.StatusConflict, code: codeAlreadyExists,
		detail: "this person is a user already; nothing was changed"},
	{matches: as[*desk.LastManagerError], status: http.StatusConflict, code: CodeIllegalState, explain: explainItself},
	{matches: is(ledger.ErrInsufficientFunds), status: http.StatusPaymentRequired, code: codeInsufficientFunds,
		explain: explainInsufficientFunds},
	{matches: as[*ledger.NotCreditable], status: http.StatusConflict, code: CodeIllegalState,
		explain: explainNotCreditable},
	{matches: is(ledger.ErrAccountClosed), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the account is closed"},
	{matches: is(ledger.ErrPurchasingOff), status: http.StatusForbidden, code: codePurchasingOff,
		detail: "your carrier lets you search, but not hold or buy; ask it for permission"},
	{matches: as[*ledger.OverLimit], status: http.StatusConflict, code: codeSpendingLimit, explain: explainOverLimit},
	{matches: as[*shop.OverReserved], status: http.StatusConflict, code: codeReservationLimit,
		explain: explainOverReserved},
	{matches: is(money.ErrTooLarge), status: http.StatusUnprocessableEntity, code: CodeInvalidRequest,
		detail: "the balance or a sum would have more digits than an amount may have; nothing was changed"},
	{matches: is(routing.ErrExpired), status: http.StatusGone, code: codeCursorExpired,
		detail: "the feed goes back 7 days; load GET /v1/routes again and go on from its feed_cursor"},
	{matches: is(webhook.ErrConflict), status: http.StatusConflict, code: CodeIllegalState,
		detail: "the webhook was changed in the meantime; read it again and repeat your change"},
	{matches: is(topup.ErrNothingToRefund), status: http.StatusConflict, code: CodeIllegalState, detail: "no credit " +
		"note was issued: no payment by the provider is large enough for the refund; refund to the balance instead"},
	{matches: is(topup.ErrNoProvider), status: http.StatusConflict, code: codeNoProvider,
		detail: "your carrier takes no payments here; ask it how to pay"},
	{matches: as[*topup.Refused], status: http.StatusUnprocessableEntity, code: codeProviderRefused,
		explain: explainItself},
	{matches: is(topup.ErrProvider), status: http.StatusServiceUnavailable, code: codeProviderUnavailable,
		detail: "the payment provider does not answer; nothing was charged, so send the request again in a moment, with " +
			"the same Idempotency-Key", wait: 5},
	{matches: is(topup.ErrForged), status: http.StatusUnauthorized, code: codeSignature,
		detail: "the notification has no valid signature, or one that is more than 5 minutes old"},
	{matches: is(commit.ErrMovedOn), status: http.StatusServiceUnavailable, code: codeBusy,
		detail: "others are changing the same things; send the request again in a moment", wait: 1},
	{matches: is(commit.ErrContended), status: http.StatusServiceUnavailable, code: codeBusy,
		detail: "others are changing the same things; send the request again in a moment", wait: 1},
	{matches: is(context.DeadlineExceeded), status: http.StatusServiceUnavailable, code: codeBusy, detail: "this took " +
		"too long and was stopped, perhaps after a part of it was done; check the current state before you send it again, " +
		"or send it with the same Idempotency-Key if it has one", wait: 1},
	{matches: is(commit.ErrUnknown), status: http.StatusServiceUnavailable, code: codeBusy,
		detail: "the database did not answer in time; send the request again, with the same Idempotency-Key if it has one",
		wait:   1},
	{matches: is(commit.ErrUnavailable), status: http.StatusServiceUnavailable, code: codeBusy,
		detail: "the database can't be reached at the moment; send the request again, with the same Idempotency-Key if " +
			"it has one", wait: 1},
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func as[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

func explainItself(err error, p *Problem) { p.Detail = err.Error() }

func explainNotCreditable(err error, p *Problem) {
	var refused *ledger.NotCreditable
	errors.As(err, &refused)
	p.Detail = "no credit note was issued: " + refused.Reason
}

func explainLimit(err error, p *Problem) {
	var exceeded *ratelimit.Exceeded
	errors.As(err, &exceeded)
	p.Detail, p.wait = exceeded.Error(), wholeSeconds(exceeded.Wait.Seconds())
}

func explainFilters(err error, p *Problem) {
	var wrong search.FieldErrors
	errors.As(err, &wrong)
	for _, w := range wrong {
		p.Errors = append(p.Errors, FieldError{Code: "invalid", Detail: w.Detail, Parameter: w.Field})
	}
	p.Detail = p.Errors[0].place() + p.Errors[0].Detail
}

func explainInvalid(err error, p *Problem) {
	var invalid *validate.Invalid
	errors.As(err, &invalid)
	for _, fault := range invalid.Faults {
		p.Errors = append(p.Errors, FieldError{Code: "invalid", Detail: fault.Detail, Pointer: fault.Pointer})
	}
	p.Detail = p.Errors[0].place() + p.Errors[0].Detail
}

func explainUnavailable(err error, p *Problem) {
	p.Detail = "some numbers of the cart are no longer held for you; nothing was bought or charged"
	var gone *shop.Unavailable
	if errors.As(err, &gone) {
		p.Errors = unavailable(gone.Numbers, "is no longer held for you")
	}
}

func explainNotForSale(err error, p *Problem) {
	p.Detail = "these numbers are not for sale now; nothing was bought or charged"
	var none *shop.NotForSale
	if errors.As(err, &none) {
		p.Errors = unavailable(none.Numbers, "is not offered, or somebody has it")
	}
	var short *shop.NotEnough
	if errors.As(err, &short) {
		p.Detail = fmt.Sprintf("%d of the %d numbers are for sale now; nothing was bought or charged", short.Found,
			short.Wanted)
		p.Errors = unavailable(short.Gone[:min(len(short.Gone), shop.MaxPerRequest)], "is not offered, or somebody has it")
	}
}

// unavailable returns the same error for each number.
func unavailable(numbers []e164.Number, what string) []FieldError {
	return Each(numbers, func(n e164.Number) FieldError {
		return FieldError{Code: "unavailable", Detail: e164.Display(n) + " " + what, DID: n.String()}
	})
}

func explainTotalChanged(err error, p *Problem) {
	var changed *shop.TotalChanged
	if errors.As(err, &changed) {
		confirmed, today := WireMoney(changed.Confirmed), WireMoney(changed.Today)
		p.Confirmed, p.Total = &confirmed, &today
		p.Detail = fmt.Sprintf("the total is %s today, not %s; nothing was bought or charged", changed.Today,
			changed.Confirmed)
	}
}

func explainInsufficientFunds(err error, p *Problem) {
	var short *ledger.InsufficientFunds
	if errors.As(err, &short) {
		needed, available := WireMoney(short.Needed), WireMoney(short.Available)
		p.Needed, p.Available = &needed, &available
		p.Detail = fmt.Sprintf("%s is needed, and %s is available; nothing was bought or charged", short.Needed,
			short.Available)
	}
}

func explainOverLimit(err error, p *Problem) {
	var over *ledger.OverLimit
	if errors.As(err, &over) {
		p.Detail = fmt.Sprintf("your carrier limits your orders to %s a month, %s of it is spent in %s, and this order "+
			"is %s; nothing was bought or charged",
			over.Limit, over.Spent, over.Month, over.Total)
	}
}

func explainOverReserved(err error, p *Problem) {
	var over *shop.OverReserved
	if errors.As(err, &over) {
		p.Detail = fmt.Sprintf("your running orders ask for %d numbers and this one for %d; your carrier allows %d "+
			"(max_reserved) until they are paid. Wait for the others to end, or cancel one", over.Running, over.Wanted,
			over.Limit)
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

func explainMinimumTerm(err error, p *Problem) {
	var term *did.MinimumTerm
	if errors.As(err, &term) {
		first := term.First.UTC()
		p.FirstEnd = &first
		p.Detail = "the minimum term is not over; the rental can end on " + term.First.Format(time.DateOnly) +
			" at the earliest"
	}
}

func explainSettings(err error, p *Problem) {
	var invalid *did.InvalidSettings
	errors.As(err, &invalid)
	for _, fault := range invalid.Faults {
		p.Errors = append(p.Errors, FieldError{Code: "invalid", Detail: fault.Detail, Pointer: "/" + fault.Field})
	}
	p.Detail = p.Errors[0].place() + p.Errors[0].Detail
}

func explainReference(err error, p *Problem) {
	p.Detail = "this reference entered a " + strings.TrimPrefix(err.Error(), desk.ErrReferenceReused.Error()+": ")
	p.Errors = []FieldError{{Code: "reused", Detail: "entered something else", Pointer: "/reference"}}
}

func explainIllegalMove(err error, p *Problem) {
	p.Detail = strings.TrimPrefix(err.Error(), did.ErrIllegalMove.Error()+": ")
}

func explainManyRenewals(_ error, p *Problem) {
	p.Detail = fmt.Sprintf("more than %d rentals come due within %d days, which is more than a request can add up",
		desk.MaxAhead, desk.AheadDays)
}

func explainStatement(_ error, p *Problem) {
	p.Detail = fmt.Sprintf("the statement has more than %d lines; ask for fewer days, or for pages by limit and the "+
		"cursor in the header Link", shop.MaxStatement)
	p.Errors = []FieldError{{Code: "too_many", Detail: p.Detail, Parameter: "from"}}
}
