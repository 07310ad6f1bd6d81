package httpapi

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// RentalRecords lists rentals.
type RentalRecords interface {
	// Rentals of the customer, ascending by number; see shop.Records.
	Rentals(ctx context.Context, c ledger.Customer, state did.State, digits string, p shop.Page) ([]did.DID, string, error)
}

// RentalService is what rentals' routes need; *shop.Service is one, and says the
// errors.
type RentalService interface {
	Describe(ctx context.Context, c ledger.Customer, rentals []did.DID) ([]shop.Rented, error)
	Rental(ctx context.Context, c ledger.Customer, n e164.Number) (shop.Rented, error)
	Edit(ctx context.Context, c ledger.Customer, n e164.Number, change func(did.Settings) did.Settings) (shop.Rented, error)
	Cancel(ctx context.Context, c ledger.Customer, n e164.Number) (shop.Rented, error)
	Restore(ctx context.Context, c ledger.Customer, n e164.Number) (shop.Rented, error)
	Reclaim(ctx context.Context, c ledger.Customer, n e164.Number, key string, confirmed money.Amount) (shop.Order, error)
	Allocate(ctx context.Context, c ledger.Customer, numbers []e164.Number, key string, confirmed money.Amount) (shop.Order, error)
	Charges(ctx context.Context, c ledger.Customer, n e164.Number, next int) ([]shop.Coming, error)
}

// Rental is a DID of a customer on the wire.
type Rental struct {
	Place
	State       string     `json:"state" enum:"active,past_due,suspended,pending_release,aging,ported_out"`
	Package     PackageRef `json:"package"`
	Recurring   Money      `json:"recurring" doc:"As agreed at purchase, before tax."`
	Interval    Interval   `json:"interval"`
	AssignedAt  time.Time  `json:"assigned_at"`
	PeriodStart time.Time  `json:"period_start" doc:"The period that is paid."`
	PeriodEnd   time.Time  `json:"period_end"`
	NextCharge  *Charge    `json:"next_charge" doc:"null when none will come."`
	NextEvent   *time.Time `json:"next_event_at" doc:"When its state changes by itself next unless something is done: active, the charge; past_due, the suspension; suspended, the release; pending_release, the end; aging, back on sale."`

	MinimumTermEnds *time.Time `json:"minimum_term_ends" doc:"null when none was agreed."`
	CancellableFrom *time.Time `json:"cancellable_from" doc:"From when on a cancellation is accepted: the begin of the first period that ends with or after the minimum term. null when there is nothing to cancel."`
	FirstEnd        *time.Time `json:"first_end" doc:"When the rental ends if it is cancelled as soon as that is accepted."`
	Reclaim         *Reclaim   `json:"reclaim,omitempty" doc:"Of one that is aging, when shown by itself: how to get it back."`

	Destination *string  `json:"destination" doc:"Where calls go: E.164 with its plus, or a SIP URI."`
	Label       *string  `json:"label"`
	Tags        []string `json:"tags"`
}

// Charge is an amount that will be charged.
type Charge struct {
	At     time.Time `json:"at" doc:"When its period begins."`
	Kind   string    `json:"kind" enum:"recurring,proration"`
	Net    Money     `json:"net"`
	Tax    Money     `json:"tax"`
	Amount Money     `json:"amount" doc:"With the tax."`
	Owed   bool      `json:"owed" doc:"It is due already and will be charged as soon as the account can pay."`
}

// Reclaim is the way back of a DID in quarantine.
type Reclaim struct {
	Until time.Time `json:"until"`
	Total Money     `json:"total" doc:"The first period at today's price, without a setup charge, with tax. Confirm it in POST /v1/dids/{did}/reclaim."`
}

// RentalPatch is what a customer may change of a rental.
type RentalPatch struct {
	Destination Patch[string]   `json:"destination,omitempty" doc:"E.164 with its plus, or a SIP URI such as sip:desk@example.com; null for nowhere."`
	Label       Patch[string]   `json:"label,omitempty" doc:"At most 100 characters."`
	Tags        Patch[[]string] `json:"tags,omitempty" doc:"At most 20, each at most 50 characters."`
}

// DIDPath is the path's DID. (huma sees embedded structs only when exported.)
type DIDPath struct {
	DID DID `path:"did"`
}

func registerRentals(r *routes, records RentalRecords, service RentalService) {
	register(r, operation(http.MethodGet, "/v1/dids", "list-dids", tagRentals,
		"List your DIDs", "The DIDs that you rent, ascending by number, and those that you gave up as long as they are in quarantine.", http.StatusBadRequest),
		func(ctx context.Context, in *RentalFilter) (*out[List[Rental]], error) {
			return listRentals(ctx, records, service, customer(ctx), in)
		})

	register(r, operation(http.MethodGet, "/v1/dids/{did}", "get-did", tagRentals,
		"Show a DID", "One of your DIDs.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *DIDPath) (*out[Rental], error) {
			return answerRental(service.Rental(ctx, customer(ctx), in.DID.Number))
		})

	register(r, operation(http.MethodPatch, "/v1/dids/{did}", "edit-did", tagRentals,
		"Say where a DID leads and what it is called", "A merge patch (RFC 7396): what is left out stays, null takes away.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			DIDPath
			Body RentalPatch
		}) (*out[Rental], error) {
			return answerRental(service.Edit(ctx, customer(ctx), in.DID.Number, in.Body.apply))
		})

	registerEndings(r, service)

	register(r, operation(http.MethodGet, "/v1/dids/{did}/charges", "list-did-charges", tagRentals,
		"List coming charges", "What the DID will cost from now on, first what is owed; nothing of one that ends.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			DIDPath
			Next int `query:"next" minimum:"1" maximum:"120" default:"12" doc:"How many."`
		}) (*out[List[Charge]], error) {
			charges, err := service.Charges(ctx, customer(ctx), in.DID.Number, in.Next)
			return answer(List[Charge]{Data: each(charges, wireComing)}, err)
		})
}

// registerEndings adds how a rental ends, goes on, and begins again.
func registerEndings(r *routes, service RentalService) {
	cancel := operation(http.MethodDelete, "/v1/dids/{did}", "cancel-did", tagRentals,
		"Cancel a DID",
		"Gives the DID up at the end of the period that is paid, or at once when something is unpaid. Before the minimum term's last period it is refused with the first possible date.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict)
	cancel.DefaultStatus = http.StatusOK
	register(r, cancel, func(ctx context.Context, in *DIDPath) (*out[Rental], error) {
		return answerRental(service.Cancel(ctx, customer(ctx), in.DID.Number))
	})

	register(r, operation(http.MethodPost, "/v1/dids/{did}/restore", "restore-did", tagRentals,
		"Take a cancellation back", "The rental goes on as if it had not been cancelled.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *DIDPath) (*out[Rental], error) {
			return answerRental(service.Restore(ctx, customer(ctx), in.DID.Number))
		})

	reclaim := operation(http.MethodPost, "/v1/dids/{did}/reclaim", "reclaim-did", tagRentals,
		"Rent a DID again that you gave up",
		"As long as it is in quarantine you may rent it anew, at today's price and without a setup charge. An order: the same Idempotency-Key answers with the same order, and charges once, for 31 days.",
		http.StatusBadRequest, http.StatusPaymentRequired, http.StatusNotFound, http.StatusConflict)
	reclaim.DefaultStatus = http.StatusCreated
	register(r, reclaim, func(ctx context.Context, in *struct {
		DIDPath
		OrderKey
		Body OrderRequest
	}) (*out[Order], error) {
		return in.order(ctx, in.Body.Total, func(key string, confirmed money.Amount) (shop.Order, error) {
			return service.Reclaim(ctx, customer(ctx), in.DID.Number, key, confirmed)
		})
	})
}

// RentalFilter is which of the rentals to list.
type RentalFilter struct {
	Page
	State string `query:"state" enum:"active,past_due,suspended,pending_release,aging,ported_out" doc:"Only those in this state."`
	Q     string `query:"q" doc:"Only those with these digits in a row." example:"2071"`
}

func listRentals(ctx context.Context, records RentalRecords, service RentalService, c ledger.Customer, in *RentalFilter) (*out[List[Rental]], error) {
	digits, err := digitsOf(in.Q)
	if err != nil {
		return nil, err
	}
	return list("dids", in.Page, wireRental, func(p shop.Page) ([]shop.Rented, string, error) {
		rentals, next, err := records.Rentals(ctx, c, stateOf(in.State), digits, p)
		if err != nil {
			return nil, "", err
		}
		described, err := service.Describe(ctx, c, rentals)
		return described, next, err
	})
}

// apply is the settings after the patch.
func (p RentalPatch) apply(s did.Settings) did.Settings {
	if p.Destination.Sent {
		s.Route.Targets = destination.To(p.Destination.or("")).Targets
	}
	return did.Settings{Route: s.Route, Label: p.Label.or(s.Label), Tags: p.Tags.or(s.Tags)}
}

func answerRental(r shop.Rented, err error) (*out[Rental], error) { return answer(wireRental(r), err) }

func wireRental(r shop.Rented) Rental {
	p := price(r.Terms)
	rental := Rental{
		Place: place(r.Number, r.Country, r.Area, r.Type), State: wireState(r.State),
		Package: p.Package, Recurring: p.Recurring, Interval: p.Interval,
		AssignedAt: r.AssignedAt.UTC(), PeriodStart: r.PeriodStart.UTC(), PeriodEnd: r.PeriodEnd.UTC(),
		NextEvent: optionalTime(r.NextAt), MinimumTermEnds: optionalTime(r.TermEnds),
		CancellableFrom: optionalTime(r.CancellableAt), FirstEnd: optionalTime(r.FirstEnd),
		Destination: optional(r.Route.First()), Label: optional(r.Label), Tags: append([]string{}, r.Tags...),
	}
	if len(r.Next) > 0 {
		next := wireComing(r.Next[0])
		rental.NextCharge = &next
	}
	if r.Reclaim != nil {
		rental.Reclaim = &Reclaim{Until: r.Reclaim.Until.UTC(), Total: wireMoney(r.Reclaim.Total)}
	}
	return rental
}

func wireComing(c shop.Coming) Charge {
	gross, err := c.Gross()
	if err != nil { // net and tax have one currency; what says otherwise may not be shown as money
		panic(err)
	}
	return Charge{
		At: c.At.UTC(), Kind: string(c.Kind), Net: wireMoney(c.Net), Tax: wireMoney(c.Tax), Amount: wireMoney(gross), Owed: c.Owed,
	}
}

// active is what the wire calls an assigned DID.
const active = "active"

func stateOf(wire string) did.State {
	if wire == active {
		return did.Assigned
	}
	return did.State(wire)
}

func wireState(s did.State) string {
	if s == did.Assigned {
		return active
	}
	return string(s)
}
