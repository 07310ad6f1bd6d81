package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// OrderService has the use cases of the orders' routes. *shop.Service
// implements it, and documents its errors.
type OrderService interface {
	Checkout(ctx context.Context, c ledger.Customer, key string, confirmed money.Amount) (shop.Order, error)
}

// OrderRecords has the customer's orders.
type OrderRecords interface {
	// Order returns one of the customer's orders. Errors: shop.ErrNotFound.
	Order(ctx context.Context, c ledger.Customer, id string) (shop.Order, error)
	// Orders returns orders, newest first. Errors: shop.ErrCursor.
	Orders(ctx context.Context, c ledger.Customer, p shop.Page) ([]shop.Order, string, error)
}

// Orders serves the orders' routes.
func Orders(service OrderService, records OrderRecords, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerOrders(r, service, records) })
}

// Order is an order on the wire.
type Order struct {
	ID        string      `json:"id"`
	Number    string      `json:"number" doc:"For people; counted within the account." example:"alice-7"`
	Status    string      `json:"status" enum:"completed,processing"`
	DIDs      []DID       `json:"dids"`
	Lines     []OrderLine `json:"lines"`
	Total     Money       `json:"total"`
	InvoiceID string      `json:"invoice_id" example:"alice-inv-7"`
	CreatedAt time.Time   `json:"created_at"`
}

// OrderLine is one DID of an order, at the agreed price.
type OrderLine struct {
	Offer
	RentalID string `json:"rental_id"`
}

// OrderRequest confirms the total that the customer saw.
type OrderRequest struct {
	Total Money `json:"total" doc:"The cart's total as you saw it. Another total is refused and nothing is charged."`
}

// OrderKey makes repeated requests one order.
type OrderKey struct {
	Key string `header:"Idempotency-Key" doc:"Required. 1 to 255 printable characters of your choice, a new one for each order." example:"2f9c1b7e"`
}

// order makes an order, by the key and for the confirmed total.
func (k OrderKey) order(ctx context.Context, total Money, order func(key string, confirmed money.Amount) (shop.Order, error)) (*out[Order], error) {
	if err := checkKey(k.Key); err != nil {
		return nil, err
	}
	confirmed, err := total.read("/total")
	if err != nil {
		return nil, err
	}
	made, err := order(k.Key, confirmed)
	return oneOrder(ctx, made, err)
}

func registerOrders(r *routes, service OrderService, records OrderRecords) {
	create := operation(http.MethodPost, "/v1/orders", "create-order", tagOrders,
		"Buy the DIDs of the cart",
		"Buys every DID of the cart for the confirmed total, or nothing. The same Idempotency-Key returns the same order, and charges once, for 31 days.",
		http.StatusBadRequest, http.StatusPaymentRequired, http.StatusConflict)
	create.DefaultStatus = http.StatusCreated
	register(r, create, func(ctx context.Context, in *struct {
		OrderKey
		Body OrderRequest
	}) (*out[Order], error) {
		return in.order(ctx, in.Body.Total, func(key string, confirmed money.Amount) (shop.Order, error) {
			return service.Checkout(ctx, customer(ctx), key, confirmed)
		})
	})

	register(r, operation(http.MethodGet, "/v1/orders", "list-orders", tagOrders,
		"List orders", "Your orders, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[Order]], error) {
			return list("orders", *in, wireOrder, func(p shop.Page) ([]shop.Order, string, error) {
				return records.Orders(ctx, customer(ctx), p)
			})
		})

	register(r, operation(http.MethodGet, "/v1/orders/{id}", "get-order", tagOrders,
		"Show an order", "One of your orders.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
		}) (*out[Order], error) {
			order, err := records.Order(ctx, customer(ctx), in.ID)
			return oneOrder(ctx, order, err)
		})
}

// checkKey checks an Idempotency-Key: 1 to 255 printable ASCII characters.
func checkKey(key string) error {
	field := FieldError{Code: "required", Detail: "send 1 to 255 printable characters, one key for each order", Parameter: "Idempotency-Key"}
	if key == "" {
		return problem(http.StatusBadRequest, codeIdempotencyKeyRequired, "the header Idempotency-Key is missing", field)
	}
	for _, c := range []byte(key) {
		if c < ' ' || c > '~' || len(key) > 255 {
			return badParameter("Idempotency-Key", "must be 1 to 255 printable ASCII characters")
		}
	}
	return nil
}

// oneOrder answers with an order, and notes it for the log.
func oneOrder(ctx context.Context, o shop.Order, err error) (*out[Order], error) {
	noteOrder(ctx, o)
	return answer(wireOrder(o), err)
}

func wireOrder(o shop.Order) Order {
	order := Order{
		ID: o.ID, Number: o.Number, Status: string(o.Status), Total: wireMoney(o.Total),
		InvoiceID: o.InvoiceID, CreatedAt: o.CreatedAt.UTC(),
		DIDs: make([]DID, len(o.Lines)), Lines: make([]OrderLine, len(o.Lines)),
	}
	for i, l := range o.Lines {
		order.DIDs[i] = DID{Number: l.Number}
		order.Lines[i] = OrderLine{Offer: wireOffer(l.Number, l.Offer), RentalID: l.RentalID}
	}
	return order
}
