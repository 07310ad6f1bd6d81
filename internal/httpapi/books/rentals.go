package books

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// Rentals has the routes of a customer's rentals, and staff's routes of the
// rentals of their customers.
type Rentals struct {
	Records RentalRecords
	Service RentalService
	Lists   RentalLists
	Edits   EditService
	Exports Exports
	Now     func() time.Time
}

// Register implements httpapi.Group.
func (b Rentals) Register(r *httpapi.Routes) {
	registerRentalList(r, b)
	registerRentalsAcross(r, b)
	registerRentals(r, b)
	registerIdle(r, b)
	registerRentalsForStaff(r, b)
	registerEdits(r, b)
	registerEditsForStaff(r, b)
}

// RentalRecords has the records that the rentals' routes read.
type RentalRecords interface {
	accounts
	// Rentals returns the customer's rentals, ascending by their digits; see
	// shop.Records.
	Rentals(ctx context.Context, c ledger.Customer, p shop.Page) ([]did.DID, string, error)
}

// RentalService has the use cases of rentals' routes; *shop.Service implements
// it, and documents the errors.
type RentalService interface {
	Describe(ctx context.Context, c ledger.Customer, rentals []did.DID) ([]shop.Rented, error)
	Rental(ctx context.Context, c ledger.Customer, n e164.Number) (shop.Rented, error)
	Edit(ctx context.Context, c ledger.Customer, n e164.Number,
		change func(did.Settings) did.Settings) (shop.Rented, error)
	Cancel(ctx context.Context, c ledger.Customer, n e164.Number) (shop.Rented, error)
	Restore(ctx context.Context, c ledger.Customer, n e164.Number) (shop.Rented, error)
	Reclaim(ctx context.Context, c ledger.Customer, n e164.Number, key string, confirmed money.Amount) (shop.Order, error)
	Idle(ctx context.Context, c ledger.Customer, days int, p shop.Page) (idle []shop.Idle, next string, err error)
	Charges(ctx context.Context, c ledger.Customer, n e164.Number, next int) ([]shop.Coming, error)
}

// Rental is a DID of a customer on the wire.
type Rental struct {
	httpapi.Place
	State       string             `json:"state" enum:"active,past_due,suspended,pending_release,aging,ported_out"`
	Package     httpapi.PackageRef `json:"package"`
	Recurring   httpapi.Money      `json:"recurring" doc:"As agreed at purchase, before tax."`
	Interval    httpapi.Interval   `json:"interval"`
	Alignment   *httpapi.Alignment `json:"alignment" doc:"The calendar days of charges; null for the anniversaries of the purchase. With several days in a week or month, recurring is charged on each."`
	Monthly     httpapi.Money      `json:"monthly_equivalent" doc:"The recurring charge per 365/12 days, rounded half even."`
	AssignedAt  time.Time          `json:"assigned_at"`
	PeriodStart time.Time          `json:"period_start" doc:"The paid period."`
	PeriodEnd   time.Time          `json:"period_end"`
	NextPrice   *NextPrice         `json:"next_price" doc:"The price that is agreed from a later period on; null if none is."`
	NextCharge  *Charge            `json:"next_charge" doc:"null if there is none."`
	NextEvent   *time.Time         `json:"next_event_at" doc:"The time of the next automatic change of its state, unless something is done: active, the charge; past_due, the suspension; suspended, the release; pending_release, the end; aging, back on sale."`

	MinimumTermEnds *time.Time `json:"minimum_term_ends" doc:"null if none was agreed."`
	CancellableFrom *time.Time `json:"cancellable_from" doc:"The time from which a cancellation is accepted: the start of the first period that ends with or after the minimum term. null if there is nothing to cancel."`
	FirstEnd        *time.Time `json:"first_end" doc:"The end of the rental if it is cancelled as soon as that is accepted."`
	Reclaim         *Reclaim   `json:"reclaim,omitempty" doc:"For an aging DID that is shown alone: the price and the end of the time to reclaim it."`

	Destination  *string          `json:"destination" doc:"Where calls go first: E.164 with its plus, or a SIP, SIPS or tel URI. null for nowhere."`
	Destinations []httpapi.Target `json:"destinations" doc:"All targets of calls, those with the lowest priority first."`
	MaxChannels  *int             `json:"max_channels" doc:"How many calls may be active at once; null for no limit."`
	Label        *string          `json:"label"`
	Tags         []string         `json:"tags"`

	Usage
}

// NextPrice is a price that is agreed for a rental from a later period on.
type NextPrice struct {
	From      time.Time     `json:"from" doc:"The start of the first period at this price. If the rental is cancelled before, it never pays it."`
	Recurring httpapi.Money `json:"recurring" doc:"Before tax."`
	Monthly   httpapi.Money `json:"monthly_equivalent" doc:"The recurring charge per 365/12 days, rounded half even."`
}

// Charge is a coming charge.
type Charge struct {
	At     time.Time     `json:"at" doc:"When its period begins."`
	Kind   string        `json:"kind" enum:"recurring,proration"`
	Net    httpapi.Money `json:"net"`
	Tax    httpapi.Money `json:"tax"`
	Amount httpapi.Money `json:"amount" doc:"With the tax."`
	Owed   bool          `json:"owed" doc:"It is due already and will be charged as soon as the account can pay."`
}

// Reclaim is the price for renting an aging DID again.
type Reclaim struct {
	Until time.Time     `json:"until"`
	Total httpapi.Money `json:"total" doc:"The first period at today's price, without a setup charge, with tax. Confirm it in POST /v1/dids/{did}/reclaim."`
}

// RentalPatch has a customer's changes of a rental.
type RentalPatch struct {
	Destination  httpapi.Patch[string]           `json:"destination,omitempty" doc:"E.164 with its plus, or a SIP, SIPS or tel URI such as sip:desk@example.com: the only target from now on; null for nowhere. A SIP URI without a user, such as sip:pbx.example.com, gets the number that was dialled as its user."`
	Destinations httpapi.Patch[[]httpapi.Target] `json:"destinations,omitempty" doc:"In place of destination: at most 10 targets with their priorities."`
	MaxChannels  httpapi.Patch[int]              `json:"max_channels,omitempty" doc:"How many calls may be active at once, 1 to 10000; null for no limit. The switch enforces it."`
	Label        httpapi.Patch[string]           `json:"label,omitempty" doc:"At most 100 characters."`
	Tags         httpapi.Patch[[]string]         `json:"tags,omitempty" doc:"At most 20, each at most 50 characters."`
}

func registerRentals(r *httpapi.Routes, b Rentals) {
	service := b.Service
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/dids/{did}", "get-did", httpapi.TagRentals,
		"Show a DID", "One of your DIDs.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *httpapi.DIDPath) (*httpapi.Out[Rental], error) {
			return answerRental(service.Rental(ctx, httpapi.Customer(ctx), in.DID.Number))
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPatch, "/v1/dids/{did}", "edit-did", httpapi.TagRentals,
		"Change a DID's destination, label or tags",
		"A merge patch (RFC 7396): missing members stay unchanged, null removes a value.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			httpapi.DIDPath
			Body RentalPatch
		}) (*httpapi.Out[Rental], error) {
			return editRental(ctx, service, in.DID.Number, in.Body)
		})

	registerEndings(r, service)

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/dids/{did}/charges", "list-did-charges", httpapi.TagRentals,
		"List coming charges", "The coming charges of the DID, owed ones first; none if it is cancelled.",
		http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			httpapi.DIDPath
			Next int `query:"next" minimum:"1" maximum:"120" default:"12" doc:"The number of charges."`
		}) (*httpapi.Out[httpapi.List[Charge]], error) {
			charges, err := service.Charges(ctx, httpapi.Customer(ctx), in.DID.Number, in.Next)
			return httpapi.Answer(httpapi.List[Charge]{Data: httpapi.Each(charges, wireComing)}, err)
		})
}

// registerEndings adds the routes for cancelling, restoring and reclaiming a
// rental.
func registerEndings(r *httpapi.Routes, service RentalService) {
	cancel := httpapi.Operation(http.MethodDelete, "/v1/dids/{did}", "cancel-did", httpapi.TagRentals,
		"Cancel a DID",
		"Cancels the DID at the end of the paid period, or immediately if a charge is unpaid. Before the minimum term's "+
			"last period it is refused with the first possible date.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict)
	cancel.DefaultStatus = http.StatusOK
	httpapi.Register(r, cancel, func(ctx context.Context, in *httpapi.DIDPath) (*httpapi.Out[Rental], error) {
		return answerRental(service.Cancel(ctx, httpapi.Customer(ctx), in.DID.Number))
	})

	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/dids/{did}/restore", "restore-did", httpapi.TagRentals,
		"Take a cancellation back", "The rental continues as if it had not been cancelled.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *httpapi.DIDPath) (*httpapi.Out[Rental], error) {
			return answerRental(service.Restore(ctx, httpapi.Customer(ctx), in.DID.Number))
		})

	reclaim := httpapi.Operation(http.MethodPost, "/v1/dids/{did}/reclaim", "reclaim-did", httpapi.TagRentals,
		"Rent a cancelled DID again",
		"While the DID is in quarantine you may rent it again, at today's price and without a setup charge. This is an "+
			"order: the same Idempotency-Key returns the same order, and charges once, for 31 days.",
		http.StatusBadRequest, http.StatusPaymentRequired, http.StatusNotFound, http.StatusConflict)
	reclaim.DefaultStatus = http.StatusCreated
	httpapi.Register(r, reclaim, func(ctx context.Context, in *struct {
		httpapi.DIDPath
		OrderKey
		Body ReclaimRequest
	}) (*httpapi.Out[Order], error) {
		return in.Order(ctx, in.Body.Total, func(key string, confirmed money.Amount) (shop.Order, error) {
			return service.Reclaim(ctx, httpapi.Customer(ctx), in.DID.Number, key, confirmed)
		})
	})
}

func answerRental(r shop.Rented, err error) (*httpapi.Out[Rental], error) {
	return httpapi.Answer(wireRental(r), err)
}

func wireRental(r shop.Rented) Rental {
	p := httpapi.WirePrice(r.Terms)
	rental := Rental{
		Place: httpapi.WirePlace(r.Number, r.Country, r.Area, r.Type), State: httpapi.WireState(r.State),
		Package: p.Package, Recurring: p.Recurring, Interval: p.Interval, Alignment: p.Alignment,
		Monthly:    p.MonthlyEquivalent,
		AssignedAt: r.AssignedAt.UTC(), PeriodStart: r.PeriodStart.UTC(), PeriodEnd: r.PeriodEnd.UTC(),
		NextEvent: httpapi.OptionalTime(r.NextAt), MinimumTermEnds: httpapi.OptionalTime(r.TermEnds),
		CancellableFrom: httpapi.OptionalTime(r.CancellableAt), FirstEnd: httpapi.OptionalTime(r.FirstEnd),
		Destination: httpapi.Optional(r.Route.First()), Destinations: httpapi.Each(r.Route.Targets, httpapi.WireTarget),
		MaxChannels: httpapi.OptionalCount(r.Route.MaxChannels), Label: httpapi.Optional(r.Label),
		Tags: append([]string{}, r.Tags...), Usage: wireUsage(r.Usage),
	}
	rental.NextPrice = wireNextPrice(r)
	if len(r.Next) > 0 {
		next := wireComing(r.Next[0])
		rental.NextCharge = &next
	}
	if r.Reclaim != nil {
		rental.Reclaim = &Reclaim{Until: r.Reclaim.Until.UTC(), Total: httpapi.WireMoney(r.Reclaim.Total)}
	}
	return rental
}

// wireNextPrice returns the price to come, null if there is none.
func wireNextPrice(r shop.Rented) *NextPrice {
	if r.NewPriceAt.IsZero() {
		return nil
	}
	terms := r.Terms
	terms.Recurring = r.NextPrice.Recurring
	return &NextPrice{From: r.NewPriceAt.UTC(), Recurring: httpapi.WireMoney(terms.Recurring),
		Monthly: httpapi.WireMoney(terms.MonthlyEquivalent())}
}

func wireComing(c shop.Coming) Charge {
	gross, err := c.Gross()
	if err != nil { // net and tax have one currency; a wrong sum must not be shown
		panic(err)
	}
	return Charge{
		At: c.At.UTC(), Kind: string(c.Kind), Net: httpapi.WireMoney(c.Net), Tax: httpapi.WireMoney(c.Tax),
		Amount: httpapi.WireMoney(gross), Owed: c.Owed,
	}
}
