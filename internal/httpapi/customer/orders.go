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
}

// Orders has the orders' routes.
type Orders struct {
	Service OrderService
	Records books.OrderRecords
}

// Register implements httpapi.Group.
func (o Orders) Register(r *httpapi.Routes) {
	create := httpapi.Operation(http.MethodPost, "/v1/orders", "create-order", httpapi.TagOrders,
		"Buy the DIDs of the cart",
		"Buys every DID of the cart for the confirmed total, or nothing. The same Idempotency-Key returns the same order, "+
			"and charges once, for 31 days.",
		http.StatusBadRequest, http.StatusPaymentRequired, http.StatusConflict)
	create.DefaultStatus = http.StatusCreated
	httpapi.Register(r, create, func(ctx context.Context, in *struct {
		books.OrderKey
		Body books.OrderRequest
	}) (*httpapi.Out[books.Order], error) {
		return in.Order(ctx, in.Body.Total, func(key string, confirmed money.Amount) (shop.Order, error) {
			return o.Service.Checkout(ctx, httpapi.Customer(ctx), key, confirmed)
		})
	})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/orders", "list-orders", httpapi.TagOrders,
		"List orders", "Your orders, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[books.Order]], error) {
			return httpapi.AnswerPage("orders", *in, books.WireOrder, func(p shop.Page) ([]shop.Order, string, error) {
				return o.Records.Orders(ctx, httpapi.Customer(ctx), p)
			})
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/orders/{id}", "get-order", httpapi.TagOrders,
		"Show an order", "One of your orders.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
		}) (*httpapi.Out[books.Order], error) {
			order, err := o.Records.Order(ctx, httpapi.Customer(ctx), in.ID)
			return books.AnswerOrder(ctx, order, err)
		})
}
