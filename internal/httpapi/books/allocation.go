package books

import (
	"context"
	"fmt"
	"net/http"
	"reflect"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// AllocationService has the use cases by which staff rent numbers to a customer.
// *shop.LargeOrders implements it, and documents its errors.
type AllocationService interface {
	LargeOrderService
	Allocate(ctx context.Context, c ledger.Customer, numbers []e164.Number, key string,
		confirmed money.Amount) (shop.Order, error)
}

// Allocation has the route by which staff rent numbers to a customer. It is
// served by the function of orders, which finds numbers by criteria.
type Allocation struct{ Service AllocationService }

// AllocationRequest has the numbers to rent to a customer, and the confirmed total
// or the highest acceptable one.
type AllocationRequest struct {
	Total *httpapi.Money `json:"total,omitempty" doc:"With up to 90 dids: setup and first period of all, with the customer's tax. Another total is refused and nothing is charged; the answer has today's total. In place of max_total."`
	Wanted
}

// Register implements httpapi.Group.
func (a Allocation) Register(r *httpapi.Routes) {
	httpapi.Register(r, OrderOperation(httpapi.Operation(http.MethodPost, "/v1/customers/{id}/dids", "allocate-dids",
		httpapi.TagStaff, "Rent DIDs to a customer",
		"An order on the customer's behalf, without a cart. With total: all of the DIDs for the confirmed total, or "+
			"nothing. With max_total: as POST /v1/orders without a cart, up to 5,000 numbers. The same Idempotency-Key "+
			"returns the same order, and charges once, for 31 days; staff and customer share the keys.",
		http.StatusBadRequest, http.StatusPaymentRequired, http.StatusNotFound, http.StatusConflict)),
		func(ctx context.Context, in *struct {
			CustomerPath
			OrderKey
			Body AllocationRequest
		}) (*httpapi.Outcome, error) {
			return a.allocate(ctx, in.Customer(ctx), in.OrderKey, in.Body)
		})
}

// allocate rents numbers to a customer.
func (a Allocation) allocate(ctx context.Context, c ledger.Customer, key OrderKey,
	in AllocationRequest) (*httpapi.Outcome, error) {
	if in.Total == nil {
		return key.Large(ctx, a.Service, c, in.Wanted, true)
	}
	if alone := (Wanted{DIDs: in.DIDs}); !reflect.DeepEqual(alone, in.Wanted) || len(in.DIDs) == 0 ||
		len(in.DIDs) > shop.MaxLines {
		return nil, httpapi.BadField("/total", fmt.Sprintf("confirms up to %d dids; send max_total for anything else",
			shop.MaxLines))
	}
	numbers := httpapi.Each(in.DIDs, func(d httpapi.DID) e164.Number { return d.Number })
	return key.Confirmed(ctx, in.Total, func(key string, confirmed money.Amount) (shop.Order, error) {
		return a.Service.Allocate(ctx, c, numbers, key, confirmed)
	})
}
