package books

import (
	"context"
	"errors"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/usage"
)

// Usage is the calls of a rental. Everything is null while no switch of the carrier
// reports.
type Usage struct {
	LastCall *time.Time `json:"last_call_at" doc:"The last call since the rental began; null for none, or where no switch reports."`
	Calls    *int64     `json:"calls_30d" doc:"The calls of the last 30 days in UTC, with today, as the carrier's switches reported them; null where none does."`
	Minutes  *int64     `json:"minutes_30d" doc:"Their minutes."`
}

func wireUsage(u *usage.Summary) Usage {
	if u == nil {
		return Usage{}
	}
	return Usage{LastCall: httpapi.OptionalTime(u.LastCall), Calls: &u.Calls, Minutes: &u.Minutes}
}

// IdleDID is a rental without a call.
type IdleDID struct {
	Rental
	IdleSince time.Time     `json:"idle_since" doc:"The last call, or the start of the rental."`
	Yearly    httpapi.Money `json:"yearly_cost" doc:"The recurring charge per 365 days, before tax."`
}

// IdleQuery selects a page of idle rentals.
type IdleQuery struct {
	httpapi.Page
	Days int `query:"idle_days" minimum:"1" maximum:"3650" default:"90" doc:"The number of days without a call."`
}

func registerIdle(r *httpapi.Routes, b Rentals) {
	const what = "Rentals in service without a call for `idle_days`, and what each costs a year. A page is of `limit` " +
		"rentals, idle or not, so it may be short or empty and still have a next_cursor. The switches must have reported " +
		"for all of that time: else it is refused (409), because a number without a report would seem idle."
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/account/idle-dids", "list-idle-dids", httpapi.TagRentals,
		"List idle DIDs", what, http.StatusBadRequest, http.StatusConflict),
		func(ctx context.Context, in *IdleQuery) (*httpapi.Out[httpapi.List[IdleDID]], error) {
			return b.idle(ctx, httpapi.Customer(ctx), in)
		})
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/idle-dids", "list-customer-idle-dids",
		httpapi.TagStaff, "List a customer's idle DIDs", "As GET /v1/account/idle-dids.", http.StatusBadRequest,
		http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			CustomerPath
			IdleQuery
		}) (*httpapi.Out[httpapi.List[IdleDID]], error) {
			c, err := known(ctx, b.Records, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return b.idle(ctx, c, &in.IdleQuery)
		})
}

func (b Rentals) idle(ctx context.Context, c ledger.Customer, in *IdleQuery) (*httpapi.Out[httpapi.List[IdleDID]],
	error) {
	return httpapi.AnswerPage("idle-dids", in.Page, wireIdle, func(p shop.Page) ([]shop.Idle, string, error) {
		idle, next, err := b.Service.Idle(ctx, c, in.Days, p)
		var uncovered *shop.UncoveredDays
		if errors.As(err, &uncovered) {
			err = httpapi.NewProblem(http.StatusConflict, "illegal_state", uncovered.Error())
		}
		return idle, next, err
	})
}

func wireIdle(i shop.Idle) IdleDID {
	return IdleDID{Rental: wireRental(i.Rented), IdleSince: i.Since.UTC(), Yearly: httpapi.WireMoney(i.Yearly)}
}
