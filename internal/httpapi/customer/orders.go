package customer

import (
	"context"
	"net/http"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// OrderService has the use cases of the orders' routes. *shop.Service
// implements it, and documents its errors.
type OrderService interface {
	Checkout(ctx context.Context, c ledger.Customer, key string, confirmed money.Amount) (shop.Order, error)
	books.LargeOrderService
	CancelOrder(ctx context.Context, c ledger.Customer, id string) (shop.Order, error)
}

// OrderRequest confirms the cart's total, or names numbers to buy without a cart.
type OrderRequest struct {
	Total *httpapi.Money `json:"total,omitempty" doc:"To buy the cart: its total as you saw it. Another total is refused and nothing is charged."`
	books.Wanted
}

// Orders has the orders' routes.
type Orders struct {
	Service OrderService
	Records books.OrderRecords
}

// Register implements httpapi.Group.
func (o Orders) Register(r *httpapi.Routes) {
	httpapi.Register(r, books.OrderOperation(httpapi.Operation(http.MethodPost, "/v1/orders", "create-order",
		httpapi.TagOrders, "Buy the DIDs of the cart, or up to 5,000 without a cart",
		"With total: buys every DID of the cart for the confirmed total, or nothing. With dids, or criteria and quantity: "+
			"buys numbers without a cart for at most max_total. Up to 90 are bought at once (201). More are reserved, "+
			"paid and rented one after the other: the answer is 202, and GET /v1/orders/{id} shows the progress. Such an "+
			"order ends completed, or rejected with nothing charged and every number free. The same Idempotency-Key "+
			"returns the same order, and charges once, for 31 days. Where the customer's orders need an approval, those of others "+
			"than owners are answered with 202 and wait as awaiting_approval, with their numbers reserved and nothing charged, "+
			"until an owner or the carrier's staff approve or decline them, or the deadline is over.",
		http.StatusBadRequest, http.StatusPaymentRequired, http.StatusConflict)),
		func(ctx context.Context, in *struct {
			books.OrderKey
			Body OrderRequest
		}) (*httpapi.Outcome, error) {
			return o.create(ctx, in.OrderKey, in.Body)
		})
	o.registerOne(r)

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/orders", "list-orders", httpapi.TagOrders,
		"List orders", "Your orders, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[books.Order]], error) {
			return httpapi.AnswerPage("orders", *in, books.WireOrder, func(p shop.Page) ([]shop.Order, string, error) {
				return o.Records.Orders(ctx, httpapi.Customer(ctx), p)
			})
		})
}

// OrderPath is the path's order.
type OrderPath struct {
	ID string `path:"id"`
}

// registerOne adds the routes of one order.
func (o Orders) registerOne(r *httpapi.Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/orders/{id}", "get-order", httpapi.TagOrders,
		"Show an order", "One of your orders.", http.StatusNotFound),
		func(ctx context.Context, in *OrderPath) (*httpapi.Out[books.Order], error) {
			order, err := o.Records.Order(ctx, httpapi.Customer(ctx), in.ID)
			return books.AnswerOrder(ctx, order, err)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/orders/{id}/lines", "list-order-lines", httpapi.TagOrders,
		"List the DIDs of an order", "The numbers that the order bought, with their terms: none until it is paid. While it waits for an approval, the numbers that are reserved for it.",
		http.StatusNotFound),
		func(ctx context.Context, in *struct {
			OrderPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[books.OrderLine]], error) {
			return books.AnswerOrderLines(ctx, o.Records, httpapi.Customer(ctx), in.ID, in.Page)
		})

	cancel := httpapi.Operation(http.MethodPost, "/v1/orders/{id}/cancel", "cancel-order", httpapi.TagOrders,
		"Cancel an order", "Stops an order that is not paid yet: one that is processing, or that waits for an approval. It will be "+
			"rejected, and its numbers become free. An order that is paid goes on, and can't be cancelled.",
		http.StatusNotFound, http.StatusConflict)
	cancel.DefaultStatus = http.StatusOK
	httpapi.Register(r, cancel, func(ctx context.Context, in *OrderPath) (*httpapi.Out[books.Order], error) {
		order, err := o.Service.CancelOrder(ctx, httpapi.Customer(ctx), in.ID)
		return books.AnswerOrder(ctx, order, err)
	})
}

// create buys the cart, or numbers without a cart.
func (o Orders) create(ctx context.Context, key books.OrderKey, in OrderRequest) (*httpapi.Outcome, error) {
	c := httpapi.Customer(ctx)
	switch {
	case in.Wanted.IsEmpty():
		return key.Confirmed(ctx, in.Total, func(key string, confirmed money.Amount) (shop.Order, error) {
			return o.Service.Checkout(ctx, c, key, confirmed)
		})
	case in.Total != nil:
		return nil, httpapi.BadField("/total", "confirms the cart; send max_total to buy without a cart")
	default:
		return key.Large(ctx, o.Service, c, in.Wanted, false)
	}
}
