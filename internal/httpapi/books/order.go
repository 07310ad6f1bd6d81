package books

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// OrderRecords has the customer's orders.
type OrderRecords interface {
	// Order returns one of the customer's orders. Errors: commit.ErrNotFound.
	Order(ctx context.Context, c ledger.Customer, id string) (shop.Order, error)
	// Orders returns orders, newest first. Errors: shop.ErrCursor.
	Orders(ctx context.Context, c ledger.Customer, p shop.Page) ([]shop.Order, string, error)
}

// Order is an order on the wire.
type Order struct {
	ID        string        `json:"id"`
	Number    string        `json:"number" doc:"For people; counted within the account." example:"alice-7"`
	Status    string        `json:"status" enum:"completed,processing"`
	DIDs      []httpapi.DID `json:"dids"`
	Lines     []OrderLine   `json:"lines"`
	Total     httpapi.Money `json:"total"`
	InvoiceID string        `json:"invoice_id" example:"alice-inv-7"`
	CreatedAt time.Time     `json:"created_at"`
}

// OrderLine is one DID of an order, at the agreed price.
type OrderLine struct {
	httpapi.Offer
	RentalID string `json:"rental_id"`
}

// OrderRequest confirms the total that the customer saw.
type OrderRequest struct {
	Total httpapi.Money `json:"total" doc:"The cart's total as you saw it. Another total is refused and nothing is charged."`
}

// OrderKey makes repeated requests one order.
type OrderKey struct {
	Key string `header:"Idempotency-Key" doc:"Required. 1 to 255 printable characters of your choice, a new one for each order." example:"2f9c1b7e"`
}

// Order makes an order, by the key and for the confirmed total.
func (k OrderKey) Order(ctx context.Context, total httpapi.Money,
	order func(key string, confirmed money.Amount) (shop.Order, error)) (*httpapi.Out[Order], error) {
	if err := CheckKey(k.Key); err != nil {
		return nil, err
	}
	confirmed, err := total.Read("/total")
	if err != nil {
		return nil, err
	}
	made, err := order(k.Key, confirmed)
	return AnswerOrder(ctx, made, err)
}

// CheckKey checks an Idempotency-Key: 1 to 255 printable ASCII characters.
func CheckKey(key string) error {
	field := httpapi.FieldError{Code: "required", Detail: "send 1 to 255 printable characters, one key for each order",
		Parameter: "Idempotency-Key"}
	if key == "" {
		return httpapi.NewProblem(http.StatusBadRequest, httpapi.CodeIdempotencyKeyRequired,
			"the header Idempotency-Key is missing", field)
	}
	for _, c := range []byte(key) {
		if c < ' ' || c > '~' || len(key) > 255 {
			return httpapi.BadParameter("Idempotency-Key", "must be 1 to 255 printable ASCII characters")
		}
	}
	return nil
}

// AnswerOrder answers with an order, and notes it for the log.
func AnswerOrder(ctx context.Context, o shop.Order, err error) (*httpapi.Out[Order], error) {
	httpapi.NoteOrder(ctx, o)
	return httpapi.Answer(WireOrder(o), err)
}

func WireOrder(o shop.Order) Order {
	order := Order{
		ID: o.ID, Number: o.Number, Status: string(o.Status), Total: httpapi.WireMoney(o.Total),
		InvoiceID: o.InvoiceID, CreatedAt: o.CreatedAt.UTC(),
		DIDs: make([]httpapi.DID, len(o.Lines)), Lines: make([]OrderLine, len(o.Lines)),
	}
	for i, l := range o.Lines {
		order.DIDs[i] = httpapi.DID{Number: l.Number}
		order.Lines[i] = OrderLine{Offer: httpapi.WireOffer(l.Number, l.Offer), RentalID: l.RentalID}
	}
	return order
}
